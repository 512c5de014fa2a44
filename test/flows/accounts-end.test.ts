// K6: with its account an application's part of the session ends: it is told, its tickets are no more renewed, and the session goes on elsewhere.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import * as oidc from 'openid-client';
import { applyItems } from '../support/hub-pair.ts';
import { HttpBrowser, LogoutApplication, type RunningHub, startHub, tillitCommand } from '../support/index.ts';

describe('the end of an account', () => {
  let hub: RunningHub;
  let brief: LogoutApplication;
  let other: LogoutApplication;
  let silent: LogoutApplication;
  const kari = () => ({ username: 'kari', password: hub.password('kari') });
  const rule = (more: object = {}) => ({
    id: 'brief',
    name: { en: 'Brief' },
    target: 'region',
    applications: ['brief', 'silent'],
    container: 'OU=Care,DC=region,DC=example',
    lifetimeSeconds: 5,
    ...more,
  });
  const trail = async (): Promise<string> =>
    (await tillitCommand(hub, 'audit', 'find', '--person', 'kari-nordmann', '--json')).output;
  const ends = async (): Promise<number> => {
    const { output } = await tillitCommand(hub, 'target', 'accounts', '--person', 'kari-nordmann', '--json');
    return (JSON.parse(output.split('\n').find((line) => line.startsWith('{')) ?? '{}') as { until: number }).until;
  };
  const until = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
    for (const end = performance.now() + 30_000; !(await holds()); await sleep(100))
      assert.ok(performance.now() < end, what);
  };

  before(async () => {
    hub = await startHub();
    [brief, other, silent] = (await Promise.all(
      ['brief', 'other', 'silent'].map((id) => LogoutApplication.make(hub, id)),
    )) as [LogoutApplication, LogoutApplication, LogoutApplication];
    await applyItems(hub, {
      applications: [brief.entry(), other.entry(), silent.entry({ backchannelLogoutUri: undefined })],
      accountTargets: [
        {
          ...{ id: 'region', name: { en: 'Region' }, kind: 'builtIn', principalSuffix: 'region.example' },
          identifier: 'person',
        },
      ],
      accountRules: [rule()],
    } as Parameters<typeof applyItems>[1]);
    await Promise.all([brief.open(), other.open()]);
  });
  after(async () => {
    await Promise.all([brief, other].map((one) => one?.close()));
    await hub?.remove();
  });

  test('the application is told once and its tickets end; the other goes on, and a new visit opens the account again', async () => {
    const browser = new HttpBrowser(hub.rootPem);
    const there = await brief.logIn(browser, kari());
    const elsewhere = await other.logIn(browser, kari());
    assert.equal(there.sid, elsewhere.sid, 'one session');
    await until('the application is told', () => brief.ended.length > 0);
    assert.deepEqual([brief.ended, other.ended], [[there.sid], []]);
    await assert.rejects(oidc.refreshTokenGrant(await brief.config(), there.refreshToken), {
      error: 'invalid_grant',
      error_description: /the account behind the application is closed/,
    } as object);
    await oidc.refreshTokenGrant(await other.config(), elsewhere.refreshToken);
    const seen = await trail();
    assert.equal(seen.split('"session.partEnded"').length - 1, 1, seen);
    assert.ok(seen.includes('account.closed') && !seen.includes('"session.ended"'));
    const again = await brief.logIn(browser, kari());
    assert.equal(again.sid, there.sid, 'nobody was asked for anything');
    await until('told of the second end, too', () => brief.ended.length === 2);
    assert.deepEqual(other.ended, []);
  });

  test('an application that only a browser reaches is not told: the person reads it at their own logins, until they open it again', async () => {
    const browser = new HttpBrowser(hub.rootPem);
    const isSaid = async (): Promise<boolean> =>
      (await browser.go(`${hub.hubUrl}/portal`)).body.includes('The account behind The silent one has closed');
    await brief.logIn(browser, kari());
    await silent.logIn(browser, kari());
    assert.ok(!(await isSaid()), 'while it is open');
    await until('it is said', isSaid);
    await silent.logIn(browser, kari());
    assert.ok(!(await isSaid()), 'it is open again');
  });

  test('an answer by refresh token extends it as a login does, on a proof within the session’s absolute limit alone', async () => {
    await applyItems(hub, { accountRules: [rule({ lifetimeSeconds: 100 })] } as Parameters<typeof applyItems>[1]);
    const { refreshToken } = await brief.logIn(new HttpBrowser(hub.rootPem), kari());
    const provenAt = Date.now();
    const first = await ends();
    const config = await brief.config();
    let last = refreshToken;
    await sleep(1_500);
    const renew = async () => {
      last = (await oidc.refreshTokenGrant(config, last)).refresh_token ?? last;
    };
    await renew();
    await until('it is extended', async () => (await ends()) >= first + 1_000);
    assert.match(await trail(), /"account\.extended"/);
    const second = await ends();
    // What is younger than the limit now was older at once by a shorter one.
    await applyItems(hub, {
      settings: { demo: true, lifetimes: { sessionIdle: 60, sessionAbsolute: 60 } },
      accountRules: [rule({ lifetimeSeconds: 1_000 })],
    } as Parameters<typeof applyItems>[1]);
    await sleep(Math.max(0, provenAt + 61_000 - Date.now()));
    const asked = (await trail()).split('"account.asked"').length;
    await renew();
    assert.equal((await trail()).split('"account.asked"').length, asked, 'the session is renewed, the account is not');
    assert.equal(await ends(), second);
  });

  test('each answer extends the account; past the session’s absolute limit only a new proof does', async () => {
    await applyItems(hub, {
      settings: { demo: true, lifetimes: { sessionIdle: 60, sessionAbsolute: 60 } },
      accountRules: [rule({ lifetimeSeconds: 86_400 })],
    } as Parameters<typeof applyItems>[1]);
    const browser = new HttpBrowser(hub.rootPem);
    const begun = Date.now();
    const { sid } = await brief.logIn(browser, kari());
    const first = await ends();
    await sleep(1_200);
    assert.equal((await brief.logIn(browser, kari())).sid, sid, 'single sign-on');
    const second = await ends();
    assert.ok(second > first + 1_000, 'an answer by single sign-on extends it');
    await sleep(Math.max(0, begun + 61_000 - Date.now()));
    // Somebody who cannot prove anything any more.
    await assert.rejects(brief.logIn(browser, { username: 'kari', password: 'wrong' }));
    assert.equal(await ends(), second, 'what is older than the limit extends nothing');
    assert.notEqual((await brief.logIn(browser, kari())).sid, sid);
    assert.ok((await ends()) > second);
  });
});
