// A person's Norwegian national number, opened: for a ticket that a release rule lets it out in, and for its pseudonym.
import type { Queryable } from './audit-insert.ts';
import type { IdentityVault } from './identity-vault.ts';
import { sharedRead } from './shared-read.ts';

const namespace = 'no-fodselsnummer';

interface Row {
  readonly n: number;
  readonly lookup: string;
  readonly sealed: Buffer | null;
}

/** Reads the number that is linked to a person now; undefined when there is none. The newest, should there be several. */
export function nationalNumbers(
  pool: Queryable,
  vault: IdentityVault,
): (person: string) => Promise<string | undefined> {
  const read = sharedRead<string, Row>(pool, {
    name: 'national-number',
    text: `SELECT k.n::int AS n, i.* FROM unnest($1::text[]) WITH ORDINALITY AS k(id, n) CROSS JOIN LATERAL (
             SELECT i.lookup, i.sealed FROM hub.link l
             JOIN hub.identity i ON i.namespace = l.namespace AND i.lookup = l.lookup
             WHERE l.person = k.id AND l.namespace = '${namespace}' AND l.until IS NULL
             ORDER BY l.since DESC, i.lookup LIMIT 1) i`,
    columns: (ids) => [ids],
  });
  return async (person) => {
    const row = await read(person);
    return row && vault.reveal({ namespace, lookup: row.lookup, sealed: row.sealed });
  };
}
