// Reads what OAuth tickets rest on: pushed requests, codes, grants, refresh tokens, revoked token ids.
import type pg from 'pg';
import type { EpochMs } from '../../../base/clock.ts';
import type { AuthorizationCode, Grant, PushedRequest, RefreshToken } from '../../../core/grants/index.ts';

/** Reads of grants; each is one round trip. Expiry and binding are the caller's rules. */
export function grantStore(pool: pg.Pool) {
  return {
    /** A pushed request, and whether it was spent. */
    async pushedRequest(hash: string): Promise<(PushedRequest & { spent: boolean }) | undefined> {
      const result = await pool.query<{ doc: PushedRequest['request']; expires_at: Date; spent: boolean }>({
        name: 'pushed-request',
        text: `SELECT p.doc, p.expires_at, EXISTS (SELECT 1 FROM hub.claim c WHERE c.scope = 'request_uri' AND c.key = p.hash) AS spent
               FROM hub.pushed_request p WHERE p.hash = $1`,
        values: [hash],
      });
      const row = result.rows[0];
      return row && { hash, request: row.doc, expiresAt: row.expires_at.getTime(), spent: row.spent };
    },

    async code(hash: string): Promise<AuthorizationCode | undefined> {
      const result = await pool.query<{ doc: AuthorizationCode }>({
        name: 'code',
        text: 'SELECT doc FROM hub.oauth_code WHERE hash = $1',
        values: [hash],
      });
      return result.rows[0]?.doc;
    },

    /** A refresh token with its grant as it stands now. */
    async refreshToken(hash: string): Promise<RefreshToken | undefined> {
      const result = await pool.query<{
        issued_at: Date;
        expires_at: Date;
        superseded_at: Date | null;
        doc: Grant;
        revoked_at: Date | null;
      }>({
        name: 'refresh-token',
        text: `SELECT t.issued_at, t.expires_at, t.superseded_at, g.doc, g.revoked_at
               FROM hub.refresh_token t JOIN hub.oauth_grant g ON g.id = t.grant_id WHERE t.hash = $1`,
        values: [hash],
      });
      const row = result.rows[0];
      return (
        row && {
          hash,
          grant: { ...row.doc, revokedAt: row.revoked_at?.getTime() },
          issuedAt: row.issued_at.getTime(),
          expiresAt: row.expires_at.getTime(),
          supersededAt: row.superseded_at?.getTime(),
        }
      );
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
    async tokenState(
      jti: string,
      grant: string | undefined,
      now: EpochMs,
    ): Promise<{ revoked: boolean; grantLive: boolean; sessionLive: boolean }> {
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
export type GrantStore = ReturnType<typeof grantStore>;
