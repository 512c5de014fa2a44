// A person adds a login of an outside provider over HTTPS, logs in with it, and loses it again: portal, command line, apply.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { stringify } from 'yaml';
import {
  ApplicationClient,
  demoApplication,
  formsOf,
  type HttpAnswer,
  HttpBrowser,
  logInWithPassword,
  OpenIdPeer,
  type RunningHub,
  softCard,
  startHub,
  temporaryFolder,
  tillitCommand,
  toCardListener,
} from '../support/index.ts';

describe('a login of one’s own', () => {
  const folder = temporaryFolder('linking');
  let hub: RunningHub;
  let peer: OpenIdPeer;
  let client: ApplicationClient;
  const secret = randomBytes(32).toString('base64url');

  before(async () => {
    hub = await startHub();
    peer = await OpenIdPeer.start({
      root: hub.rootPem,
      certificate: join(hub.dataFolder, 'demo', 'ca', 'server.pem'),
      key: join(hub.dataFolder, 'demo', 'ca', 'server.key'),
      clients: [
        {
          response_types: ['code'],
          id_token_signed_response_alg: 'ES256',
          client_id: 'tillit',
          client_secret: secret,
          redirect_uris: [`${hub.hubUrl}/login/callback/eid`],
          token_endpoint_auth_method: 'client_secret_basic',
        },
      ],
    });
    peer.people.set('kari-outside', {});
    writeFileSync(join(folder.path, 'secret'), secret);
    const file = join(folder.path, 'eid.yaml');
    writeFileSync(
      file,
      stringify({
        providers: [
          {
            id: 'eid',
            connector: 'oidc',
            name: { en: 'The outside login' },
            maximumAssurance: 'high',
            order: 5,
            upstream: {
              issuer: peer.issuer,
              clientId: 'tillit',
              authentication: { method: 'client_secret_basic', secretFile: 'secret' },
              levels: { high: 'high' },
              privateNetwork: true,
            },
          },
        ],
      }),
    );
    const { code, output } = await tillitCommand(hub, 'apply', file, '--yes');
    assert.equal(code, 0, output);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    peer.answer = { sub: 'kari-outside', acr: 'high', amr: ['mfa'] };
    client = new ApplicationClient(demoApplication(hub));
  });
  after(async () => {
    await peer?.close();
    await hub?.remove();
    folder.remove();
  });

  const portal = () => `${hub.hubUrl}/portal`;
  const atApplication = (url: URL): boolean => url.origin === hub.ehrUrl;

  async function withCard(): Promise<{ browser: HttpBrowser; page: HttpAnswer }> {
    const browser = new HttpBrowser(hub.rootPem);
    browser.card = softCard(hub, 'kari-simple');
    const { url } = await toCardListener(browser, await browser.go(portal()));
    return { browser, page: await browser.go(url) };
  }
  const formTo = (page: HttpAnswer, action: string) => {
    const found = formsOf(page).find((form) => form.action === action);
    assert.ok(found, `no form to ${action}:\n${page.body}`);
    return found;
  };
  async function wayTo(browser: HttpBrowser, page: HttpAnswer, until = atApplication): Promise<HttpAnswer> {
    const found = /href="([^"]*\/leave\?provider=eid)"/.exec(page.body)?.[1];
    assert.ok(found, `no way to the provider:\n${page.body}`);
    return await browser.go(new URL(found, page.url), until);
  }
  async function logInOutside() {
    const browser = new HttpBrowser(hub.rootPem);
    const login = await client.push({});
    const page = await browser.go(login.url, atApplication);
    return { browser, login, end: await wayTo(browser, page) };
  }
  const links = async () => {
    const { code, output } = await tillitCommand(hub, 'identities', 'kari-nordmann');
    assert.equal(code, 0, output);
    return output.split('\n').filter((line) => line.includes('oidc:eid'));
  };

  test('nobody knows it before, and a password is not enough to add it', async () => {
    assert.match((await logInOutside()).end.body, /You are not registered here/);
    const browser = new HttpBrowser(hub.rootPem);
    const kari = { username: 'kari', password: hub.password('kari') };
    const page = await logInWithPassword(browser, portal(), kari, () => false);
    assert.match(page.body, /Your ways to log in/);
    assert.doesNotMatch(page.body, /\d{8}-?\d{4}|\d{11,12}/, 'no personal number on the page');
    const asked = await browser.submit(page, formTo(page, '/portal/logins/add'));
    assert.match(asked.body, /asks for a stronger login|asks you to log in again/);
    assert.equal((await links()).length, 0);
    browser.card = softCard(hub, 'kari-simple');
    const proved = await browser.go((await toCardListener(browser, asked)).url);
    assert.equal(proved.url.href, `${portal()}?proved=1`);
    assert.match(proved.body, /Now choose once more what to add or remove/);
    const away = await browser.submit(proved, formTo(proved, '/portal/logins/add'));
    assert.match(away.body, /leave\?provider=eid/, 'now it goes on');
  });

  test('with the card just shown it is added, tells so, and logs in for what the card was worth', async () => {
    const { browser, page } = await withCard();
    const away = await browser.submit(page, formTo(page, '/portal/logins/add'));
    const end = await wayTo(browser, away, () => false);
    assert.equal(end.url.href, `${portal()}?added=1`);
    assert.match(end.body, /The login has been added to you/);
    assert.match(end.body, /A new login was added: The outside login/);
    const { login, end: back } = await logInOutside();
    const tickets = await client.complete(back.url, login);
    assert.deepEqual([tickets.idClaims.sub, tickets.idClaims.acr], ['kari-nordmann', 'urn:tillit:loa:substantial']);
    assert.match((await links()).join(), /live {2}oidc:eid {2}kari-outside {2}self {2}at most substantial/);
  });

  test('the next login with the card is told of it before it goes on', async () => {
    const browser = new HttpBrowser(hub.rootPem);
    browser.card = softCard(hub, 'kari-simple');
    const login = await client.push({});
    const { url } = await toCardListener(browser, await browser.go(login.url, atApplication));
    const told = await browser.go(url, atApplication);
    assert.match(told.body, /Your logins have changed/);
    const go = formsOf(told).find(({ fields }) => fields['_action'] === 'told');
    assert.ok(go);
    const end = await browser.submit(told, go, {}, atApplication);
    assert.equal((await client.complete(end.url, login)).idClaims.sub, 'kari-nordmann');
  });

  test('a file that says nothing of it leaves it, and one that gives it to another is refused', async () => {
    const file = join(folder.path, 'people.yaml');
    const exported = await tillitCommand(hub, 'export', '--output', join(folder.path, 'all.yaml'));
    assert.equal(exported.code, 0, exported.output);
    const again = await tillitCommand(hub, 'apply', join(folder.path, 'all.yaml'), '--yes');
    assert.equal(again.code, 0, again.output);
    assert.match((await links()).join(), /live/);
    writeFileSync(
      file,
      stringify({
        people: [
          {
            id: 'other',
            givenName: 'Other',
            familyName: 'Person',
            identities: [{ namespace: 'oidc:eid', value: 'kari-outside' }],
          },
        ],
      }),
    );
    const refused = await tillitCommand(hub, 'apply', file, '--yes');
    assert.notEqual(refused.code, 0);
    assert.match(refused.output, /belongs to person kari-nordmann/);
  });

  test('an administrator takes it away: its sessions end at once, and it can be brought back', async () => {
    const { browser } = await logInOutside();
    assert.match((await browser.go(portal())).body, /Your ways to log in/);
    const id = (await links())[0]?.split('  ')[0] ?? '';
    const done = await tillitCommand(hub, 'unlink', id);
    assert.equal(done.code, 0, done.output);
    assert.match(done.output, /Sessions that ended: [1-9]/);
    assert.doesNotMatch((await browser.go(portal())).body, /Your ways to log in/);
    assert.match((await logInOutside()).end.body, /You are not registered here/);
    assert.equal((await tillitCommand(hub, 'unlink', id)).code, 1, 'once');
    assert.equal((await tillitCommand(hub, 'unlink', '--undo', id)).code, 0);
    assert.equal((await tillitCommand(hub, 'unlink', '--undo', id)).code, 1, 'once');
    const { browser: again, login, end: told } = await logInOutside();
    assert.match(told.body, /A login was removed: The outside login/);
    const go = formsOf(told).find(({ fields }) => fields['_action'] === 'told');
    assert.ok(go);
    const end = await again.submit(told, go, {}, atApplication);
    assert.equal((await client.complete(end.url, login)).idClaims.acr, 'urn:tillit:loa:substantial');
  });

  test('the person removes it; the trail has it all and no identifier', async () => {
    const { browser, page } = await withCard();
    const end = await browser.submit(page, formTo(page, '/portal/logins/remove'));
    assert.equal(end.url.href, `${portal()}?removed=1`);
    assert.match((await logInOutside()).end.body, /You are not registered here/);
    const trail = await tillitCommand(hub, 'audit', 'find', '--person', 'kari-nordmann', '--json');
    assert.equal(trail.code, 0, trail.output);
    for (const kind of ['identity.linked', 'identity.unlinked', 'identity.restored'])
      assert.ok(trail.output.includes(kind), kind);
    assert.doesNotMatch(trail.output, /kari-outside/);
  });
});
