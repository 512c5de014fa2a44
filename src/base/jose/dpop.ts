// DPoP proofs (RFC 9449): reading one, and the list of checks of section 4.3 in its order.
import { hash } from 'node:crypto';
import type { EpochMs, EpochSeconds } from '../clock.ts';
import { type AlgorithmName, algorithmNamed, fapiAlgorithms } from './algorithms.ts';
import { type Check, firstFailed } from './check.ts';
import { type CompactJws, type JwsFault, mediaType, parseCompactJws } from './compact-jws.ts';
import { sameHttpUri } from './http-uri.ts';
import { hasPrivateMember, importPublicMembers, type JwkFault, type VerifyKey } from './jwk.ts';
import { signedWith } from './jws.ts';
import { type ClaimsFault, type JwtClaims, readClaims } from './jwt.ts';
import { isJsonObject, type JsonObject } from './strict-json.ts';

/** A proof as sent: well-formed, not yet believed. */
export interface DpopProof {
  /** How many DPoP header fields the request had. */
  readonly headerCount: number;
  readonly jws: CompactJws;
  readonly claims: JwtClaims;
  readonly htm: string | undefined;
  readonly htu: string | undefined;
  readonly ath: string | undefined;
  /** Undefined when absent or empty. */
  readonly nonce: string | undefined;
  /** The key of the header's `jwk`, by its public members. */
  readonly key: VerifyKey;
  readonly hasPrivateKey: boolean;
}

export type DpopFault =
  | 'absent'
  | 'jwk'
  | `jwk.${JwkFault}`
  | 'claims.htm'
  | 'claims.htu'
  | 'claims.ath'
  | 'claims.nonce'
  | JwsFault
  | ClaimsFault;
export type DpopParse =
  | { readonly ok: true; readonly proof: DpopProof }
  | { readonly ok: false; readonly reason: DpopFault };

export interface DpopExpected {
  /** The method and the URI of the request. */
  readonly method: string;
  readonly uri: string;
  readonly now: EpochMs;
  /** Whether a nonce is one we gave and still fresh. Undefined: no nonce asked for. */
  readonly nonce?: ((value: string) => boolean) | undefined;
  /** Hash of the access token that came along (`accessTokenHash`). */
  readonly ath?: string | undefined;
  /** Thumbprint of the key that the code, the refresh token or the access token is bound to. */
  readonly jkt?: string | undefined;
  /** How far from now `iat` may be. Default 60 s back, 10 s ahead; over 300 s back counts as 300. */
  readonly iatWindow?: { readonly pastSeconds: number; readonly futureSeconds: number };
  /** Default: those of FAPI 2.0. */
  readonly algorithms?: ReadonlySet<AlgorithmName>;
}

export type DpopCheckName =
  | 'singleHeader'
  | 'requiredClaims'
  | 'type'
  | 'algorithm'
  | 'signature'
  | 'publicKeyOnly'
  | 'method'
  | 'uri'
  | 'nonce'
  | 'issuedAt'
  | 'validNow'
  | 'accessTokenHash'
  | 'boundKey';

/** What a proof that passed says. */
export interface CheckedDpopProof {
  /** Thumbprint of the key that made it (`cnf.jkt`). */
  readonly jkt: string;
  readonly jti: string;
  readonly iat: EpochSeconds;
  /** From this instant on the proof is refused by its age alone, whatever the window: how long its `jti` must be remembered. */
  readonly until: EpochMs;
}
/** `failed` is `nonce` when the answer to give is `use_dpop_nonce` (RFC 9449 8), else `invalid_dpop_proof`. */
export type DpopResult =
  | { readonly ok: true; readonly proof: CheckedDpopProof }
  | { readonly ok: false; readonly failed: DpopCheckName };

const longestProof = 8192;
const defaultWindow = { pastSeconds: 60, futureSeconds: 10 } as const;
/**
 * A `jti` is remembered this long after its `iat`, and no window reaches further back. A constant: two hubs that follow
 * different settings for a moment must remember one proof under one end.
 */
const rememberedSeconds = 300;

/** Reads the DPoP header field or fields of a request (RFC 9449 4.3 step 2). Never throws. */
export function parseDpopProof(header: string | readonly string[] | undefined): DpopParse {
  const [value, headerCount] = typeof header === 'string' ? [header, 1] : [header?.[0], header?.length ?? 0];
  if (value === undefined) return { ok: false, reason: 'absent' };
  const parsed = parseCompactJws(value, { maxLength: longestProof });
  if (!parsed.ok) return parsed;
  const { jwk } = parsed.jws.header;
  if (!isJsonObject(jwk)) return { ok: false, reason: 'jwk' };
  const reading = readClaims(parsed.jws.payload);
  if (!reading.ok) return reading;
  const texts = readTexts(reading.claims.all);
  if (typeof texts === 'string') return { ok: false, reason: `claims.${texts}` };
  const imported = importPublicMembers(jwk);
  if (!imported.ok) return { ok: false, reason: `jwk.${imported.reason}` };
  return {
    ok: true,
    proof: {
      headerCount,
      jws: parsed.jws,
      claims: reading.claims,
      ...texts,
      key: imported.key,
      hasPrivateKey: hasPrivateMember(jwk),
    },
  };
}

