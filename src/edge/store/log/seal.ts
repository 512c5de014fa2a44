// One seal: takes committed unsealed events, gives them their places in the tree, and signs what the tree has become.
import type pg from 'pg';
import type { Clock } from '../../../base/clock.ts';
import {
  eventDigest,
  Frontier,
  isKeptLevel,
  leafHash,
  type NoteSigner,
  type NoteVerifier,
  openCheckpoint,
  signCheckpoint,
} from '../../../core/audit/index.ts';
import type { LogSchema } from './schema.ts';

/** Advisory lock of the sealer; the hub's other locks are in edge/store/hub/locks.ts. */
export const sealLock = 7_426_002;

export interface SealOptions {
  readonly pool: pg.Pool;
  /** Default `hub`. */
  readonly schema?: LogSchema;
  readonly signer: NoteSigner;
  /** Keys that the last checkpoint may be signed with. */
  readonly verifiers: readonly NoteVerifier[];
  readonly clock: Clock;
  /** Most events in one transaction. */
  readonly batch: number;
}

export type Sealed =
  /** `more` is true when a full batch was taken: there may be others waiting. */
  | { readonly kind: 'sealed'; readonly count: number; readonly size: number; readonly more: boolean }
  /** Another hub is sealing. */
  | { readonly kind: 'elsewhere' }
  /** The stored state is not what was signed: nothing is put on top of it. */
  | { readonly kind: 'tampered'; readonly size: number; readonly why: string };

/**
 * Seals up to a batch of events in one transaction. Order is that of ids among what is visible; an event of a slow
 * transaction, with a lower id, comes in a later seal. Nothing depends on transaction numbers, so a restored
 * database goes on where its backup ended.
 */
export async function sealOnce(options: SealOptions): Promise<Sealed> {
  const client = await options.pool.connect();
  let healthy = false;
  try {
    await client.query('BEGIN');
    const sealed = await sealInTransaction(client, options);
    await client.query(sealed.kind === 'sealed' && sealed.count > 0 ? 'COMMIT' : 'ROLLBACK');
    healthy = true;
    return sealed;
  } catch (error) {
    healthy = await client.query('ROLLBACK').then(
      () => true,
      () => false,
    );
    throw error;
  } finally {
    client.release(!healthy);
  }
}

async function sealInTransaction(client: pg.PoolClient, options: SealOptions): Promise<Sealed> {
  const { schema = 'hub' } = options;
  // The lock is taken by a statement of its own, so that the next one sees all that the last sealer committed.
  const lock = await client.query<{ got: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS got', [sealLock]);
  if (!lock.rows[0]?.got) return { kind: 'elsewhere' };
  const waiting = await client.query<{ id: string; text: string; salt: Buffer }>({
    name: 'audit.unsealed',
    text: `SELECT id, text, salt FROM ${schema}.audit_event WHERE leaf_index IS NULL ORDER BY id LIMIT $1`,
    values: [options.batch],
  });
  const state = await readState(client, options.verifiers, schema);
  if (state.kind === 'tampered') return state;
  const { frontier } = state;
  if (waiting.rows.length === 0) return { kind: 'sealed', count: 0, size: frontier.size, more: false };
  const first = frontier.size;
  const digests: Buffer[] = [];
  const nodes: { level: number; index: number; hash: Buffer }[] = [];
  for (const { text, salt } of waiting.rows) {
    const digest = eventDigest(salt, text);
    digests.push(digest);
    frontier.push(leafHash(digest), (level, index, hash) => {
      if (isKeptLevel(level)) nodes.push({ level, index, hash });
    });
  }
  const ids = waiting.rows.map((row) => row.id);
  const updated = await client.query({
    name: 'audit.seal',
    text: sealSql(schema),
    values: [ids, Buffer.concat(digests), first],
  });
  if (updated.rowCount !== ids.length) throw new Error(`sealed ${updated.rowCount} events of ${ids.length}`);
  if (nodes.length > 0) {
    await client.query({
      name: 'audit.nodes',
      text: nodeSql(schema),
      values: [nodes.map((n) => n.level), nodes.map((n) => n.index), Buffer.concat(nodes.map((n) => n.hash))],
    });
  }
  const root = frontier.root();
  const at = options.clock();
  const note = signCheckpoint({ origin: options.signer.verifier.name, size: frontier.size, root, at }, options.signer);
  await client.query({
    name: 'audit.checkpoint',
    text: `INSERT INTO ${schema}.audit_checkpoint (size, root, at, note, frontier) VALUES ($1, $2, $3, $4, $5)`,
    values: [frontier.size, root, new Date(at), note, frontier.toBytes()],
  });
  return { kind: 'sealed', count: ids.length, size: frontier.size, more: ids.length >= options.batch };
}

// Digests come as one value, cut up here: an array of bytea would be written out in hex.
const sealSql = (schema: LogSchema): string => `
  WITH s AS (
    SELECT id, $3::bigint + ord - 1 AS leaf, substring($2::bytea FROM (32 * (ord - 1) + 1)::int FOR 32) AS digest
    FROM unnest($1::bigint[]) WITH ORDINALITY AS u (id, ord)
  ), l AS (INSERT INTO ${schema}.audit_leaf (leaf_index, digest) SELECT leaf, digest FROM s)
  UPDATE ${schema}.audit_event e SET leaf_index = s.leaf FROM s WHERE e.id = s.id AND e.leaf_index IS NULL`;

const nodeSql = (schema: LogSchema): string => `
  INSERT INTO ${schema}.audit_node (level, node_index, hash)
  SELECT level, node_index, substring($3::bytea FROM (32 * (ord - 1) + 1)::int FOR 32)
  FROM unnest($1::smallint[], $2::bigint[]) WITH ORDINALITY AS u (level, node_index, ord)`;

type State =
  | { readonly kind: 'good'; readonly frontier: Frontier }
  | { readonly kind: 'tampered'; readonly size: number; readonly why: string };

/** The tree's right edge, which must be the one that the last checkpoint's signature stands for. */
async function readState(client: pg.PoolClient, verifiers: readonly NoteVerifier[], schema: LogSchema): Promise<State> {
  const newest = await client.query<{ size: string; note: string; frontier: Buffer; leaves: string }>({
    name: 'audit.state',
    text: `SELECT c.size, c.note, c.frontier, coalesce((SELECT max(leaf_index) + 1 FROM ${schema}.audit_leaf), 0) AS leaves
      FROM (SELECT 1) one LEFT JOIN (SELECT * FROM ${schema}.audit_checkpoint ORDER BY size DESC LIMIT 1) c ON true`,
  });
  const row = newest.rows[0];
  const leaves = Number(row?.leaves ?? 0);
  const size = Number(row?.size ?? 0);
  const tampered = (why: string): State => ({ kind: 'tampered', size, why });
  if (leaves !== size) return tampered(`the last checkpoint covers ${size} events, but ${leaves} are sealed`);
  if (row === undefined || size === 0) return { kind: 'good', frontier: new Frontier() };
  const opened = openCheckpoint(row.note, verifiers);
  if (opened.kind !== 'good') return tampered(`the last checkpoint, of size ${size}, is ${opened.kind}`);
  let frontier: Frontier;
  try {
    frontier = Frontier.fromBytes(size, row.frontier);
  } catch {
    return tampered(`the tree's right edge does not fit size ${size}`);
  }
  const signed = opened.checkpoint.size === size && opened.checkpoint.root.equals(frontier.root());
  return signed
    ? { kind: 'good', frontier }
    : tampered(`the tree's right edge is not what the checkpoint of size ${size} signs`);
}
