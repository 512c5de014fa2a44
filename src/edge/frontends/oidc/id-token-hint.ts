// An ID token of ours that comes back as a hint: whose login it was (OIDC Core 3.1.2.1, RP-Initiated Logout 2).
import { allAlgorithms, parseCompactJws, readClaims, type VerifyKey, verifyJws } from '../../../base/jose/index.ts';
import type { CatalogueSnapshot } from '../../../core/catalogue/index.ts';

export type IdTokenHint =
  | { readonly ok: true; readonly client: string; readonly subject: string; readonly session: string | undefined }
  | { readonly ok: false; readonly failed: 'malformed' | 'type' | 'issuer' | 'audience' | 'subject' | 'signature' };

/**
 * Reads an `id_token_hint`. An expired one counts (RP-Initiated Logout 2); it must be an ID token that this issuer
 * signed for one known client, and for `client` when that is given.
 */
export function readIdTokenHint(
  token: string,
  expected: {
    readonly issuer: string;
    readonly client: string | undefined;
    readonly keys: readonly VerifyKey[];
    readonly catalogue: CatalogueSnapshot;
  },
): IdTokenHint {
  const parsed = parseCompactJws(token);
  if (!parsed.ok) return { ok: false, failed: 'malformed' };
  const reading = readClaims(parsed.jws.payload);
  if (!reading.ok) return { ok: false, failed: 'malformed' };
  const { iss, aud, sub, all } = reading.claims;
  // Our access and logout tokens are signed with the same keys, each under a type of its own (RFC 8725 3.11); where an
  // API's tokens have ours, `client_id` tells them apart.
  if (parsed.jws.header.typ !== 'JWT' || all.client_id !== undefined) return { ok: false, failed: 'type' };
  if (iss !== expected.issuer) return { ok: false, failed: 'issuer' };
  if (typeof aud !== 'string' || !expected.catalogue.clients.has(aud)) return { ok: false, failed: 'audience' };
  if (expected.client !== undefined && aud !== expected.client) return { ok: false, failed: 'audience' };
  if (sub === undefined) return { ok: false, failed: 'subject' };
  if (!verifyJws(parsed.jws, expected.keys, { algorithms: allAlgorithms }).ok)
    return { ok: false, failed: 'signature' };
  return { ok: true, client: aud, subject: sub, session: typeof all.sid === 'string' ? all.sid : undefined };
}
