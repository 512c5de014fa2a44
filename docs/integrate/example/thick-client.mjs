// The smallest program without a browser: asks, shows a code, polls, and gets tickets for its person, with openid-client.
// Run:  ISSUER=https://localhost:8443 CLIENT_ID=my-program node thick-client.mjs     (see ../thick-client.md)
import { generateKeyPairSync, webcrypto } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import * as oidc from 'openid-client';

const { ISSUER, CLIENT_ID = 'my-program', KEY_FILE = 'my-program.key.json', SCOPE = 'openid profile' } = process.env;

// 1. The program's own key, made once on this machine; its public part is registered.
if (!existsSync(KEY_FILE)) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...privateKey.export({ format: 'jwk' }), kid: `key-${Date.now()}`, alg: 'ES256', use: 'sig' };
  writeFileSync(KEY_FILE, JSON.stringify(jwk), { mode: 0o600 });
}
const jwk = JSON.parse(readFileSync(KEY_FILE, 'utf8'));

async function logIn() {
  const ecdsa = { name: 'ECDSA', namedCurve: 'P-256' };
  const key = await webcrypto.subtle.importKey('jwk', jwk, ecdsa, false, ['sign']);
  const authentication = oidc.PrivateKeyJwt({ key, kid: jwk.kid });
  const config = await oidc.discovery(new URL(ISSUER), CLIENT_ID, undefined, authentication);

  // 2. The tickets will be bound to this key: the hub hears its thumbprint before anybody is asked.
  const dpopKey = await oidc.randomDPoPKeyPair('ES256');
  const DPoP = oidc.getDPoPHandle(config, dpopKey);
  const dpop_jkt = await DPoP.calculateThumbprint();
  const device = await oidc.initiateDeviceAuthorization(config, { client_id: CLIENT_ID, scope: SCOPE, dpop_jkt });

  // 3. The person opens the page in any browser, types the code, and logs in there.
  process.stdout.write(
    `${JSON.stringify({ open: device.verification_uri, code: device.user_code, link: device.verification_uri_complete })}\n`,
  );

  // 4. Polls at the pace that the hub asks for, until the person is done, says no, or ten minutes are over.
  const tickets = await oidc.pollDeviceAuthorizationGrant(config, device, undefined, { DPoP });
  const again = tickets.refresh_token
    ? await oidc.refreshTokenGrant(config, tickets.refresh_token, undefined, { DPoP })
    : undefined;
  process.stdout.write(`${JSON.stringify({ claims: tickets.claims(), refreshed: again !== undefined })}\n`);
}

if (ISSUER === undefined) {
  const { d, ...publicPart } = jwk;
  process.stdout.write(`${JSON.stringify({ keys: [publicPart] })}\n`);
} else {
  await logIn().catch(({ error, message }) => {
    process.stdout.write(`${JSON.stringify({ refused: error ?? message })}\n`);
    process.exitCode = 1;
  });
}
