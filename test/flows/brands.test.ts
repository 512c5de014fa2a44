// Whose name and colours pages wear, in a whole hub: a login that of its application's organisation, the portal that of the person's.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  type HttpAnswer,
  HttpBrowser,
  logInWithPassword,
  type RunningHub,
  softCard,
  startHub,
  temporaryFolder,
  tillitCommand,
  toCardListener,
} from '../support/index.ts';

const folder = temporaryFolder('brands');
let hub: RunningHub;
before(async () => {
  hub = await startHub();
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'ES256', use: 'sig' };
  const application = (id: string, organisation: string) => ({
    id,
    issuer: 'hub',
    name: { en: id },
    profile: 'basic',
    organisation,
    redirectUris: [`https://${id}.example/cb`],
    authentication: { method: 'private_key_jwt', jwks: { keys: [jwk] } },
    grants: ['authorization_code'],
    scopes: ['openid'],
    minimumAssurance: 'low',
  });
  const file = join(folder.path, 'applications.yaml');
  const applications = [
    application('north', 'norrsken-region'),
    application('fjord', 'fjord-hospital'),
    application('demo', 'demo-region'),
  ];
  const colours = { primary: '#0b5d57', accent: '#0a4a6b', contact: 'help@fjord.example' };
  const hospital = { id: 'fjord-hospital', name: 'Fjord Hospital', number: '974557746', parent: 'demo-region' };
  const brands = [{ id: 'fjord', name: 'The Fjord', ...colours }];
  writeFileSync(file, JSON.stringify({ brands, applications, organisations: [{ ...hospital, brand: 'fjord' }] }));
  const { code, output } = await tillitCommand(hub, 'apply', file, '--yes');
  assert.equal(code, 0, output);
  await new Promise((resolve) => setTimeout(resolve, 2000));
});
after(async () => {
  await hub?.remove();
  folder.remove();
});

const brandOf = ({ body }: HttpAnswer): string | undefined =>
  /<a class="brand"[^>]*>.*?<span>([^<]*)</s.exec(body)?.[1];
const loginOf = (client: string) =>
  `${hub.hubUrl}/authorize?${new URLSearchParams({
    client_id: client,
    redirect_uri: `https://${client}.example/cb`,
    response_type: 'code',
    scope: 'openid',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  })}`;

test('a login wears the brand of its application’s organisation', async () => {
  const page = (client: string) => new HttpBrowser(hub.rootPem).go(loginOf(client));
  assert.equal(brandOf(await page('north')), 'Region Norrsken');
  assert.equal(brandOf(await page('fjord')), 'The Fjord');
  assert.equal(brandOf(await page('demo')), 'Demo Region');
});

test('the hub’s own pages wear that of the person’s organisation once somebody is there', async () => {
  const browser = new HttpBrowser(hub.rootPem);
  assert.equal(brandOf(await browser.go(`${hub.hubUrl}/`)), 'Demo Region');
  const siri = { username: 'siri', password: hub.password('siri') };
  assert.equal(brandOf(await logInWithPassword(browser, `${hub.hubUrl}/portal`, siri, () => false)), 'The Fjord');
  assert.equal(brandOf(await browser.go(`${hub.hubUrl}/`)), 'The Fjord');
});

test('and the hub’s for somebody of two organisations who chose none', async () => {
  const browser = new HttpBrowser(hub.rootPem);
  browser.card = softCard(hub, 'anna-hsa-id');
  const { url } = await toCardListener(browser, await browser.go(`${hub.hubUrl}/portal`));
  const page = await browser.go(url);
  assert.match(page.body, /Anna Berg/);
  assert.equal(brandOf(page), 'Demo Region');
});
