// What the pages of enrolled devices need from the wiring.
import type { EpochMs } from '../../../../base/clock.ts';
import type { DeviceRefusal, KeyDevice } from '../../../../core/ordering/index.ts';
import type { Session } from '../../../../core/sessions/index.ts';

export interface DeviceLine {
  readonly device: KeyDevice;
  /** Name of the organisation. */
  readonly organisation: string;
  /** Until when it logs this person in, if it does. */
  readonly shiftUntil?: EpochMs | undefined;
}

export type CodeMade =
  | { readonly kind: 'code'; readonly code: string; readonly until: EpochMs; readonly device: string }
  | { readonly kind: 'refused'; readonly code: DeviceRefusal };

/** Port. A device that somebody may not use is not there for them. */
export interface EnrolledDevices {
  /** Whether certificates for devices are made here. */
  readonly offered: () => boolean;
  /** Ways of logging in whose cards they are made after. */
  readonly cardProviders: () => readonly string[];
  /** How many hours a shift on a device lasts at most. */
  readonly hours: () => number;
  readonly list: (session: Session) => Promise<readonly DeviceLine[]>;
  readonly look: (session: Session, id: string) => Promise<DeviceLine | undefined>;
  /** Where this person may enrol one. */
  readonly places: (session: Session) => Promise<readonly { readonly id: string; readonly name: string }[]>;
  readonly codeForDevice: (session: Session, name: string, organisation: string) => Promise<CodeMade>;
  readonly codeForShift: (session: Session, device: string) => Promise<CodeMade>;
  readonly endShift: (session: Session, device: string) => Promise<void>;
  readonly reportLost: (session: Session, device: string) => Promise<void>;
}
