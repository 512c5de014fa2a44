// Everybody's accounts in one target as rules and logins want them now, in the order of the stable key.
import type pg from 'pg';
import type { EpochMs } from '../../../base/clock.ts';
import type { AccountTarget, CatalogueSnapshot } from '../../../core/catalogue/index.ts';
import { type DesiredAccount, desiredAccount } from '../../../core/provisioning/index.ts';
import { accountPages, accountStore } from '../../../edge/store/hub/accounts.ts';
import { personReader } from '../../../edge/store/hub/directory.ts';

/** Read a page at a time: memory stays flat. A person for whom no account can be wanted any more is passed over. */
export async function* wantedAccounts(
  pool: pg.Pool,
  target: AccountTarget,
  { accountRules: rules }: Pick<CatalogueSnapshot, 'accountRules'>,
  now: EpochMs,
): AsyncGenerator<DesiredAccount> {
  const people = personReader(pool);
  const store = accountStore(pool);
  for await (const { person, key } of accountPages(pool, target.id)) {
    const [facts, grants] = await Promise.all([people.facts(person), store.grants(target.id, person)]);
    if (facts === undefined) continue;
    const desired = desiredAccount({ target, rules, grants, person: facts, key }, now);
    if (desired.kind === 'account') yield desired.account;
  }
}
