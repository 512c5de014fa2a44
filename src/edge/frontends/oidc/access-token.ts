// An access token of ours that comes back: read, verified, and turned into the few values that endpoints ask for.
import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type EpochMs, secondMs } from '../../../base/clock.ts';
import {
  type AlgorithmName,
  type CompactJws,
  checkTimes,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  mediaType,
  parseCompactJws,
  readClaims,
  type VerifyKey,
  verifyJws,
} from '../../../base/jose/index.ts';
import { type CatalogueSnapshot, ticketAlgorithms } from '../../../core/catalogue/index.ts';
import type { GrantReads, TokenState } from '../../../core/grants/index.ts';

export interface ReadAccessToken {
  readonly jti: string;
  readonly client: string;
  readonly subject: string;
  readonly audience: string;
  readonly scope: readonly string[];
  readonly expiresAt: EpochMs;
  /** Thumbprint of the key that it is bound to; undefined for a Bearer token. */
  readonly jkt: string | undefined;
  /** Absent for a machine. */
  readonly grant: string | undefined;
  readonly claims: JsonObject;
}

export type AccessTokenReading =
  | { readonly ok: true; readonly token: ReadAccessToken }
  | { readonly ok: false; readonly failed: 'malformed' | 'type' | 'issuer' | 'claims' | 'signature' | 'expired' };

/** Whatever profiles and APIs may name: which keys are an issuer's decides what is believed. */
const algorithms: ReadonlySet<AlgorithmName> = new Set(ticketAlgorithms);

/** Reads and verifies an access token of this issuer (RFC 9068 4). Never throws. */
export function readAccessToken(
  text: string,
  expected: {
    readonly issuer: string;
    readonly keys: readonly VerifyKey[];
    readonly now: EpochMs;
    readonly catalogue: Pick<CatalogueSnapshot, 'apis'>;
  },
): AccessTokenReading {
  const parsed = parseCompactJws(text);
  if (!parsed.ok) return { ok: false, failed: 'malformed' };
  const { header } = parsed.jws;
  // An ID token or a logout token is signed with the same keys: its type tells it apart (RFC 9068 4 step 1).
  const type = header.typ === undefined ? undefined : mediaType(header.typ);
  if (type !== 'at+jwt' && type !== 'jwt') return { ok: false, failed: 'type' };
  const reading = readClaims(parsed.jws.payload);
  if (!reading.ok) return { ok: false, failed: 'malformed' };
  const { iss, sub, aud, jti, exp, all } = reading.claims;
  if (iss !== expected.issuer) return { ok: false, failed: 'issuer' };
  const { client_id: client, scope = '', grant_id: grant, cnf } = all;
  const jkt = cnf === undefined ? undefined : isJsonObject(cnf) ? cnf.jkt : null;
  if (sub === undefined || typeof aud !== 'string' || jti === undefined || exp === undefined)
    return { ok: false, failed: 'claims' };
  // For an API whose tokens have the type of ID tokens, its audience does, and `client_id`, which no ID token has.
  if (type === 'jwt' && !hasPlainType(aud, expected.catalogue)) return { ok: false, failed: 'type' };
  const scopes = scopesIn(scope);
  if (typeof client !== 'string' || scopes === undefined) return { ok: false, failed: 'claims' };
  if (!isTextOrAbsent(grant) || !isTextOrAbsent(jkt)) return { ok: false, failed: 'claims' };
  if (!signedByUs(text, parsed.jws, expected.keys)) return { ok: false, failed: 'signature' };
  if (!checkTimes(reading.claims, expected.now).ok) return { ok: false, failed: 'expired' };
  return {
    ok: true,
    token: {
      jti,
      client,
      subject: sub,
      audience: aud,
      scope: scopes,
      expiresAt: exp * secondMs,
      jkt,
      grant,
      claims: all,
    },
  };
}

/**
 * Signatures found good, by the digest of the whole token and by the list of keys: a resource server asks about one
 * token again and again. Only the arithmetic is remembered; times, revocation and sessions are looked at every time.
 */
const found = new WeakMap<readonly VerifyKey[], LRUCache<string, true>>();
const foundAtMost = 5000;

function signedByUs(text: string, jws: CompactJws, keys: readonly VerifyKey[]): boolean {
  const good = found.get(keys) ?? new LRUCache<string, true>({ max: foundAtMost });
  found.set(keys, good);
  const digest = hash('sha256', text, 'base64url');
  if (good.get(digest) === true) return true;
  if (!verifyJws(jws, keys, { algorithms }).ok) return false;
  good.set(digest, true);
  return true;
}

/** Whether a read token still holds; nothing is asked about one that did not verify. */
export const stateOf = (
  reads: GrantReads,
  reading: AccessTokenReading | undefined,
  now: EpochMs,
): Promise<TokenState | undefined> =>
  reading?.ok === true ? reads.tokenState(reading.token.jti, reading.token.grant, now) : Promise.resolve(undefined);

export const isLive = (state: TokenState | undefined): boolean =>
  state !== undefined && !state.revoked && state.grantLive && state.sessionLive;

/** `scope` as one text (RFC 9068 2.2.3) or as a list (profile helseid); undefined when it is neither. */
function scopesIn(scope: JsonValue): readonly string[] | undefined {
  if (typeof scope === 'string') return scope.split(' ').filter((each) => each !== '');
  if (!Array.isArray(scope)) return undefined;
  const texts = scope.filter((each) => typeof each === 'string');
  return texts.length === scope.length ? texts : undefined;
}

const isTextOrAbsent = (value: unknown): value is string | undefined =>
  value === undefined || typeof value === 'string';

const hasPlainType = (audience: string, { apis }: Pick<CatalogueSnapshot, 'apis'>): boolean =>
  [...apis.values()].some((api) => api.audience === audience && api.accessTokenType === 'JWT');
