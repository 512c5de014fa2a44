// A logout at a provider ends the session here and tells its applications, within two seconds: a hub behind, and oidc-provider.
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import * as oidc from 'openid-client';
import { realNumber } from '../fakes/upstream-provider.ts';
import { applyItems, clientKeysOf, type HubPair, startHubPair } from '../support/hub-pair.ts';
import {
  ask,
  formsOf,
  freePort,
  givePassword,
  type HttpAnswer,
  HttpBrowser,
  LogoutApplication,
  OpenIdPeer,
  type RunningHub,
  startHub,
} from '../support/index.ts';

const loggedIn = /Where you are logged in/;
const isLoggedIn = async (browser: HttpBrowser, { hubUrl }: RunningHub) =>
  loggedIn.test((await browser.go(`${hubUrl}/portal`)).body);

const provider = (id: string, upstream: object) => ({
  id,
  connector: 'oidc',
  name: { en: `The ${id} login` },
  maximumAssurance: 'high',
  upstream: { privateNetwork: true, authentication: { method: 'private_key_jwt', algorithm: 'ES256' }, ...upstream },
});

/** To the page that offers providers, and by one of them as far as it goes. */
async function leaveBy(browser: HttpBrowser, hub: RunningHub, id: string): Promise<HttpAnswer> {
  const choice = await browser.go(`${hub.hubUrl}/portal`);
  const away = new RegExp(`href="([^"]*/leave\\?provider=${id})"`).exec(choice.body)?.[1];
  assert.ok(away, choice.body);
  return await browser.go(new URL(away, choice.url));
}

/** Milliseconds until it holds; fails after two seconds. */
async function within2s(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const from = performance.now();
  while (!(await holds())) {
    assert.ok(performance.now() - from < 2000, `${what}: not within two seconds`);
    await sleep(50);
  }
}

const refreshed = async (application: LogoutApplication, token: string): Promise<string> =>
  oidc.refreshTokenGrant(await application.config(), token).then(
    () => 'refreshed',
    (failure: { error?: string }) => String(failure.error),
  );

describe('a logout at a hub behind', () => {
  let pair: HubPair;
  let application: LogoutApplication;
  let proxy: Server;
  const told: { readonly body: string; readonly status: number }[] = [];

  /** In front of the hub here, as a reverse proxy is: the hub behind does not know its test certificate. */
  async function startProxy(port: number): Promise<Server> {
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', async () => {
        const body = Buffer.concat(parts).toString();
        const answer = await ask(new URL(request.url ?? '', pair.here.hubUrl), {
          root: pair.here.rootPem,
          method: request.method ?? 'GET',
          headers: { 'content-type': String(request.headers['content-type']) },
          body,
        });
        told.push({ body, status: answer.status });
        response.writeHead(answer.status).end(answer.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return server;
  }

  before(async () => {
    pair = await startHubPair();
    const { here, there } = pair;
    const port = await freePort();
    proxy = await startProxy(port);
    application = await LogoutApplication.make(here, 'ward-list');
    const upstream = { issuer: there.hubUrl, preset: 'generic', backchannelLogout: true };
    await applyItems(here, {
      providers: [
        provider('behind', { ...upstream, clientId: 'front' }),
        provider('shown', { ...upstream, clientId: 'framed', backchannelLogout: false, frontchannelLogout: true }),
      ],
      applications: [application.entry()],
      people: [
        {
          id: 'known-there',
          givenName: 'Known',
          familyName: 'There',
          identities: ['behind', 'shown'].map((id) => ({ namespace: `oidc:${id}`, value: 'kari-nordmann' })),
        },
      ],
    });
    const client = {
      issuer: 'hub',
      name: { en: 'The hub in front' },
      authentication: { method: 'private_key_jwt', jwks: await clientKeysOf(here) },
      grants: ['authorization_code'],
      scopes: ['openid', 'profile'],
      minimumAssurance: 'low',
    };
    await applyItems(there, {
      applications: [
        {
          ...client,
          id: 'front',
          profile: 'basic', // for the proxy's address on loopback
          redirectUris: [`${here.hubUrl}/login/callback/behind`],
          backchannelLogoutUri: `http://127.0.0.1:${port}/login/backchannel-logout/behind`,
        },
        {
          ...client,
          id: 'framed',
          redirectUris: [`${here.hubUrl}/login/callback/shown`],
          frontchannelLogoutUri: `${here.hubUrl}/login/frontchannel-logout/shown`,
        },
      ],
    });
    await application.open();
  });
  after(async () => {
    await new Promise((resolve) => (proxy ? proxy.close(resolve) : resolve(undefined)));
    await application?.close();
    await pair?.remove();
  });

  const kari = () => ({ username: 'kari', password: pair.there.password('kari') });
  const newBrowser = () => new HttpBrowser(`${pair.here.rootPem}\n${pair.there.rootPem}`);

  async function logIn(id: string) {
    const browser = newBrowser();
    const done = await givePassword(browser, await leaveBy(browser, pair.here, id), kari(), () => false);
    assert.match(done.body, loggedIn);
    return browser;
  }
  async function logOutThere(browser: HttpBrowser): Promise<HttpAnswer> {
    const asking = await browser.go(`${pair.there.hubUrl}/logout`);
    const form = formsOf(asking).find(({ action }) => action === '/logout');
    assert.ok(form, asking.body);
    return await browser.submit(asking, form);
  }

  test('ends the session here, its tickets, and the applications that it reached; another login stays', async () => {
    const other = await logIn('behind');
    const browser = await logIn('behind');
    const { sid, refreshToken } = await application.logIn(browser, kari());
    assert.equal(await refreshed(application, refreshToken), 'refreshed');
    const before = application.ended.length;
    const page = await logOutThere(browser);
    assert.match(page.body, /<li><span>The hub in front<\/span><span class="told">Logged out</);
    await within2s('the application is told', () => application.ended.length > before);
    assert.equal(application.ended.at(-1), sid);
    assert.equal(await isLoggedIn(browser, pair.here), false);
    assert.equal(await refreshed(application, refreshToken), 'invalid_grant');
    assert.ok(await isLoggedIn(other, pair.here), 'the login of another browser is another one');
    assert.equal(told.at(-1)?.status, 200);
  });

  test('its token counts once, and a login there begins anew', async () => {
    const again = told.at(-1);
    assert.ok(again);
    const url = new URL('/login/backchannel-logout/behind', pair.here.hubUrl);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await ask(url, { root: pair.here.rootPem, method: 'POST', headers, body: again.body });
    assert.equal(answer.status, 400);
    assert.ok(await isLoggedIn(await logIn('behind'), pair.here));
  });

  test('in a frame of its page, where only that is set up: by the registered address and what the frame says', async () => {
    const browser = await logIn('shown');
    const page = await logOutThere(browser);
    const frame: string | undefined = /<iframe[^>]* src="([^"]*)"/.exec(page.body)?.[1]?.replaceAll('&amp;', '&');
    assert.ok(frame !== undefined, page.body);
    assert.ok(frame.startsWith(`${pair.here.hubUrl}/login/frontchannel-logout/shown?`), frame);
    assert.ok(await isLoggedIn(browser, pair.here), 'nothing has ended before the frame is opened');
    // A frame of another site gets no cookie of ours; none is needed.
    const { status, headers } = await ask(new URL(frame), { root: pair.here.rootPem });
    assert.equal(status, 200);
    assert.ok(String(headers['content-security-policy']).includes(`frame-ancestors ${pair.there.hubUrl}`));
    assert.equal(headers['x-frame-options'], undefined);
    assert.equal(await isLoggedIn(browser, pair.here), false);
  });
});

