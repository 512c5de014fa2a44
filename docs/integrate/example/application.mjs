// The smallest web application that logs people in through Tillit: FAPI 2.0 with openid-client.
// Run:  ISSUER=https://localhost:8443 CLIENT_ID=my-app node application.mjs     (see ../oidc-application.md)
import { generateKeyPairSync, webcrypto } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import * as oidc from 'openid-client';

const {
  ISSUER,
  CLIENT_ID = 'my-app',
  PORT = '8460',
  KEY_FILE = 'my-app.key.json',
  SCOPE = 'openid profile',
} = process.env;
const home = `http://localhost:${PORT}`;
const redirectUri = `${home}/cb`;

// The application's own key. The private part never leaves this file; the public part goes into its registration.
if (!existsSync(KEY_FILE)) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...privateKey.export({ format: 'jwk' }), kid: 'key-1', alg: 'ES256', use: 'sig' };
  writeFileSync(KEY_FILE, JSON.stringify(jwk), { mode: 0o600 });
}
const { d, ...publicJwk } = JSON.parse(readFileSync(KEY_FILE, 'utf8'));
if (ISSUER === undefined) {
  process.stdout.write(`Register this public key (jwks): ${JSON.stringify({ keys: [publicJwk] })}\n`);
  process.exit(0);
}
const ecdsa = { name: 'ECDSA', namedCurve: 'P-256' };
const key = await webcrypto.subtle.importKey('jwk', { ...publicJwk, d }, ecdsa, false, ['sign']);

// Addresses come from the hub's metadata. Plain HTTP is taken on loopback alone, for tests.
const plain = new URL(ISSUER).hostname === '127.0.0.1' ? { execute: [oidc.allowInsecureRequests] } : {};
const clientAuthentication = oidc.PrivateKeyJwt({ key, kid: publicJwk.kid });
const config = await oidc.discovery(new URL(ISSUER), CLIENT_ID, undefined, clientAuthentication, plain);
const DPoP = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256'));

/** Logins under way, by the browser's cookie. */
const pending = new Map();

async function login(response) {
  const verifier = oidc.randomPKCECodeVerifier();
  const wanted = { state: oidc.randomState(), nonce: oidc.randomNonce() };
  const parameters = {
    redirect_uri: redirectUri,
    scope: SCOPE,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...wanted,
  };
  const url = await oidc.buildAuthorizationUrlWithPAR(config, parameters, { DPoP });
  const id = oidc.randomState();
  pending.set(id, { verifier, ...wanted });
  response.writeHead(303, { location: url.href, 'set-cookie': `login=${id}; HttpOnly; SameSite=Lax; Path=/` }).end();
}

async function callback(request, response) {
  const id = /(?:^|; )login=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
  const mine = pending.get(id);
  if (mine === undefined) return response.writeHead(400).end('This login was not begun in this browser.');
  pending.delete(id);
  // openid-client checks state, iss, the ID token's signature, nonce, aud and times.
  const tokens = await oidc.authorizationCodeGrant(
    config,
    new URL(request.url, home),
    { pkceCodeVerifier: mine.verifier, expectedState: mine.state, expectedNonce: mine.nonce, idTokenExpected: true },
    undefined,
    { DPoP },
  );
  const claims = tokens.claims();
  const person = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub, { DPoP });
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ claims, person }, null, 2));
}

createServer((request, response) => {
  const path = new URL(request.url ?? '/', home).pathname;
  const work = path === '/login' ? login(response) : path === '/cb' ? callback(request, response) : undefined;
  if (work === undefined) response.writeHead(200, { 'content-type': 'text/html' }).end('<a href="/login">Log in</a>');
  else
    Promise.resolve(work).catch((error) => {
      // An OAuth error says what to change; its reference leads to the hub's trail.
      console.error(error.error, error.error_description ?? error.message);
      response.writeHead(500).end('The login failed.');
    });
}).listen(Number(PORT), '127.0.0.1', () => process.stdout.write(`open ${home}\n`));
