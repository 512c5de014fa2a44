// H4: the documented record and login rule on a real hub and a real Active Directory (Samba): who may use the directory's password, and where.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { loadXml } from '../../src/base/xml/index.ts';
import { text } from '../../src/wire/texts/index.ts';
import { applyItems } from '../support/hub-pair.ts';
import { formsOf, type HttpAnswer, HttpBrowser, type RunningHub, startHub, tillitCommand } from '../support/index.ts';
import { type Samba, sambaMissing, startSamba } from '../support/samba.ts';
import { assertionOn, samlApplicationItem } from './saml-visits.ts';

const document = readFileSync(new URL('../../docs/operations/directory-password.md', import.meta.url), 'utf8');
/** The examples of the document, as they are written there. */
const examples = [...document.matchAll(/```yaml\n([\s\S]*?)```/g)].map(
  ([, yaml = '']) => parse(yaml) as Record<string, never>,
);
const documented = Object.assign({}, ...examples) as {
  readonly providers: readonly [{ readonly id: string; readonly domain: Record<string, unknown> }];
  readonly rules: readonly object[];
};

describe('logins with the password of the directory', { skip: sambaMissing() ?? false }, () => {
  let samba: Samba;
  let hub: RunningHub;
  const password = 'Nurse-Passw0rd';
  const person = (id: string, more: object = {}) => ({
    id,
    givenName: id,
    familyName: 'Ek',
    identities: [{ namespace: 'hsa-id', value: `SE2321000016-${id.slice(0, 3).toUpperCase()}` }],
    ...more,
  });

  before(async () => {
    await loadXml();
    [samba, hub] = await Promise.all([startSamba(), startHub()]);
    await samba.addOperator('reader', 'Hub-Passw0rd');
    for (const name of ['gun', 'dag', 'ola']) {
      await samba.addOperator(name, password);
      const client = await samba.client();
      await client.modify(`CN=${name},CN=Users,${samba.root}`, [
        samba.change('employeeID', `SE2321000016-${name.toUpperCase()}`),
        samba.change('userPrincipalName', `${name}@region.example`),
      ]);
      await client.unbind();
    }
    writeFileSync(join(hub.dataFolder, 'region-ca.pem'), samba.anchors);
    writeFileSync(join(hub.dataFolder, 'region-ad.secret'), 'Hub-Passw0rd\n', { mode: 0o600 });
    const [provider] = documented.providers;
    const place = {
      controllers: [samba.url],
      base: `CN=Users,${samba.root}`,
      bindName: `CN=reader,CN=Users,${samba.root}`,
    };
    await applyItems(hub, {
      organisations: [{ id: 'region', name: 'The region' }],
      providers: [{ ...provider, domain: { ...provider.domain, ...place } }],
      rules: documented.rules,
      samlApplications: [samlApplicationItem('roster', { providers: ['smartcard', provider.id], unsolicited: true })],
      people: [person('gun'), person('dag', { attributes: { certificateClass: 'advanced' } })],
    });
  });
  after(async () => {
    await hub?.remove();
    await samba?.remove();
  });

  /** From the application's address, by way of the choice, to what a name and a password lead to. */
  async function logIn(username: string, given: string, browser = new HttpBrowser(hub.rootPem)): Promise<HttpAnswer> {
    let page = await browser.go(`${hub.hubUrl}/saml/init/roster`);
    const choice = formsOf(page).find(({ buttons }) => buttons.some(({ value }) => value === 'region-ad'));
    if (choice !== undefined) page = await browser.submit(page, choice, { _provider: 'region-ad' });
    const form = formsOf(page).find(({ fields }) => 'password' in fields);
    assert.ok(form, page.body);
    assert.ok(page.body.includes(text('en', 'password.ofDirectory')), page.body);
    return await browser.submit(page, form, { username, password: given });
  }
  const shows = (page: HttpAnswer, reason: Parameters<typeof text>[1]): void =>
    assert.ok(page.body.includes(text('en', reason)), page.body);

  test('on a fixed computer a nurse chooses her computer’s password and is let in', async () => {
    for (const typed of ['gun@region.example', 'svc-gun']) {
      const told = assertionOn(await logIn(typed, password));
      assert.match(told, /<saml:AuthnContextClassRef>/);
    }
    const { output } = await tillitCommand(hub, 'audit', 'find', '--person', 'gun', '--json');
    assert.match(output, /"connector":"directoryPassword"/);
    assert.match(output, /"namespaces":\["hsa-id","ad:region-ad"\]/);
  });

  test('a wrong password, a name that nobody has and no password stay at the page, in the same words', async () => {
    for (const [name, given] of [
      ['svc-gun', 'wrong'],
      ['nobody', 'wrong'],
      ['Hunter2-typed-in-the-wrong-field', password],
    ] as const)
      shows(await logIn(name, given), 'reason.password.wrong.title');
    const { output } = await tillitCommand(hub, 'audit', 'find', '--kind', 'journey.refused', '--json');
    assert.match(output, /"windowsError":"52e"/);
    assert.doesNotMatch(output + hub.output(), /Hunter2|Nurse-Passw0rd/i);
  });

  test('a holder of an advanced certificate is told that the card is asked for', async () => {
    const page = await logIn('svc-dag', password);
    assert.match(page.body, /Holders of an advanced certificate log in with the card/);
    assert.ok(!formsOf(page).some(({ fields }) => 'password' in fields));
  });

  test('on a portable computer the password is not offered, even to who may use it elsewhere', async () => {
    const browser = new HttpBrowser(hub.rootPem);
    const device = await browser.go(`${hub.hubUrl}/demo/device`);
    const form = formsOf(device).find(({ action }) => action.includes('/demo/device'));
    assert.ok(form, device.body);
    await browser.submit(device, form, { kind: 'portable' });
    const page = await browser.go(`${hub.hubUrl}/saml/init/roster`);
    assert.match(page.body, /On a laptop you log in with the card/);
    assert.ok(!page.body.includes('region-ad'), page.body);
  });

  test('an account of the directory that is no person here is told so, and nobody is made', async () => {
    shows(await logIn('svc-ola', password), 'reason.person.unknown.title');
  });

  test('with the directory down it is said, and logins go on when it is back', async () => {
    await samba.stop();
    shows(await logIn('svc-gun', password), 'reason.directory.unavailable.title');
    const { output } = await tillitCommand(hub, 'audit', 'find', '--kind', 'journey.refused', '--json');
    assert.match(output, /"controllers":\["ldaps:[^"]*ECONNREFUSED/);
    await samba.start();
    assertionOn(await logIn('svc-gun', password));
  });

  test('the password that the hub has there is sealed, and shown to nobody', async () => {
    const { output } = await tillitCommand(hub, 'export');
    assert.match(output, /connector: directoryPassword/);
    assert.doesNotMatch(output, /Hub-Passw0rd/);
  });
});
