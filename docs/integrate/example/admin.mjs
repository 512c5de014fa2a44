// A program that keeps the directory by the admin API, with openid-client: a ticket bound to a key, and one call with it.
// Run:  ISSUER=https://localhost:8443 CLIENT_ID=hr node admin.mjs GET /people?limit=5          (see ../admin-api.md)
//       … node admin.mjs PUT /people/nina nina.json 'If-None-Match: *' 'Idempotency-Key: 7f0c'
import { generateKeyPairSync, webcrypto } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import * as oidc from 'openid-client';

const {
  ISSUER,
  CLIENT_ID = 'hr',
  KEY_FILE = 'hr.key.json',
  SCOPE = 'tillit:admin.read tillit:admin.write',
} = process.env;
const [method = 'GET', path = '/people', ...words] = process.argv.slice(2);

if (!existsSync(KEY_FILE)) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const made = { ...privateKey.export({ format: 'jwk' }), kid: 'key-1', alg: 'ES256', use: 'sig' };
  writeFileSync(KEY_FILE, JSON.stringify(made), { mode: 0o600 });
}
const jwk = JSON.parse(readFileSync(KEY_FILE, 'utf8'));
if (ISSUER === undefined) {
  // The public key, for the application's record.
  const { d, ...publicJwk } = jwk;
  process.stdout.write(`${JSON.stringify({ keys: [publicJwk] })}\n`);
} else {
  const key = await webcrypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
  const authentication = oidc.PrivateKeyJwt({ key, kid: jwk.kid });
  const config = await oidc.discovery(new URL(ISSUER), CLIENT_ID, undefined, authentication);
  const DPoP = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256'));
  const resource = 'tillit:admin';
  const { access_token } = await oidc.clientCredentialsGrant(config, { scope: SCOPE, resource }, { DPoP });

  const file = words.find((word) => !word.includes(': '));
  const headers = new Headers(words.filter((word) => word.includes(': ')).map((word) => word.split(': ')));
  const body = file === undefined ? undefined : readFileSync(file, 'utf8');
  if (body !== undefined) headers.set('content-type', 'application/json');
  const url = new URL(`${new URL(ISSUER).origin}/api/admin/v1${path}`);
  // A refusal with a challenge is thrown; its answer tells the same as any other problem.
  const answer = await oidc
    .fetchProtectedResource(config, access_token, url, method, body, headers, { DPoP })
    .catch((error) => {
      if (error.response instanceof Response) return error.response;
      throw error;
    });
  const text = await answer.text();
  const told = { status: answer.status, etag: answer.headers.get('etag'), body: text === '' ? null : JSON.parse(text) };
  process.stdout.write(`${JSON.stringify(told)}\n`);
}
