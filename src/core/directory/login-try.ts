// Where a try to log in by password comes from, as the throttle counts it: the same for every connector that takes passwords.
import { networkOfAddress, plainAddress } from '../../base/ip-address.ts';

/** Different accounts that may fail from one address within 15 minutes. */
export const accountsPerAddress = 20;
/** A hospital sits behind a few addresses: in a registered organisation's range so many times more. */
export const organisationFactor = 100;

/** How many accounts may fail from an address; `registered`: it lies in an organisation's range. */
export const addressLimitOf = (registered: boolean): number =>
  accountsPerAddress * (registered ? organisationFactor : 1);

/** One IPv6 customer has a whole /64 (RFC 6177): it counts as one address. */
export const addressKey = (ip: string): string =>
  (ip.includes(':') ? networkOfAddress(ip, 64) : undefined) ?? plainAddress(ip) ?? ip.slice(0, 64);
