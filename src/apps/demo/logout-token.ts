// Checks a back-channel logout token (OpenID Connect Back-Channel Logout 1.0, 2.6) with the `jose` library.
import { createRemoteJWKSet, jwtVerify } from 'jose';

const event = 'http://schemas.openid.net/event/backchannel-logout';

/** The session and subject that ended. */
export interface EndedSession {
  readonly sid: string | undefined;
  readonly sub: string | undefined;
}

export function logoutTokenChecker(jwksUri: string, issuer: string, clientId: string) {
  const keys = createRemoteJWKSet(new URL(jwksUri));
  const seen = new Set<string>();
  /** Throws when the token is not a logout token of the hub for this application, or was used before. */
  return async (token: string): Promise<EndedSession> => {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience: clientId,
      typ: 'logout+jwt',
      requiredClaims: ['iat', 'jti', 'events'],
    });
    const events = payload['events'] as Record<string, unknown> | undefined;
    if (!events || typeof events[event] !== 'object') throw new Error('not a logout token: no logout event');
    if (payload['nonce'] !== undefined) throw new Error('a logout token has no nonce');
    if (seen.has(payload.jti ?? '')) throw new Error('this logout token was used before');
    seen.add(payload.jti ?? '');
    return { sid: payload['sid'] as string | undefined, sub: payload.sub };
  };
}
