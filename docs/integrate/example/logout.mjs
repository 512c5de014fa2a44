// What an application needs to be told of logouts: server to server, and in a frame of the hub's page (see ../logout.md).
import { jwtVerify } from 'jose';

const event = 'http://schemas.openid.net/event/backchannel-logout';
const mostBytes = 65_536;

async function bodyOf(request) {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > mostBytes) throw new Error('too large');
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

/**
 * Two handlers for Node's http server. `keys` finds the hub's public key: `createRemoteJWKSet(new URL(jwks_uri))` of jose.
 * `end(sid)` ends what the application holds for that session: on the server, whatever cookies came along.
 */
export function logoutReceiver({ issuer, clientId, keys, end }) {
  const seen = new Map();

  /** Back-Channel Logout 1.0 section 2.6. Throws when the token is not a logout token of the hub for this application. */
  async function verify(token) {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience: clientId,
      typ: 'logout+jwt',
      requiredClaims: ['iat', 'exp', 'jti', 'sid', 'events'],
    });
    if (typeof payload.events[event] !== 'object') throw new Error('not a logout');
    if ('nonce' in payload) throw new Error('an ID token is no logout token');
    const now = Date.now() / 1000;
    for (const [jti, exp] of seen) if (exp < now) seen.delete(jti);
    if (seen.has(payload.jti)) throw new Error('used before');
    seen.set(payload.jti, payload.exp);
    return payload.sid;
  }

  return {
    /** POST, registered as `backchannelLogoutUri`. 200: it is ended; anything else: the hub tries again. */
    async backchannel(request, response) {
      response.setHeader('cache-control', 'no-store');
      try {
        const token = new URLSearchParams(await bodyOf(request)).get('logout_token');
        await end(await verify(token ?? ''));
        response.writeHead(200).end();
      } catch (error) {
        response.writeHead(400, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ error: 'invalid_request', error_description: error.message }));
      }
    },

    /** GET, registered as `frontchannelLogoutUri`: shown in a hidden frame of the hub's page, and of nobody else's. */
    async frontchannel(request, response) {
      const { searchParams } = new URL(request.url, 'https://here.invalid');
      if (searchParams.get('iss') === issuer) await end(searchParams.get('sid') ?? '');
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'content-security-policy': `default-src 'none'; frame-ancestors ${new URL(issuer).origin}`,
      });
      response.end('<!doctype html><title>Logged out</title>');
    },
  };
}
