// Accounts that a change closes: open by a login and rules before it, and by none after it. An end by its own time is no change.
import type { EpochMs } from '../../../base/clock.ts';
import type { AccountRule } from '../../../core/catalogue/index.ts';
import { grantsThatHoldSql, rulesJson } from './accounts.ts';
import type { Queryable } from './audit-insert.ts';

export interface ClosedAccount {
  readonly target: string;
  readonly person: string;
  readonly loginName: string;
}

async function heldOpen(
  client: Queryable,
  rules: Iterable<AccountRule>,
  now: EpochMs,
): Promise<readonly ClosedAccount[]> {
  const result = await client.query<ClosedAccount>(
    `SELECT a.target, a.person, coalesce(a.login_name, a.key) AS "loginName" FROM hub.account a JOIN hub.person p ON p.id = a.person
     WHERE a.state = 'open' AND a.until > to_timestamp($1 / 1000.0) AND NOT p.closed AND EXISTS (${grantsThatHoldSql('a', '$1', '$2')})`,
    [now, rulesJson(rules)],
  );
  return result.rows;
}

/** `client` sees the directory as it was or will be, `rules` are those of the catalogue beside it. */
export async function accountsClosed(
  before: { readonly client: Queryable; readonly rules: Iterable<AccountRule> },
  after: { readonly client: Queryable; readonly rules: Iterable<AccountRule> },
  now: EpochMs,
): Promise<readonly ClosedAccount[]> {
  const open = await heldOpen(before.client, before.rules, now);
  if (open.length === 0) return [];
  const keyOf = ({ target, person }: ClosedAccount): string => `${target} ${person}`;
  const still = new Set((await heldOpen(after.client, after.rules, now)).map(keyOf));
  return open.filter((one) => !still.has(keyOf(one)));
}
