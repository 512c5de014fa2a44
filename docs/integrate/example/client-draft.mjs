// A program that asks to be let in at an organisation, waits for its administrator, and gets a ticket, with openid-client.
// Run:  ISSUER=… API_KEY=… ORGANISATION=983974724 SCOPES='journal/read' node client-draft.mjs     (see ../client-draft.md)
import { createHash, generateKeyPairSync, webcrypto } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import * as oidc from 'openid-client';

const { ISSUER, API_KEY, ORGANISATION, UNITS = '', SCOPES = '', KEY_FILE = 'my-program.key.json' } = process.env;
const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);
const words = (text) => text.split(' ').filter(Boolean);

// 1. The key, written down before anybody knows of it: started again, the program sends the same draft.
if (!existsSync(KEY_FILE)) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...privateKey.export({ format: 'jwk' }), kid: `key-${Date.now()}`, alg: 'ES256', use: 'sig' };
  writeFileSync(KEY_FILE, JSON.stringify(jwk), { mode: 0o600 });
}
const { d, ...publicJwk } = JSON.parse(readFileSync(KEY_FILE, 'utf8'));

// 2. The draft. The api key is the supplier's; it may not leave the supplier's installer.
const about = await (await fetch(`${ISSUER}/.well-known/openid-configuration`)).json();
const sent = await fetch(about.client_drafts_endpoint, {
  method: 'POST',
  headers: { 'api-key': API_KEY, 'content-type': 'application/json' },
  body: JSON.stringify({
    organizationNumber: ORGANISATION,
    publicJwk: JSON.stringify(publicJwk),
    apiScopes: ['nhn:selvbetjening/client', ...words(SCOPES)],
    childOrganizationNumbers: words(UNITS),
  }),
});
const draft = await sent.json();
if (!sent.ok) {
  say({ refused: draft.detail });
  process.exit(1);
}

// 3. The browser of whoever installs it: the page says what the program asks, and comes back to this machine. The page
// shows the key's thumbprint (RFC 7638); the program shows it too, so that they can be compared.
const back = createServer((request, response) => {
  const { searchParams } = new URL(request.url, 'http://localhost');
  response.end('You can go back to the program.');
  say({ status: searchParams.get('status') });
});
await new Promise((resolve) => back.listen(0, '127.0.0.1', resolve));
const { port } = back.address();
const { crv, kty, x, y } = publicJwk;
const thumbprint = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
say({
  clientId: draft.clientId,
  thumbprint,
  open: `${draft.confirmationUri}?redirectPort=${port}&redirectPath=/confirmed`,
});

// 4. Somebody else may confirm it, later and elsewhere: the program tries now and then.
const key = await webcrypto.subtle.importKey(
  'jwk',
  { ...publicJwk, d },
  { name: 'ECDSA', namedCurve: 'P-256' },
  false,
  ['sign'],
);
const config = await oidc.discovery(
  new URL(ISSUER),
  draft.clientId,
  undefined,
  oidc.PrivateKeyJwt({ key, kid: publicJwk.kid }),
);
const DPoP = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256'));
for (let waited = false; ; waited = true) {
  try {
    const scope = words(SCOPES).join(' ');
    const { access_token } = await oidc.clientCredentialsGrant(config, scope ? { scope } : {}, { DPoP });
    say({ claims: JSON.parse(Buffer.from(access_token.split('.')[1], 'base64url').toString()) });
    break;
  } catch (error) {
    if (error.error !== 'invalid_client') throw error;
    if (!waited) say({ waiting: error.error });
    await sleep(Number(process.env.EVERY_MS ?? 30_000));
  }
}
back.close();
