// V8: docs/poc.md as it is written: two organisations and eight applications are connected by the API in under a minute, and one login opens them.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  ApplicationClient,
  HttpBrowser,
  logInWithPassword,
  type RunningHub,
  startHub,
  temporaryFolder,
  tillitCommand,
} from '../support/index.ts';
import { assertionOn } from './saml-visits.ts';

const guide = readFileSync(new URL('../../docs/poc.md', import.meta.url), 'utf8');
const example = (name: string): string =>
  fileURLToPath(new URL(`../../docs/integrate/example/${name}`, import.meta.url));
const plan = readFileSync(example('poc/plan.json'), 'utf8');
const openId = ['schedule', 'laboratory', 'imaging', 'dictation', 'medicines'] as const;
const archive = `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://archive.example/sp">
  <SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <AssertionConsumerService index="0" isDefault="true" Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://archive.example/acs"/>
  </SPSSODescriptor></EntityDescriptor>`;

describe('a proof of concept', () => {
  const folder = temporaryFolder('poc');
  let hub: RunningHub;
  const at = (name: string): string => join(folder.path, name);
  const node = async (script: string, ...words: string[]): Promise<string> => {
    const env = {
      ...process.env,
      ...{ ISSUER: hub.hubUrl, CLIENT_ID: 'poc', KEY_FILE: at('poc.key.json'), NODE_EXTRA_CA_CERTS: hub.rootFile },
    };
    return (await promisify(execFile)(process.execPath, [example(script), ...words], { env })).stdout;
  };

  before(async () => {
    hub = await startHub();
    const { stdout } = await promisify(execFile)(process.execPath, [example('admin.mjs')], {
      env: { ...process.env, ISSUER: undefined, KEY_FILE: at('poc.key.json') },
    });
    writeFileSync(at('poc.jwks.json'), stdout);
    writeFileSync(at('poc.yaml'), /```yaml\n([\s\S]*?)```/.exec(guide)?.[1] ?? '');
    const applied = await tillitCommand(hub, 'apply', at('poc.yaml'), '--yes');
    assert.equal(applied.code, 0, applied.output);
    const [, words = ''] = /tillit (admin grant --client poc.*)/.exec(guide) ?? [];
    const granted = await tillitCommand(
      hub,
      ...[...words.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? ''),
    );
    assert.equal(granted.code, 0, granted.output);
    writeFileSync(at('plan.json'), plan);
    writeFileSync(at('archive.xml'), archive);
    for (const id of openId) {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      writeFileSync(at(`${id}.key`), privateKey.export({ format: 'pem', type: 'pkcs8' }));
      const jwk = { ...publicKey.export({ format: 'jwk' }), kid: id, alg: 'ES256', use: 'sig' };
      writeFileSync(at(`${id}.jwks.json`), JSON.stringify({ keys: [jwk] }));
    }
    // A changed catalogue holds within a second.
    await sleep(2000);
  });
  after(async () => {
    await hub?.remove();
    folder.remove();
  });

  const passwords = new Map<string, string>();
  const until = (url: URL): boolean => url.hostname.endsWith('.example');
  const loggedIn = async (username: string): Promise<HttpBrowser> => {
    const browser = new HttpBrowser(hub.rootPem);
    const user = { username, password: passwords.get(username) ?? '' };
    const page = await logInWithPassword(browser, `${hub.hubUrl}/portal`, user, () => false);
    assert.equal(page.status, 200, page.body);
    return browser;
  };
  const opened = async (id: string, browser: HttpBrowser) => {
    const client = new ApplicationClient({
      ...{ issuer: hub.hubUrl, root: hub.rootPem, clientId: id, keyFile: at(`${id}.key`) },
      redirectUri: `https://${id}.example/cb`,
      scope: 'openid profile',
    });
    const pushed = await client.push();
    return { client, pushed, page: await browser.go(pushed.url, until) };
  };

  test('two organisations and eight applications are connected in under a minute, once', async (context) => {
    const began = performance.now();
    const said = await node('poc.mjs', folder.path);
    const seconds = (performance.now() - began) / 1000;
    context.diagnostic(`connected in ${seconds.toFixed(1)} s: ${said.replaceAll(/ with \S+/g, '')}`);
    assert.ok(seconds < 60, said);
    for (const [, username = '', password = ''] of said.matchAll(/^(\w+) logs in with (\S+)$/gm))
      passwords.set(username, password);
    assert.deepEqual([...passwords.keys()].sort(), ['leo', 'nora']);
    assert.match(await node('poc.mjs', folder.path), /^0 changes are to be made to 12 things/);
    await sleep(2000);
  });

  test('one login opens what is for everybody, by both protocols', async () => {
    const nora = await loggedIn('nora');
    for (const id of ['schedule', 'laboratory', 'dictation']) {
      const { client, pushed, page } = await opened(id, nora);
      assert.equal(page.url.host, `${id}.example`, `${id}: ${page.url.href}\n${page.body}`);
      const { idClaims } = await client.complete(page.url, pushed);
      assert.equal(idClaims['name'], 'Nora Hill');
    }
    for (const id of ['rota', 'library']) {
      const page = await nora.go(`${hub.hubUrl}/saml/init/${id}`);
      assert.match(page.body, new RegExp(`action="https://${id}\\.example/acs"`));
      assert.match(assertionOn(page), /<saml2?:Issuer/);
    }
  });

  test('who is of the other organisation is refused in words, and who is of it gets in', async () => {
    const { page } = await opened('imaging', await loggedIn('nora'));
    assert.equal(page.url.origin, new URL(hub.hubUrl).origin, page.url.href);
    assert.match(page.body, /The application is not for your organisation/);
    const { page: his } = await opened('imaging', await loggedIn('leo'));
    assert.ok(his.url.searchParams.get('code'), `${his.url.href}\n${his.body}`);
  });

  test('a higher level asks for more than a password', async () => {
    const { page } = await opened('medicines', await loggedIn('nora'));
    assert.equal(page.url.origin, new URL(hub.hubUrl).origin, page.url.href);
    assert.match(page.body, /card/i);
  });

  test('and the trail tells who opened what', async () => {
    const { output, code } = await tillitCommand(hub, 'audit', 'find', 'person:nora-hill kind:ticket.issued');
    assert.equal(code, 0, output);
    for (const id of ['schedule', 'laboratory', 'dictation']) assert.match(output, new RegExp(id));
  });
});
