// Reads what OAuth tickets rest on: pushed requests, codes, grants, refresh tokens, revoked token ids.
import type pg from 'pg';
import type { EpochMs } from '../../../base/clock.ts';
import {
  type AuthorizationCode,
  type CodeFacts,
  type Grant,
  type GrantHolder,
  type GrantReads,
  type PushedRequest,
  type RefreshFacts,
  spendPushed,
  type TokenState,
} from '../../../core/grants/index.ts';
import { type PersonFactsRow, personFactsSql, readPersonFacts } from './directory.ts';
import { type OpenDocument, readSession, type SessionRow } from './logins.ts';
import { sharedRead } from './shared-read.ts';

/** How long after a pushed request's end its claim ends, by core's own rule: so that one partition is looked at. */
const spentAfter = `make_interval(secs => ${spendPushed('', 0).until / 1000})`;

/** A session carries tickets until it ends; somebody who was closed has none left, whoever gets round to ending it. */
const sessionLive = `s.id IS NOT NULL AND s.ended_at IS NULL AND s.absolute_until > to_timestamp(k.at / 1000.0)
                 AND NOT EXISTS (SELECT 1 FROM hub.person p WHERE p.id = s.person AND p.closed)`;

/** Columns of keys that are single texts. */
const texts = (keys: readonly string[]): unknown[] => [keys];

interface PushedRow {
  readonly n: number;
  readonly doc: PushedRequest['request'];
  readonly expires_at: Date;
  readonly spent: boolean;
}

interface CodeRow {
  readonly n: number;
  readonly doc: AuthorizationCode;
  readonly redeemed: boolean;
  readonly session_live: boolean;
}

type RefreshRow = HolderRow & {
  readonly issued_at: Date;
  readonly expires_at: Date;
  readonly superseded_at: Date | null;
};

type HolderRow = { readonly n: number; readonly doc: Grant; readonly revoked_at: Date | null } & {
  readonly [Column in keyof SessionRow]: SessionRow[Column] | null;
} & {
  readonly [Column in keyof PersonFactsRow]: PersonFactsRow[Column] | null;
};

interface TokenStateRow {
  readonly n: number;
  readonly revoked: boolean;
  readonly grant_live: boolean | null;
  readonly session_live: boolean | null;
}

