// K5, K6, V1: an application that takes accounts by SCIM: the first login makes one there, and the hub closes it at its time.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadXml } from '../../src/base/xml/index.ts';
import { SamlFake } from '../fakes/saml-provider.ts';
import { applyItems } from '../support/hub-pair.ts';
import { type RunningHub, startHub, temporaryFolder, tillitCommand } from '../support/index.ts';
import { newPeerTls } from '../support/peer-tls.ts';
import { type ScimServer, startScimServer } from '../support/scim-server.ts';
import { assertionOn, openApplication, ownMetadata, samlApplicationItem, samlItem } from './saml-visits.ts';

describe('accounts by SCIM', () => {
  let hub: RunningHub;
  let app: ScimServer;
  const folder = temporaryFolder('scim');
  const kommun = new SamlFake('kommun');
  const rule = (id: string, application: string, lifetimeSeconds: number) => ({
    id,
    name: { en: id },
    target: 'journal',
    applications: [application],
    attributes: [
      { name: 'name.familyName', value: '{familyName}' },
      { name: 'emails[type eq "work"].value', value: '{id}@journal.example' },
    ],
    groups: ['Readers'],
    lifetimeSeconds,
  });
  const people = ['one', 'two'].map((id) => ({
    id,
    givenName: 'Anna',
    familyName: 'Öberg',
    identities: [{ namespace: 'saml:kommun', value: id }],
    assignments: [
      { id: `${id}-at-town`, organisation: 'town', role: 'nurse', hsaId: `SE0000000000-${id.toUpperCase()}` },
    ],
  }));

  before(async () => {
    await loadXml();
    const tls = newPeerTls(folder.path);
    app = await startScimServer({
      userGroups: true,
      tls: { cert: readFileSync(tls.certificate, 'utf8'), key: readFileSync(tls.key, 'utf8') },
    });
    app.addGroup('Readers');
    hub = await startHub();
    writeFileSync(join(hub.dataFolder, 'journal.token'), app.token, { mode: 0o600 });
    writeFileSync(join(hub.dataFolder, 'journal-ca.pem'), tls.root);
    await applyItems(hub, {
      organisations: [{ id: 'town', name: 'Smalltown' }],
      providers: [samlItem(kommun)],
      samlApplications: ['journal', 'short'].map((id) =>
        samlApplicationItem(id, { preset: 'netscaler', unsolicited: true, requireAssignment: true }),
      ),
      accountTargets: [
        {
          id: 'journal',
          name: { en: 'The journal' },
          kind: 'scim',
          service: { url: app.url, tokenFile: 'journal.token', tlsAuthorities: [{ file: 'journal-ca.pem' }] },
          principalSuffix: 'journal.example',
        },
      ],
      accountRules: [rule('care', 'journal', 86_400), rule('brief', 'short', 3)],
      people,
    });
    await kommun.trust(await ownMetadata(hub));
  });
  after(async () => {
    await hub?.remove();
    await app?.close();
    folder.remove();
  });

  const told = async (application: string, who: string): Promise<string> =>
    assertionOn(await openApplication(hub, kommun, application, who));
  const userOf = (key: string) => [...app.users.values()].find(({ externalId }) => externalId === key);

  test('the first login makes it, open and in its group, and the application is told its name', async () => {
    assert.match(await told('journal', 'one'), />annobe@journal\.example</);
    const user = userOf('SE0000000000-ONE');
    assert.deepEqual(
      [user?.['active'], user?.['userType'], user?.['name']],
      [true, 'tillit:one', { familyName: 'Öberg' }],
    );
    const [group] = app.groups.values();
    assert.deepEqual(
      ((group?.['members'] ?? []) as { value: string }[]).map(({ value }) => value),
      [user?.id],
    );
    assert.match(await told('journal', 'one'), />annobe@journal\.example</, 'and a second login finds it');
    assert.equal(app.users.size, 1);
  });

  test('SCIM keeps no end, so the hub closes it at its time', async () => {
    assert.match(await told('short', 'two'), />annobe2@/);
    assert.equal(userOf('SE0000000000-TWO')?.['active'], true);
    for (let tries = 0; userOf('SE0000000000-TWO')?.['active'] === true; tries += 1) {
      assert.ok(tries < 100, 'it is still open');
      await sleep(200);
    }
    assert.match((await tillitCommand(hub, 'audit', 'find', '--person', 'two')).output, /account\.closed/);
  });

  test('the check names what SCIM lacks and holds; the plan finds what somebody changed by hand', async () => {
    const checked = await tillitCommand(hub, 'target', 'check', 'journal');
    assert.equal(checked.code, 0, checked.output);
    assert.match(checked.output, /SCIM keeps no end of an account/);
    const planned = await tillitCommand(hub, 'target', 'plan', 'journal');
    assert.equal(planned.code, 0, planned.output);
    assert.match(planned.output, /asWanted: 2/);
    const user = userOf('SE0000000000-ONE');
    if (user) user['active'] = false;
    const drifted = await tillitCommand(hub, 'target', 'plan', 'journal');
    assert.equal(drifted.code, 1);
    assert.match(drifted.output, /drifted {2}enable/);
    assert.match((await tillitCommand(hub, 'target', 'accounts', '--target', 'journal')).output, /annobe/);
  });

  test('the token is in no record and no output', async () => {
    const { output } = await tillitCommand(hub, 'export');
    assert.ok(output.includes('accountTargets') && !output.includes(app.token), output.slice(0, 500));
  });
});
