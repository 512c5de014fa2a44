// Reads journeys, one-hop tickets and sessions. Documents are sealed: the database alone does not tell who logs in.
import type pg from 'pg';
import type { EpochMs } from '../../../base/clock.ts';
import type { Handoff, HandoffDoc, Journey, JourneyStore } from '../../../core/journey/index.ts';
import type {
  LoginEnd,
  Session,
  SessionEnd,
  SessionReach,
  SessionStore,
  SessionWithPerson,
} from '../../../core/sessions/index.ts';
import { type PersonFactsRow, personFactsSql, readPersonFacts } from './directory.ts';
import { sharedRead } from './shared-read.ts';

/** Opens a sealed document; throws when it was changed or moved. */
export type OpenDocument = (purpose: string, id: string, sealed: Buffer) => unknown;

/** A session's row: the sealed document, and the columns that change without it. */
export interface SessionRow {
  readonly id: string;
  readonly sealed: Buffer;
  readonly seen_at: Date;
  readonly idle_until: Date;
  readonly absolute_until: Date;
  readonly ended_at: Date | null;
  readonly ended_by: string | null;
}

const sessionColumns = 'id, sealed, seen_at, idle_until, absolute_until, ended_at, ended_by';

/** The session of a row. */
export const readSession = (row: SessionRow, open: OpenDocument): Session => ({
  ...(open('session', row.id, row.sealed) as Session),
  seenAt: row.seen_at.getTime(),
  idleUntil: row.idle_until.getTime(),
  absoluteUntil: row.absolute_until.getTime(),
  endedAt: row.ended_at?.getTime(),
  endedBy: (row.ended_by as SessionEnd | null) ?? undefined,
});

