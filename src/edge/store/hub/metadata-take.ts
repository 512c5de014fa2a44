// Puts the entities of a document in the place of those before, in the caller's transaction; what weakens one is held beside it.
import type { EpochMs } from '../../../base/clock.ts';
import type { EntityChange, EntityToStore, StoredEntity, Weakening } from '../../../core/metadata/index.ts';
import type { Queryable } from './audit-insert.ts';

export interface DocumentToTake {
  readonly source: string;
  readonly entities: readonly EntityToStore[];
  /** Ids in the document that could not be read: what is in use of them stays, until its own end. */
  readonly unreadable: readonly string[];
  /** The document is the whole source: whoever is not in it is gone. False for an entity that was asked for by itself. */
  readonly whole: boolean;
  /** Judges an entity whose facts changed. */
  readonly compare: (before: StoredEntity, after: StoredEntity) => EntityChange;
  readonly now: EpochMs;
}

export interface HeldChange {
  readonly entityId: string;
  readonly reasons: readonly Weakening[];
  /** It was not held before, or another change was. */
  readonly isNew: boolean;
}

/** What became true. */
export interface Taken {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly gone: readonly string[];
  readonly held: readonly HeldChange[];
}

/** Rows of one statement: a few megabytes. */
const batchSize = 500;
const row =
  'entity_id text, roles text[], valid_until float8, digest text, facts jsonb, names jsonb, words text[], reasons jsonb';

/** All or nothing, with the caller's transaction. The row of the source must be there, and locked where others take too. */
export async function takeEntities(client: Queryable, given: DocumentToTake): Promise<Taken> {
  const { source, now } = given;
  await client.query(
    `CREATE TEMP TABLE incoming (entity_id text COLLATE "C" PRIMARY KEY, roles text[], valid_until timestamptz, digest text COLLATE "C", facts jsonb, names jsonb, words tsvector, reasons jsonb) ON COMMIT DROP`,
  );
  await fill(client, given.entities);
  const held = await judge(client, given);
  const newlyHeld = await hold(client, given);
  await keepEnds(client, source, given.unreadable);
  const { added, changed } = await store(client, source, now);
  const gone = given.whole ? await markGone(client, source, given.unreadable, now) : [];
  await client.query('DROP TABLE incoming');
  return { added, changed, gone, held: held.map((each) => ({ ...each, isNew: newlyHeld.has(each.entityId) })) };
}

async function fill(client: Queryable, entities: readonly EntityToStore[]): Promise<void> {
  for (let from = 0; from < entities.length; from += batchSize) {
    const rows = entities
      .slice(from, from + batchSize)
      .map(({ entityId, validUntil, ...rest }) => ({ ...rest, entity_id: entityId, valid_until: validUntil }));
    await client.query(
      `INSERT INTO incoming SELECT r.entity_id, r.roles, to_timestamp(r.valid_until / 1000.0), r.digest, r.facts, r.names, array_to_tsvector(r.words)
       FROM json_to_recordset($1::json) AS r(${row})`,
      [JSON.stringify(rows)],
    );
  }
  await client.query('ANALYZE incoming');
}

/** Compares every entity whose facts changed with what is in use, and marks those that are to be held. */
async function judge(
  client: Queryable,
  { source, compare }: DocumentToTake,
): Promise<readonly { readonly entityId: string; readonly reasons: readonly Weakening[] }[]> {
  const held: { entityId: string; reasons: readonly Weakening[] }[] = [];
  for (let after = ''; ; ) {
    const { rows } = await client.query<{ entity_id: string; before: StoredEntity; after: StoredEntity }>(
      `SELECT i.entity_id, e.facts AS before, i.facts AS after FROM incoming i JOIN hub.metadata_entity e ON e.entity_id = i.entity_id AND e.source = $1
       WHERE e.digest <> i.digest AND i.entity_id > $2 ORDER BY i.entity_id LIMIT $3`,
      [source, after, batchSize],
    );
    for (const found of rows) {
      const change = compare(found.before, found.after);
      if (change.kind === 'weakens') held.push({ entityId: found.entity_id, reasons: change.reasons });
    }
    after = rows.at(-1)?.entity_id ?? '';
    if (rows.length < batchSize) break;
  }
  await client.query(
    `UPDATE incoming i SET reasons = r.reasons FROM json_to_recordset($1::json) AS r("entityId" text, reasons jsonb) WHERE i.entity_id = r."entityId"`,
    [JSON.stringify(held)],
  );
  return held;
}

