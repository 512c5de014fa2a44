// Writes down a refresh or a query that went wrong, with an alarm when it is worth one, and its end when all is well again.
import type pg from 'pg';
import type { AuditRecord } from '../../../core/audit/index.ts';
import type { MetadataSource } from '../../../core/catalogue/index.ts';
import { isAlarming, nextAfterFailure, type SourceState } from '../../../core/metadata/index.ts';
import { insertAudit, inTransaction } from '../../../edge/store/hub/audit-insert.ts';
import { lockSource, recordFailure } from '../../../edge/store/hub/metadata-sources.ts';
import type { RefreshOutcome } from './refresh-task.ts';

type Failure = Extract<RefreshOutcome, { kind: 'refused' | 'failed' }>;

const alarm = (source: string, state: 'raised' | 'ended', now: number, facts: object = {}): AuditRecord => ({
  kind: 'hub.alarm',
  at: now,
  outcome: state === 'raised' ? 'failed' : 'ok',
  body: { alarm: 'metadata.notRefreshed', state, source, ...facts },
});

/** Sources that are fetched on schedule. */
export const isScheduled = ({ from }: MetadataSource): boolean => 'url' in from || 'document' in from;

/** What is in use stays. With a `lease`, only while it holds. */
export async function noteFailure(
  pool: pg.Pool,
  source: MetadataSource,
  { kind, reason, detail }: Failure,
  given: { readonly now: number; readonly lease?: string },
): Promise<void> {
  const { now, lease } = given;
  await inTransaction(pool, async (client) => {
    const state = await lockSource(client, source.id, lease);
    if (state === undefined) return;
    const failures = state.failures + 1;
    const alarmed = state.alarmed || isAlarming(kind, failures);
    const nextAt = isScheduled(source) ? nextAfterFailure({ source, failures, now, random: Math.random }) : undefined;
    await recordFailure(client, { id: source.id, now, nextAt, reason, detail, alarmed });
    if (alarmed && !state.alarmed)
      await insertAudit(client, [alarm(source.id, 'raised', now, { failures, reason, detail })]);
  });
}

/** The event that an alarm ended, for the transaction of what went well. */
export const endedAlarm = ({ id, alarmed }: SourceState, now: number): readonly AuditRecord[] =>
  alarmed ? [alarm(id, 'ended', now)] : [];
