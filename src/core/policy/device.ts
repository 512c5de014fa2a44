// What kind of device a request comes from: an enrolled device's record beats a network range; otherwise unknown.
import type { DeviceKind } from '../../wire/codes/index.ts';
import type { NetworkFinder } from '../catalogue/address-block.ts';

export interface DeviceFacts {
  readonly device: DeviceKind;
  readonly deviceSource: 'enrolled' | 'network' | 'unknown';
  /** The narrowest configured network that the address lies in. */
  readonly network?: string | undefined;
}

/** Puts an enrolled device's kind (if the browser has a live device cookie) and the address together. */
export function deviceFacts(enrolled: DeviceKind | undefined, ip: string, networkOf: NetworkFinder): DeviceFacts {
  const network = networkOf(ip);
  const where = network === undefined ? {} : { network: network.id };
  if (enrolled !== undefined) return { device: enrolled, deviceSource: 'enrolled', ...where };
  if (network?.deviceKind !== undefined) return { device: network.deviceKind, deviceSource: 'network', ...where };
  return { device: 'unknown', deviceSource: 'unknown', ...where };
}
