// Reads journeys, one-hop tickets and sessions. Documents are sealed: the database alone does not tell who logs in.
import type pg from 'pg';
import type { EpochMs } from '../../../base/clock.ts';
import type { Session, SessionEnd, SessionReach } from '../../../core/sessions/index.ts';

/** Opens a sealed document; throws when it was changed or moved. */
export type OpenDocument = (purpose: string, id: string, sealed: Buffer) => unknown;

interface SessionRow {
  id: string;
  sealed: Buffer;
  seen_at: Date;
  idle_until: Date;
  absolute_until: Date;
  ended_at: Date | null;
  ended_by: string | null;
}

const sessionColumns = 'id, sealed, seen_at, idle_until, absolute_until, ended_at, ended_by';

/** Reads of one login's state; each is one round trip. */
export function loginStore(pool: pg.Pool, open: OpenDocument) {
  const session = (row: SessionRow): Session => ({
    ...(open('session', row.id, row.sealed) as Session),
    seenAt: row.seen_at.getTime(),
    idleUntil: row.idle_until.getTime(),
    absoluteUntil: row.absolute_until.getTime(),
    endedAt: row.ended_at?.getTime(),
    endedBy: (row.ended_by as SessionEnd | null) ?? undefined,
  });

  return {
    /** The journey's document with its stored version and whether it ended; undefined when unknown. */
    async journey(
      id: string,
    ): Promise<{ doc: unknown; version: number; ended: boolean; expiresAt: EpochMs } | undefined> {
      const result = await pool.query<{ sealed: Buffer; version: number; ended: boolean; expires_at: Date }>({
        name: 'journey',
        text: 'SELECT sealed, version, ended, expires_at FROM hub.journey WHERE id = $1',
        values: [id],
      });
      const row = result.rows[0];
      if (!row) return undefined;
      return {
        doc: open('journey', id, row.sealed),
        version: row.version,
        ended: row.ended,
        expiresAt: row.expires_at.getTime(),
      };
    },

    /** What a one-hop ticket carries; undefined when unknown. Expiry is the caller's rule. */
    async handoff(hash: string): Promise<{ journey: string; doc: unknown; expiresAt: EpochMs } | undefined> {
      const result = await pool.query<{ journey: string; sealed: Buffer; expires_at: Date }>({
        name: 'handoff',
        text: 'SELECT journey, sealed, expires_at FROM hub.handoff WHERE hash = $1',
        values: [hash],
      });
      const row = result.rows[0];
      return (
        row && { journey: row.journey, doc: open('handoff', hash, row.sealed), expiresAt: row.expires_at.getTime() }
      );
    },

    async sessionBySecret(secretHash: string): Promise<Session | undefined> {
      const result = await pool.query<SessionRow>({
        name: 'session-by-secret',
        text: `SELECT ${sessionColumns} FROM hub.session WHERE secret_hash = $1`,
        values: [secretHash],
      });
      return result.rows[0] && session(result.rows[0]);
    },

    async sessionById(id: string): Promise<Session | undefined> {
      const result = await pool.query<SessionRow>({
        name: 'session-by-id',
        text: `SELECT ${sessionColumns} FROM hub.session WHERE id = $1`,
        values: [id],
      });
      return result.rows[0] && session(result.rows[0]);
    },

    /** Sessions of a person that have not ended and are within their limits at `now`, newest first. */
    async sessionsOfPerson(person: string, now: EpochMs): Promise<readonly Session[]> {
      const result = await pool.query<SessionRow>(
        `SELECT ${sessionColumns} FROM hub.session
         WHERE person = $1 AND ended_at IS NULL AND idle_until > to_timestamp($2 / 1000.0) AND absolute_until > to_timestamp($2 / 1000.0)
         ORDER BY started_at DESC LIMIT 200`,
        [person, now],
      );
      return result.rows.map(session);
    },

    async reached(id: string): Promise<readonly SessionReach[]> {
      const result = await pool.query<{
        session: string;
        application: string;
        issuer: string;
        subject: string;
        at: Date;
      }>('SELECT session, application, issuer, subject, at FROM hub.session_reach WHERE session = $1 ORDER BY at', [
        id,
      ]);
      return result.rows.map((row) => ({ ...row, at: row.at.getTime() }));
    },
  };
}
export type LoginStore = ReturnType<typeof loginStore>;
