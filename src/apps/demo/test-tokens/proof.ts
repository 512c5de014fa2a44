// DPoP proofs for a test token (RFC 9449 4.2), right or broken in exactly one way: each way is a row.
import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  type AlgorithmName,
  accessTokenHash,
  encodeBase64url,
  generateSigningKey,
  type SigningKey,
  signingKeyOf,
} from '../../../base/jose/index.ts';
import { Problem } from '../../../base/problem.ts';
import type { ProofFault } from './wire-request.ts';

/** A proof before it is signed. */
interface Draft {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown> & { iat?: unknown }>;
}

/** What each fault does to a draft; what is not here is done to the signature. */
const breakers: Partial<Record<ProofFault, (draft: Draft, key: ProofKey) => Draft>> = {
  DontSetHtuClaimValue: (draft) => withPayload(draft, { htu: undefined }),
  DontSetHtmClaimValue: (draft) => withPayload(draft, { htm: undefined }),
  SetIatValueInThePast: (draft) => withPayload(draft, { iat: Number(draft.payload.iat) - 3600 }),
  SetIatValueInTheFuture: (draft) => withPayload(draft, { iat: Number(draft.payload.iat) + 3600 }),
  DontSetAthClaimValue: (draft) => withPayload(draft, { ath: undefined }),
  DontSetAlgHeader: (draft) => withHeader(draft, { alg: undefined }),
  DontSetJwkHeader: (draft) => withHeader(draft, { jwk: undefined }),
  DontSetJtiClaim: (draft) => withPayload(draft, { jti: undefined }),
  SetAlgHeaderToASymmetricAlgorithm: (draft) => withHeader(draft, { alg: 'HS256' }),
  SetPrivateKeyInJwkHeader: (draft, { privateKey }) => withHeader(draft, { jwk: privateKey.export({ format: 'jwk' }) }),
  SetInvalidTypHeaderValue: (draft) => withHeader(draft, { typ: 'jwt' }),
};
const withHeader = ({ header, payload }: Draft, change: Draft['header']): Draft => ({
  header: { ...header, ...change },
  payload,
});
const withPayload = ({ header, payload }: Draft, change: Draft['payload']): Draft => ({
  header,
  payload: { ...payload, ...change },
});

export interface ProofKey {
  readonly signing: SigningKey;
  readonly privateKey: KeyObject;
}

/** The key of a proof: the developer's own (a private JWK as text), or one made for this token. Throws a Problem for one that is none. */
export function proofKey(jwkText: string | undefined): ProofKey {
  if (!jwkText) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return { signing: signingKeyOf({ alg: 'ES256', privateKey }), privateKey };
  }
  try {
    const jwk = JSON.parse(jwkText) as { kty?: string; crv?: string; alg?: string };
    const alg = (jwk.alg ??
      (jwk.kty === 'RSA' ? 'PS256' : `ES${jwk.crv?.slice(2).replace('521', '512')}`)) as AlgorithmName;
    const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
    return { signing: signingKeyOf({ alg, privateKey }), privateKey };
  } catch (cause) {
    throw new Problem({
      kind: 'invalid',
      code: 'testTokens.key',
      detail: 'privateKeyForProofCreation must be a private key as JWK (RSA, or EC on P-256, P-384 or P-521)',
      cause,
    });
  }
}

/** Makes a proof for an access token. `fault` says what is wrong with it; `None` makes a right one. */
export function makeProof(given: {
  readonly key: ProofKey;
  readonly accessToken: string;
  readonly htm: string;
  readonly htu: string;
  readonly jti: string;
  /** Seconds. */
  readonly now: number;
  readonly fault: ProofFault;
}): string {
  const { key, accessToken, htm, htu, jti, now, fault } = given;
  const right: Draft = {
    header: { typ: 'dpop+jwt', alg: key.signing.alg, jwk: key.signing.publicJwk },
    payload: { jti, htm, htu, iat: now, ath: accessTokenHash(accessToken) },
  };
  const draft = breakers[fault]?.(right, key) ?? right;
  const input = `${encodeBase64url(JSON.stringify(draft.header))}.${encodeBase64url(JSON.stringify(draft.payload))}`;
  return `${input}.${signatureOf(input, key, fault)}`;
}

/** With a symmetric `alg` the public key is the secret, as an attacker would do it; a wrong signature is another key's. */
function signatureOf(input: string, key: ProofKey, fault: ProofFault): string {
  if (fault === 'SetAlgHeaderToASymmetricAlgorithm') {
    const secret = createPublicKey(key.privateKey).export({ type: 'spki', format: 'pem' });
    return createHmac('sha256', secret).update(input).digest('base64url');
  }
  const signing = fault === 'SetAnInvalidSignature' ? generateSigningKey(key.signing.alg).key : key.signing;
  return signing.sign(Buffer.from(input, 'latin1')).toString('base64url');
}