describe('a logout at oidc-provider', () => {
  let hub: RunningHub;
  let peer: OpenIdPeer;
  let application: LogoutApplication;

  before(async () => {
    hub = await startHub();
    peer = await OpenIdPeer.start({
      root: hub.rootPem,
      certificate: join(hub.dataFolder, 'demo', 'ca', 'server.pem'),
      key: join(hub.dataFolder, 'demo', 'ca', 'server.key'),
      clients: [
        {
          client_id: 'tillit',
          redirect_uris: [`${hub.hubUrl}/login/callback/peer`],
          response_types: ['code'],
          id_token_signed_response_alg: 'ES256',
          token_endpoint_auth_method: 'private_key_jwt',
          jwks_uri: `${hub.hubUrl}/login/client-jwks`,
          require_pushed_authorization_requests: true,
          backchannel_logout_uri: `${hub.hubUrl}/login/backchannel-logout/peer`,
          backchannel_logout_session_required: true,
        },
      ],
    });
    peer.people.set('peer-1', { pid: realNumber });
    application = await LogoutApplication.make(hub, 'ward-list');
    const upstream = {
      clientId: 'tillit',
      preset: 'idporten',
      namespaces: ['no-fodselsnummer'],
      backchannelLogout: true,
    };
    const identities = [{ namespace: 'no-fodselsnummer', value: realNumber }];
    await applyItems(hub, {
      providers: [provider('peer', { ...upstream, issuer: peer.issuer })],
      applications: [application.entry()],
      people: [{ id: 'ola', givenName: 'Ola', familyName: 'Nordmann', identities }],
    });
    await clientKeysOf(hub);
    await application.open();
  });
  after(async () => {
    await application?.close();
    await peer?.close();
    await hub?.remove();
  });

  test('ends the session here and tells its applications; what is registered there is what the hub says', async () => {
    const { body } = await ask(new URL('/login/registration/peer', hub.hubUrl), { root: hub.rootPem });
    const registered = JSON.parse(body) as Record<string, unknown>;
    assert.equal(registered.backchannel_logout_uri, `${hub.hubUrl}/login/backchannel-logout/peer`);
    assert.equal(registered.backchannel_logout_session_required, true);
    const browser = new HttpBrowser(hub.rootPem);
    const done = await leaveBy(browser, hub, 'peer');
    assert.match(done.body, loggedIn);
    const { sid, idToken, refreshToken } = await application.logIn(browser, { username: '', password: '' });
    assert.equal(decodeJwt(idToken).sub, 'ola');
    const asking = await browser.go(`${peer.issuer}/session/end`);
    const [form] = formsOf(asking);
    assert.ok(form, asking.body);
    const from = performance.now();
    await browser.submit(asking, form, { logout: 'yes' });
    await within2s('the application is told', () => application.ended.includes(sid));
    assert.ok(performance.now() - from < 2000, 'from the press of the button there');
    assert.equal(await isLoggedIn(browser, hub), false);
    assert.equal(await refreshed(application, refreshToken), 'invalid_grant');
  });
});
