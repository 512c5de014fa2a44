// Takes a source's word of one person in, in one transaction: who is here is read under a lock of each identifier, then changed.
import pg from 'pg';
import type { EpochMs } from '../../../base/clock.ts';
import { newId } from '../../../base/ids.ts';
import type { AuditRecord } from '../../../core/audit/index.ts';
import type { AssignmentConflict } from '../../../core/catalogue/index.ts';
import {
  type Assignment,
  type KnownLink,
  type KnownPerson,
  markOf,
  type Organisation,
  type Person,
  type SubjectKey,
  type TakeIn,
  type TakenIn,
  type Unit,
  type Word,
} from '../../../core/directory/index.ts';
import { insertAudit, inTransaction, type Queryable } from './audit-insert.ts';
import { assignmentJson, organisationJson, personJson, unitJson } from './directory.ts';
import { tellHolderNews } from './holder-news.ts';
import type { IdentityVault } from './identity-vault.ts';
import { takenConflicts } from './taken-conflicts.ts';

/** What the rules look at, as it is within the transaction. */
export interface TakeInRead {
  readonly known: readonly KnownPerson[];
  readonly byNumber: ReadonlyMap<string, Organisation>;
  readonly units: ReadonlyMap<string, Unit>;
}

export interface TakeInWork {
  /** Every identifier of the records, and those that were asked by. */
  readonly keys: readonly SubjectKey[];
  /** Somebody who is known already, whatever the identifiers say. */
  readonly person?: string | undefined;
  readonly organisationNumbers: readonly string[];
  readonly unitIds: readonly string[];
  readonly rule: string;
  readonly source: string;
  /** Which of a person's assignments may not hold together. */
  readonly conflicts: readonly AssignmentConflict[];
  readonly now: EpochMs;
  readonly decide: (read: TakeInRead) => TakeIn;
  readonly events: (taken: TakeIn) => readonly AuditRecord[];
}

export interface TakeInStore {
  /** Of several who do it for the same human at once, one after the other does: the later ones find the person there. */
  takeIn(work: TakeInWork): Promise<TakeIn>;
}

/** Something else took an identifier or wrote the same row in this very moment: then it is all read anew. */
const tries = 3;
export const isTaken = (thrown: unknown): boolean =>
  thrown instanceof pg.DatabaseError && (thrown.code === '23505' || thrown.code === '40P01');

export const takeInStore = (pool: pg.Pool, vault: IdentityVault): TakeInStore => ({
  async takeIn(work) {
    for (let tried = 1; ; tried += 1)
      try {
        return await inTransaction(pool, (client) => takeInOnce(client, vault, work));
      } catch (thrown) {
        if (tried >= tries || !isTaken(thrown)) throw thrown;
      }
  },
});

/** Within a transaction. `dryRun`: decides, and writes nothing. */
export async function takeInOnce(
  client: Queryable,
  vault: IdentityVault,
  work: TakeInWork,
  dryRun = false,
): Promise<TakeIn> {
  const lookups = work.keys.flatMap((key) =>
    vault.lookups(key).map((lookup) => ({ namespace: key.namespace, lookup })),
  );
  // The inner statement puts them in one order, so that two never wait for one another.
  await client.query(
    `SELECT pg_advisory_xact_lock(k.key) FROM (
       SELECT DISTINCT hashtextextended(r.namespace || ' ' || r.lookup, 0) AS key
       FROM json_to_recordset($1::json) AS r(namespace text, lookup text) ORDER BY 1 OFFSET 0) k`,
    [JSON.stringify(lookups)],
  );
  const known = await knownPeople(client, vault, lookups, work.person);
  const taken = work.decide({
    known,
    byNumber: await organisationsByNumber(client, work.organisationNumbers),
    units: await unitsById(client, work.unitIds),
  });
  if (dryRun) return taken;
  if (taken.kind === 'taken') await write(client, vault, taken, work);
  await insertAudit(client, work.events(taken));
  if (taken.kind === 'taken' && taken.assignments.length > 0) {
    const before = known.find(({ person }) => person.id === taken.id)?.assignments ?? [];
    const { source, conflicts: rules, now } = work;
    const found = await takenConflicts(client, { person: taken.id, source, before, rules, now });
    if (found.length > 0) await insertAudit(client, found);
  }
  return taken;
}

