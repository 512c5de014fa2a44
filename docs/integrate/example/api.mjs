// The smallest API that takes Tillit's access tokens: RFC 9068 tokens, bound to a key by DPoP (RFC 9449), with jose.
// Run:  ISSUER=https://localhost:8443 AUDIENCE=https://ehr.demo.example/api node api.mjs     (see ../api-owner.md)
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { calculateJwkThumbprint, createRemoteJWKSet, EmbeddedJWK, jwtVerify } from 'jose';

const { ISSUER, AUDIENCE, SCOPE, PORT = '8470' } = process.env;
const home = process.env.HOME_URL ?? `http://127.0.0.1:${PORT}`;
const metadata = await (await fetch(`${ISSUER}/.well-known/openid-configuration`)).json();
const hubKeys = createRemoteJWKSet(new URL(metadata.jwks_uri));

/** Proofs that were seen; a proof is good for a minute, so nothing older need be remembered. */
const seen = new Map();

/** What the token says, or throws. Every line is needed: leave one out and somebody else's token gets in. */
async function authenticate(request) {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ');
  if (scheme !== 'DPoP') throw new Error('send the token with the scheme DPoP');
  const expected = { issuer: ISSUER, audience: AUDIENCE, typ: 'at+jwt', algorithms: ['ES256'] };
  const { payload } = await jwtVerify(token, hubKeys, expected);
  if (SCOPE !== undefined && !(payload.scope ?? '').split(' ').includes(SCOPE)) throw new Error(`needs ${SCOPE}`);

  const proof = await jwtVerify(request.headers.dpop ?? '', EmbeddedJWK, {
    ...{ typ: 'dpop+jwt', maxTokenAge: '60s', clockTolerance: '5s' },
    algorithms: ['ES256', 'PS256', 'EdDSA', 'Ed25519'],
  });
  const { htm, htu, ath, jti } = proof.payload;
  const url = new URL(request.url, home);
  if (htm !== request.method || htu !== `${url.origin}${url.pathname}`) throw new Error('a proof for another request');
  if (ath !== createHash('sha256').update(token).digest('base64url')) throw new Error('a proof for another token');
  if ((await calculateJwkThumbprint(proof.protectedHeader.jwk)) !== payload.cnf?.jkt) throw new Error('another key');
  const now = Date.now();
  for (const [id, until] of seen) if (until < now) seen.delete(id);
  if (typeof jti !== 'string' || seen.has(jti)) throw new Error('a proof that was used before');
  seen.set(jti, now + 70_000);
  return payload;
}

createServer((request, response) => {
  authenticate(request).then(
    (claims) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(claims)),
    (error) => {
      response.writeHead(401, { 'www-authenticate': 'DPoP error="invalid_token"' }).end(`${error.message}\n`);
    },
  );
}).listen(Number(PORT), '127.0.0.1', () => process.stdout.write(`listening on ${home}\n`));
