// How far each source with a change feed was read. A page is taken in, and the place in the feed moved, in one transaction.
import type pg from 'pg';
import type { EpochMs } from '../../../base/clock.ts';
import type { AuditRecord } from '../../../core/audit/index.ts';
import { entryNamespace, type TakeIn } from '../../../core/directory/index.ts';
import { insertAudit, inTransaction, type Queryable } from './audit-insert.ts';
import type { IdentityVault } from './identity-vault.ts';
import { isTaken, type TakeInWork, takeInOnce } from './take-in.ts';

export interface FeedState {
  readonly cursor?: string | undefined;
  readonly fullAt?: EpochMs | undefined;
  readonly syncedAt?: EpochMs | undefined;
  readonly triedAt?: EpochMs | undefined;
  readonly fault?: string | undefined;
}

export async function feedState(client: Queryable, source: string): Promise<FeedState> {
  const { rows } = await client.query<{
    cursor: string | null;
    full_at: Date | null;
    synced_at: Date | null;
    tried_at: Date | null;
    fault: string | null;
  }>('SELECT cursor, full_at, synced_at, tried_at, fault FROM hub.people_feed WHERE source = $1', [source]);
  const [row] = rows;
  return {
    cursor: row?.cursor ?? undefined,
    fullAt: row?.full_at?.getTime(),
    syncedAt: row?.synced_at?.getTime(),
    triedAt: row?.tried_at?.getTime(),
    fault: row?.fault ?? undefined,
  };
}

/** Notes that it is tried now, and that it came to nothing. */
export async function noteTry(
  client: Queryable,
  source: string,
  now: EpochMs,
  fault: string | undefined,
): Promise<void> {
  await client.query(
    `INSERT INTO hub.people_feed (source, tried_at, fault) VALUES ($1, $2, $3)
     ON CONFLICT (source) DO UPDATE SET tried_at = excluded.tried_at, fault = excluded.fault`,
    [source, new Date(now), fault ?? null],
  );
}

/** Entries that are linked to people, by their ids; all of the source, or these. */
export async function linkedEntries(
  client: Queryable,
  source: string,
  objects?: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ lookup: string; person: string }>(
    `SELECT lookup, person FROM hub.link WHERE namespace = $1 AND until IS NULL AND ($2::text[] IS NULL OR lookup = ANY($2))`,
    [entryNamespace(source), objects ?? null],
  );
  return new Map(rows.map(({ lookup, person }) => [lookup, person]));
}

export interface FeedPage {
  readonly source: string;
  /** Where the reading began: when somebody else has gone on since, nothing is taken in. */
  readonly from: string | undefined;
  readonly works: readonly TakeInWork[];
  /** The last page: where the next reading begins. */
  readonly end?:
    | {
        readonly cursor: string;
        readonly isFull: boolean;
        readonly begunAt: EpochMs;
        /** What is told of the whole reading, with what this page came to. */
        readonly events: (taken: readonly TakeIn[]) => readonly AuditRecord[];
      }
    | undefined;
  /** Decides and writes nothing. */
  readonly dryRun: boolean;
}

/** Everything of the page or nothing. Undefined: another hub has read on. */
export async function takeInPage(
  pool: pg.Pool,
  vault: IdentityVault,
  page: FeedPage,
): Promise<readonly TakeIn[] | undefined> {
  for (let tried = 1; ; tried += 1)
    try {
      return await inTransaction(pool, (client) => takeInPageOnce(client, vault, page));
    } catch (thrown) {
      if (tried >= 3 || !isTaken(thrown)) throw thrown;
    }
}

async function takeInPageOnce(client: Queryable, vault: IdentityVault, page: FeedPage) {
  const { source, from, works, end, dryRun } = page;
  const place = await client.query<{ cursor: string | null }>(
    'SELECT cursor FROM hub.people_feed WHERE source = $1 FOR UPDATE',
    [source],
  );
  if ((place.rows[0]?.cursor ?? undefined) !== from) return undefined;
  const taken: TakeIn[] = [];
  for (const work of works) taken.push(await takeInOnce(client, vault, work, dryRun));
  if (!dryRun) await count(client, source, taken);
  if (end !== undefined && !dryRun) {
    const { cursor, isFull, begunAt, events } = end;
    await client.query(
      `UPDATE hub.people_feed SET cursor = $2, synced_at = $3, fault = NULL, full_at = CASE WHEN $4 THEN $3 ELSE full_at END
       WHERE source = $1`,
      [source, cursor, new Date(begunAt), isFull],
    );
    await insertAudit(client, events(taken));
  }
  return taken;
}

