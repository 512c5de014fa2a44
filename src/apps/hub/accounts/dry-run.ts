// A changed rule tried out on everybody who is known: read, compared, counted; nothing is written anywhere.
import type pg from 'pg';
import { parse } from 'yaml';
import {
  type AccountRule,
  type CatalogueSnapshot,
  compileCatalogue,
  problemLine,
} from '../../../core/catalogue/index.ts';
import { shownName } from '../../../core/directory/index.ts';
import {
  type AccountDifference,
  type AccountScope,
  type RuleEffect,
  ruleChange,
  ruleEffects,
  seesAccountsOf,
} from '../../../core/provisioning/index.ts';
import { peopleForRule, peopleWithLogins } from '../../../edge/store/hub/account-search.ts';
import { accountGrants, accountStore } from '../../../edge/store/hub/accounts.ts';
import { readItems } from '../../../edge/store/hub/catalogue.ts';
import { personReader } from '../../../edge/store/hub/directory.ts';
import { organisationsById } from '../../../edge/store/hub/population.ts';
import { keyOf } from './account-work.ts';
import { organisationsOf } from './scope.ts';

export type ReadRules =
  | { readonly ok: true; readonly snapshot: CatalogueSnapshot; readonly changed: readonly AccountRule[] }
  | { readonly ok: false; readonly faults: readonly string[] };

/** One rule, or a file's `accountRules`, as text that somebody wrote: YAML, of which JSON is a part. */
export function ruleDocs(text: string): readonly Record<string, unknown>[] | undefined {
  let given: unknown;
  try {
    given = parse(text, { maxAliasCount: 0 });
  } catch {
    return undefined;
  }
  if (typeof given !== 'object' || given === null) return undefined;
  const list: unknown = 'accountRules' in given ? given.accountRules : given;
  const docs = (Array.isArray(list) ? list : [list]) as readonly unknown[];
  const isDoc = (one: unknown): one is Record<string, unknown> =>
    typeof one === 'object' && one !== null && typeof (one as { id?: unknown }).id === 'string';
  return docs.length > 0 && docs.every(isDoc) ? docs : undefined;
}

/** The catalogue as it would be with these rules, by the same checks as `tillit apply`. */
export async function withRules(pool: pg.Pool, docs: readonly Record<string, unknown>[]): Promise<ReadRules> {
  const ids = new Set(docs.map(({ id }) => String(id)));
  const [items, organisations] = await Promise.all([readItems(pool), organisationsById(pool)]);
  const kept = items.filter(({ kind, id }) => kind !== 'accountRule' || !ids.has(id));
  const changed = docs.map((doc) => ({ kind: 'accountRule', id: String(doc['id']), doc }) as const);
  const compiled = compileCatalogue(0, [...kept, ...changed], new Set(organisations.keys()));
  if (!compiled.ok) return { ok: false, faults: compiled.problems.map(problemLine) };
  const { accountRules } = compiled.snapshot;
  return { ok: true, snapshot: compiled.snapshot, changed: [...ids].flatMap((id) => accountRules.get(id) ?? []) };
}

export interface TriedLine {
  readonly target: string;
  readonly person: string;
  readonly holder: string;
  readonly key: string;
  readonly effect: RuleEffect;
  readonly differences: readonly AccountDifference[];
}

export interface Tried {
  readonly counts: Record<RuleEffect, number>;
  readonly reach: { readonly before: number; readonly after: number };
  readonly looked: number;
  readonly isWhole: boolean;
}

export interface TryGiven {
  readonly pool: pg.Pool;
  /** Rules as they are. */
  readonly rules: ReadonlyMap<string, AccountRule>;
  readonly changed: readonly AccountRule[];
  readonly snapshot: CatalogueSnapshot;
  /** Only this target; absent: every one that a rule is or was for. */
  readonly target?: string | undefined;
  readonly over: AccountScope;
  readonly now: number;
  /** True when there is no time for more. */
  readonly isLate?: (() => boolean) | undefined;
  readonly onLine: (line: TriedLine) => void;
}

/** Everybody with an account or a known login, one after the other: memory stays flat. */
export async function tryRules(given: TryGiven): Promise<Tried> {
  const { pool, rules, changed, snapshot, over, now } = given;
  const counts = Object.fromEntries(ruleEffects.map((effect) => [effect, 0])) as Record<RuleEffect, number>;
  const people = personReader(pool);
  const targets = new Set(changed.flatMap(({ id, target }) => [target, rules.get(id)?.target ?? target]));
  const store = accountStore(pool);
  const scope = organisationsOf(over);
  let looked = 0;
  let isWhole = true;
  for (const target of [...targets].filter((id) => given.target === undefined || id === given.target)) {
    const record = snapshot.accountTargets.get(target);
    if (record === undefined) continue;
    for await (const person of peopleWithLogins(pool, target, scope, now)) {
      if (given.isLate?.()) {
        isWhole = false;
        break;
      }
      const [facts, grants, logins, made] = await Promise.all([
        people.facts(person),
        accountGrants(pool, target, person),
        accountGrants(pool, undefined, person),
        store.keyMade(target, person),
      ]);
      if (facts === undefined || !seesAccountsOf(over, facts, now)) continue;
      const key = made ?? keyOf(facts, record.identifier, logins);
      if (key === undefined) continue;
      looked += 1;
      const { effect, differences } = ruleChange(
        { target: record, rules, changed, person: facts, key, grants, logins },
        now,
      );
      counts[effect] += 1;
      if (effect !== 'same')
        given.onLine({ target, person, holder: shownName(facts.person), key, effect, differences });
    }
  }
  const reachOf = async (all: readonly (AccountRule | undefined)[]): Promise<number> => {
    const each = await Promise.all(
      all.flatMap((rule) => (rule === undefined || rule.closed ? [] : [peopleForRule(pool, rule, scope, now)])),
    );
    return each.reduce((sum, n) => sum + n, 0);
  };
  const before = await reachOf(changed.map(({ id }) => rules.get(id)));
  return { counts, looked, isWhole, reach: { before, after: await reachOf(changed) } };
}
