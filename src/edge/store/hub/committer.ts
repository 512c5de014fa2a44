// Group commit: what arrives while a batch is on its way shares the next one; no timer; the answer waits for the disk.
import pg from 'pg';
import type { Commit, Committed, Committer } from '../../../core/commit/index.ts';
import { type BatchStatement, batchStatement, type SealDocument, type ToEventRow } from './commit-statement.ts';
import { laneOf } from './lane.ts';

const largestBatch = 256;
/** With the pauses between them about five seconds: a database that changes over to its stand-in is back by then. */
const tries = 8;
const longestPauseMs = 1000;

interface Waiting {
  readonly commit: Commit;
  readonly by: string;
  readonly resolve: (outcome: Committed) => void;
  readonly reject: (error: unknown) => void;
}

export interface HubCommitter {
  readonly commit: Committer;
  /** Waits for what is on its way, then lets the connection go. */
  close(): Promise<void>;
}

/**
 * Makes Commits true. One connection, one batch at a time: concurrent requests share a statement, and two writes of
 * one entity never do. A lost connection is retried; the batch's own row tells whether the first try was committed.
 */
export function createCommitter(options: {
  connection: pg.PoolConfig;
  /** Unique for this process: the start of every `by` and batch id. */
  node: string;
  toEventRow: ToEventRow;
  seal: SealDocument;
  onError?: (error: unknown) => void;
  /** Told when a commit put something into the outbox. */
  onOutbox?: () => void;
}): HubCommitter {
  const pool = new pg.Pool({
    ...options.connection,
    max: 1,
    idleTimeoutMillis: 0,
    application_name: `tillit commit ${options.node}`,
  });
  pool.on('error', (error) => options.onError?.(error));
  // A connection that is lost in use: whoever waits for its statement hears of it.
  pool.on('connect', (client) => client.on('error', () => undefined));
  let queue: Waiting[] = [];
  let running: Promise<void> | undefined;
  let counter = 0;
  let closed = false;

  const run = async (): Promise<void> => {
    // Requests that were handled in this turn of the event loop join the same batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.length > 0) {
      const batch = takeBatch();
      try {
        await commitBatch(batch);
      } catch (error) {
        // A value that the database refuses must not take the neighbours of its batch down with it.
        if (batch.length > 1 && isRefusedValue(error)) await oneByOne(batch);
        else for (const waiting of batch) waiting.reject(error);
      }
    }
    running = undefined;
  };

  const commitBatch = async (batch: readonly Waiting[]): Promise<void> => {
    counter += 1;
    const lost = await attempt(pool, `${options.node}.b${counter}`, batch, options);
    batch.forEach((waiting, req) => {
      const claims = lost.get(req);
      if (!claims && waiting.commit.writes.some(({ kind }) => kind === 'outbox.add')) options.onOutbox?.();
      if (claims) recordLoss(waiting, { won: false, lost: claims });
      else waiting.resolve({ won: true });
    });
  };

  /**
   * What is recorded of a lost claim goes with the next batch, and the answer waits for it. Losing is rare, and it
   * changed nothing; to build and send both records for every request cost a tenth of its CPU time.
   */
  const recordLoss = ({ commit, by, resolve, reject }: Waiting, outcome: Committed): void => {
    if (commit.ifLost.length === 0) {
      resolve(outcome);
      return;
    }
    const record: Commit = { claims: [], writes: [], ifWon: commit.ifLost, ifLost: [] };
    queue.unshift({ commit: record, by: `${by}.lost`, resolve: () => resolve(outcome), reject });
  };

  const oneByOne = async (batch: readonly Waiting[]): Promise<void> => {
    for (const waiting of batch) {
      try {
        await commitBatch([waiting]);
      } catch (error) {
        waiting.reject(error);
      }
    }
  };

  const takeBatch = (): Waiting[] => {
    const entities = new Set<string>();
    const batch: Waiting[] = [];
    const later: Waiting[] = [];
    for (const waiting of queue) {
      const writes = waiting.commit.writes;
      const free = batch.length < largestBatch && writes.every((write) => !entities.has(write.entity));
      (free ? batch : later).push(waiting);
      // Entities of a postponed commit are taken as well: a later one must not overtake it.
      for (const write of writes) entities.add(write.entity);
    }
    queue = later;
    return batch;
  };

  return {
    commit: (commit) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new Error('the committer is closed'));
        counter += 1;
        queue.push({ commit, by: `${options.node}.${counter}`, resolve, reject });
        running ??= run();
      }),
    close: async () => {
      closed = true;
      while (running) await running;
      await pool.end();
    },
  };
}

