// JWK Sets of others (RFC 7517 section 5).
import { importPublicJwk, type JwkFault, type VerifyKey } from './jwk.ts';
import { isJsonObject, type JsonFault, parseJsonObject } from './strict-json.ts';

const mostKeys = 100;

export type JwksFault = JsonFault | 'noKeysMember' | 'tooManyKeys' | 'privateMember';
export type JwksParse =
  | {
      readonly ok: true;
      readonly keys: readonly VerifyKey[];
      /** Keys that were left out, by their place in the set, and why. */
      readonly skipped: readonly { readonly index: number; readonly reason: JwkFault }[];
    }
  | { readonly ok: false; readonly reason: JwksFault };

/**
 * Reads a JWK Set. Keys we cannot use are skipped (RFC 7517 section 5 asks for that) and named; one with a
 * private member makes the whole set refused, because its owner has to replace it. At most 100 keys.
 */
export function parseJwks(json: string | Buffer): JwksParse {
  const parsed = parseJsonObject(typeof json === 'string' ? Buffer.from(json, 'utf8') : json);
  return parsed.ok ? readJwks(parsed.value) : parsed;
}

/** The same for a set that has been parsed already (`jwks` in client metadata). */
export function readJwks(set: unknown): JwksParse {
  if (!isJsonObject(set) || !Array.isArray(set.keys)) return { ok: false, reason: 'noKeysMember' };
  if (set.keys.length > mostKeys) return { ok: false, reason: 'tooManyKeys' };
  const keys: VerifyKey[] = [];
  const skipped: { index: number; reason: JwkFault }[] = [];
  for (const [index, jwk] of set.keys.entries()) {
    const result = importPublicJwk(jwk);
    if (result.ok) keys.push(result.key);
    else if (result.reason === 'privateMember') return { ok: false, reason: 'privateMember' };
    else skipped.push({ index, reason: result.reason });
  }
  return { ok: true, keys, skipped };
}