/** Reads of one login's state; each is one round trip. */
export function loginStore(pool: pg.Pool, open: OpenDocument): JourneyStore & SessionStore {
  const session = (row: SessionRow): Session => readSession(row, open);
  const bySecret = sharedRead<string, SessionRow & { readonly n: number }>(pool, {
    name: 'sessions-by-secret',
    text: `SELECT k.n::int AS n, s.* FROM unnest($1::text[]) WITH ORDINALITY AS k(hash, n) CROSS JOIN LATERAL (
             SELECT ${sessionColumns} FROM hub.session WHERE secret_hash = k.hash LIMIT 1) s`,
    columns: (hashes) => [hashes],
  });
  const bySecretWithPerson = sharedRead<
    string,
    SessionRow & { readonly [Column in keyof PersonFactsRow]: PersonFactsRow[Column] | null } & { readonly n: number }
  >(pool, {
    name: 'sessions-with-people',
    text: `SELECT k.n::int AS n, s.* FROM unnest($1::text[]) WITH ORDINALITY AS k(hash, n) CROSS JOIN LATERAL (
             SELECT ${sessionColumns}, f.* FROM hub.session s LEFT JOIN LATERAL (${personFactsSql('s.person')}) f ON true
             WHERE s.secret_hash = k.hash LIMIT 1) s`,
    columns: (hashes) => [hashes],
  });

  return {
    async load(id: string): Promise<Journey | undefined> {
      const result = await pool.query<{ sealed: Buffer; version: number; ended: boolean; expires_at: Date }>({
        name: 'journey',
        text: 'SELECT sealed, version, ended, expires_at FROM hub.journey WHERE id = $1',
        values: [id],
      });
      const row = result.rows[0];
      return row && { ...(open('journey', id, row.sealed) as Journey), version: row.version, ended: row.ended };
    },

    async handoff(hash: string): Promise<Handoff | undefined> {
      const result = await pool.query<{ journey: string; sealed: Buffer; expires_at: Date }>({
        name: 'handoff',
        text: 'SELECT journey, sealed, expires_at FROM hub.handoff WHERE hash = $1',
        values: [hash],
      });
      const row = result.rows[0];
      return (
        row && {
          hash,
          journey: row.journey,
          doc: open('handoff', hash, row.sealed) as HandoffDoc,
          expiresAt: row.expires_at.getTime(),
        }
      );
    },

    async bySecretHash(secretHash: string): Promise<Session | undefined> {
      const row = await bySecret(secretHash);
      return row && session(row);
    },

    async withPerson(secretHash: string): Promise<SessionWithPerson | undefined> {
      const row = await bySecretWithPerson(secretHash);
      if (row === undefined) return undefined;
      return {
        session: session(row),
        person: row.person === null ? undefined : readPersonFacts(row as PersonFactsRow),
      };
    },

    async byId(id: string): Promise<Session | undefined> {
      const result = await pool.query<SessionRow>({
        name: 'session-by-id',
        text: `SELECT ${sessionColumns} FROM hub.session WHERE id = $1`,
        values: [id],
      });
      return result.rows[0] && session(result.rows[0]);
    },

    /** Sessions of a person that have not ended, newest first; at most 200. */
    async ofPerson(person: string): Promise<readonly Session[]> {
      const result = await pool.query<SessionRow>(
        `SELECT ${sessionColumns} FROM hub.session WHERE person = $1 AND ended_at IS NULL ORDER BY started_at DESC LIMIT 200`,
        [person],
      );
      return result.rows.map(session);
    },

    /** Sessions that have not ended although their idle or absolute limit has passed at `now`. */
    async overdue(now: EpochMs, limit: number): Promise<readonly Session[]> {
      const result = await pool.query<SessionRow>(
        `SELECT ${sessionColumns} FROM hub.session
         WHERE ended_at IS NULL AND least(idle_until, absolute_until) <= to_timestamp($1 / 1000.0) ORDER BY started_at LIMIT $2`,
        [now, limit],
      );
      return result.rows.map(session);
    },

    async ofClosedPeople(limit: number): Promise<readonly Session[]> {
      const result = await pool.query<SessionRow>(
        `SELECT ${sessionColumns} FROM hub.session s
         WHERE ended_at IS NULL AND EXISTS (SELECT FROM hub.person p WHERE p.id = s.person AND p.closed) ORDER BY started_at LIMIT $1`,
        [limit],
      );
      return result.rows.map(session);
    },

    async ofEndedAssignments(now: EpochMs, limit: number): Promise<readonly Session[]> {
      const result = await pool.query<SessionRow>(
        `SELECT ${sessionColumns} FROM hub.session s
         WHERE ended_at IS NULL AND assignment IS NOT NULL AND NOT EXISTS (SELECT FROM hub.assignment a
           WHERE a.id = s.assignment AND a.person = s.person AND (a.valid_until IS NULL OR a.valid_until > to_timestamp($1 / 1000.0)))
         ORDER BY started_at LIMIT $2`,
        [now, limit],
      );
      return result.rows.map(session);
    },

    /** Sessions that were given one of these marks and have not ended; at most 200. */
    async marked(marks: readonly string[]): Promise<readonly Session[]> {
      const result = await pool.query<SessionRow>(
        `SELECT ${sessionColumns} FROM hub.session WHERE ended_at IS NULL
         AND id IN (SELECT session FROM hub.session_login WHERE mark = ANY ($1)) ORDER BY started_at DESC LIMIT 200`,
        [marks],
      );
      return result.rows.map(session);
    },

    async loginEnds(marks: readonly string[]): Promise<ReadonlyMap<string, LoginEnd>> {
      const result = await pool.query<{ mark: string; at: Date; taken_at: Date | null }>({
        name: 'login-ends',
        text: 'SELECT mark, at, taken_at FROM hub.login_end WHERE mark = ANY ($1)',
        values: [marks],
      });
      return new Map(
        result.rows.map(({ mark, at, taken_at: taken }) => [mark, { at: at.getTime(), takenAt: taken?.getTime() }]),
      );
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
