// Writes of the directory, in batches, within the caller's transaction.
import type { EpochMs } from '../../../base/clock.ts';
import { newId } from '../../../base/ids.ts';
import {
  type Assignment,
  leftAssignments,
  newsOf,
  type Organisation,
  type Person,
  type Unit,
} from '../../../core/directory/index.ts';
import type { OutboxKind } from '../../../core/outbox/index.ts';
import { endGrants } from './administrations.ts';
import type { Queryable } from './audit-insert.ts';
import { directoryReader } from './directory.ts';
import { tellHolderNews } from './holder-news.ts';

/** An identity row, as the vault makes it. */
export interface IdentityRow {
  readonly namespace: string;
  readonly lookup: string;
  readonly sealed: Buffer | null;
}

/** How one person is to be. */
export interface PersonSave {
  readonly person: Person;
  /** All of them; others of this person are removed. */
  readonly assignments: readonly Assignment[];
  readonly link: readonly IdentityRow[];
  readonly unlink: readonly { readonly namespace: string; readonly lookup: string }[];
}

/** Parents come before children, whatever order they are given in: the references are checked when the statement ends. */
export async function saveOrganisations(client: Queryable, items: readonly Organisation[]): Promise<void> {
  if (items.length === 0) return;
  await client.query(
    `INSERT INTO hub.organisation (id, name, number, parent, brand, closed)
     SELECT r.id, r.name, r.number, r.parent, r.brand, r.closed
     FROM json_to_recordset($1::json) AS r(id text, name text, number text, parent text, brand text, closed boolean)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, number = excluded.number, parent = excluded.parent, brand = excluded.brand, closed = excluded.closed`,
    [JSON.stringify(items)],
  );
}

/** Takes these organisations' numbers away, before they are saved or removed, so that numbers may go from one to another. */
export async function freeNumbers(client: Queryable, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await client.query('UPDATE hub.organisation SET number = NULL WHERE id = ANY($1)', [ids]);
}

export async function saveUnits(client: Queryable, items: readonly Unit[]): Promise<void> {
  if (items.length === 0) return;
  await client.query(
    `INSERT INTO hub.unit (id, organisation, name, parent)
     SELECT r.id, r.organisation, r.name, r.parent FROM json_to_recordset($1::json) AS r(id text, organisation text, name text, parent text)
     ON CONFLICT (id) DO UPDATE SET organisation = excluded.organisation, name = excluded.name, parent = excluded.parent,
       source = NULL`,
    [JSON.stringify(items)],
  );
}

/** Which of these are referred to by something that is not itself removed; for an honest answer before removing. */
export async function stillUsed(
  client: Queryable,
  kind: 'organisation' | 'unit',
  ids: readonly string[],
): Promise<readonly string[]> {
  const sql =
    kind === 'organisation'
      ? `SELECT organisation AS id FROM hub.assignment WHERE organisation = ANY($1) UNION SELECT organisation FROM hub.unit WHERE organisation = ANY($1)
         UNION SELECT parent FROM hub.organisation WHERE parent = ANY($1) AND id <> ALL($1)`
      : `SELECT unit AS id FROM hub.assignment WHERE unit = ANY($1) UNION SELECT parent FROM hub.unit WHERE parent = ANY($1) AND id <> ALL($1)`;
  const result = await client.query<{ id: string }>(sql, [ids]);
  return result.rows.map(({ id }) => id).sort();
}

export async function removeOrganisations(client: Queryable, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await client.query('DELETE FROM hub.organisation WHERE id = ANY($1)', [ids]);
}

export async function removeUnits(client: Queryable, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await client.query('DELETE FROM hub.unit WHERE id = ANY($1)', [ids]);
}

/**
 * Closes people: they can no longer log in, and the trail still tells who they were. Their sessions are ended by
 * whichever hub takes the news from the outbox when this transaction is true.
 */
export async function closePeople(client: Queryable, ids: readonly string[], now: EpochMs): Promise<void> {
  if (ids.length === 0) return;
  const closed = await client.query<{ id: string }>(
    'UPDATE hub.person SET closed = true WHERE id = ANY($1) AND NOT closed RETURNING id',
    [ids],
  );
  await tellClosed(
    client,
    closed.rows.map(({ id }) => id),
    now,
  );
}

