// Asks an MDQ service for one entity: verified and judged as a whole document is, stored for all hubs, and few at a time.
import { LRUCache } from 'lru-cache';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Clock } from '../../../base/clock.ts';
import { loadXml } from '../../../base/xml/index.ts';
import type { MetadataSource } from '../../../core/catalogue/index.ts';
import {
  type AskService,
  admit,
  compareStored,
  endOf,
  freshUntil,
  pauseAfterFailureMs,
  queryAddress,
  readDocument,
  refusal,
  unknownForMs,
} from '../../../core/metadata/index.ts';
import { insertAudit, inTransaction, type Queryable } from '../../../edge/store/hub/audit-insert.ts';
import { entityGone, metadataReads, noteQueried } from '../../../edge/store/hub/metadata-read.ts';
import { lockSource, recordSuccess, syncSource } from '../../../edge/store/hub/metadata-sources.ts';
import { takeEntities } from '../../../edge/store/hub/metadata-take.ts';
import { fetchDocument } from './fetch-document.ts';
import { endedAlarm, noteFailure } from './note-failure.ts';
import { heldAlarm } from './refresh-source.ts';

export interface QueryParts {
  readonly pool: pg.Pool;
  readonly clock: Clock;
  /** PEM of authorities that are trusted; absent = the system's. */
  readonly authorities?: readonly string[] | undefined;
  readonly log: Pick<Logger, 'warn'>;
}

/** Somebody waits at a login. */
const timeoutMs = 5000;
const mostBytes = 1024 * 1024;
/** Requests to all services at a time; what waits longer than for one is answered as failed. */
const mostAtOnce = 8;
const mostWaiting = 64;
const remembered = 5000;
/** Not known there, gone from there, or no id to its mind: a stranger's id is no failure of the service. */
const unknownStatuses: readonly number[] = [404, 410, 400];

type Asked = Awaited<ReturnType<AskService>>;

/** Port: asks a service, once at a time for each entity; what it did not know or answer is remembered for a moment. */
export function queryService(parts: QueryParts): AskService {
  const answers = new LRUCache<string, { readonly answer: Asked; readonly until: number }>({ max: remembered });
  const underWay = new Map<string, Promise<Asked>>();
  const slots = atMost(mostAtOnce, mostWaiting);
  return async (source, entityId) => {
    const key = `${source.id} ${entityId}`;
    const known = answers.get(key);
    if (known !== undefined && parts.clock() < known.until) return known.answer;
    const running = underWay.get(key);
    if (running !== undefined) return running;
    const asking = slots(() => ask(parts, source, entityId))
      .then((answer) => {
        // Nobody asked: it may be asked for again at once.
        if (answer === undefined) return 'failed';
        const pause = answer === 'unknown' ? unknownForMs : pauseAfterFailureMs;
        if (answer === 'stored') answers.delete(key);
        else answers.set(key, { answer, until: parts.clock() + pause });
        return answer;
      })
      .finally(() => underWay.delete(key));
    underWay.set(key, asking);
    return asking;
  };
}

/** Runs so many at a time and lets so many wait; the rest is not run. */
function atMost(atOnce: number, waiting: number): (work: () => Promise<Asked>) => Promise<Asked | undefined> {
  let running = 0;
  const queue: (() => void)[] = [];
  return async (work) => {
    if (running >= atOnce) {
      if (queue.length >= waiting) return undefined;
      // Whoever ends hands its place over.
      await new Promise<void>((resolve) => queue.push(resolve));
    } else running += 1;
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

async function ask(parts: QueryParts, source: MetadataSource, entityId: string): Promise<Asked> {
  const { pool, clock, log } = parts;
  let outcome: QueryOutcome;
  try {
    outcome = await query(parts, source, entityId);
  } catch (error) {
    outcome = {
      kind: 'failed',
      reason: 'query.failed',
      detail: error instanceof Error ? error.message : String(error),
    };
  }
  if (outcome.kind === 'stored' || outcome.kind === 'unknown') return outcome.kind;
  log.warn({ source: source.id, entityId, ...outcome }, 'an entity could not be asked for; what is in use stays');
  await noteFailure(pool, source, outcome, { now: clock() }).catch(() => undefined);
  return 'failed';
}

type QueryOutcome =
  | { readonly kind: 'stored' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused' | 'failed'; readonly reason: string; readonly detail: string };

async function query(parts: QueryParts, source: MetadataSource, entityId: string): Promise<QueryOutcome> {
  const { pool, clock } = parts;
  if (!('mdq' in source.from)) return { kind: 'unknown' };
  await syncSource(pool, source, clock());
  const { authorities } = parts;
  const address = queryAddress(source.from, entityId);
  const fetched = await fetchDocument(address, { source, authorities, timeoutMs, mostBytes });
  const now = clock();
  if (fetched.kind === 'notModified') return { kind: 'failed', reason: 'query.unreachable', detail: 'status 304' };
  if (fetched.kind === 'failed' && unknownStatuses.includes(fetched.status ?? 0))
    return forget(pool, source, entityId, now);
  if (fetched.kind === 'failed') return { kind: 'failed', reason: 'query.unreachable', detail: fetched.detail };
  await loadXml();
  const reading = readDocument(fetched.bytes, { source, now, mostBytes, entityId });
  if (!reading.ok) return { kind: 'refused', reason: reading.reason, detail: reading.because };
  const { document } = reading;
  // Each entity has the end of its own document.
  const end = endOf({ source, times: document.times, now });
  const admitted = admit(source, document.entities, undefined, now).admitted.map((entity) => ({
    ...entity,
    validUntil: entity.validUntil ?? end,
  }));
  return inTransaction(pool, async (client) => {
    const state = await lockSource(client, source.id);
    if (state === undefined) return { kind: 'unknown' };
    const [before] = await metadataReads(client).entities(entityId, [source.id]);
    const { signed, aggregate, times } = document;
    const check = refusal({ source, signed, times, aggregate, admitted: admitted.length, stored: before, now });
    // What the record does not let in is unknown here, whoever knows it there.
    if (check?.name === 'document.empty') return forget(client, source, entityId, now);
    if (check !== undefined) return { kind: 'refused', reason: check.name, detail: check.clause };
    const taken = await takeEntities(client, {
      source: source.id,
      entities: admitted,
      unreadable: [],
      whole: false,
      compare: compareStored,
      now,
    });
    const fresh = freshUntil(document.cacheDurationMs, now);
    await noteQueried(client, { source: source.id, entityId, createdAt: times.createdAt, freshUntil: fresh, now });
    const held = taken.held.filter(({ isNew }) => isNew);
    if (state.failures > 0) await recordSuccess(client, { id: source.id, now, nextAt: undefined });
    await insertAudit(client, [
      ...(held.length > 0 ? [heldAlarm(source.id, held, now)] : []),
      ...endedAlarm(state, now),
    ]);
    return { kind: 'stored' };
  });
}

async function forget(client: Queryable, source: MetadataSource, entityId: string, now: number): Promise<QueryOutcome> {
  await entityGone(client, source.id, entityId, now);
  return { kind: 'unknown' };
}
