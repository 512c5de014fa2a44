// What a changed rule would do to accounts, from what is stored alone: each account as it is wanted now, and as the change would want it.
import type { EpochMs } from '../../base/clock.ts';
import type { AccountRule } from '../catalogue/account-rule.ts';
import type { AccountTarget } from '../catalogue/account-target.ts';
import type { PersonFacts } from '../directory/directory.ts';
import type { DesiredAccount } from './account.ts';
import { type Desired, desiredAccount } from './desired.ts';
import { type AccountGrant, rulesFor } from './grant.ts';
import { endPrecisionMs } from './plan.ts';

export const ruleEffects = ['created', 'changed', 'extended', 'shortened', 'closed', 'same'] as const;
export type RuleEffect = (typeof ruleEffects)[number];

/** One thing that would be otherwise. */
export type AccountDifference =
  | { readonly what: 'until'; readonly before: EpochMs; readonly after: EpochMs }
  | { readonly what: 'container'; readonly before: string; readonly after: string }
  | { readonly what: 'joins' | 'leaves'; readonly group: string }
  | { readonly what: 'attribute'; readonly name: string; readonly before: string; readonly after: string }
  /** Nothing opens it any more, or something does now. */
  | { readonly what: 'opens' | 'closes' };

export interface RuleChange {
  readonly effect: RuleEffect;
  readonly differences: readonly AccountDifference[];
}

export interface RuleChangeFacts {
  readonly target: AccountTarget;
  /** All rules as they are. */
  readonly rules: ReadonlyMap<string, AccountRule>;
  /** Rules as they would be: of the ids that they change, or new ones. */
  readonly changed: readonly AccountRule[];
  readonly person: PersonFacts;
  readonly key: string;
  /** Logins that count for this account. */
  readonly grants: readonly AccountGrant[];
  /** Every login of the person that is known, counted in this target or in another. */
  readonly logins: readonly AccountGrant[];
}

/**
 * The logins as the changed rules would have counted them: those of other rules stay, and each known login is counted anew for a
 * changed one, with its lifetime. So a change is seen as if it had always been so, which is what the next logins make of it.
 */
export function countedAnew({
  grants,
  logins,
  changed,
  person,
  target,
}: Omit<RuleChangeFacts, 'key' | 'rules'>): readonly AccountGrant[] {
  const ids = new Set(changed.map(({ id }) => id));
  const here = changed.filter((rule) => rule.target === target.id);
  const seen = new Set<string>();
  const anew: AccountGrant[] = [];
  for (const login of logins) {
    const id = [login.application, login.assignment ?? '', login.grantedAt].join(' ');
    if (seen.has(id)) continue;
    seen.add(id);
    const assignment = person.assignments.find((one) => one.id === login.assignment);
    if (login.assignment !== undefined && assignment === undefined) continue;
    for (const rule of rulesFor(here, { application: login.application, assignment }))
      anew.push({ ...login, rule: rule.id, until: login.grantedAt + rule.lifetimeSeconds * 1000 });
  }
  return [...grants.filter(({ rule }) => !ids.has(rule)), ...anew];
}

/** What the change would make of one person's account. */
export function ruleChange(facts: RuleChangeFacts, now: EpochMs): RuleChange {
  const { target, rules, changed, person, key, grants } = facts;
  const of = (counted: readonly AccountGrant[], all: ReadonlyMap<string, AccountRule>): DesiredAccount | undefined =>
    wantedOf(desiredAccount({ target, rules: all, grants: counted, person, key }, now));
  const after = new Map([...rules, ...changed.map((rule) => [rule.id, rule] as const)]);
  return compared(of(grants, rules), of(countedAnew(facts), after), now);
}

const wantedOf = (desired: Desired): DesiredAccount | undefined =>
  desired.kind === 'account' ? desired.account : undefined;

function compared(before: DesiredAccount | undefined, after: DesiredAccount | undefined, now: EpochMs): RuleChange {
  const [was, is] = [before, after].map((one) => one !== undefined && now < one.until);
  if (!was && !is) return { effect: 'same', differences: [] };
  if (is && !was)
    return {
      effect: 'created',
      differences: [{ what: 'opens' }, ...(after?.groups ?? []).map((group) => ({ what: 'joins', group }) as const)],
    };
  if (!is || before === undefined || after === undefined)
    return { effect: 'closed', differences: [{ what: 'closes' }] };
  const others = [...placeOf(before, after), ...groupsOf(before, after), ...attributesOf(before, after)];
  const moved = after.until - before.until;
  const ends =
    Math.abs(moved) < endPrecisionMs ? [] : [{ what: 'until', before: before.until, after: after.until } as const];
  const differences = [...ends, ...others];
  if (differences.length === 0) return { effect: 'same', differences };
  if (others.length > 0) return { effect: 'changed', differences };
  return { effect: moved > 0 ? 'extended' : 'shortened', differences };
}

const placeOf = (before: DesiredAccount, after: DesiredAccount): readonly AccountDifference[] =>
  before.container === after.container ? [] : [{ what: 'container', before: before.container, after: after.container }];

const groupsOf = (before: DesiredAccount, after: DesiredAccount): readonly AccountDifference[] => [
  ...after.groups.filter((group) => !before.groups.includes(group)).map((group) => ({ what: 'joins', group }) as const),
  ...before.groups
    .filter((group) => !after.groups.includes(group))
    .map((group) => ({ what: 'leaves', group }) as const),
];

/** An attribute that no rule names any more is left as it is there: nobody's business of ours. */
const attributesOf = (before: DesiredAccount, after: DesiredAccount): readonly AccountDifference[] =>
  Object.entries(after.attributes).flatMap(([name, values]) => {
    const was = before.attributes[name]?.join(', ') ?? '';
    const is = values.join(', ');
    return was === is ? [] : [{ what: 'attribute', name, before: was, after: is } as const];
  });