type Lost = Map<number, Commit['claims'][number][]>;

async function attempt(
  pool: pg.Pool,
  id: string,
  batch: readonly Waiting[],
  options: { toEventRow: ToEventRow; seal: SealDocument; onError?: (error: unknown) => void },
): Promise<Lost> {
  const statement = batchStatement(id, batch, options.toEventRow, options.seal);
  let uncertain = false;
  for (let tried = 1; ; tried++) {
    try {
      if (uncertain && (await isCommitted(pool, id))) return await whatWasCommitted(pool, batch);
      return await execute(pool, statement, batch);
    } catch (error) {
      const code = (error as { code?: string }).code ?? '';
      // The first try may have been under way still when we looked: then its rows, any of them, stop this one.
      const ownRows = uncertain && code === '23505';
      const retriable = ownRows || code === '40P01' || code === '40001' || isConnectionLoss(code, error);
      if (!retriable || tried >= tries) throw error;
      uncertain ||= isConnectionLoss(code, error);
      options.onError?.(error);
      await new Promise((resolve) => setTimeout(resolve, Math.min(longestPauseMs, 50 * 2 ** tried)));
    }
  }
}

async function execute(pool: pg.Pool, statement: BatchStatement, batch: readonly Waiting[]): Promise<Lost> {
  const result = await laneOf(pool).query<{ req: number; scope: string; key: string }>({
    name: statement.name,
    text: statement.text,
    values: [...statement.values],
  });
  return lostByRequest(result.rows, batch);
}

/** Whether a batch whose answer was lost was committed: its own row tells. */
async function isCommitted(pool: pg.Pool, id: string): Promise<boolean> {
  return (await pool.query('SELECT FROM hub.commit_batch WHERE id = $1', [id])).rowCount === 1;
}

/** After an unknown commit that turned out to be done: who won is read from the claims themselves. */
async function whatWasCommitted(pool: pg.Pool, batch: readonly Waiting[]): Promise<Lost> {
  const claims = batch.flatMap(({ commit, by }, req) =>
    commit.claims.map((claim) => ({ req, scope: claim.scope, key: claim.key, until: claim.until, by })),
  );
  const result = await pool.query<{ req: number; scope: string; key: string }>(
    `SELECT c.req, c.scope, c.key FROM json_to_recordset($1::json) AS c(req int, scope text, key text, until float8, by text)
     LEFT JOIN hub.claim h ON h.scope = c.scope AND h.key = c.key AND h.until = to_timestamp(c.until / 1000.0)
     WHERE h.by IS DISTINCT FROM c.by`,
    [JSON.stringify(claims)],
  );
  return lostByRequest(result.rows, batch);
}

function lostByRequest(rows: readonly { req: number; scope: string; key: string }[], batch: readonly Waiting[]): Lost {
  const lost: Lost = new Map();
  for (const row of rows) {
    const claim = batch[row.req]?.commit.claims.find((each) => each.scope === row.scope && each.key === row.key);
    if (claim) lost.set(row.req, [...(lost.get(row.req) ?? []), claim]);
  }
  return lost;
}

function isConnectionLoss(code: string, error: unknown): boolean {
  if (/^(08|57P0)/.test(code) || ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ENOENT', 'ETIMEDOUT'].includes(code))
    return true;
  return error instanceof Error && /connection terminated|connection ended|not queryable/i.test(error.message);
}

/** Classes 22 (data exception) and 23 (integrity constraint): the values are at fault, not the server. */
const isRefusedValue = (error: unknown): boolean => /^2[23]/.test((error as { code?: string }).code ?? '');
