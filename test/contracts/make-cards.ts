// Many cards in use at once, each with a holder who works there: written in bulk, for what is about many.
import type pg from 'pg';

/** Holders `PREFIX1` … and their cards `card PREFIX1` …, with one certificate each. */
export async function makeCards(
  pool: Pick<pg.Pool, 'query'>,
  given: {
    readonly organisation: string;
    readonly profile: string;
    readonly count: number;
    readonly validUntil: number;
    readonly prefix: string;
  },
): Promise<void> {
  const { organisation, profile, count, validUntil, prefix } = given;
  const end = new Date(validUntil);
  const each = `FROM generate_series(1, ${Math.floor(count)}) AS n`;
  await pool.query(
    `INSERT INTO hub.person (id, given_name, family_name) SELECT $1 || n, 'Nurse', initcap($1) || n ${each}`,
    [prefix],
  );
  await pool.query(
    `INSERT INTO hub.assignment (id, person, organisation, role) SELECT $1 || n, $1 || n, $2, 'nurse' ${each}`,
    [prefix, organisation],
  );
  await pool.query(
    `INSERT INTO hub.card (id, profile, holder, organisation, state, revision, ordered_by, ordered_at, temporary, valid_until)
     SELECT 'card ' || $1 || n, $2, $1 || n, $3, 'inUse', 8, 'somebody', now() - interval '3 years', false, $4 ${each}`,
    [prefix, profile, organisation, end],
  );
  await pool.query(
    `INSERT INTO hub.card_certificate (fingerprint, card, profile, serial, valid_from, valid_until, der)
     SELECT encode(sha256(convert_to($1 || n, 'UTF8')), 'hex'), 'card ' || $1 || n, 'login', to_hex(n), now() - interval '3 years', $2, '\\x30' ${each}`,
    [prefix, end],
  );
}
