// Metadata Query Protocol: what is asked for, and what counts meanwhile (draft-young-md-query, -saml).
import { createHash } from 'node:crypto';
import { type EpochMs, hourMs, minuteMs } from '../../base/clock.ts';

/** Where an entity is asked for: its id, or the SHA-1 of it (MDQ SAML profile 2.1; here a name, no proof of anything). */
export function queryAddress(from: { readonly mdq: string; readonly form: 'id' | 'sha1' }, entityId: string): string {
  const name = from.form === 'id' ? entityId : `{sha1}${createHash('sha1').update(entityId, 'utf8').digest('hex')}`;
  return `${from.mdq.replace(/\/+$/, '')}/entities/${encodeURIComponent(name)}`;
}

/** An answer that something is not known counts so long. */
export const unknownForMs = minuteMs;
/** A service that failed is asked again after so long; the last good copy serves meanwhile. */
export const pauseAfterFailureMs = minuteMs / 2;

/** How long an entity is fresh: as its document says, at least a minute; an hour when it says nothing, at most a day. */
export const freshUntil = (cacheDurationMs: number | undefined, now: EpochMs): EpochMs =>
  now + Math.min(Math.max(cacheDurationMs ?? hourMs, minuteMs), 24 * hourMs);

/** What we have of an entity that a service answers for. */
export interface QueriedEntity {
  readonly freshUntil: EpochMs;
  /** Its end; undefined = none. */
  readonly validUntil: EpochMs | undefined;
}

/** `use` what we have while it is fresh and has not run out, else `ask`; when nothing comes, it serves until its end. */
export function queryStep(have: QueriedEntity | undefined, now: EpochMs): 'use' | 'ask' {
  const valid = have !== undefined && (have.validUntil === undefined || now < have.validUntil);
  return valid && now < have.freshUntil ? 'use' : 'ask';
}
