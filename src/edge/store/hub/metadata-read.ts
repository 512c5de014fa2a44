// Reads entities of metadata: by id, by words of their names, and those that wait for a person.
import type { EpochMs } from '../../../base/clock.ts';
import type { EntityRow, HeldRow, MetadataReads, StoredEntity } from '../../../core/metadata/index.ts';
import type { Queryable } from './audit-insert.ts';

const time = (at: Date | null): EpochMs | undefined => at?.getTime();

/** A prefix query of words that hold letters and digits alone. */
const queryOf = (words: readonly string[]): string | null =>
  words.length === 0 ? null : words.map((word) => `'${word}':*`).join(' & ');

/** Port: entities as they are stored. Every read sees what was committed when it was made: nothing is kept in this process. */
export function metadataReads(pool: Queryable): MetadataReads {
  return {
    async entities(entityId, sources) {
      const { rows } = await pool.query<{
        source: string;
        facts: StoredEntity;
        until: Date | null;
        gone: boolean;
        created_at: Date | null;
        fresh_until: Date | null;
      }>({
        name: 'metadata-entity',
        text: `SELECT e.source, e.facts, least(e.valid_until, s.valid_until) AS until, e.gone_at IS NOT NULL AS gone, e.created_at, e.fresh_until
               FROM hub.metadata_entity e JOIN hub.metadata_source s ON s.id = e.source WHERE e.entity_id = $1 AND e.source = ANY ($2)`,
        values: [entityId, sources],
      });
      return rows.map(
        ({ source, facts, until, gone, created_at, fresh_until }): EntityRow => ({
          source,
          facts,
          validUntil: time(until),
          gone,
          createdAt: time(created_at),
          freshUntil: time(fresh_until),
        }),
      );
    },
    async providers({ words, languages, sources, now, limit, offset }) {
      const { rows } = await pool.query<{ entity_id: string; source: string; name: string | null }>({
        name: 'metadata-providers',
        text: `SELECT entity_id, source, name FROM (
                 SELECT DISTINCT ON (e.entity_id) e.entity_id, e.source,
                   coalesce((SELECT e.names ->> l FROM unnest($2::text[]) WITH ORDINALITY AS u(l, n) WHERE e.names ? l ORDER BY n LIMIT 1),
                            (SELECT value FROM jsonb_each_text(e.names) ORDER BY key LIMIT 1)) AS name
                 FROM hub.metadata_entity e JOIN hub.metadata_source s ON s.id = e.source
                 WHERE e.words IS NOT NULL AND ($1::text IS NULL OR e.words @@ $1::tsquery) AND e.source = ANY ($3) AND e.gone_at IS NULL
                   AND coalesce(least(e.valid_until, s.valid_until) > to_timestamp($4 / 1000.0), true)
                 ORDER BY e.entity_id, array_position($3::text[], e.source)) AS found
               ORDER BY lower(coalesce(name, entity_id)), entity_id LIMIT $5 OFFSET $6`,
        values: [queryOf(words), languages, sources, now, limit, offset],
      });
      return rows.map(({ entity_id, source, name }) => ({ entityId: entity_id, source, name: name ?? entity_id }));
    },
  };
}

/** Changes that wait for a person, the oldest first; of one entity when it is named. */
export async function readHeld(client: Queryable, entityId?: string): Promise<readonly HeldRow[]> {
  const { rows } = await client.query<{
    entity_id: string;
    source: string;
    digest: string;
    reasons: HeldRow['reasons'];
    held_at: Date;
    in_use_until: Date | null;
    gone: boolean;
  }>(
    `SELECT h.entity_id, h.source, h.digest, h.reasons, h.held_at, least(e.valid_until, s.valid_until) AS in_use_until, e.gone_at IS NOT NULL AS gone
     FROM hub.metadata_held h JOIN hub.metadata_entity e ON e.entity_id = h.entity_id AND e.source = h.source JOIN hub.metadata_source s ON s.id = h.source
     WHERE $1::text IS NULL OR h.entity_id = $1 ORDER BY h.held_at, h.entity_id`,
    [entityId],
  );
  return rows.map((row) => ({
    entityId: row.entity_id,
    source: row.source,
    digest: row.digest,
    reasons: row.reasons,
    heldAt: row.held_at.getTime(),
    inUseUntil: time(row.in_use_until),
    gone: row.gone,
  }));
}

/**
 * Puts a held change in the place of what is in use. Answers undefined when there is none of this digest any more:
 * somebody else approved it, or another change came.
 */
export async function approveHeld(
  client: Queryable,
  digest: string,
  now: EpochMs,
): Promise<readonly Pick<HeldRow, 'entityId' | 'source' | 'reasons'>[]> {
  const { rows } = await client.query<{ entity_id: string; source: string; reasons: HeldRow['reasons'] }>(
    `WITH held AS (DELETE FROM hub.metadata_held WHERE digest = $1 RETURNING *)
     UPDATE hub.metadata_entity e SET roles = held.roles, valid_until = held.valid_until, digest = held.digest, facts = held.facts,
       names = held.names, words = held.words, changed_at = to_timestamp($2 / 1000.0), gone_at = NULL
     FROM held WHERE e.entity_id = held.entity_id AND e.source = held.source
     RETURNING e.entity_id, e.source, held.reasons`,
    [digest, now],
  );
  return rows.map(({ entity_id, source, reasons }) => ({ entityId: entity_id, source, reasons }));
}

/** Notes what a service said of an entity beside its facts. */
export async function noteQueried(
  client: Queryable,
  given: {
    readonly source: string;
    readonly entityId: string;
    readonly createdAt: EpochMs | undefined;
    readonly freshUntil: EpochMs;
    readonly now: EpochMs;
  },
): Promise<void> {
  await client.query(
    `UPDATE hub.metadata_entity SET created_at = to_timestamp($3 / 1000.0), fresh_until = to_timestamp($4 / 1000.0), fetched_at = to_timestamp($5 / 1000.0)
     WHERE source = $1 AND entity_id = $2`,
    [given.source, given.entityId, given.createdAt, given.freshUntil, given.now],
  );
}

/** The service does not know it any more: it does not count from now on. */
export async function entityGone(client: Queryable, source: string, entityId: string, now: EpochMs): Promise<void> {
  await client.query(
    `UPDATE hub.metadata_entity SET gone_at = to_timestamp($3 / 1000.0) WHERE source = $1 AND entity_id = $2 AND gone_at IS NULL`,
    [source, entityId, now],
  );
}
