// Reads what OAuth tickets rest on: pushed requests, codes, grants, refresh tokens, revoked token ids.
import type pg from 'pg';
import type { EpochMs } from '../../../base/clock.ts';
import type { PersonFacts } from '../../../core/directory/index.ts';
import type {
  AuthorizationCode,
  CodeFacts,
  Grant,
  GrantReads,
  PushedRequest,
  RefreshFacts,
  TokenState,
} from '../../../core/grants/index.ts';
import { type OpenDocument, readSession, type SessionRow } from './logins.ts';

/** Reads of grants. Expiry and binding are core/grants' rules. `personFacts` is the directory's. */
export function grantStore(
  pool: pg.Pool,
  open: OpenDocument,
  personFacts: (id: string) => Promise<PersonFacts | undefined>,
): GrantReads {
  return {
    /** A pushed request, and whether it was spent. */
    async pushedRequest(hash: string): Promise<(PushedRequest & { spent: boolean }) | undefined> {
      const result = await pool.query<{ doc: PushedRequest['request']; expires_at: Date; spent: boolean }>({
        name: 'pushed-request',
        text: `SELECT p.doc, p.expires_at, EXISTS (SELECT 1 FROM hub.claim c WHERE c.scope = 'request_uri' AND c.key = p.hash AND c.until >= p.expires_at) AS spent
               FROM hub.pushed_request p WHERE p.hash = $1`,
        values: [hash],
      });
      const row = result.rows[0];
      return row && { hash, request: row.doc, expiresAt: row.expires_at.getTime(), spent: row.spent };
    },

    async code(hash: string, now: EpochMs): Promise<CodeFacts | undefined> {
      const result = await pool.query<{ doc: AuthorizationCode; redeemed: boolean; session_live: boolean }>({
        name: 'code',
        text: `SELECT c.doc, g.id IS NOT NULL AS redeemed,
                 s.id IS NOT NULL AND s.ended_at IS NULL AND s.absolute_until > to_timestamp($2 / 1000.0) AS session_live
               FROM hub.oauth_code c LEFT JOIN hub.oauth_grant g ON g.id = c.grant_id
               LEFT JOIN hub.session s ON s.id = c.doc #>> '{grant,about,session}'
               WHERE c.hash = $1`,
        values: [hash, now],
      });
      const row = result.rows[0];
      return row && { ...row.doc, redeemed: row.redeemed, sessionLive: row.session_live };
    },

    /** A refresh token with its grant, session and person as they stand now. */
    async refreshToken(hash: string): Promise<RefreshFacts | undefined> {
      const result = await pool.query<
        {
          issued_at: Date;
          expires_at: Date;
          superseded_at: Date | null;
          doc: Grant;
          revoked_at: Date | null;
        } & { [Column in keyof SessionRow]: SessionRow[Column] | null }
      >({
        name: 'refresh-token',
        text: `SELECT t.issued_at, t.expires_at, t.superseded_at, g.doc, g.revoked_at,
                 s.id, s.sealed, s.seen_at, s.idle_until, s.absolute_until, s.ended_at, s.ended_by
               FROM hub.refresh_token t JOIN hub.oauth_grant g ON g.id = t.grant_id LEFT JOIN hub.session s ON s.id = g.session
               WHERE t.hash = $1`,
        values: [hash],
      });
      const row = result.rows[0];
      if (!row) return undefined;
      return {
        hash,
        grant: { ...row.doc, revokedAt: row.revoked_at?.getTime() },
        issuedAt: row.issued_at.getTime(),
        expiresAt: row.expires_at.getTime(),
        supersededAt: row.superseded_at?.getTime(),
        session: row.id === null ? undefined : readSession(row as SessionRow, open),
        person: await personFacts(row.doc.about.person),
      };
    },

    async grant(id: string): Promise<Grant | undefined> {
      const result = await pool.query<{ doc: Grant; revoked_at: Date | null }>({
        name: 'grant',
        text: 'SELECT doc, revoked_at FROM hub.oauth_grant WHERE id = $1',
        values: [id],
      });
      const row = result.rows[0];
      return row && { ...row.doc, revokedAt: row.revoked_at?.getTime() };
    },

    /** What introspection asks of an access token: was it revoked by id, did its grant or its session end. */
    async tokenState(jti: string, grant: string | undefined, now: EpochMs): Promise<TokenState> {
      const result = await pool.query<{ revoked: boolean; grant_live: boolean | null; session_live: boolean | null }>({
        name: 'token-state',
        text: `SELECT EXISTS (SELECT 1 FROM hub.claim WHERE scope = 'token' AND key = $1) AS revoked,
                 g.revoked_at IS NULL AND g.id IS NOT NULL AS grant_live,
                 CASE WHEN g.session IS NULL THEN true
                      ELSE s.id IS NOT NULL AND s.ended_at IS NULL AND s.absolute_until > to_timestamp($3 / 1000.0) END AS session_live
               FROM (SELECT 1) one LEFT JOIN hub.oauth_grant g ON g.id = $2 LEFT JOIN hub.session s ON s.id = g.session`,
        values: [jti, grant ?? null, now],
      });
      const row = result.rows[0];
      const ofGrant = grant !== undefined;
      return {
        revoked: row?.revoked ?? true,
        grantLive: !ofGrant || (row?.grant_live ?? false),
        sessionLive: !ofGrant || (row?.session_live ?? false),
      };
    },
  };
}
