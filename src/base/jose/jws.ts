// Verifying and making compact JWS (RFC 7515 sections 5.1 and 5.2).
import { type Algorithm, type AlgorithmName, algorithmNamed, sameAlgorithm } from './algorithms.ts';
import { encodeBase64url } from './base64url.ts';
import type { CompactJws } from './compact-jws.ts';
import type { VerifyKey } from './jwk.ts';
import type { SigningKey } from './signing-key.ts';
import type { JsonObject } from './strict-json.ts';

export type JwsVerification =
  | { readonly ok: true; readonly key: VerifyKey }
  | { readonly ok: false; readonly reason: 'algorithmNotAllowed' | 'noMatchingKey' | 'badSignature' };

/** A token without `kid` is tried against this many keys at most, so that one request cannot cost a hundred verifications. */
const mostAttempts = 8;

/**
 * Verifies a parsed JWS with the first of the candidate keys that fits. The algorithm must be in the caller's
 * list and in our table; the key must be of the algorithm's type and curve; `kid` must be the same if both sides
 * have one; the key's own `alg`, `use` and `key_ops` are obeyed (RFC 7517 4.2 to 4.4). Nothing in the header
 * brings in a key.
 */
export function verifyJws(
  jws: CompactJws,
  candidateKeys: readonly VerifyKey[],
  options: { readonly algorithms: ReadonlySet<AlgorithmName> },
): JwsVerification {
  const algorithm = algorithmNamed(jws.header.alg);
  if (algorithm === undefined || !options.algorithms.has(algorithm.name))
    return { ok: false, reason: 'algorithmNotAllowed' };
  let attempts = 0;
  for (const key of candidateKeys) {
    if (!hasKeyId(jws, key) || !keyFits(key, algorithm)) continue;
    if (++attempts > mostAttempts) break;
    if (algorithm.verify(jws.signingInput, key.keyObject, jws.signature)) return { ok: true, key };
  }
  return { ok: false, reason: attempts === 0 ? 'noMatchingKey' : 'badSignature' };
}

/** Whether the JWS was signed with this key, whatever its `kid` (for a key that came with the token itself). */
export function signedWith(jws: CompactJws, key: VerifyKey): boolean {
  const algorithm = algorithmNamed(jws.header.alg);
  return (
    algorithm !== undefined &&
    keyFits(key, algorithm) &&
    algorithm.verify(jws.signingInput, key.keyObject, jws.signature)
  );
}

/** Makes a compact JWS. `alg` and `kid` come from the key; `header` adds to them (`typ` first of all). */
export function signCompact(
  header: JsonObject & { readonly typ?: string },
  payloadJson: string,
  key: SigningKey,
): string {
  const protectedJson = JSON.stringify({ ...header, alg: key.alg, kid: key.kid });
  const input = `${encodeBase64url(protectedJson)}.${encodeBase64url(payloadJson)}`;
  return `${input}.${key.sign(Buffer.from(input, 'latin1')).toString('base64url')}`;
}

function hasKeyId(jws: CompactJws, key: VerifyKey): boolean {
  return jws.header.kid === undefined || key.kid === undefined || jws.header.kid === key.kid;
}

function keyFits(key: VerifyKey, algorithm: Algorithm): boolean {
  const crv = 'crv' in key.jwk ? key.jwk.crv : undefined;
  if (key.jwk.kty !== algorithm.kty || crv !== algorithm.crv) return false;
  if (key.alg !== undefined && !sameAlgorithm(key.alg, algorithm.name)) return false;
  if (key.use !== undefined && key.use !== 'sig') return false;
  return key.keyOps === undefined || key.keyOps.includes('verify');
}
