// What docs/operations/method-cut-off.md says, done to a running hub: before and after the date, below, exempt, at renewal (G3, G4, G6).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { applyItems } from '../support/hub-pair.ts';
import {
  ApplicationClient,
  demoApplication,
  HttpBrowser,
  logInWithPassword,
  type RunningHub,
  startHub,
  tillitCommand,
} from '../support/index.ts';

const guide = readFileSync(new URL('../../docs/operations/method-cut-off.md', import.meta.url), 'utf8');
const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(guide) ?? [];
const [record] = (parse(example) as { methodCutoffs: Record<string, unknown>[] }).methodCutoffs;
const days = (count: number): string => new Date(Date.now() + count * 86_400_000).toISOString();

describe('a method is cut off', () => {
  let hub: RunningHub;
  let client: ApplicationClient;

  const apply = (change: object): Promise<void> => applyItems(hub, { methodCutoffs: [{ ...record, ...change }] });
  const isBack = (url: URL): boolean => url.origin === hub.ehrUrl;
  async function logIn(username: string) {
    const login = await client.push({ scope: 'openid profile assignment offline_access', ui_locales: 'en' });
    const user = { username, password: hub.password(username) };
    const page = await logInWithPassword(new HttpBrowser(hub.rootPem), login.url, user, isBack);
    return { login, page, isIn: isBack(page.url) };
  }

  before(async () => {
    hub = await startHub();
    client = new ApplicationClient(demoApplication(hub));
  });
  after(async () => {
    await hub?.remove();
  });

  let refreshToken = '';
  test('the record of the guide is taken; before its date a password gets in and is renewed', async () => {
    await apply({});
    const { login, page } = await logIn('kari');
    const { refreshToken: first } = await client.complete(page.url, login);
    refreshToken = (await client.refresh(first ?? '')).refreshToken ?? first ?? '';
    assert.notEqual(refreshToken, '');
  });

  test('from its date on it gets nobody in below the organisation, and the page says since when and what to order', async () => {
    await apply({ from: days(-1), exemptions: [] });
    const { page, isIn } = await logIn('kari');
    assert.equal(isIn, false);
    assert.match(page.body, /The patient record takes cards alone\./);
    assert.match(page.body, /Since \d+ \w+ 20\d\d it no longer gets you in\./);
    assert.match(page.body, /A SITHS card <a href="https:\/\/cards\.region\.example\/order"/);
    assert.doesNotMatch(page.body, /Freja for computer and mobile/, 'what others order');
    assert.match(page.body, /\/card"/, 'the way that is left');
    assert.equal((await logIn('siri')).isIn, false);
  });

  test('a renewal after the date is refused with the reason, though the login was before', async () => {
    await assert.rejects(client.refresh(refreshToken), (fault: { error?: string; error_description?: string }) => {
      assert.equal(fault.error, 'invalid_grant');
      assert.match(fault.error_description ?? '', /policy\.methodCutOff/);
      return true;
    });
  });

  test('what is only planned or connected, and what is another organisation’s, stops nobody', async () => {
    for (const change of [{ state: 'planned' }, { state: 'connecting' }, { organisations: ['norrsken-region'] }]) {
      await apply({ from: days(-1), exemptions: [], ...change });
      assert.equal((await logIn('kari')).isIn, true, JSON.stringify(change));
    }
  });

  test('an exemption lets its own people in until it ends, and the explanation names it', async () => {
    const given = { owner: 'Head of ward 3', reason: 'Her card is on its way' };
    await apply({ from: days(-2), exemptions: [{ person: 'siri-lunde', until: days(1), ...given }] });
    assert.equal((await logIn('siri')).isIn, true);
    assert.equal((await logIn('kari')).isIn, false, 'another person of the same ward');
    await apply({ from: days(-2), exemptions: [{ organisation: 'demo-region', until: days(1), ...given }] });
    assert.equal((await logIn('kari')).isIn, true, 'an organisation above');
    const unit = (id: string) => ({ organisation: 'fjord-hospital', units: [id], until: days(1), ...given });
    await apply({ from: days(-2), exemptions: [unit('fjord-emergency')] });
    assert.equal((await logIn('kari')).isIn, false, 'another unit');
    await apply({ from: days(-2), exemptions: [{ person: 'siri-lunde', until: days(-1), ...given }] });
    assert.equal((await logIn('siri')).isIn, false, 'it has ended');
  });

  test('the code of the page tells an administrator which cut-off it was', async () => {
    const { page } = await logIn('kari');
    const found = await tillitCommand(hub, 'audit', 'find', '--person', 'kari-nordmann', '--json');
    assert.equal(found.code, 0, found.output);
    assert.match(found.output, /cut off by ehr-without-passwords since/);
    assert.match(page.body, /no longer gets you in/);
  });

  test('who would be stopped is listed by organisation, with who is exempt apart, and everything that ends', async () => {
    await apply({
      from: days(20),
      exemptions: [{ person: 'siri-lunde', owner: 'Ward 3', reason: 'No card', until: days(60) }],
    });
    const { code, output } = await tillitCommand(hub, 'cutoff', 'affected', 'ehr-without-passwords', '--days', '1');
    assert.equal(code, 0, output);
    assert.match(
      output,
      /Fjord Hospital \(fjord-hospital\): 1 would be stopped\n {2}kari-nordmann +Kari Nordmann +demo-ehr/,
    );
    assert.match(output, /Fjord Hospital \(fjord-hospital\): 1 exempt on the day\n {2}siri-lunde /);
    const list = await tillitCommand(hub, 'cutoff', 'list');
    assert.match(list.output, /ehr-without-passwords +required +\S+ +demo-ehr +demo-region +password +1/);
    const unknown = await tillitCommand(hub, 'cutoff', 'affected', 'other');
    assert.notEqual(unknown.code, 0);
    assert.match(unknown.output, /there is no method cut-off other/);
  });

  test('a person reads on their own pages what ends when, and what to order', async () => {
    await apply({ from: days(20), exemptions: [] });
    const browser = new HttpBrowser(hub.rootPem);
    const here = (url: URL) => url.origin === hub.hubUrl && url.pathname === '/how-to-log-in';
    const kari = { username: 'kari', password: hub.password('kari') };
    const own = await logInWithPassword(browser, new URL('/how-to-log-in', hub.hubUrl), kari, () => false);
    assert.ok(here(own.url), own.url.href);
    const at = async (path: string) => (await browser.go(new URL(path, hub.hubUrl), () => false)).body;
    const body = await at('/how-to-log-in');
    assert.match(body, /Password works until \d+ \w+ 20\d\d/);
    assert.match(body, /Password (?:does not get you in here|has not got you in since)/, 'the national core record');
    assert.match(body, /A SITHS card <a href="https:\/\/cards\.region\.example\/order"/);
    assert.doesNotMatch(body, /Freja for computer and mobile/);
    const start = await at('/');
    assert.match(start, /From \d+ \w+ 20\d\d Password no longer gets you in to EHR\./);
    assert.match(await at('/systems'), /The patient record takes cards alone\./);
  });
});