/** What follows from people being closed, within the transaction that closes them: their administration ends, and the news goes out. */
async function tellClosed(client: Queryable, people: readonly string[], now: EpochMs): Promise<void> {
  if (people.length === 0) return;
  await endGrants(client, { people }, { who: 'hub', reason: 'the person was closed' }, now);
  const kind: OutboxKind = 'personClosed';
  const messages = people.map((person) => ({
    id: `closed ${newId(now)}`,
    key: `closed ${person}`,
    payload: { person },
  }));
  await client.query(
    `INSERT INTO hub.outbox (id, kind, key, payload, not_before)
     SELECT r.id, $2, r.key, r.payload, now() FROM json_to_recordset($1::json) AS r(id text, key text, payload jsonb)`,
    [JSON.stringify(messages), kind],
  );
}

/** Which of these people are open until now. */
async function openPeople(client: Queryable, ids: readonly string[]): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const result = await client.query<{ id: string }>(
    'SELECT id FROM hub.person WHERE id = ANY($1) AND NOT closed FOR UPDATE',
    [ids],
  );
  return result.rows.map(({ id }) => id);
}

/** Tells of assignments and employers that people leave with this batch, and of other names: what that ends is decided by whoever takes the news. */
async function tellLeftAndRenamed(client: Queryable, batch: readonly PersonSave[], now: EpochMs): Promise<void> {
  const stored = new Map(
    (await directoryReader(client).people(batch.map(({ person }) => person.id))).map((one) => [one.id, one]),
  );
  const news = batch.flatMap(({ person, assignments }) => {
    const old = stored.get(person.id);
    // What sources give stays whatever a file says.
    const told = old?.told ?? [];
    const before = old && { person: old, assignments: [...old.assignments, ...told] };
    const found = before && newsOf(before, { person, assignments: [...assignments, ...told] }, now);
    return found === undefined || found.closed ? [] : [found];
  });
  await tellLeft(
    client,
    batch.flatMap(({ person, assignments }) => {
      const left = leftAssignments(stored.get(person.id)?.assignments ?? [], assignments, now);
      return left.length === 0 ? [] : [{ person: person.id, assignments: left }];
    }),
    now,
  );
  await tellHolderNews(
    client,
    news.map(({ person, left, renamed }) => ({
      person,
      news: [
        ...(left.length > 0 ? [{ what: 'employmentEnded' as const, organisations: left }] : []),
        ...(renamed ? [{ what: 'nameChanged' as const }] : []),
      ],
    })),
    now,
  );
}

/** Tells who holds which assignments no more. `lastToo`: sessions that go by none end too, when none is left. */
export async function tellLeft(
  client: Queryable,
  left: readonly { readonly person: string; readonly assignments: readonly string[]; readonly lastToo?: boolean }[],
  now: EpochMs,
): Promise<void> {
  if (left.length === 0) return;
  const kind: OutboxKind = 'assignmentsEnded';
  const messages = left.map((payload) => ({ id: `left ${newId(now)}`, key: `left ${payload.person}`, payload }));
  await client.query(
    `INSERT INTO hub.outbox (id, kind, key, payload, not_before)
     SELECT r.id, $2, r.key, r.payload, now() FROM json_to_recordset($1::json) AS r(id text, key text, payload jsonb)`,
    [JSON.stringify(messages), kind],
  );
}

