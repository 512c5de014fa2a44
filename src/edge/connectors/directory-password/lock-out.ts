// The domain's lock-out, and how far our tries may go: never to the wrong password that locks, whoever made the ones before it.
import type { EpochMs } from '../../../base/clock.ts';
import type { PasswordDomain } from '../../../core/catalogue/index.ts';
import type { AccountHold } from '../../../core/directory/index.ts';
import type { DomainAccount } from './account.ts';
import type { LdapClient } from './ports.ts';
import { codeOf } from './sub-code.ts';
import { spanSeconds } from './time-span.ts';

export interface LockOut {
  /** Wrong passwords in a row that lock; 0 = the domain locks nobody. */
  readonly afterFailures: number;
  /** How long a wrong password counts. */
  readonly windowSeconds: number;
}

const longestSeconds = 86_400;
/** Beside the domain's time: clocks differ, and it counts from its own moment. */
const marginSeconds = 60;
/** Where nothing can be read and nothing is written down: lower than any domain that is in use. */
export const carefulLockOut: LockOut = { afterFailures: 3, windowSeconds: 1800 };

/** Reads one entry; undefined when it is not there or may not be seen. */
async function read(client: LdapClient, name: string, attributes: string[]) {
  try {
    const { searchEntries } = await client.search(name, { scope: 'base', attributes, sizeLimit: 1 });
    return searchEntries[0];
  } catch (cause) {
    if (codeOf(cause) === undefined) throw cause;
    return undefined;
  }
}

async function lockOutOf(client: LdapClient, name: string, threshold: string, window: string) {
  const entry = await read(client, name, [threshold, window]);
  const [failures] = [entry?.[threshold] ?? []].flat();
  const [span] = [entry?.[window] ?? []].flat();
  const afterFailures = Number.parseInt(String(failures), 10);
  if (!Number.isInteger(afterFailures)) return undefined;
  const windowSeconds = spanSeconds(span === undefined ? undefined : String(span)) ?? carefulLockOut.windowSeconds;
  return { afterFailures, windowSeconds: Math.min(longestSeconds, windowSeconds) };
}

/** Lock-out of the whole domain; undefined when the hub may not read it. */
export async function domainLockOut(client: LdapClient): Promise<LockOut | undefined> {
  const root = await read(client, '', ['defaultNamingContext']);
  const [name] = [root?.['defaultNamingContext'] ?? []].flat();
  return name === undefined
    ? undefined
    : await lockOutOf(client, String(name), 'lockoutThreshold', 'lockOutObservationWindow');
}

/** Lock-out of an account that has password rules of its own (MS-ADTS 3.1.1.4.5.36), which few may read. */
export const ownLockOut = (client: LdapClient, rules: string): Promise<LockOut | undefined> =>
  lockOutOf(client, rules, 'msDS-LockoutThreshold', 'msDS-LockoutObservationWindow');

/** Every set of password rules for some people that may be read, by its name; undefined when none may. */
export async function ownRules(
  client: LdapClient,
): Promise<readonly { readonly name: string; readonly lockOut: LockOut }[] | undefined> {
  const root = await read(client, '', ['defaultNamingContext']);
  const [domain] = [root?.['defaultNamingContext'] ?? []].flat();
  try {
    const { searchEntries } = await client.search(`CN=Password Settings Container,CN=System,${String(domain)}`, {
      scope: 'one',
      filter: '(objectClass=msDS-PasswordSettings)',
      attributes: ['cn'],
    });
    const found = [];
    for (const { dn } of searchEntries) {
      const lockOut = await ownLockOut(client, dn);
      if (lockOut !== undefined) found.push({ name: dn, lockOut });
    }
    return found;
  } catch (cause) {
    if (codeOf(cause) === undefined) throw cause;
    return undefined;
  }
}

/** What holds for an account: the lower threshold and the longer window of what is known; the careful one where nothing is. */
export function lockOutFor(read: LockOut | undefined, written: PasswordDomain['lockOut']): LockOut | undefined {
  const known = [...(read === undefined ? [] : [read]), ...(written === undefined ? [] : [written])];
  if (known.length === 0) return carefulLockOut;
  const locking = known.filter(({ afterFailures }) => afterFailures > 0);
  if (locking.length === 0) return undefined;
  return {
    afterFailures: Math.min(...locking.map(({ afterFailures }) => afterFailures)),
    windowSeconds: Math.max(...locking.map(({ windowSeconds }) => windowSeconds)),
  };
}

/** Our own tries, all hubs together: one fewer than locks. */
export const holdOf = (lockOut: LockOut | undefined): AccountHold | undefined =>
  lockOut && { afterFailures: lockOut.afterFailures - 1, seconds: lockOut.windowSeconds + marginSeconds };

/** Seconds until the domain has forgotten enough wrong passwords for one more; 0: now. */
export function secondsToWait(
  { wrong }: Pick<DomainAccount, 'wrong'>,
  lockOut: LockOut | undefined,
  now: EpochMs,
): number {
  if (lockOut === undefined || wrong === undefined || wrong.count < lockOut.afterFailures - 1) return 0;
  const span = lockOut.windowSeconds + marginSeconds;
  const left = Math.ceil((wrong.lastAt - now) / 1000) + span;
  return Math.max(0, Math.min(left, span));
}
