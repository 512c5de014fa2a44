// The hub's published keys, found by discovery when they are first needed, with one error for when they cannot be had.
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';

/** The API cannot judge a ticket now: its own fault and not the caller's (503). */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/** The keys of the issuer's `jwks_uri` (OpenID Connect Discovery 4.3: the document must be of that very issuer). */
export function discoveredKeys(issuer: string): JWTVerifyGetKey {
  let known: Promise<JWTVerifyGetKey> | undefined;
  const discover = async (): Promise<JWTVerifyGetKey> => {
    const answer = await fetch(`${issuer}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(5000) });
    const found = (await answer.json()) as { readonly issuer?: unknown; readonly jwks_uri?: unknown };
    if (found.issuer !== issuer) throw new Error('the discovery document is of another issuer');
    return createRemoteJWKSet(new URL(String(found.jwks_uri)));
  };
  return async (header, token) => {
    try {
      known ??= discover();
      return await (await known)(header, token);
    } catch (cause) {
      if (ofTheTicket(cause)) throw cause;
      known = undefined; // the hub was not up: the next ticket tries again
      throw new KeysUnavailable('the keys of the hub cannot be had', { cause });
    }
  };
}

/** Whether the ticket names a key or an algorithm that the hub does not have. */
const ofTheTicket = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys ||
  error instanceof errors.JOSENotSupported;