/** Keeps held changes beside what is in use; answers those that were not held before as they are now. */
async function hold(
  client: Queryable,
  { source, unreadable, whole, now }: DocumentToTake,
): Promise<ReadonlySet<string>> {
  await client.query(
    `DELETE FROM hub.metadata_held h WHERE h.source = $1 AND NOT h.entity_id = ANY ($2)
       AND ($3 OR EXISTS (SELECT FROM incoming i WHERE i.entity_id = h.entity_id))
       AND NOT EXISTS (SELECT FROM incoming i WHERE i.entity_id = h.entity_id AND i.reasons IS NOT NULL AND i.digest = h.digest)`,
    [source, unreadable, whole],
  );
  const { rows } = await client.query<{ entity_id: string }>(
    `INSERT INTO hub.metadata_held (entity_id, source, roles, valid_until, digest, facts, names, words, reasons, held_at)
     SELECT i.entity_id, $1, i.roles, i.valid_until, i.digest, i.facts, i.names, i.words, i.reasons, to_timestamp($2 / 1000.0)
     FROM incoming i WHERE i.reasons IS NOT NULL
     ON CONFLICT (entity_id, source) DO NOTHING RETURNING entity_id`,
    [source, now],
  );
  return new Set(rows.map(({ entity_id }) => entity_id));
}

/** What stays in use though the new document says otherwise counts no longer than the document that it came from. */
async function keepEnds(client: Queryable, source: string, unreadable: readonly string[]): Promise<void> {
  await client.query(
    `UPDATE hub.metadata_entity e SET valid_until = least(e.valid_until, s.valid_until)
     FROM hub.metadata_source s WHERE s.id = $1 AND e.source = $1
       AND (e.entity_id = ANY ($2) OR EXISTS (SELECT FROM incoming i WHERE i.entity_id = e.entity_id AND i.reasons IS NOT NULL))`,
    [source, unreadable],
  );
}

async function store(
  client: Queryable,
  source: string,
  now: EpochMs,
): Promise<{ added: readonly string[]; changed: readonly string[] }> {
  const { rows } = await client.query<{ entity_id: string; kind: 'added' | 'changed' | 'same' }>(
    `WITH passed AS (
       SELECT i.*, e.entity_id IS NULL OR e.gone_at IS NOT NULL AS is_new, e.digest IS DISTINCT FROM i.digest AS is_changed
       FROM incoming i LEFT JOIN hub.metadata_entity e ON e.entity_id = i.entity_id AND e.source = $1
       WHERE i.reasons IS NULL AND (e.entity_id IS NULL OR e.gone_at IS NOT NULL OR e.digest <> i.digest OR e.valid_until IS DISTINCT FROM i.valid_until)),
     written AS (
       INSERT INTO hub.metadata_entity AS e (entity_id, source, roles, valid_until, digest, facts, names, words, first_seen_at, changed_at)
       SELECT entity_id, $1, roles, valid_until, digest, facts, names, words, to_timestamp($2 / 1000.0), to_timestamp($2 / 1000.0) FROM passed
       ON CONFLICT (entity_id, source) DO UPDATE SET roles = excluded.roles, valid_until = excluded.valid_until, digest = excluded.digest,
         facts = excluded.facts, names = excluded.names, words = excluded.words, gone_at = NULL,
         changed_at = CASE WHEN e.digest = excluded.digest THEN e.changed_at ELSE excluded.changed_at END)
     SELECT entity_id, CASE WHEN is_new THEN 'added' WHEN is_changed THEN 'changed' ELSE 'same' END AS kind FROM passed ORDER BY entity_id`,
    [source, now],
  );
  const of = (kind: 'added' | 'changed') => rows.filter((each) => each.kind === kind).map(({ entity_id }) => entity_id);
  return { added: of('added'), changed: of('changed') };
}

async function markGone(
  client: Queryable,
  source: string,
  unreadable: readonly string[],
  now: EpochMs,
): Promise<readonly string[]> {
  const { rows } = await client.query<{ entity_id: string }>(
    `UPDATE hub.metadata_entity e SET gone_at = to_timestamp($3 / 1000.0)
     WHERE e.source = $1 AND e.gone_at IS NULL AND NOT e.entity_id = ANY ($2)
       AND NOT EXISTS (SELECT FROM incoming i WHERE i.entity_id = e.entity_id) RETURNING e.entity_id`,
    [source, unreadable, now],
  );
  return rows.map(({ entity_id }) => entity_id).sort();
}