/** Reads of grants, shared by concurrent requests. Expiry and binding are core/grants' rules. */
export function grantStore(pool: pg.Pool, open: OpenDocument): GrantReads {
  const readPushed = sharedRead<string, PushedRow>(pool, {
    name: 'pushed-requests',
    text: `SELECT k.n::int AS n, p.* FROM unnest($1::text[]) WITH ORDINALITY AS k(hash, n) CROSS JOIN LATERAL (
             SELECT p.doc, p.expires_at, EXISTS (SELECT 1 FROM hub.claim c WHERE c.scope = 'request_uri' AND c.key = p.hash AND c.until = p.expires_at + ${spentAfter}) AS spent
             FROM hub.pushed_request p WHERE p.hash = k.hash LIMIT 1) p`,
    columns: texts,
  });
  const readCode = sharedRead<{ readonly hash: string; readonly now: EpochMs }, CodeRow>(pool, {
    name: 'codes',
    text: `SELECT k.n::int AS n, c.* FROM unnest($1::text[], $2::float8[]) WITH ORDINALITY AS k(hash, at, n) CROSS JOIN LATERAL (
             SELECT c.doc, g.id IS NOT NULL AS redeemed,
               ${sessionLive} AS session_live
             FROM hub.oauth_code c LEFT JOIN hub.oauth_grant g ON g.id = c.grant_id
             LEFT JOIN hub.session s ON s.id = c.doc #>> '{grant,about,session}'
             WHERE c.hash = k.hash LIMIT 1) c`,
    columns: (keys) => [keys.map(({ hash }) => hash), keys.map(({ now }) => now)],
  });
  const readRefresh = sharedRead<string, RefreshRow>(pool, {
    name: 'refresh-tokens',
    text: `SELECT k.n::int AS n, t.* FROM unnest($1::text[]) WITH ORDINALITY AS k(hash, n) CROSS JOIN LATERAL (
             SELECT t.issued_at, t.expires_at, t.superseded_at, g.doc, g.revoked_at,
               s.id, s.sealed, s.seen_at, s.idle_until, s.absolute_until, s.ended_at, s.ended_by, f.*
             FROM hub.refresh_token t JOIN hub.oauth_grant g ON g.id = t.grant_id LEFT JOIN hub.session s ON s.id = g.session
             LEFT JOIN LATERAL (${personFactsSql('g.person')}) f ON true
             WHERE t.hash = k.hash LIMIT 1) t`,
    columns: texts,
  });
  const readHolder = sharedRead<string, HolderRow>(pool, {
    name: 'grant-holders',
    text: `SELECT k.n::int AS n, t.* FROM unnest($1::text[]) WITH ORDINALITY AS k(id, n) CROSS JOIN LATERAL (
             SELECT g.doc, g.revoked_at, s.id, s.sealed, s.seen_at, s.idle_until, s.absolute_until, s.ended_at, s.ended_by, f.*
             FROM hub.oauth_grant g LEFT JOIN hub.session s ON s.id = g.session
             LEFT JOIN LATERAL (${personFactsSql('g.person')}) f ON true
             WHERE g.id = k.id LIMIT 1) t`,
    columns: texts,
  });
  const readTokenState = sharedRead<
    { readonly jti: string; readonly grant: string | undefined; readonly now: EpochMs },
    TokenStateRow
  >(pool, {
    name: 'token-states',
    text: `SELECT k.n::int AS n, t.* FROM unnest($1::text[], $2::text[], $3::float8[]) WITH ORDINALITY AS k(jti, grant_id, at, n) CROSS JOIN LATERAL (
             SELECT EXISTS (SELECT 1 FROM hub.claim WHERE scope = 'token' AND key = k.jti) AS revoked,
               g.revoked_at IS NULL AND g.id IS NOT NULL AS grant_live,
               CASE WHEN g.session IS NULL THEN true
                    ELSE ${sessionLive} END AS session_live
             FROM (SELECT 1) one LEFT JOIN hub.oauth_grant g ON g.id = k.grant_id LEFT JOIN hub.session s ON s.id = g.session LIMIT 1) t`,
    columns: (keys) => [keys.map(({ jti }) => jti), keys.map(({ grant }) => grant ?? null), keys.map(({ now }) => now)],
  });

  return {
    /** A pushed request, and whether it was spent. */
    async pushedRequest(hash: string): Promise<(PushedRequest & { spent: boolean }) | undefined> {
      const row = await readPushed(hash);
      return row && { hash, request: row.doc, expiresAt: row.expires_at.getTime(), spent: row.spent };
    },

    async code(hash: string, now: EpochMs): Promise<CodeFacts | undefined> {
      const row = await readCode({ hash, now });
      return row && { ...row.doc, redeemed: row.redeemed, sessionLive: row.session_live };
    },

    /** A refresh token with its grant, session and person as they stand now. */
    async refreshToken(hash: string): Promise<RefreshFacts | undefined> {
      const row = await readRefresh(hash);
      if (!row) return undefined;
      return {
        hash,
        ...holderOf(row, open),
        issuedAt: row.issued_at.getTime(),
        expiresAt: row.expires_at.getTime(),
        supersededAt: row.superseded_at?.getTime(),
      };
    },

    async holder(id: string): Promise<GrantHolder | undefined> {
      const row = await readHolder(id);
      return row && holderOf(row, open);
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
      const row = await readTokenState({ jti, grant, now });
      const ofGrant = grant !== undefined;
      return {
        revoked: row?.revoked ?? true,
        grantLive: !ofGrant || (row?.grant_live ?? false),
        sessionLive: !ofGrant || (row?.session_live ?? false),
      };
    },
  };
}

/** Grant, session and person of a row. */
const holderOf = (row: HolderRow, open: OpenDocument): GrantHolder => ({
  grant: { ...row.doc, revokedAt: row.revoked_at?.getTime() },
  session: row.id === null ? undefined : readSession(row as SessionRow, open),
  person: row.person === null ? undefined : readPersonFacts(row as PersonFactsRow),
});
