// Proofs and exports from the stored log, for outsiders who have no database.
import {
  checkpointLine,
  type EventProof,
  entryLine,
  eventProof,
  Frontier,
  headerLine,
  inclusionPath,
  parseEventText,
  retentionKind,
  retentionLine,
  unpackLeaves,
} from '../../../core/audit/index.ts';
import { type Queryable, readCheckpoints, readEntries, storedSize, storedTree } from './read-log.ts';
import type { LogSchema } from './schema.ts';

export type ProvenEvent =
  | { readonly kind: 'proof'; readonly proof: EventProof }
  | { readonly kind: 'unknown' | 'unsealed' | 'removed' };

/** The proof of one event, by its id, against the newest checkpoint. */
export async function proveEvent(client: Queryable, id: string, schema: LogSchema = 'hub'): Promise<ProvenEvent> {
  const { rows } = await client.query<{ leaf_index: string | null; text: string | null; salt: Buffer | null }>(
    `SELECT leaf_index, text, salt FROM ${schema}.audit_event WHERE id = $1::bigint`,
    [id],
  );
  const event = rows[0];
  if (event === undefined) return { kind: 'unknown' };
  if (event.leaf_index === null) return { kind: 'unsealed' };
  if (event.text === null || event.salt === null) return { kind: 'removed' };
  const index = Number(event.leaf_index);
  const newest = await newestCheckpoint(client, schema);
  if (newest === undefined || newest.size <= index) return { kind: 'unsealed' };
  const path = await inclusionPath(storedTree(client, schema), index, newest.size);
  return {
    kind: 'proof',
    proof: eventProof({ index, text: event.text, salt: event.salt, path, checkpoint: newest.note }),
  };
}

async function newestCheckpoint(
  client: Queryable,
  schema: LogSchema,
): Promise<{ size: number; note: string } | undefined> {
  const { rows } = await client.query<{ size: string; note: string }>(
    `SELECT size, note FROM ${schema}.audit_checkpoint ORDER BY size DESC LIMIT 1`,
  );
  return rows[0] === undefined ? undefined : { size: Number(rows[0].size), note: rows[0].note };
}

export interface ExportRange {
  /** Events from this instant on. */
  readonly from?: Date | undefined;
  /** Events before this instant. */
  readonly to?: Date | undefined;
}

/**
 * The lines of an export, on a snapshot. A part is widened to the checkpoints around it; events outside the wanted time
 * keep their digests alone. Answers how many events were given with their text.
 */
export async function* exportLog(
  client: Queryable,
  range: ExportRange,
  schema: LogSchema = 'hub',
): AsyncGenerator<string, number> {
  const whole = range.from === undefined && range.to === undefined;
  const { start, end } = whole
    ? { start: new Frontier(), end: await storedSize(client, schema) }
    : await partOf(client, range, schema);
  yield headerLine(start, whole);
  if (!whole) yield* outsideRecords(client, start.size, end, schema);
  const checkpoints = readCheckpoints(client, start.size === 0 ? 0 : start.size, whole ? undefined : end, schema);
  let next = await checkpoints.next();
  let given = 0;
  for await (const entry of readEntries(client, start.size, end, schema)) {
    while (!next.done && next.value.size <= entry.index) {
      yield checkpointLine(next.value.note);
      next = await checkpoints.next();
    }
    const at = entry.columns?.at ?? '';
    const outside = (range.from && at < range.from.toISOString()) || (range.to && at >= range.to.toISOString());
    if (!outside && entry.text !== null) given += 1;
    yield entryLine(outside ? { index: entry.index, digest: entry.digest, withheld: true } : entry);
  }
  while (!next.done) {
    yield checkpointLine(next.value.note);
    next = await checkpoints.next();
  }
  return given;
}

/** From the checkpoint at or before the first wanted event to the one after the last. */
async function partOf(
  client: Queryable,
  { from, to }: ExportRange,
  schema: LogSchema,
): Promise<{ start: Frontier; end: number }> {
  const { rows } = await client.query<{ first: string | null; last: string | null }>(
    `SELECT min(leaf_index) AS first, max(leaf_index) AS last FROM ${schema}.audit_event
     WHERE leaf_index IS NOT NULL AND ($1::timestamptz IS NULL OR at >= $1) AND ($2::timestamptz IS NULL OR at < $2)`,
    [from ?? null, to ?? null],
  );
  const first = Number(rows[0]?.first ?? 0);
  const last = Number(rows[0]?.last ?? -1);
  const before = await client.query<{ size: string; frontier: Buffer }>(
    `SELECT size, frontier FROM ${schema}.audit_checkpoint WHERE size <= $1 ORDER BY size DESC LIMIT 1`,
    [first],
  );
  const after = await client.query<{ size: string }>(
    `SELECT size FROM ${schema}.audit_checkpoint WHERE size > $1 ORDER BY size LIMIT 1`,
    [last],
  );
  const edge = before.rows[0];
  const start = edge === undefined ? new Frontier() : Frontier.fromBytes(Number(edge.size), edge.frontier);
  return { start, end: Math.max(start.size, Number(after.rows[0]?.size ?? last + 1)) };
}

/** Retention records after the part that speak of events in it, each with its proof. */
async function* outsideRecords(client: Queryable, from: number, to: number, schema: LogSchema): AsyncGenerator<string> {
  const { rows } = await client.query<{ id: string; text: string }>(
    `SELECT id, text FROM ${schema}.audit_event WHERE kind = $1 AND leaf_index >= $2 AND text IS NOT NULL ORDER BY leaf_index`,
    [retentionKind, to],
  );
  for (const { id, text } of rows) {
    const runs = unpackLeaves(parseEventText(text)?.body.leaves) ?? [];
    if (!runs.some(([first, last]) => first < to && last >= from)) continue;
    const proven = await proveEvent(client, id, schema);
    if (proven.kind === 'proof') yield retentionLine(proven.proof);
  }
}
