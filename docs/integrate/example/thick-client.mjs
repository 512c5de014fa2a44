// The smallest program without a browser: asks, shows a code, polls, and gets tickets for its person, with openid-client.
// Run:  ISSUER=https://localhost:8443 CLIENT_ID=my-program node thick-client.mjs     (see ../thick-client.md)
// With PERSON (an HSA-ID, a personal number or a user name) it asks that person in the portal instead: no code is typed.
import { generateKeyPairSync, randomInt, webcrypto } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import * as oidc from 'openid-client';

const {
  ISSUER,
  CLIENT_ID = 'my-program',
  KEY_FILE = 'my-program.key.json',
  SCOPE = 'openid profile',
  PERSON,
} = process.env;

// 1. The program's own key, made once on this machine; its public part is registered.
if (!existsSync(KEY_FILE)) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...privateKey.export({ format: 'jwk' }), kid: `key-${Date.now()}`, alg: 'ES256', use: 'sig' };
  writeFileSync(KEY_FILE, JSON.stringify(jwk), { mode: 0o600 });
}
const jwk = JSON.parse(readFileSync(KEY_FILE, 'utf8'));

const show = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

// 3a. Whoever has the program before them opens the page in any browser, types the code, and logs in there.
async function byCode(config, asked, DPoP) {
  const device = await oidc.initiateDeviceAuthorization(config, asked);
  const { verification_uri: open, user_code: code, verification_uri_complete: link } = device;
  show({ open, code, link });
  // 4. Polls at the pace that the hub asks for, until the person is done, says no, or ten minutes are over.
  return oidc.pollDeviceAuthorizationGrant(config, device, undefined, { DPoP });
}

// 3b. The person who is named finds the request in the portal, compares the message, and logs in there.
async function byName(config, asked, DPoP) {
  const binding_message = `My program ${randomInt(1000, 10_000)}`;
  const request = await oidc.initiateBackchannelAuthentication(config, {
    ...asked,
    login_hint: PERSON,
    binding_message,
  });
  show({ open: new URL('/requests', ISSUER).href, message: binding_message });
  return oidc.pollBackchannelAuthenticationGrant(config, request, undefined, { DPoP });
}

async function logIn() {
  const ecdsa = { name: 'ECDSA', namedCurve: 'P-256' };
  const key = await webcrypto.subtle.importKey('jwk', jwk, ecdsa, false, ['sign']);
  const authentication = oidc.PrivateKeyJwt({ key, kid: jwk.kid });
  const config = await oidc.discovery(new URL(ISSUER), CLIENT_ID, undefined, authentication);

  // 2. The tickets will be bound to this key: the hub hears its thumbprint before anybody is asked.
  const dpopKey = await oidc.randomDPoPKeyPair('ES256');
  const DPoP = oidc.getDPoPHandle(config, dpopKey);
  const dpop_jkt = await DPoP.calculateThumbprint();
  const asked = { client_id: CLIENT_ID, scope: SCOPE, dpop_jkt };
  const tickets = await (PERSON === undefined ? byCode(config, asked, DPoP) : byName(config, asked, DPoP));
  const again = tickets.refresh_token
    ? await oidc.refreshTokenGrant(config, tickets.refresh_token, undefined, { DPoP })
    : undefined;
  show({ claims: tickets.claims(), refreshed: again !== undefined });
}

if (ISSUER === undefined) {
  const { d, ...publicPart } = jwk;
  show({ keys: [publicPart] });
} else {
  await logIn().catch(({ error, message }) => {
    show({ refused: error ?? message });
    process.exitCode = 1;
  });
}
