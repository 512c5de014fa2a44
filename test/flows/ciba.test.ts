// A program that names its person (CIBA, poll mode): openid-client in the example of docs/integrate, and oauth4webapi by hand.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import * as oauth from 'oauth4webapi';
import {
  ApplicationClient,
  formsOf,
  givePassword,
  type HttpAnswer,
  HttpBrowser,
  type RunningHub,
  softCard,
  startHub,
  temporaryFolder,
  tillitCommand,
  toCardListener,
} from '../support/index.ts';
import { ThickExample } from './thick-example.ts';

const grant = 'urn:openid:params:grant-type:ciba';

describe('a program that names its person', () => {
  const folder = temporaryFolder('ciba');
  let hub: RunningHub;
  let example: ThickExample;
  let peer: ApplicationClient;
  const user = (username: string) => ({ username, password: hub.password(username) });

  before(async () => {
    hub = await startHub({ dataFolder: folder.path });
    example = new ThickExample(hub);
    const browser = new HttpBrowser(hub.rootPem);
    const about = async () => JSON.parse((await browser.go(`${hub.hubUrl}/.well-known/openid-configuration`)).body);
    const off = await about();
    assert.equal(off.backchannel_authentication_endpoint, undefined, 'off until an application turns it on');
    assert.ok(!off.grant_types_supported.includes(grant));
    assert.equal((await browser.go(`${hub.hubUrl}/requests`)).status, 404);

    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const keyFile = join(folder.path, 'peer.pem');
    writeFileSync(keyFile, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
    const key = { ...publicKey.export({ format: 'jwk' }), kid: 'peer', alg: 'ES256', use: 'sig' };
    const entry = {
      id: 'peer',
      issuer: 'hub',
      name: { en: 'Peer' },
      organisation: 'fjord-hospital',
      authentication: { method: 'private_key_jwt', jwks: { keys: [key] } },
      grants: [grant, 'refresh_token'],
      scopes: ['openid', 'profile'],
      minimumAssurance: 'low',
    };
    const file = join(folder.path, 'peer.yaml');
    writeFileSync(file, JSON.stringify({ applications: [entry] }));
    const done = await tillitCommand(hub, 'apply', '--yes', file);
    assert.equal(done.code, 0, done.output);
    await example.register([grant, 'refresh_token']);
    peer = new ApplicationClient({
      issuer: hub.hubUrl,
      root: hub.rootPem,
      clientId: 'peer',
      redirectUri: '',
      keyFile,
    });
    assert.equal((await about()).backchannel_authentication_endpoint, `${hub.hubUrl}/bc-authorize`);
  });
  after(async () => {
    example?.close();
    await hub?.stop();
    folder.remove();
  });

  /** Somebody in a browser of their own, at the page of their requests. */
  async function atRequests(username: string): Promise<{ browser: HttpBrowser; page: HttpAnswer }> {
    const browser = new HttpBrowser(hub.rootPem);
    const login = await browser.go(`${hub.hubUrl}/requests`);
    const page = await givePassword(browser, login, user(username), () => false);
    assert.equal(page.url.pathname, '/requests', page.body);
    return { browser, page };
  }

  /** The pages of the requests with this message. */
  const linksOf = ({ body }: HttpAnswer, message: string): readonly string[] =>
    [...body.matchAll(/href="(\/requests\/[^"]+)"><span><b>[^<]*<\/b><span>([^<]*)</g)]
      .filter(([, , shown]) => shown === message)
      .map(([, href]) => String(href));

  /** Opens a request and answers it. */
  async function answer(browser: HttpBrowser, link: string, word: string): Promise<HttpAnswer> {
    const page = await browser.go(`${hub.hubUrl}${link}`);
    const form = formsOf(page).find(({ action }) => action.endsWith(link));
    assert.ok(form, page.body);
    return browser.submit(page, form, { answer: word });
  }

  /** A request of the peer, by oauth4webapi. */
  async function ask(message: string, more: Record<string, string> = {}) {
    const { server, auth, dpop } = await peer.ready();
    const parameters = {
      scope: 'openid profile',
      login_hint: 'kari',
      binding_message: message,
      dpop_jkt: await dpop.calculateThumbprint(),
      ...more,
    };
    return oauth.processBackchannelAuthenticationResponse(
      server,
      peer.client,
      await oauth.backchannelAuthenticationRequest(server, peer.client, auth, parameters, peer.options),
    );
  }

  /** One poll: the tickets, or the error. The first proof of a key has no nonce and is repeated. */
  async function poll(id: string, again = true): Promise<oauth.TokenEndpointResponse | string> {
    const { server, auth, dpop } = await peer.ready();
    const response = await oauth.backchannelAuthenticationGrantRequest(server, peer.client, auth, id, {
      ...peer.options,
      DPoP: dpop,
    });
    try {
      return await oauth.processBackchannelAuthenticationGrantResponse(server, peer.client, response);
    } catch (thrown) {
      if (again && oauth.isDPoPNonceError(thrown)) return poll(id, false);
      if (thrown instanceof oauth.ResponseBodyError) return thrown.error;
      throw thrown;
    }
  }

  test('the person finds the request, compares the message, says yes, and the program gets tickets and renews them', async () => {
    const next = example.start({ PERSON: 'kari' });
    const shown = await next();
    assert.equal(shown.open, `${hub.hubUrl}/requests`);
    const { browser, page } = await atRequests('kari');
    const [link] = linksOf(page, String(shown.message));
    assert.ok(link, page.body);
    assert.ok(
      linksOf(await browser.go(`${hub.hubUrl}/`), String(shown.message)).includes(link),
      'on the start page too',
    );
    const asked = await browser.go(`${hub.hubUrl}${link}`);
    assert.match(asked.body, /My program\?/);
    assert.match(asked.body, /127\.0\.0\.1/);
    const end = await answer(browser, link, 'yes');
    assert.equal(end.url.href, `${hub.hubUrl}/requests/done`);
    const { claims, refreshed } = (await next()) as { claims?: Record<string, unknown>; refreshed?: boolean };
    assert.deepEqual([claims?.aud, claims?.sub, refreshed], ['my-program', 'kari-nordmann', true]);
    assert.equal((await browser.go(`${hub.hubUrl}${link}`)).status, 404, 'it is answered');
  });

  test('another person sees nothing of it, can answer nothing, and the request stays', async () => {
    const { auth_req_id: id } = await ask('For Kari alone');
    const kari = await atRequests('kari');
    const [link = ''] = linksOf(kari.page, 'For Kari alone');
    const siri = await atRequests('siri');
    assert.doesNotMatch(siri.page.body, /For Kari alone/);
    const refused = await siri.browser.go(`${hub.hubUrl}${link}`);
    assert.deepEqual([refused.status, /For Kari alone/.test(refused.body)], [404, false]);
    assert.equal(await poll(id), 'authorization_pending');
    assert.equal((await answer(kari.browser, link, 'yes')).url.pathname, '/requests/done');
    assert.equal(typeof (await poll(id)), 'object');
  });

  test('two with one message are told apart: each answer is of its own; "it was not me" stands in the trail', async () => {
    const first = await ask('Ward 7');
    await sleep(1000);
    const second = await ask('Ward 7');
    const { browser, page } = await atRequests('kari');
    const links = linksOf(page, 'Ward 7');
    assert.equal(new Set(links).size, 2);
    const times = [...page.body.matchAll(/<time datetime="([^"]+)"/g)].map(([, at]) => at);
    assert.equal(new Set(times).size, 2);
    assert.equal((await answer(browser, links[0] ?? '', 'reported')).url.pathname, '/requests/reported');
    assert.equal((await answer(browser, links[1] ?? '', 'no')).url.pathname, '/requests/stopped');
    assert.deepEqual(
      [await poll(first.auth_req_id), await poll(second.auth_req_id)],
      ['access_denied', 'access_denied'],
    );
    const found = await tillitCommand(hub, 'audit', 'find', '--kind', 'ticket.disowned', '--json');
    assert.match(found.output, /"person": ?"kari-nordmann"/);
  });

  test('a hub that restarts in between, polls all at once, and a replay', async () => {
    const { auth_req_id: id } = await ask('Before the restart', { login_hint: '03827910081' });
    assert.equal(await poll(id), 'authorization_pending');
    // Each impatient poll adds five seconds: more than a restart takes on a busy machine.
    for (let n = 0; n < 11; n++) assert.equal(await poll(id), 'slow_down');
    const { hubUrl, cardUrl, ehrUrl, coreRecordUrl, crlUrl, testTokensUrl } = hub;
    await hub.stop();
    hub = await startHub({
      dataFolder: folder.path,
      addresses: { hubUrl, cardUrl, ehrUrl, coreRecordUrl, crlUrl, testTokensUrl },
    });
    assert.equal(await poll(id), 'slow_down', 'the pace is kept over a restart');
    const { browser, page } = await atRequests('kari');
    const [link = ''] = linksOf(page, 'Before the restart');
    assert.equal((await answer(browser, link, 'yes')).url.pathname, '/requests/done');
    const polls = await Promise.all(Array.from({ length: 6 }, () => poll(id)));
    const tickets = polls.filter((one) => typeof one === 'object');
    assert.equal(tickets.length, 1);
    assert.equal(await poll(id), 'invalid_grant');
    const { server, auth, dpop } = await peer.ready();
    const refresh = await oauth.refreshTokenGrantRequest(server, peer.client, auth, String(tickets[0]?.refresh_token), {
      ...peer.options,
      DPoP: dpop,
    });
    assert.equal(((await refresh.json()) as { error: string }).error, 'invalid_grant', 'a replay takes the grant down');
  });

  test('the level that the program asks for is reached by step-up, with the card', async () => {
    const { auth_req_id: id } = await ask('High', { acr_values: 'urn:tillit:loa:high' });
    const { browser, page } = await atRequests('kari');
    const [link = ''] = linksOf(page, 'High');
    const { url } = await toCardListener(browser, await answer(browser, link, 'yes'));
    browser.card = softCard(hub, 'kari-advanced');
    assert.equal((await browser.go(url)).url.pathname, '/requests/done');
    const tickets = await poll(id);
    assert.ok(typeof tickets === 'object');
    assert.equal(oauth.getValidatedIdTokenClaims(tickets)?.acr, 'urn:tillit:loa:high');
  });

  test('whoever leaves half-way may come back: the request waits on', async () => {
    const { auth_req_id: id } = await ask('With the card', { acr_values: 'urn:tillit:loa:high', login_hint: 'siri' });
    const { browser, page } = await atRequests('siri');
    const [link = ''] = linksOf(page, 'With the card');
    const step = await answer(browser, link, 'yes');
    assert.match(step.url.pathname, /^\/login\//, 'a password is not enough');
    const cancel = formsOf(step).find(
      ({ fields, buttons }) => fields._action === 'cancel' || buttons.some(({ value }) => value === 'cancel'),
    );
    assert.ok(cancel, step.body);
    const back = await browser.submit(step, cancel);
    assert.equal(back.url.pathname, '/requests', back.body);
    assert.equal(linksOf(back, 'With the card').length, 1, 'it still waits');
    assert.equal(await poll(id), 'authorization_pending');
  });
});
