// Makes a test token and its proof from a request: what is asked for, and one named thing wrong with it where that is asked.
import { newToken } from '../../../base/ids.ts';
import { generateSigningKey, type SigningKey, signCompact } from '../../../base/jose/index.ts';
import type { DemoPerson } from '../people.ts';
import { type Claims, clientClaims, trustFrameworkClaims, userClaims } from './claims.ts';
import { makeProof, proofKey } from './proof.ts';
import type { TestTokenRequest } from './wire-request.ts';

export interface TestTokenFacts {
  /** The service's own address: the issuer of its tokens, never the hub's. */
  readonly issuer: string;
  readonly key: SigningKey;
  readonly people: readonly DemoPerson[];
  /** Seconds. */
  readonly now: number;
}

export interface TestTokens {
  readonly accessTokenJwt: string;
  readonly dPoPProof?: string | undefined;
}

const usualSeconds = 600;
const daySeconds = 86_400;

/** The tokens that a request asks for. Throws a Problem when its private key cannot be read. */
export function createTestTokens(request: TestTokenRequest, facts: TestTokenFacts): TestTokens {
  const { issuer, people, now } = facts;
  const proofs = request.dPoPProofParameters ?? {};
  const binding =
    request.createDPoPTokenWithDPoPProof === true ? proofKey(proofs.privateKeyForProofCreation) : undefined;
  const user = userClaims(request, people);
  const [pid, hpr] = [user['helseid://claims/identity/pid'], user['helseid://claims/hpr/hpr_number']];
  const claims: Claims = {
    ...user,
    ...clientClaims(request),
    ...trustFrameworkClaims(request, pid, hpr),
    ...Object.fromEntries((request.apiSpecificClaims ?? []).map(({ type, value }) => [type, value])),
    ...times(request, now),
    iss: request.setInvalidIssuer === true ? `${issuer}/invalid` : issuer,
    aud: request.setInvalidAudience === true ? `${request.audience}:invalid` : request.audience,
    ...confirmation(request, binding?.signing),
  };
  claims.jti ??= newToken(16);
  const key = request.signJwtWithInvalidSigningKey === true ? strangerWith(facts.key) : facts.key;
  const accessTokenJwt = signCompact({ typ: request.headerParameters?.typ || 'at+jwt' }, JSON.stringify(claims), key);
  if (binding === undefined) return { accessTokenJwt };
  const dPoPProof = makeProof({
    key: binding,
    accessToken: accessTokenJwt,
    htm: proofs.htmClaimValue || 'GET',
    htu: proofs.htuClaimValue || 'https://localhost/',
    jti: newToken(16),
    now,
    fault: proofs.invalidDPoPProofParameters ?? 'None',
  });
  return { accessTokenJwt, dPoPProof };
}

function times({ expirationParameters = {} }: TestTokenRequest, now: number): Claims {
  const { setExpirationTimeAsExpired, expirationTimeInSeconds, expirationTimeInDays } = expirationParameters;
  if (setExpirationTimeAsExpired === true)
    return {
      iat: now - 2 * usualSeconds,
      nbf: now - 2 * usualSeconds,
      auth_time: now - 2 * usualSeconds,
      exp: now - usualSeconds,
    };
  const seconds = expirationTimeInSeconds || (expirationTimeInDays ?? 0) * daySeconds || usualSeconds;
  return { iat: now, nbf: now, auth_time: now, exp: now + seconds };
}

/** The key that the token is bound to: of the proof, or named by the developer for a proof of their own. */
function confirmation({ clientClaimsParameters }: TestTokenRequest, proof: SigningKey | undefined): Claims {
  if (clientClaimsParameters?.cnfJkt) return { cnf: { jkt: clientClaimsParameters.cnfJkt } };
  if (proof !== undefined) return { cnf: { jkt: proof.kid } };
  return {};
}

/** Another key under the same name: a verifier that looks at `kid` alone would be taken in. */
const strangerWith = (key: SigningKey): SigningKey =>
  generateSigningKey(key.alg, { kid: key.kid, modulusBits: 2048 }).key;
