// What a person sees of their own past: recent logins.
import type pg from 'pg';
import type { EpochMs } from '../../../base/clock.ts';
import { parseEventText } from '../../../core/audit/index.ts';
import type { ConnectorKind, ReasonCode } from '../../../wire/codes/index.ts';

export interface OwnLogin {
  readonly at: EpochMs;
  readonly application: string;
  readonly connector?: ConnectorKind | undefined;
  readonly granted: boolean;
  readonly reason?: ReasonCode | undefined;
  readonly reference?: string | undefined;
}

/** Authentication method references (RFC 8176) that tell the connector. */
const connectorOf = (methods: unknown): ConnectorKind | undefined => {
  if (!Array.isArray(methods)) return undefined;
  return methods.includes('sc') ? 'smartcard' : methods.includes('pwd') ? 'password' : undefined;
};

export function ownHistory(pool: pg.Pool) {
  return {
    /** The person's newest logins, finished or refused, at most `limit`. */
    async recentLogins(person: string, limit = 20): Promise<readonly OwnLogin[]> {
      const result = await pool.query<{
        at: Date;
        kind: string;
        application: string | null;
        reason: ReasonCode | null;
        reference: string | null;
        text: string | null;
      }>(
        `SELECT at, kind, application, reason, reference, text FROM hub.audit_event
         WHERE person = $1 AND kind IN ('journey.finished', 'journey.refused') ORDER BY at DESC LIMIT $2`,
        [person, limit],
      );
      return result.rows.map((row) => ({
        at: row.at.getTime(),
        application: row.application ?? '',
        connector: connectorOf(row.text === null ? undefined : parseEventText(row.text)?.body['methods']),
        granted: row.kind === 'journey.finished',
        reason: row.reason ?? undefined,
        reference: row.reference ?? undefined,
      }));
    },
  };
}
