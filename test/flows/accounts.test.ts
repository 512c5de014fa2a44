// K5, K6, K8: an account appears at the first login, is told to the application, is extended by the next, and closes by itself.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadXml } from '../../src/base/xml/index.ts';
import { SamlFake } from '../fakes/saml-provider.ts';
import { applyItems } from '../support/hub-pair.ts';
import { HttpBrowser, type RunningHub, startHub, tillitCommand } from '../support/index.ts';
import { assertionOn, openApplication, ownMetadata, samlApplicationItem, samlItem } from './saml-visits.ts';

interface Listed {
  readonly person: string;
  readonly state: string;
  readonly loginName?: string;
  readonly until: number;
  readonly reason?: string;
}

describe('accounts by rules', () => {
  let hub: RunningHub;
  const kommun = new SamlFake('kommun');
  const assignment = (id: string, more: object = {}) => ({
    id: `${id}-at-town`,
    organisation: 'town',
    role: 'nurse',
    title: 'Nurse',
    hsaId: `SE0000000000-${id.toUpperCase()}`,
    ...more,
  });
  const person = (id: string, familyName: string, more: object = {}) => ({
    id,
    givenName: 'Anna',
    familyName,
    identities: [{ namespace: 'saml:kommun', value: id }],
    assignments: [assignment(id)],
    ...more,
  });
  const rule = (id: string, application: string, more: object = {}) => ({
    id,
    name: { en: id },
    target: 'region',
    applications: [application],
    roles: ['nurse'],
    container: 'OU=Care,DC=region,DC=example',
    attributes: [{ name: 'company', value: '{organisation}' }],
    groups: ['CN=Cosmic,DC=region,DC=example'],
    ...more,
  });
  const people = [person('one', 'Öberg'), person('two', 'Öberg'), person('clerk', 'Ek')];

  /** So many that a rule closed over two people is let through. */
  const colleagues = Array.from({ length: 250 }, (_, n) => ({
    id: `colleague-${n}`,
    givenName: 'C',
    familyName: 'D',
    assignments: [{ id: `colleague-${n}-at-town`, organisation: 'town', role: 'clerk' }],
  }));

  before(async () => {
    await loadXml();
    hub = await startHub();
    await applyItems(hub, {
      organisations: [{ id: 'town', name: 'Smalltown' }],
      providers: [samlItem(kommun)],
      samlApplications: ['cosmic', 'short'].map((id) =>
        samlApplicationItem(id, { preset: 'netscaler', unsolicited: true, requireAssignment: true }),
      ),
      accountTargets: [{ id: 'region', name: { en: 'Region' }, kind: 'builtIn', principalSuffix: 'region.example' }],
      accountRules: [rule('care', 'cosmic'), rule('brief', 'short', { lifetimeSeconds: 4, groups: [] })],
      people: [
        ...colleagues,
        ...people.map((one) =>
          one.id === 'clerk' ? { ...one, assignments: [assignment('clerk', { role: 'clerk' })] } : one,
        ),
      ],
    });
    const metadata = await ownMetadata(hub);
    await kommun.trust(metadata);
  });
  after(() => hub?.remove());

  const open = (application: string, who: string, browser?: HttpBrowser) =>
    openApplication(hub, kommun, application, who, browser);
  const accounts = async (who: string): Promise<readonly Listed[]> => {
    const { output, code } = await tillitCommand(hub, 'target', 'accounts', '--person', who, '--json');
    assert.equal(code, 0, output);
    return output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Listed);
  };
  const until = async (who: string, state: string): Promise<Listed> => {
    for (let tries = 0; tries < 60; tries += 1) {
      const [found] = await accounts(who);
      if (found?.state === state) return found;
      await sleep(250);
    }
    assert.fail(`${who} is not ${state}: ${JSON.stringify(await accounts(who))}`);
  };
  const trail = async (...words: readonly string[]): Promise<string> =>
    (await tillitCommand(hub, 'audit', 'find', ...words)).output;

  test('the first login makes the account, and the application is told its principal name and its end', async () => {
    const begun = Date.now();
    const told = assertionOn(await open('cosmic', 'one'));
    assert.match(told, />annobe@region\.example</);
    const [account] = await accounts('one');
    assert.equal(account?.state, 'open');
    assert.equal(account.loginName, 'annobe');
    assert.ok(account.until >= begun + 86_400_000 && account.until <= Date.now() + 86_400_000);
    const ends = /SessionNotOnOrAfter="([^"]+)"/.exec(told)?.[1] ?? '';
    assert.ok(Date.parse(ends) <= account.until, ends);
    const seen = await trail('--person', 'one');
    for (const kind of ['account.asked', 'account.opened', 'journey.finished']) assert.ok(seen.includes(kind), seen);
  });

  test('somebody of the same name gets another, and a name is never given twice', async () => {
    assert.match(assertionOn(await open('cosmic', 'two')), />annobe2@region\.example</);
  });

  test('the next login of the same session extends it, and asks nobody anything', async () => {
    const browser = new HttpBrowser(hub.rootPem);
    await open('cosmic', 'one', browser);
    const [first] = await accounts('one');
    await sleep(1_200);
    assert.match(assertionOn(await open('cosmic', 'one', browser)), />annobe@region\.example</);
    const [second] = await accounts('one');
    assert.ok((second?.until ?? 0) > (first?.until ?? 0) + 1_000);
    assert.equal((await accounts('one')).length, 1);
  });

  test('whose role no rule names gets none, and without the name there is no answer', async () => {
    const page = await open('cosmic', 'clerk');
    assert.deepEqual(await accounts('clerk'), []);
    assert.doesNotMatch(page.body, /urn:oasis:names:tc:SAML:2\.0:status:Success/);
  });

  test('past its time it is closed with nobody at the keyboard, and a new login opens it again', async () => {
    assert.match(assertionOn(await open('short', 'two')), />annobe2@/);
    // The longer rule of the other application holds it open.
    assert.equal((await accounts('two'))[0]?.state, 'open');
    await applyItems(hub, { accountRules: [rule('care', 'cosmic', { closed: true })] });
    await open('short', 'two');
    await until('two', 'closed');
    assert.ok((await trail('--person', 'two')).includes('account.closed'));
    await applyItems(hub, { accountRules: [rule('care', 'cosmic')] });
    assert.match(assertionOn(await open('cosmic', 'two')), />annobe2@/);
    assert.equal((await accounts('two'))[0]?.state, 'open');
  });

  test('an assignment that ends closes it', async () => {
    await open('cosmic', 'one');
    assert.equal((await accounts('one'))[0]?.state, 'open');
    await applyItems(hub, { people: [person('one', 'Öberg', { assignments: [] })] });
    await until('one', 'closed');
  });

  test('the plan says that all is as wanted, and the check that the target answers', async () => {
    const planned = await tillitCommand(hub, 'target', 'plan', 'region');
    assert.equal(planned.code, 0, planned.output);
    assert.match(planned.output, /asWanted: 2/);
    assert.equal((await tillitCommand(hub, 'target', 'check', 'region')).code, 0);
    assert.equal((await tillitCommand(hub, 'target', 'check', 'nowhere')).code, 1);
  });

  test('a changed rule is tried out from a file, and changes nothing', async () => {
    const file = (name: string, content: unknown): string => {
      const path = join(hub.dataFolder, name);
      writeFileSync(path, JSON.stringify(content));
      return path;
    };
    const changed = file('changed.json', { accountRules: [rule('care', 'cosmic', { groups: [] })] });
    const planned = await tillitCommand(hub, 'target', 'plan', 'region', '--with', changed);
    assert.equal(planned.code, 1, planned.output);
    assert.match(planned.output, /SE0000000000-TWO {2}two {2}changed {2}leaves CN=Cosmic,DC=region,DC=example/);
    assert.match(planned.output, /changed: 1[\s\S]*Nothing was changed/);
    const same = file('same.json', rule('care', 'cosmic'));
    assert.equal((await tillitCommand(hub, 'target', 'plan', 'region', '--with', same)).code, 0);
    const wrong = file('wrong.json', rule('care', 'nowhere'));
    const refused = await tillitCommand(hub, 'target', 'plan', 'region', '--with', wrong);
    assert.equal(refused.code, 1);
    assert.match(refused.output, /there is no application nowhere/);
    for (const none of [file('none.json', { people: [] }), join(hub.dataFolder, 'not-there.json')])
      assert.equal((await tillitCommand(hub, 'target', 'plan', 'region', '--with', none)).code, 1);
    assert.equal((await tillitCommand(hub, 'target', 'plan', 'region')).code, 0, 'all is as it was');
  });
});
