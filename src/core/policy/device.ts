// What kind of device a request comes from: an enrolled device's record beats a network range; otherwise unknown.
import type { DeviceKind } from '../../wire/codes/index.ts';
import { type NetworkFinder, networkFinder } from '../catalogue/network-finder.ts';
import type { CatalogueSnapshot, Network } from '../catalogue/snapshot.ts';

export interface DeviceFacts {
  readonly device: DeviceKind;
  readonly deviceSource: 'enrolled' | 'network' | 'unknown';
  /** The narrowest configured network that the address lies in. */
  readonly network?: string | undefined;
}

/** The configured network of an address: the narrowest that holds it. */
export const networkOf = (ip: string, networks: Iterable<Network>): Network | undefined => networkFinder(networks)(ip);

const finders = new WeakMap<CatalogueSnapshot, NetworkFinder>();

/** `networkOf` for a snapshot, made ready once. */
export function networkFinderOf(snapshot: CatalogueSnapshot): NetworkFinder {
  const finder = finders.get(snapshot) ?? networkFinder(snapshot.networks.values());
  finders.set(snapshot, finder);
  return finder;
}

/** Puts an enrolled device's kind (if the browser has a live device cookie) and the address together. */
export function deviceFacts(enrolled: DeviceKind | undefined, ip: string, find: NetworkFinder): DeviceFacts {
  const network = find(ip);
  const where = network === undefined ? {} : { network: network.id };
  if (enrolled !== undefined) return { device: enrolled, deviceSource: 'enrolled', ...where };
  if (network?.deviceKind !== undefined) return { device: network.deviceKind, deviceSource: 'network', ...where };
  return { device: 'unknown', deviceSource: 'unknown', ...where };
}