/** Saves a batch of people. `source` says in the link's history where it comes from. */
export async function savePeople(
  client: Queryable,
  batch: readonly PersonSave[],
  source: string,
  now: EpochMs,
): Promise<void> {
  if (batch.length === 0) return;
  const at = new Date(now);
  const closing = await openPeople(
    client,
    batch.filter(({ person }) => person.closed).map(({ person }) => person.id),
  );
  await tellClosed(client, closing, now);
  await tellLeftAndRenamed(client, batch, now);
  await client.query(
    `INSERT INTO hub.person (id, given_name, family_name, locale, closed, protected_identity, attributes)
     SELECT r.id, r."givenName", r."familyName", r.locale, r.closed, r."protectedIdentity", r.attributes
     FROM json_to_recordset($1::json) AS r(id text, "givenName" text, "familyName" text, locale text, closed boolean, "protectedIdentity" boolean, attributes jsonb)
     ON CONFLICT (id) DO UPDATE SET given_name = excluded.given_name, family_name = excluded.family_name, locale = excluded.locale,
       closed = excluded.closed, protected_identity = excluded.protected_identity, attributes = excluded.attributes`,
    [JSON.stringify(batch.map(({ person }) => person))],
  );
  await client.query(
    `UPDATE hub.link l SET until = $2 FROM json_to_recordset($1::json) AS r(person text, namespace text, lookup text)
     WHERE l.person = r.person AND l.namespace = r.namespace AND l.lookup = r.lookup AND l.until IS NULL`,
    [JSON.stringify(batch.flatMap(({ person, unlink }) => unlink.map((key) => ({ person: person.id, ...key })))), at],
  );
  const links = batch.flatMap(({ person, link }) => link.map((row) => ({ id: newId(now), person: person.id, ...row })));
  await insertLinks(client, links, source, at);
  await client.query(
    `DELETE FROM hub.assignment a USING json_to_recordset($1::json) AS r(person text, keep json)
     WHERE a.person = r.person AND a.source IS NULL AND NOT EXISTS (SELECT FROM json_array_elements_text(r.keep) AS k(id) WHERE k.id = a.id)`,
    [
      JSON.stringify(
        batch.map(({ person, assignments }) => ({ person: person.id, keep: assignments.map(({ id }) => id) })),
      ),
    ],
  );
  await client.query(
    `INSERT INTO hub.assignment (id, person, organisation, unit, role, title, hsa_id, hpr_number, valid_from, valid_until)
     SELECT r.id, r.person, r.organisation, r.unit, r.role, r.title, r."hsaId", r."hprNumber", to_timestamp(r."from" / 1000.0), to_timestamp(r.until / 1000.0)
     FROM json_to_recordset($1::json) AS r(id text, person text, organisation text, unit text, role text, title text, "hsaId" text, "hprNumber" text, "from" float8, until float8)
     ON CONFLICT (id) DO UPDATE SET organisation = excluded.organisation, unit = excluded.unit, role = excluded.role, title = excluded.title,
       hsa_id = excluded.hsa_id, hpr_number = excluded.hpr_number, valid_from = excluded.valid_from, valid_until = excluded.valid_until
     WHERE hub.assignment.person = excluded.person AND hub.assignment.source IS NULL`,
    [JSON.stringify(batch.flatMap(({ assignments }) => assignments))],
  );
}

async function insertLinks(
  client: Queryable,
  links: readonly (IdentityRow & { readonly id: string; readonly person: string })[],
  source: string,
  at: Date,
): Promise<void> {
  if (links.length === 0) return;
  const rows = JSON.stringify(links.map((link) => ({ ...link, sealed: link.sealed?.toString('base64') })));
  await client.query(
    `INSERT INTO hub.identity (namespace, lookup, sealed)
     SELECT r.namespace, r.lookup, decode(r.sealed, 'base64') FROM json_to_recordset($1::json) AS r(namespace text, lookup text, sealed text)
     ON CONFLICT DO NOTHING`,
    [rows],
  );
  await client.query(
    `INSERT INTO hub.link (id, namespace, lookup, person, source, since)
     SELECT r.id, r.namespace, r.lookup, r.person, $2, $3 FROM json_to_recordset($1::json) AS r(id text, namespace text, lookup text, person text)`,
    [rows, source, at],
  );
}

/** Who holds these identities and assignment ids now: what an applied file must not take from somebody else. */
export async function holders(
  client: Queryable,
  identities: readonly { readonly namespace: string; readonly lookup: string }[],
  assignments: readonly string[],
): Promise<{ readonly identities: ReadonlyMap<string, string>; readonly assignments: ReadonlyMap<string, string> }> {
  const links = await client.query<{ namespace: string; lookup: string; person: string }>(
    `SELECT l.namespace, l.lookup, l.person FROM hub.link l
     JOIN unnest($1::text[], $2::text[]) AS w(namespace, lookup) ON l.namespace = w.namespace AND l.lookup = w.lookup WHERE l.until IS NULL`,
    [identities.map(({ namespace }) => namespace), identities.map(({ lookup }) => lookup)],
  );
  const owned = await client.query<{ id: string; person: string }>(
    'SELECT id, person FROM hub.assignment WHERE id = ANY($1)',
    [assignments],
  );
  return {
    identities: new Map(links.rows.map(({ namespace, lookup, person }) => [`${namespace} ${lookup}`, person])),
    assignments: new Map(owned.rows.map(({ id, person }) => [id, person])),
  };
}
