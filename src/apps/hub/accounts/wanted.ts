// Everybody's accounts in one target as rules and logins want them now, in the order of the stable key.
import type pg from 'pg';
import type { EpochMs } from '../../../base/clock.ts';
import type { AccountTarget, CatalogueSnapshot } from '../../../core/catalogue/index.ts';
import { type DesiredAccount, desiredAccount } from '../../../core/provisioning/index.ts';
import { cardsByPerson } from '../../../edge/store/hub/account-cards.ts';
import { accountPages, grantsByPerson, type ListedAccount } from '../../../edge/store/hub/accounts.ts';
import { personReader } from '../../../edge/store/hub/directory.ts';

type Rules = Pick<CatalogueSnapshot, 'accountRules'>;

/** Read a page at a time, in two round trips: memory stays flat. A person for whom no account can be wanted any more is passed over. */
export async function* wantedAccounts(
  pool: pg.Pool,
  target: AccountTarget,
  rules: Rules,
  now: EpochMs,
): AsyncGenerator<DesiredAccount> {
  for await (const page of accountPages(pool, target.id)) yield* await wantedOf(pool, target, rules, page, now);
}

/** The same for these accounts, in their order. */
export async function wantedOf(
  pool: pg.Pool,
  target: AccountTarget,
  { accountRules: rules }: Rules,
  accounts: readonly Pick<ListedAccount, 'person' | 'key'>[],
  now: EpochMs,
): Promise<readonly DesiredAccount[]> {
  const people = personReader(pool);
  const ids = accounts.map(({ person }) => person);
  const [grants, cards] = await Promise.all([
    grantsByPerson(pool, target.id, ids),
    cardsByPerson(pool, target.id, ids),
  ]);
  // Reads that are asked for together share a round trip.
  const desired = await Promise.all(
    accounts.map(async ({ person, key }) => {
      const facts = await people.facts(person);
      if (facts === undefined) return undefined;
      const used = { grants: grants.get(person) ?? [], cards: cards.get(person) ?? [] };
      return desiredAccount({ target, rules, ...used, person: facts, key }, now);
    }),
  );
  return desired.flatMap((one) => (one?.kind === 'account' ? [one.account] : []));
}
