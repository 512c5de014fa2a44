// Logout everywhere, through HTTP: within two seconds the page says who was told and who was not, and the queue goes on.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import * as oidc from 'openid-client';
import {
  ask,
  formsOf,
  type HttpAnswer,
  HttpBrowser,
  LogoutApplication,
  logInWithPassword,
  type RunningHub,
  startHub,
  tillitCommand,
} from '../support/index.ts';

const told = 'Logged out';
const retried = 'Could not be reached. We keep trying.';
const rowOf = (page: HttpAnswer, id: string): string | undefined =>
  new RegExp(`The ${id} one</span><span class="\\w+">([^<]+)`).exec(page.body)?.[1];

describe('single logout', () => {
  let hub: RunningHub;
  let quick: LogoutApplication;
  let slow: LogoutApplication;
  let dead: LogoutApplication;
  let mute: LogoutApplication;
  const kari = () => ({ username: 'kari', password: hub.password('kari') });

  before(async () => {
    hub = await startHub();
    [quick, slow, dead, mute] = await Promise.all([
      LogoutApplication.make(hub, 'quick'),
      LogoutApplication.make(hub, 'slow'),
      LogoutApplication.make(hub, 'dead'),
      LogoutApplication.make(hub, 'mute'),
    ]);
    const file = join(hub.dataFolder, 'applications.yaml');
    const entries = [quick, slow, dead].map((one) => one.entry());
    const applications = [...entries, mute.entry({ backchannelLogoutUri: undefined })];
    writeFileSync(file, JSON.stringify({ applications }));
    const done = await tillitCommand(hub, 'apply', '--yes', file);
    assert.equal(done.code, 0, done.output);
    await sleep(1500);
    await quick.open();
    await slow.open();
    slow.slowMs = 3500;
  });
  after(async () => {
    await Promise.all([quick, slow, dead].map((one) => one?.close()));
    await hub?.remove();
  });

  const metric = async (state: string) => {
    const { body } = await ask(new URL(`${hub.hubUrl}/metrics`), { root: hub.rootPem });
    return Number(new RegExp(`tillit_logouts_undelivered\\{state="${state}"\\} (\\d+)`).exec(body)?.[1]);
  };
  const isLoggedIn = async (browser: HttpBrowser) =>
    (await browser.go(`${hub.hubUrl}/portal`)).body.includes('Where you are logged in');
  /** Goes there; fails when the page took two seconds or more. */
  const within2s = async (work: () => Promise<HttpAnswer>): Promise<HttpAnswer> => {
    const from = performance.now();
    const page = await work();
    const ms = performance.now() - from;
    assert.ok(ms < 2000, `the page took ${Math.round(ms)} ms`);
    return page;
  };
  const until = async (what: string, holds: () => boolean | Promise<boolean>, mostMs = 12_000) => {
    const from = performance.now();
    while (!(await holds())) {
      assert.ok(performance.now() - from < mostMs, what);
      await sleep(100);
    }
  };

  test('one reachable, one slow, one dead, one that cannot be told: the page says which; the queue goes on', async () => {
    const browser = new HttpBrowser(hub.rootPem);
    const own = await quick.logIn(browser, kari());
    for (const one of [slow, dead, mute]) assert.equal((await one.logIn(browser, kari())).sid, own.sid, 'one session');
    browser.cookies.get(new URL(hub.hubUrl).host)?.set('__Host-tillit-watch', 'w');
    const target = { post_logout_redirect_uri: `${quick.url}/bye`, state: 'back' };
    const url = await quick.logoutUrl({ id_token_hint: own.idToken, ...target });
    const page = await within2s(() => browser.go(url, ({ origin }) => origin === quick.url));

    assert.equal(page.url.origin, hub.hubUrl, 'it does not go on while something is open');
    assert.match(page.body, /You are logged out here, but not everywhere/);
    assert.deepEqual(
      ['quick', 'slow', 'dead', 'mute'].map((id) => rowOf(page, id)),
      [told, 'Is being logged out now', retried, 'Cannot be logged out from here. Log out there too.'],
    );
    assert.ok(page.body.includes(`href="${quick.url}/bye?state=back">Continue to The quick one`), page.body);
    assert.deepEqual(quick.ended, [own.sid]);
    const cookies = [...(browser.cookies.get(new URL(hub.hubUrl).host)?.keys() ?? [])];
    assert.ok(!cookies.some((name) => /session|watch/.test(name)), String(cookies));
    await assert.rejects(oidc.refreshTokenGrant(await quick.config(), own.refreshToken), { error: 'invalid_grant' });
    assert.deepEqual([await metric('failing'), await metric('dead')], [1, 0]);

    await until('the slow one takes it', () => slow.ended.includes(own.sid));
    await dead.open();
    await until('the dead one is told when it is back', () => dead.ended.includes(own.sid));
    const later = await browser.go(page.url, ({ origin }) => origin === quick.url);
    assert.deepEqual(
      ['quick', 'slow', 'dead'].map((id) => rowOf(later, id)),
      [told, told, told],
    );
    await until('nothing is undelivered', async () => (await metric('failing')) + (await metric('waiting')) === 0);
    assert.deepEqual([slow.ended, dead.ended, mute.tries], [[own.sid], [own.sid], 0]);
    await dead.close();
  });

  test('when everybody was told it goes back at once, with state', async () => {
    const browser = new HttpBrowser(hub.rootPem);
    const own = await quick.logIn(browser, kari());
    const target = { post_logout_redirect_uri: `${quick.url}/bye`, state: 'x' };
    const url = await quick.logoutUrl({ id_token_hint: own.idToken, ...target });
    const page = await within2s(() => browser.go(url, ({ origin }) => origin === quick.url));
    assert.equal(page.url.href, `${quick.url}/bye?state=x`);
    assert.ok(quick.ended.includes(own.sid));
  });

  test('a slow application holds up nobody else’s logout', async () => {
    const [one, other] = [new HttpBrowser(hub.rootPem), new HttpBrowser(hub.rootPem)];
    await slow.logIn(one, kari());
    const own = await quick.logIn(other, kari());
    const leave = async (browser: HttpBrowser) => {
      const asking = await browser.go(`${hub.hubUrl}/logout`);
      const form = formsOf(asking).find(({ action }) => action === '/logout');
      assert.ok(form);
      return browser.submit(asking, form);
    };
    const slowPage = leave(one);
    await sleep(400);
    assert.equal(rowOf(await within2s(() => leave(other)), 'quick'), told);
    assert.ok(quick.ended.includes(own.sid));
    assert.equal(rowOf(await slowPage, 'slow'), 'Is being logged out now');
  });

  test('from the own sessions’ page: one in another browser, then all', async () => {
    const [here, there] = [new HttpBrowser(hub.rootPem), new HttpBrowser(hub.rootPem)];
    const elsewhere = await quick.logIn(there, kari());
    await dead.logIn(there, kari());
    await quick.logIn(here, kari());
    const press = async (name: string, value: string) => {
      const portal = await here.go(`${hub.hubUrl}/portal`);
      const form = formsOf(portal).find(({ action, fields }) => action === '/portal/end' && fields[name] === value);
      assert.ok(form, portal.body);
      return within2s(() => here.submit(portal, form));
    };
    const page = await press('_session', elsewhere.sid);
    assert.match(page.body, /That login has been ended/);
    assert.deepEqual([rowOf(page, 'quick'), rowOf(page, 'dead')], [told, retried]);
    assert.equal(await isLoggedIn(there), false);
    here.cookies.get(new URL(hub.hubUrl).host)?.set('__Host-tillit-watch', 'w');
    const left = await press('_all', '1');
    assert.match(left.url.pathname, /^\/logged-out\//);
    assert.equal(rowOf(left, 'quick'), told);
    assert.ok(!here.cookies.get(new URL(hub.hubUrl).host)?.has('__Host-tillit-watch'), 'the iframe’s cookie goes too');
    assert.equal(await isLoggedIn(here), false);
  });

  test('a hostile page logs nobody out (O11)', async () => {
    const browser = new HttpBrowser(hub.rootPem);
    const victim = await quick.logIn(browser, kari());
    const attacker = await quick.logIn(new HttpBrowser(hub.rootPem), kari());
    const bent = `${victim.idToken.split('.').slice(0, 2).join('.')}.${attacker.idToken.split('.')[2]}`;
    const evil = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    for (const hint of [undefined, attacker.idToken, bent, victim.refreshToken]) {
      const url = await quick.logoutUrl(hint === undefined ? {} : { id_token_hint: hint });
      const answer = await browser.request(url, { headers: evil });
      assert.equal(new URL(answer.headers.location ?? '', url).pathname, '/logout', 'the person is asked');
    }
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    for (const path of ['/logout', '/portal/end']) {
      const url = new URL(path, hub.hubUrl);
      const answer = await browser.request(url, { method: 'POST', body: '_all=1', headers: { ...type, ...evil } });
      assert.equal(answer.status, 403, path);
    }
    const shown = await browser.go(`${hub.hubUrl}/logged-out/${victim.sid}/${'A'.repeat(43)}`);
    assert.equal(rowOf(shown, 'quick'), undefined, 'a session’s id alone shows nothing');
    assert.ok(await isLoggedIn(browser));
    assert.ok(!quick.ended.includes(victim.sid));
  });

  test('a closed person is logged out everywhere within two seconds, and cannot come back', async () => {
    const secret = join(hub.dataFolder, 'temp.password');
    writeFileSync(secret, 'a long enough pass phrase\n', { mode: 0o600 });
    const apply = async (more: object) => {
      const file = join(hub.dataFolder, 'temp.json.yaml');
      const entry = { id: 'temp', givenName: 'Tem', familyName: 'Porary', username: 'temp', passwordFile: secret };
      writeFileSync(file, JSON.stringify({ people: [{ ...entry, ...more }] }));
      const { code, output } = await tillitCommand(hub, 'apply', '--yes', file);
      assert.equal(code, 0, output);
    };
    await apply({});
    const temp = { username: 'temp', password: 'a long enough pass phrase' };
    const browser = new HttpBrowser(hub.rootPem);
    const { sid } = await quick.logIn(browser, temp);
    await apply({ closed: true });
    // Nobody uses the session meanwhile: the news comes by itself.
    await until('the application is told', () => quick.ended.includes(sid), 2000);
    assert.equal(await isLoggedIn(browser), false);
    const again = await logInWithPassword(browser, `${hub.hubUrl}/portal`, temp, () => false);
    assert.ok(!again.body.includes('Where you are logged in'));
  });
});
