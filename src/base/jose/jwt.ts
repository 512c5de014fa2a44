// The registered claims of a JWT (RFC 7519 section 4.1) as typed values, and their times.
import type { EpochMs, EpochSeconds } from '../clock.ts';
import { type JsonFault, type JsonObject, type JsonValue, parseJsonObject } from './strict-json.ts';

export interface JwtClaims {
  readonly iss?: string;
  readonly sub?: string;
  readonly aud?: string | readonly string[];
  readonly exp?: EpochSeconds;
  readonly nbf?: EpochSeconds;
  readonly iat?: EpochSeconds;
  readonly jti?: string;
  /** Every claim as sent. */
  readonly all: JsonObject;
}

export type ClaimName = 'iss' | 'sub' | 'aud' | 'exp' | 'nbf' | 'iat' | 'jti';
export type ClaimsFault = `claims.${JsonFault | ClaimName}`;
export type ClaimsReading =
  | { readonly ok: true; readonly claims: JwtClaims }
  | { readonly ok: false; readonly reason: ClaimsFault };

/**
 * Reads the claims set. A registered claim of the wrong type refuses the whole token, naming the claim; a `jti`
 * has 1 to 256 printable characters. `numericStrings` also takes times written as decimal strings: some clients
 * in the field send `"iat": "1677743803"`, against RFC 7519 2 (NumericDate).
 */
export function readClaims(payload: Buffer, options: { readonly numericStrings?: boolean } = {}): ClaimsReading {
  const parsed = parseJsonObject(payload);
  if (!parsed.ok) return { ok: false, reason: `claims.${parsed.reason}` };
  const all = parsed.value;
  const { iss, sub, aud, jti } = all;
  if (!isTextOrAbsent(iss)) return fault('iss');
  if (!isTextOrAbsent(sub)) return fault('sub');
  if (!isAudienceOrAbsent(aud)) return fault('aud');
  if (!isTextOrAbsent(jti) || (jti !== undefined && !isTokenId(jti))) return fault('jti');
  const exp = readTime(all.exp, options);
  if (exp === wrong) return fault('exp');
  const nbf = readTime(all.nbf, options);
  if (nbf === wrong) return fault('nbf');
  const iat = readTime(all.iat, options);
  if (iat === wrong) return fault('iat');
  const claims: { -readonly [name in keyof JwtClaims]: JwtClaims[name] } = { all };
  if (iss !== undefined) claims.iss = iss;
  if (sub !== undefined) claims.sub = sub;
  if (aud !== undefined) claims.aud = aud;
  if (exp !== undefined) claims.exp = exp;
  if (nbf !== undefined) claims.nbf = nbf;
  if (iat !== undefined) claims.iat = iat;
  if (jti !== undefined) claims.jti = jti;
  return { ok: true, claims };
}

export interface TimeRules {
  /** How far ahead of us `iat` and `nbf` may be. Default 10; over 60 counts as 60. */
  readonly leewayFutureSeconds?: number;
}
export type TimesCheck = { readonly ok: true } | { readonly ok: false; readonly reason: TimeFault };
export type TimeFault = 'expired' | 'notYetValid' | 'issuedInFuture';

/** FAPI 2.0 Security Profile 5.3.2.1 clause 13: 10 s ahead must be accepted, over 60 s must be refused. */
export const defaultLeewayFutureSeconds = 10;
const greatestLeewayFutureSeconds = 60;

/** The last instant at which an `iat` or `nbf` may stand: `now` and the leeway, in ms. */
export function latestStart(now: EpochMs, leewayFutureSeconds = defaultLeewayFutureSeconds): EpochMs {
  return now + Math.min(leewayFutureSeconds, greatestLeewayFutureSeconds) * 1000;
}

/** RFC 7519 4.1.4 to 4.1.6: `exp` not reached (no leeway), `nbf` and `iat` not further ahead than the leeway. Absent claims pass. */
export function checkTimes(claims: JwtClaims, now: EpochMs, rules: TimeRules = {}): TimesCheck {
  const latest = latestStart(now, rules.leewayFutureSeconds);
  if (claims.exp !== undefined && now >= claims.exp * 1000) return { ok: false, reason: 'expired' };
  if (claims.nbf !== undefined && claims.nbf * 1000 > latest) return { ok: false, reason: 'notYetValid' };
  if (claims.iat !== undefined && claims.iat * 1000 > latest) return { ok: false, reason: 'issuedInFuture' };
  return { ok: true };
}

const longestTokenId = 256;

/** Whether a text can stand as `jti`: a key in our claims table, so bounded and without control characters. */
function isTokenId(jti: string): boolean {
  if (jti.length === 0 || jti.length > longestTokenId) return false;
  for (let at = 0; at < jti.length; at++) {
    const unit = jti.charCodeAt(at);
    if (unit < 0x20 || unit === 0x7f) return false;
  }
  return true;
}

const wrong = Symbol('wrong');
/** The last instant that ECMAScript's time values reach, in seconds. */
const greatestTime: EpochSeconds = 8.64e12;

function readTime(
  value: JsonValue | undefined,
  options: { numericStrings?: boolean },
): EpochSeconds | undefined | typeof wrong {
  if (value === undefined) return undefined;
  if (typeof value === 'number') return value >= 0 && value <= greatestTime ? value : wrong;
  if (options.numericStrings === true && typeof value === 'string' && /^\d{1,12}$/.test(value)) return Number(value);
  return wrong;
}

function isTextOrAbsent(value: JsonValue | undefined): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

function isAudienceOrAbsent(value: JsonValue | undefined): value is string | readonly string[] | undefined {
  return isTextOrAbsent(value) || (Array.isArray(value) && value.every((item) => typeof item === 'string'));
}

function fault(claim: ClaimName): ClaimsReading {
  return { ok: false, reason: `claims.${claim}` };
}
