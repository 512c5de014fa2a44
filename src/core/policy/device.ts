// What kind of device a request comes from: an enrolled device's record beats a network range; otherwise unknown.
import type { DeviceKind } from '../../wire/codes/index.ts';
import type { Network } from '../catalogue/snapshot.ts';
import { inBlock } from './address.ts';

export interface DeviceFacts {
  readonly device: DeviceKind;
  readonly deviceSource: 'enrolled' | 'network' | 'unknown';
  /** The narrowest configured network that the address lies in. */
  readonly network?: string | undefined;
}

/** The configured network of an address: the one with the longest matching prefix, ties by id. */
export function networkOf(ip: string, networks: Iterable<Network>): Network | undefined {
  let best: { readonly network: Network; readonly prefix: number } | undefined;
  for (const network of networks) {
    for (const cidr of network.cidrs) {
      const prefix = inBlock(ip, cidr);
      if (prefix === undefined) continue;
      const better =
        best === undefined || prefix > best.prefix || (prefix === best.prefix && network.id < best.network.id);
      if (better) best = { network, prefix };
    }
  }
  return best?.network;
}

/** Puts an enrolled device's kind (if the browser has a live device cookie) and the address together. */
export function deviceFacts(enrolled: DeviceKind | undefined, ip: string, networks: Iterable<Network>): DeviceFacts {
  const network = networkOf(ip, networks);
  const where = network === undefined ? {} : { network: network.id };
  if (enrolled !== undefined) return { device: enrolled, deviceSource: 'enrolled', ...where };
  if (network?.deviceKind !== undefined) return { device: network.deviceKind, deviceSource: 'network', ...where };
  return { device: 'unknown', deviceSource: 'unknown', ...where };
}
