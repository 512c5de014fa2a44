// One refresh from its beginning to its end: fetch, verify, read, decide, and store all of it or nothing.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type pg from 'pg';
import { loadXml } from '../../../base/xml/index.ts';
import type { AuditRecord } from '../../../core/audit/index.ts';
import {
  admit,
  compareStored,
  endOf,
  nextAfterSuccess,
  readDocument,
  refusal,
  type SourceState,
} from '../../../core/metadata/index.ts';
import { insertAudit } from '../../../edge/store/hub/audit-insert.ts';
import { lockSource, originOf, readSources, recordSuccess } from '../../../edge/store/hub/metadata-sources.ts';
import { type Taken, takeEntities } from '../../../edge/store/hub/metadata-take.ts';
import { outgoingAuthorities } from '../authorities.ts';
import { bytesOf, type Fetched, fetchDocument } from './fetch-document.ts';
import { endedAlarm, isScheduled } from './note-failure.ts';
import type { RefreshOutcome, RefreshTask } from './refresh-task.ts';

/** Ids that an event names; the counts are whole. */
const mostNamed = 50;

/** Does it. Rejects when the database fails; nothing is stored then. */
export async function refreshSource(task: RefreshTask, client: pg.ClientBase): Promise<RefreshOutcome> {
  const { source, now } = task;
  const state = (await readSources(client)).find(({ id }) => id === source.id);
  if (state === undefined) return lost;
  const stored = state.origin === originOf(source) || task.file !== undefined ? state : undefined;
  const fetched = await bring(task, stored);
  if (fetched.kind === 'failed') return { kind: 'failed', reason: 'refresh.unreachable', detail: fetched.detail };
  if (fetched.kind === 'notModified') return confirm(task, client, state);

  await loadXml();
  const reading = readDocument(fetched.bytes, { source, now, mostBytes: bytesOf(source.mostMegabytes) });
  if (!reading.ok) return { kind: 'refused', reason: reading.reason, detail: reading.because };
  const { document } = reading;
  const end = endOf({ source, times: document.times, now });
  const { admitted, keptOut } = admit(source, document.entities, end, now);
  const check = refusal({
    source,
    signed: document.signed,
    times: document.times,
    aggregate: document.aggregate,
    admitted: admitted.length,
    stored,
    now,
  });
  if (check !== undefined) return { kind: 'refused', reason: check.name, detail: check.clause };

  const nextAt = nextAfterSuccess({
    source,
    cacheDurationMs: document.cacheDurationMs,
    validUntil: end,
    now,
    random: Math.random,
  });
  return inOne(client, async () => {
    const before = await lockSource(client, source.id, task.lease);
    if (before === undefined) return lost;
    const taken = await takeEntities(client, {
      source: source.id,
      entities: admitted,
      unreadable: document.unreadable.flatMap(({ entityId }) => entityId ?? []),
      whole: true,
      compare: compareStored,
      now,
    });
    await recordSuccess(client, {
      id: source.id,
      now,
      nextAt: isScheduled(source) ? nextAt : undefined,
      document: {
        origin: originOf(source),
        createdAt: document.times.createdAt,
        validUntil: end,
        cacheDurationMs: document.cacheDurationMs,
        // Whoever says no end is to say all of it again, which counts from then on.
        ...(document.times.validUntil === undefined
          ? { etag: undefined, lastModified: undefined }
          : { etag: fetched.etag, lastModified: fetched.lastModified }),
      },
    });
    const sha256 = createHash('sha256').update(fetched.bytes).digest('hex');
    await insertAudit(client, [...takenEvents(task, taken, { sha256, validUntil: end }), ...endedAlarm(before, now)]);
    return {
      kind: 'taken',
      entities: admitted.length,
      added: taken.added.length,
      changed: taken.changed.length,
      gone: taken.gone.length,
      held: taken.held.length,
      unreadable: document.unreadable.length,
      keptOut,
      validUntil: end,
    };
  });
}

const lost: RefreshOutcome = {
  kind: 'failed',
  reason: 'refresh.leaseLost',
  detail: 'another hub refreshes it, or its record is gone',
};

/** The document: applied, handed in, or fetched unless it is the one that we have. */
async function bring(task: RefreshTask, stored: SourceState | undefined): Promise<Fetched> {
  const { source, file } = task;
  const mostBytes = bytesOf(source.mostMegabytes);
  const whole = (bytes: Buffer): Fetched => ({ kind: 'document', bytes, etag: undefined, lastModified: undefined });
  if (file !== undefined) {
    const bytes = await readFile(file);
    return bytes.length > mostBytes ? { kind: 'failed', detail: `it has more than ${mostBytes} bytes` } : whole(bytes);
  }
  if ('document' in source.from) return whole(Buffer.from(source.from.document, 'utf8'));
  if (!('url' in source.from)) return { kind: 'failed', detail: 'nothing is fetched from this source: hand a file in' };
  return fetchDocument(source.from.url, {
    source,
    authorities: outgoingAuthorities(task.extraAuthority),
    timeoutMs: source.timeoutSeconds * 1000,
    mostBytes,
    // What has run out is of no use: then the whole document is wanted.
    ...(stored?.validUntil !== undefined &&
      task.now < stored.validUntil && { etag: stored.etag, lastModified: stored.lastModified }),
  });
}

/** Nothing changed at the source: what is in use stays, until the end that it has. */
async function confirm(task: RefreshTask, client: pg.ClientBase, state: SourceState): Promise<RefreshOutcome> {
  const { source, now } = task;
  const nextAt = nextAfterSuccess({
    source,
    cacheDurationMs: state.cacheDurationMs,
    validUntil: state.validUntil,
    now,
    random: Math.random,
  });
  return inOne(client, async () => {
    const before = await lockSource(client, source.id, task.lease);
    if (before === undefined) return lost;
    await recordSuccess(client, { id: source.id, now, nextAt });
    await insertAudit(client, endedAlarm(before, now));
    return { kind: 'confirmed' };
  });
}

async function inOne(client: pg.ClientBase, work: () => Promise<RefreshOutcome>): Promise<RefreshOutcome> {
  await client.query('BEGIN');
  try {
    const outcome = await work();
    await client.query('COMMIT');
    return outcome;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

function takenEvents(
  { source, now }: RefreshTask,
  { added, changed, gone, held }: Taken,
  document: { readonly sha256: string; readonly validUntil: number | undefined },
): readonly AuditRecord[] {
  const fresh = held.filter(({ isNew }) => isNew);
  const some = added.length + changed.length + gone.length + fresh.length > 0;
  const named = (ids: readonly string[]) => ({ count: ids.length, first: ids.slice(0, mostNamed) });
  const body = {
    source: source.id,
    sha256: document.sha256,
    validUntil: document.validUntil === undefined ? undefined : new Date(document.validUntil).toISOString(),
    added: named(added),
    changed: named(changed),
    gone: named(gone),
    held: named(held.map(({ entityId }) => entityId)),
  };
  return [
    ...(some ? [{ kind: 'hub.metadataTaken', at: now, outcome: 'ok', body } as const] : []),
    ...(fresh.length > 0 ? [heldAlarm(source.id, fresh, now)] : []),
  ];
}

/** The alarm that changes wait for a person. */
export const heldAlarm = (source: string, held: Taken['held'], at: number): AuditRecord => ({
  kind: 'hub.alarm',
  at,
  outcome: 'failed',
  body: {
    alarm: 'metadata.held',
    state: 'raised',
    source,
    count: held.length,
    first: held.slice(0, 10).map(({ entityId, reasons }) => ({ entityId, reasons: reasons.slice(0, 10) })),
  },
});
