// The smallest machine: a ticket as itself, and the rotation of its own key, with openid-client.
// Run:  ISSUER=https://localhost:8443 CLIENT_ID=my-machine node machine.mjs [rotate]     (see ../machine.md)
import { generateKeyPairSync, webcrypto } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as oidc from 'openid-client';

const {
  ISSUER,
  CLIENT_ID = 'my-machine',
  KEY_FILE = 'my-machine.key.json',
  SCOPE,
  KEYS_SCOPE = 'client:keys',
} = process.env;

/** Makes a key and keeps it in a file of its own. */
function makeKey(file) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...privateKey.export({ format: 'jwk' }), kid: `key-${Date.now()}`, alg: 'ES256', use: 'sig' };
  writeFileSync(file, JSON.stringify(jwk), { mode: 0o600 });
}
const readKey = (file) => JSON.parse(readFileSync(file, 'utf8'));
const publicPart = ({ d, ...jwk }) => jwk;

/** Metadata, authentication by the key in this file, and a DPoP key that lives as long as the process. */
async function connect(file) {
  const jwk = readKey(file);
  const ecdsa = { name: 'ECDSA', namedCurve: 'P-256' };
  const key = await webcrypto.subtle.importKey('jwk', jwk, ecdsa, false, ['sign']);
  const plain = new URL(ISSUER).hostname === '127.0.0.1' ? { execute: [oidc.allowInsecureRequests] } : {};
  const authentication = oidc.PrivateKeyJwt({ key, kid: jwk.kid });
  const config = await oidc.discovery(new URL(ISSUER), CLIENT_ID, undefined, authentication, plain);
  return { config, DPoP: oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256')) };
}

async function rotate() {
  // 1. The new key is written down before anybody knows of it: nothing is lost if the power fails.
  const next = `${KEY_FILE}.next`;
  if (!existsSync(next)) makeKey(next);
  const old = await connect(KEY_FILE);
  const keys = new URL(old.config.serverMetadata().client_keys_endpoint);
  // 2. A ticket made with the old key registers the new one.
  const { access_token } = await oidc.clientCredentialsGrant(old.config, { scope: KEYS_SCOPE }, { DPoP: old.DPoP });
  const call = (connection, token, url, method, body) =>
    oidc.fetchProtectedResource(
      connection.config,
      token,
      url,
      method,
      body,
      new Headers(body && { 'content-type': 'application/json' }),
      {
        DPoP: connection.DPoP,
      },
    );
  const added = await call(old, access_token, keys, 'POST', JSON.stringify(publicPart(readKey(next))));
  const { expiration, jwkThumbprint } = await added.json();
  // 3. The new key shows that it works, and then removes every other one.
  const fresh = await connect(next);
  const mine = await oidc.clientCredentialsGrant(fresh.config, { scope: KEYS_SCOPE }, { DPoP: fresh.DPoP });
  const listed = await (await call(fresh, mine.access_token, keys, 'GET')).json();
  const others = listed.filter((key) => key.jwkThumbprint !== jwkThumbprint);
  for (const [index, { jwkThumbprint: each }] of others.entries()) {
    // A ticket from before a removal changes no key any more.
    const again =
      index === 0 ? mine : await oidc.clientCredentialsGrant(fresh.config, { scope: KEYS_SCOPE }, { DPoP: fresh.DPoP });
    await call(fresh, again.access_token, new URL(`${keys}/${each}`), 'DELETE');
  }
  renameSync(next, KEY_FILE);
  process.stdout.write(`${JSON.stringify({ expiration, removed: others.length })}\n`);
}

async function ticket() {
  const { config, DPoP } = await connect(KEY_FILE);
  const { access_token, expires_in, scope } = await oidc.clientCredentialsGrant(config, SCOPE ? { scope: SCOPE } : {}, {
    DPoP,
  });
  const claims = JSON.parse(Buffer.from(access_token.split('.')[1], 'base64url').toString());
  process.stdout.write(`${JSON.stringify({ claims, expires_in, scope })}\n`);
}

if (!existsSync(KEY_FILE)) makeKey(KEY_FILE);
if (ISSUER === undefined) process.stdout.write(`${JSON.stringify({ keys: [publicPart(readKey(KEY_FILE))] })}\n`);
else await (process.argv[2] === 'rotate' ? rotate() : ticket());