/** RFC 9449 4.3, steps 1 and 3 to 12 in their order. */
export const dpopChecks: readonly Check<DpopProof, DpopExpected, DpopCheckName>[] = [
  { name: 'singleHeader', clause: 'RFC 9449 4.3 step 1', test: (proof) => proof.headerCount === 1 },
  {
    name: 'requiredClaims',
    clause: 'RFC 9449 4.3 step 3',
    test: ({ claims, htm, htu }) =>
      claims.jti !== undefined && claims.iat !== undefined && htm !== undefined && htu !== undefined,
  },
  {
    name: 'type',
    clause: 'RFC 9449 4.3 step 4',
    test: ({ jws }) => jws.header.typ !== undefined && mediaType(jws.header.typ) === 'dpop+jwt',
  },
  {
    name: 'algorithm',
    clause: 'RFC 9449 4.3 step 5',
    test: ({ jws }, { algorithms = fapiAlgorithms }) => {
      const algorithm = algorithmNamed(jws.header.alg);
      return algorithm !== undefined && algorithms.has(algorithm.name);
    },
  },
  { name: 'signature', clause: 'RFC 9449 4.3 step 6', test: ({ jws, key }) => signedWith(jws, key) },
  { name: 'publicKeyOnly', clause: 'RFC 9449 4.3 step 7', test: (proof) => !proof.hasPrivateKey },
  {
    name: 'method',
    clause: 'RFC 9449 4.3 step 8',
    test: ({ htm }, { method }) => htm === undefined || htm === method,
  },
  {
    name: 'uri',
    clause: 'RFC 9449 4.3 step 9',
    test: ({ htu }, { uri }) => htu === undefined || sameHttpUri(htu, uri),
  },
  {
    name: 'nonce',
    clause: 'RFC 9449 4.3 step 10',
    test: ({ nonce }, expected) => expected.nonce === undefined || (nonce !== undefined && expected.nonce(nonce)),
  },
  {
    name: 'issuedAt',
    clause: 'RFC 9449 4.3 step 11',
    test: ({ claims: { iat } }, { now, iatWindow = defaultWindow }) =>
      iat === undefined ||
      (iat * 1000 >= now - Math.min(iatWindow.pastSeconds, rememberedSeconds) * 1000 &&
        iat * 1000 <= now + iatWindow.futureSeconds * 1000),
  },
  {
    name: 'validNow',
    clause: 'RFC 7519 4.1.4 and 4.1.5 (a proof need not say until when it is good; when it does, that holds)',
    test: ({ claims: { exp, nbf } }, { now, iatWindow = defaultWindow }) =>
      (exp === undefined || now < exp * 1000) &&
      (nbf === undefined || nbf * 1000 <= now + iatWindow.futureSeconds * 1000),
  },
  {
    name: 'accessTokenHash',
    clause: 'RFC 9449 4.3 step 12',
    test: (proof, { ath }) => ath === undefined || proof.ath === ath,
  },
  {
    name: 'boundKey',
    clause: 'RFC 9449 4.3 step 12, 5, 10',
    test: ({ key }, { jkt }) => jkt === undefined || key.jkt === jkt,
  },
];

/**
 * Judges a proof by the list. That its `jti` is new is a claim for the caller to commit. `checks` is the list
 * above; tests hand in a shorter one to see that each entry counts.
 */
export function checkDpopProof(proof: DpopProof, expected: DpopExpected, checks = dpopChecks): DpopResult {
  const failed = firstFailed(checks, proof, expected);
  if (failed !== undefined) return { ok: false, failed };
  const iat = proof.claims.iat ?? 0;
  return {
    ok: true,
    proof: {
      jkt: proof.key.jkt,
      jti: proof.claims.jti ?? '',
      iat,
      until: Math.ceil((iat + rememberedSeconds) * 1000) + 1,
    },
  };
}

/** `ath` of an access token: base64url of the SHA-256 of its ASCII (RFC 9449 4.2). */
export function accessTokenHash(accessToken: string): string {
  return hash('sha256', accessToken, 'base64url');
}

type Texts = Pick<DpopProof, 'htm' | 'htu' | 'ath' | 'nonce'>;

function readTexts({ htm, htu, ath, nonce }: JsonObject): Texts | keyof Texts {
  if (htm !== undefined && typeof htm !== 'string') return 'htm';
  if (htu !== undefined && typeof htu !== 'string') return 'htu';
  if (ath !== undefined && typeof ath !== 'string') return 'ath';
  if (nonce !== undefined && typeof nonce !== 'string') return 'nonce';
  // An empty nonce is none: some clients send the member before they have been given a value.
  return { htm, htu, ath, nonce: nonce === '' ? undefined : nonce };
}
