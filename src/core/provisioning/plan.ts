// From the account that somebody is to have and the one that is there, to the steps between: pure, and shown before it runs.
import type { EpochMs } from '../../base/clock.ts';
import type { AccountStep, ActualAccount, DesiredAccount } from './account.ts';

/** Why nothing is done about an account: somebody must look at it. */
export type PlanStop =
  /** Another system or a person made it: the hub never takes an account over. */
  | 'notOurs'
  /** Two accounts have the stable key, or one of ours is called by it and says another. */
  | 'ambiguous';

export type AccountPlan =
  | { readonly kind: 'steps'; readonly steps: readonly AccountStep[] }
  | { readonly kind: 'stopped'; readonly why: PlanStop };

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
const has = (all: readonly string[], one: string): boolean => all.some((other) => same(other, one));
const sameValues = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((value) => b.includes(value));

/** Ends that differ by less are the same: a directory keeps them in its own unit, and a login a second later changes nothing. */
export const endPrecisionMs = 1_000;

export interface PlanFacts {
  readonly desired: DesiredAccount;
  /** Every account that has the stable key. */
  readonly actual: readonly ActualAccount[];
  /** Groups that rules of the target name: the only ones that are ever taken away. */
  readonly ownedGroups: readonly string[];
}

/**
 * The steps, in the one order in which a stop between any two of them leaves nobody with more than they may have: rights come off
 * before an account opens and after it closed, and what opens it comes last and carries its own end.
 */
export function planAccount({ desired, actual, ownedGroups }: PlanFacts, now: EpochMs): AccountPlan {
  const open = now < desired.until;
  if (actual.length > 1) return { kind: 'stopped', why: 'ambiguous' };
  const [account] = actual;
  if (account !== undefined && account.mark !== desired.mark) return { kind: 'stopped', why: 'notOurs' };
  if (account !== undefined && account.key !== desired.key) return { kind: 'stopped', why: 'ambiguous' };
  if (account === undefined) return { kind: 'steps', steps: open ? newAccount(desired) : [] };
  if (!open) return { kind: 'steps', steps: closing(desired, account, ownedGroups, now) };

  const wanted = desired.groups.filter((group) => !has(account.groups, group));
  const stale = account.groups.filter((group) => has(ownedGroups, group) && !has(desired.groups, group));
  const steps: AccountStep[] = [];
  const changed = changedAttributes(desired, account);
  if (Object.keys(changed).length > 0) steps.push({ kind: 'change', attributes: changed });
  if (!same(desired.container, account.container)) steps.push({ kind: 'move', container: desired.container });
  if (!account.hasPassword && keeps(desired, 'password')) steps.push({ kind: 'setPassword' });
  steps.push(...stale.map((group): AccountStep => ({ kind: 'removeGroup', group })));
  steps.push(...staleCards(desired, account, desired.cardMappings));
  steps.push(...wanted.map((group): AccountStep => ({ kind: 'addGroup', group })));
  const cards = desired.cardMappings?.filter((mapping) => !has(account.cardMappings ?? [], mapping)) ?? [];
  steps.push(...cards.map((mapping): AccountStep => ({ kind: 'mapCard', mapping })));
  if (!account.enabled) steps.push({ kind: 'enable', until: desired.until });
  else if (keeps(desired, 'end') && endsElsewhen(account, desired.until))
    steps.push({ kind: 'extend', until: desired.until });
  return { kind: 'steps', steps };
}

function newAccount(desired: DesiredAccount): readonly AccountStep[] {
  const { key, mark, loginNames, principalSuffix, container } = desired;
  const attributes = Object.fromEntries(Object.entries(desired.attributes).filter(([, values]) => values.length > 0));
  return [
    { kind: 'create', key, mark, loginNames, principalSuffix, container, attributes },
    ...(keeps(desired, 'password') ? [{ kind: 'setPassword' } as const] : []),
    ...desired.groups.map((group): AccountStep => ({ kind: 'addGroup', group })),
    ...(desired.cardMappings ?? []).map((mapping): AccountStep => ({ kind: 'mapCard', mapping })),
    { kind: 'enable', until: desired.until },
  ];
}

/** Closed first, so that what follows cannot be raced by its holder. */
function closing(
  desired: DesiredAccount,
  account: ActualAccount,
  ownedGroups: readonly string[],
  now: EpochMs,
): readonly AccountStep[] {
  const steps: AccountStep[] = account.enabled ? [{ kind: 'disable' }] : [];
  if (desired.deleteFrom <= now) return [...steps, { kind: 'delete' }];
  const stale = groupsOf(account, ownedGroups);
  return [
    ...steps,
    ...stale.map((group): AccountStep => ({ kind: 'removeGroup', group })),
    ...staleCards(desired, account, []),
  ];
}

/** Cards that the hub told of and that are not to open it any more; what others told stays. */
const staleCards = (
  { ownCardMappings = [] }: DesiredAccount,
  { cardMappings = [] }: ActualAccount,
  kept: readonly string[] = [],
): readonly AccountStep[] =>
  cardMappings
    .filter((mapping) => has(ownCardMappings, mapping) && !has(kept, mapping))
    .map((mapping) => ({ kind: 'unmapCard', mapping }));

/** Groups of an account that rules own. */
export const groupsOf = ({ groups }: ActualAccount, ownedGroups: readonly string[]): readonly string[] =>
  groups.filter((group) => has(ownedGroups, group));

function changedAttributes(desired: DesiredAccount, account: ActualAccount): Record<string, readonly string[]> {
  const now = new Map(Object.entries(account.attributes).map(([name, values]) => [name.toLowerCase(), values]));
  return Object.fromEntries(
    Object.entries(desired.attributes).filter(
      ([name, values]) => !sameValues(values, now.get(name.toLowerCase()) ?? []),
    ),
  );
}

const keeps = ({ without }: DesiredAccount, what: 'password' | 'end'): boolean => !without?.includes(what);
const endsElsewhen = ({ expiresAt }: ActualAccount, until: EpochMs): boolean =>
  expiresAt === undefined || Math.abs(expiresAt - until) >= endPrecisionMs;