async function knownPeople(
  client: Queryable,
  vault: IdentityVault,
  lookups: readonly { readonly namespace: string; readonly lookup: string }[],
  person: string | undefined,
): Promise<readonly KnownPerson[]> {
  const found = await client.query<{ person: string }>(
    `SELECT DISTINCT l.person FROM hub.link l JOIN json_to_recordset($1::json) AS r(namespace text, lookup text)
       ON l.namespace = r.namespace AND l.lookup = r.lookup WHERE l.until IS NULL`,
    [JSON.stringify(lookups)],
  );
  const ids = [...new Set([...found.rows.map((row) => row.person), ...(person === undefined ? [] : [person])])];
  if (ids.length === 0) return [];
  const people = await client.query<{
    person: Omit<Person, 'attributes'>;
    attributes: Person['attributes'];
    named_by: string | null;
    words: readonly Word[];
    assignments: readonly Assignment[];
  }>(
    `SELECT ${personJson}, p.named_by,
       (SELECT coalesce(json_agg(json_build_object('attribute', w.attribute, 'source', w.source, 'value', w.value, 'holds', w.holds)), '[]')
          FROM hub.person_word w WHERE w.person = p.id) AS words,
       (SELECT coalesce(json_agg(${assignmentJson} ORDER BY a.id), '[]') FROM hub.assignment a WHERE a.person = p.id) AS assignments
     FROM hub.person p WHERE p.id = ANY($1) ORDER BY p.id FOR UPDATE OF p`,
    [ids],
  );
  const links = await client.query<{
    id: string;
    person: string;
    namespace: string;
    lookup: string;
    sealed: Buffer | null;
    source: string;
  }>(
    `SELECT l.id, l.person, l.namespace, l.lookup, i.sealed, l.source FROM hub.link l
     JOIN hub.identity i ON i.namespace = l.namespace AND i.lookup = l.lookup WHERE l.person = ANY($1) AND l.until IS NULL ORDER BY l.id`,
    [ids],
  );
  const linksOf = (id: string): readonly KnownLink[] =>
    links.rows
      .filter((row) => row.person === id)
      .map((row) => ({ id: row.id, namespace: row.namespace, source: row.source, value: vault.reveal(row) }));
  return people.rows.map((row) => ({
    person: { ...row.person, attributes: row.attributes },
    namedBy: row.named_by ?? undefined,
    words: row.words,
    assignments: row.assignments,
    links: linksOf(row.person.id),
  }));
}

/** Open ones. A number is compared by its digits. */
async function organisationsByNumber(
  client: Queryable,
  numbers: readonly string[],
): Promise<ReadonlyMap<string, Organisation>> {
  const result = await client.query<{ doc: Organisation }>(
    `SELECT ${organisationJson} AS doc FROM hub.organisation o WHERE NOT o.closed AND o.number = ANY($1)`,
    [numbers],
  );
  return new Map(result.rows.map(({ doc }) => [doc.number ?? '', doc]));
}