/** What came of one entry. */
export const outcomeOf = (taken: TakeIn): 'created' | 'changed' | 'ended' | 'refused' | undefined => {
  if (taken.kind === 'refused')
    return taken.reason === 'contradiction' || taken.reason === 'closed' ? 'refused' : undefined;
  if (taken.isNew) return 'created';
  if (taken.missing.length > 0) return 'ended';
  return taken.changed.length > 0 ? 'changed' : undefined;
};

async function count(client: Queryable, source: string, taken: readonly TakeIn[]): Promise<void> {
  for (const kind of ['created', 'changed', 'ended', 'refused'] as const) {
    const many = taken.filter((one) => outcomeOf(one) === kind).length;
    if (many > 0)
      await client.query(
        `UPDATE hub.people_feed SET changes = changes || jsonb_build_object($2::text, coalesce((changes ->> $2)::bigint, 0) + $3) WHERE source = $1`,
        [source, kind, many],
      );
  }
}

/** Runs `work` unless another hub or command reads this source now; undefined then. The lock ends with whoever holds it. */
export async function aloneWithFeed<T>(pool: pg.Pool, source: string, work: () => Promise<T>): Promise<T | undefined> {
  const client = await pool.connect();
  const key = ['people feed', source];
  let lost: Error | undefined;
  try {
    const got = await client.query<{ got: boolean }>(
      'SELECT pg_try_advisory_lock(hashtext($1), hashtext($2)) AS got',
      key,
    );
    if (got.rows[0]?.got !== true) return undefined;
    try {
      return await work();
    } finally {
      await client.query('SELECT pg_advisory_unlock(hashtext($1), hashtext($2))', key).catch((error: Error) => {
        lost = error;
      });
    }
  } finally {
    client.release(lost);
  }
}

/** People whose present value is not the one that holds: a file wrote over a source's word. */
export async function overwritten(client: Queryable, source: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ person: string }>(
    `SELECT DISTINCT w.person FROM hub.person_word w JOIN hub.person p ON p.id = w.person
     WHERE w.source = $1 AND w.holds AND NOT p.closed AND w.value IS DISTINCT FROM
       CASE w.attribute WHEN 'givenName' THEN p.given_name WHEN 'familyName' THEN p.family_name ELSE p.attributes ->> w.attribute END COLLATE "C"
     LIMIT 1000`,
    [source],
  );
  return rows.map(({ person }) => person);
}

/** When each source was read to the end. */
export async function feedAges(
  client: Queryable,
): Promise<readonly { readonly source: string; readonly syncedAt: EpochMs }[]> {
  const { rows } = await client.query<{ source: string; synced_at: Date }>(
    'SELECT source, synced_at FROM hub.people_feed WHERE synced_at IS NOT NULL ORDER BY source',
  );
  return rows.map(({ source, synced_at }) => ({ source, syncedAt: synced_at.getTime() }));
}

/** What came of a source since it was first read, by kind. */
export async function feedChanges(
  client: Queryable,
): Promise<readonly { readonly source: string; readonly change: string; readonly count: number }[]> {
  const { rows } = await client.query<{ source: string; change: string; count: number }>(
    `SELECT f.source, c.key AS change, c.value::float8 AS count FROM hub.people_feed f, jsonb_each_text(f.changes) c ORDER BY 1, 2`,
  );
  return rows;
}

/** Whose word everything is that is known of a person; undefined when there is nobody. */
export async function originsOf(client: Queryable, person: string) {
  const { rows } = await client.query<{
    named_by: string | null;
    words: readonly { readonly attribute: string; readonly source: string; readonly holds: boolean }[];
    links: readonly { readonly namespace: string; readonly source: string }[];
    assignments: readonly {
      readonly assignment: string;
      readonly organisation: string;
      readonly role: string;
      readonly source: string | null;
    }[];
  }>(
    `SELECT p.named_by,
       (SELECT coalesce(json_agg(json_build_object('attribute', w.attribute, 'source', w.source, 'holds', w.holds) ORDER BY w.source), '[]')
          FROM hub.person_word w WHERE w.person = p.id) AS words,
       (SELECT coalesce(json_agg(json_build_object('namespace', l.namespace, 'source', l.source) ORDER BY l.namespace), '[]')
          FROM hub.link l WHERE l.person = p.id AND l.until IS NULL) AS links,
       (SELECT coalesce(json_agg(json_build_object('assignment', a.id, 'organisation', a.organisation, 'role', a.role, 'source', a.source) ORDER BY a.id), '[]')
          FROM hub.assignment a WHERE a.person = p.id AND (a.valid_until IS NULL OR a.valid_until > now())) AS assignments
     FROM hub.person p WHERE p.id = $1`,
    [person],
  );
  const [row] = rows;
  return (
    row && { namedBy: row.named_by ?? undefined, words: row.words, links: row.links, assignments: row.assignments }
  );
}
