// What the device's address needs from the wiring.
import type { EpochMs } from '../../../base/clock.ts';
import type { DeviceRefusal } from '../../../core/ordering/index.ts';

export type DeviceAnswer =
  | { readonly kind: 'enrolled'; readonly id: string; readonly name: string; readonly organisation: string }
  | {
      readonly kind: 'certificate';
      /** PEM. */
      readonly certificate: string;
      /** SHA-256 of its DER form, hexadecimal. */
      readonly fingerprint: string;
      readonly notAfter: EpochMs;
    }
  /** The authority could not be asked yet: the same message again, made anew. */
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'ended' }
  | { readonly kind: 'refused'; readonly code: DeviceRefusal; readonly reference: string };

/** Port. Each takes a compact JWS as it came. */
export interface DeviceRequests {
  enrol(token: string): Promise<DeviceAnswer>;
  certificate(token: string): Promise<DeviceAnswer>;
  endShift(token: string): Promise<DeviceAnswer>;
}