async function unitsById(client: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, Unit>> {
  const result = await client.query<{ doc: Unit }>(`SELECT ${unitJson} AS doc FROM hub.unit u WHERE u.id = ANY($1)`, [
    ids,
  ]);
  return new Map(result.rows.map(({ doc }) => [doc.id, doc]));
}

async function write(client: Queryable, vault: IdentityVault, taken: TakenIn, work: TakeInWork): Promise<void> {
  const { source, rule, now } = work;
  const when = new Date(now);
  if (taken.person !== undefined) await writePerson(client, taken.person, taken, source, now);
  if (taken.words !== undefined) await writeWords(client, taken.id, taken.words);
  if (taken.unlink.length > 0)
    await client.query('UPDATE hub.link SET until = $2 WHERE id = ANY($1) AND until IS NULL', [taken.unlink, when]);
  if (taken.link.length > 0) await writeLinks(client, vault, taken, source, when);
  if (taken.units.length > 0)
    await client.query(
      `INSERT INTO hub.unit (id, organisation, name, source)
       SELECT r.id, r.organisation, r.name, r.source FROM json_to_recordset($1::json) AS r(id text, organisation text, name text, source text)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE hub.unit.source = excluded.source AND hub.unit.organisation = excluded.organisation`,
      [JSON.stringify(taken.units)],
    );
  if (taken.assignments.length > 0)
    await client.query(
      `INSERT INTO hub.assignment (id, person, organisation, unit, role, title, hsa_id, valid_from, valid_until, source, commission)
       SELECT r.id, r.person, r.organisation, r.unit, r.role, r.title, r."hsaId", to_timestamp(r."from" / 1000.0), to_timestamp(r.until / 1000.0), r.source, r.commission
       FROM json_to_recordset($1::json) AS r(id text, person text, organisation text, unit text, role text, title text, "hsaId" text,
         "from" float8, until float8, source text, commission jsonb)
       ON CONFLICT (id) DO UPDATE SET organisation = excluded.organisation, unit = excluded.unit, role = excluded.role, title = excluded.title,
         hsa_id = excluded.hsa_id, valid_from = excluded.valid_from, valid_until = excluded.valid_until, commission = excluded.commission,
         missing_since = NULL
       WHERE hub.assignment.source = excluded.source AND hub.assignment.person = excluded.person`,
      [JSON.stringify(taken.assignments)],
    );
  if (taken.missing.length > 0)
    await client.query('UPDATE hub.assignment SET missing_since = $2 WHERE id = ANY($1) AND source = $3', [
      taken.missing,
      when,
      source,
    ]);
  await client.query(
    `INSERT INTO hub.told_person (person, source, rule, told_at, asked_at) VALUES ($1, $2, $3, $4, $4)
     ON CONFLICT (person, source) DO UPDATE SET rule = excluded.rule, told_at = excluded.told_at, asked_at = excluded.asked_at`,
    [taken.id, source, rule, when],
  );
}

async function writePerson(
  client: Queryable,
  person: Person,
  { isNew, changed }: TakenIn,
  source: string,
  now: EpochMs,
): Promise<void> {
  if (isNew) {
    await client.query(
      `INSERT INTO hub.person (id, given_name, family_name, protected_identity, attributes, named_by) VALUES ($1, $2, $3, $4, $6, $5)`,
      [person.id, person.givenName, person.familyName, person.protectedIdentity, source, person.attributes],
    );
    return;
  }
  await client.query(
    'UPDATE hub.person SET given_name = $2, family_name = $3, protected_identity = $4, attributes = $5 WHERE id = $1 AND NOT closed',
    [person.id, person.givenName, person.familyName, person.protectedIdentity, person.attributes],
  );
  if (changed.includes('name'))
    await tellHolderNews(client, [{ person: person.id, news: [{ what: 'nameChanged' }] }], now);
}

async function writeWords(client: Queryable, person: string, words: readonly Word[]): Promise<void> {
  await client.query('DELETE FROM hub.person_word WHERE person = $1', [person]);
  await client.query(
    `INSERT INTO hub.person_word (person, attribute, source, value, holds)
     SELECT $1, r.attribute, r.source, r.value, r.holds FROM json_to_recordset($2::json) AS r(attribute text, source text, value text, holds boolean)`,
    [person, JSON.stringify(words)],
  );
}

/** No ON CONFLICT for the links: an identity that was taken in this very moment fails the transaction, and all is read anew. */
async function writeLinks(
  client: Queryable,
  vault: IdentityVault,
  { id, link }: TakenIn,
  source: string,
  when: Date,
): Promise<void> {
  const rows = link.map((key) => {
    const { sealed, ...row } = vault.row(key);
    return { id: newId(when.getTime()), person: id, ...row, sealed: sealed?.toString('base64') };
  });
  const text = JSON.stringify(rows);
  await client.query(
    `INSERT INTO hub.identity (namespace, lookup, sealed)
     SELECT r.namespace, r.lookup, decode(r.sealed, 'base64') FROM json_to_recordset($1::json) AS r(namespace text, lookup text, sealed text)
     ON CONFLICT DO NOTHING`,
    [text],
  );
  await client.query(
    `INSERT INTO hub.link (id, namespace, lookup, person, source, since)
     SELECT r.id, r.namespace, r.lookup, r.person, $2, $3 FROM json_to_recordset($1::json) AS r(id text, namespace text, lookup text, person text)`,
    [text, markOf(source), when],
  );
}
