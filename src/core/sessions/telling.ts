// Whom the end of a session is told: one message for each thing that it reached.
import type { EpochMs } from '../../base/clock.ts';
import type { OutboxMessage } from '../outbox/message.ts';
import type { SessionEnd, SessionReach } from './session.ts';

/**
 * What a session reached and what can be told of its end. Applications are told by messages in `tellings`; an upstream
 * provider, which stands in the session's evidence (`upstreamProofs`), by the person's own browser, so that it has a row in
 * `LogoutProgress` and no message. Endings, queue and metrics need not know which kinds there are.
 */
export interface Told {
  readonly kind: 'application' | 'provider';
  readonly id: string;
}

/** Name of a message; it follows from the session and what it reached, so that it is sent once and can be found. */
export const logoutMessageId = (session: string, { id }: Told): string => `logout ${session} ${id}`;

/** A logout of an application (OIDC Back-Channel Logout 1.0, 2.5). */
function applicationLogout(reach: SessionReach, by: SessionEnd, now: EpochMs): OutboxMessage {
  const { session, application, issuer, subject } = reach;
  const id = logoutMessageId(session, { kind: 'application', id: application });
  const payload = { session, application, issuer, subject, by, at: now };
  return { id, kind: 'backchannelLogout', key: id, payload, notBefore: now };
}

/** The messages of an end. */
export const tellings = (reached: readonly SessionReach[], by: SessionEnd, now: EpochMs): readonly OutboxMessage[] =>
  reached.map((reach) => applicationLogout(reach, by, now));
