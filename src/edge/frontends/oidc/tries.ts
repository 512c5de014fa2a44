// Wrong codes and keys, counted by the address that they come from: never the thing itself.
import { tokenHash } from '../../../base/ids.ts';
import { networkOfAddress, plainAddress } from '../../../base/ip-address.ts';
import type { LoginTry } from '../../../core/directory/index.ts';
import { networkFinderOf } from '../../../core/policy/index.ts';
import type { OidcPorts } from './ports.ts';

/** Different wrong ones from one address within a quarter of an hour; many people share one in a registered network. */
const wrongOnes = 10;
const sharedFactor = 10;

/** A try of something secret as the throttle counts it. `hash` stands for what was tried. */
export function tryOf(
  { catalogue }: Pick<OidcPorts, 'catalogue'>,
  kind: 'device' | 'draft',
  hash: string,
  ip: string,
  now: number,
): LoginTry {
  const registered = networkFinderOf(catalogue())(ip)?.organisation !== undefined;
  // One IPv6 customer has a whole /64 (RFC 6177).
  const address = (ip.includes(':') ? networkOfAddress(ip, 64) : undefined) ?? plainAddress(ip) ?? ip.slice(0, 64);
  return {
    account: tokenHash(`${kind} ${hash}`).slice(0, 22),
    address: `${kind} ${address}`,
    addressLimit: wrongOnes * (registered ? sharedFactor : 1),
    now,
  };
}
