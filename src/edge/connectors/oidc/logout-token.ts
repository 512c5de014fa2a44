// Judging a logout token of a provider: what it says has ended, or the check that it does not pass. Ends nothing itself.
import type { EpochMs } from '../../../base/clock.ts';
import { allAlgorithms, parseCompactJws, readClaims, verifyJws } from '../../../base/jose/index.ts';
import { presetOf } from '../../../core/catalogue/index.ts';
import type { UpstreamEnd } from '../../../core/sessions/index.ts';
import { type AnswerCheck, firstFailed } from './checks.ts';
import { UpstreamFailure } from './failure.ts';
import { type LogoutChecks, type LogoutFacts, logoutChecks } from './logout-checks.ts';
import type { UpstreamProvider } from './ports.ts';
import type { MetadataReader } from './provider-metadata.ts';

export type LogoutVerdict =
  | { readonly kind: 'ended'; readonly end: UpstreamEnd; readonly jti: string; readonly expiresAt: EpochMs }
  | { readonly kind: 'refused'; readonly check: string; readonly clause: string }
  /** The provider's keys cannot be had now: it may send the token again. */
  | { readonly kind: 'unavailable'; readonly because: string };

/** The longest `logout_token`; real ones have less than 1 kB. */
export const longestLogoutToken = 8192;

const refusal = ({ name, clause }: Pick<AnswerCheck<never>, 'name' | 'clause'>): LogoutVerdict => ({
  kind: 'refused',
  check: name,
  clause,
});

const unreadable = refusal({
  name: 'logout.readable',
  clause: 'Back-Channel Logout 2.4, RFC 7515 4.1.11, 7.1: a compact JWS without critical extensions, over claims',
});

/** Judges it (2.6). Keys are looked for only when all else is right, and never more often than the reader lets strangers. */
export async function judgeLogoutToken(
  reader: MetadataReader,
  provider: UpstreamProvider,
  token: string,
  now: EpochMs,
  checks: LogoutChecks = logoutChecks,
): Promise<LogoutVerdict> {
  const parsed = parseCompactJws(token, { maxLength: longestLogoutToken });
  const reading = parsed.ok ? readClaims(parsed.jws.payload) : undefined;
  if (!parsed.ok || reading?.ok !== true) return unreadable;
  const { jws } = parsed;
  const { claims } = reading;
  const facts: LogoutFacts = { provider, preset: presetOf(provider.upstream), jws, claims, now };
  const first = firstFailed(checks.token, facts);
  if (first !== undefined) return refusal(first);
  const known = await reader.of(provider.upstream, jws.header.kid, 'logout').catch((failure: unknown) => {
    if (failure instanceof UpstreamFailure) return failure;
    throw failure;
  });
  if (known instanceof UpstreamFailure) return { kind: 'unavailable', because: known.message };
  const verified = verifyJws(jws, known.keys, { algorithms: allAlgorithms });
  const second = firstFailed(checks.signature, { ...facts, verified });
  return second === undefined ? ended(facts) : refusal(second);
}

/** What a token that passed every check says. */
function ended({ provider, claims, now }: LogoutFacts): LogoutVerdict {
  const { sub, jti = '', exp = 0, iat, all } = claims;
  return {
    kind: 'ended',
    jti,
    expiresAt: exp * 1000,
    end: {
      provider: provider.id,
      issuer: provider.upstream.issuer,
      subject: sub,
      session: typeof all.sid === 'string' ? all.sid : undefined,
      at: iat === undefined ? now : iat * 1000,
    },
  };
}
