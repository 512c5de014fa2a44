// K5, K6, K7: a municipality's nurse whom the region's Active Directory (Samba) does not know logs in, and is known; the domain itself lets her in and out.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { toFiletime } from '../../src/base/filetime.ts';
import { loadXml } from '../../src/base/xml/index.ts';
import { SamlFake } from '../fakes/saml-provider.ts';
import { assertionOn, openApplication, ownMetadata, samlApplicationItem, samlItem } from '../flows/saml-visits.ts';
import { applyItems } from '../support/hub-pair.ts';
import {
  freeAddresses,
  type HubOptions,
  type RunningHub,
  startHub,
  temporaryFolder,
  tillitCommand,
} from '../support/index.ts';
import { makeRegion, regionTarget, regionTree } from '../support/region-directory.ts';
import { type Samba, sambaMissing, startSamba } from '../support/samba.ts';

describe('a login that needs an account in a real domain', { skip: sambaMissing() ?? false }, () => {
  let samba: Samba;
  let hub: RunningHub;
  const folder = temporaryFolder('accounts');
  let place: HubOptions;
  const kommun = new SamlFake('kommun');
  const tree = regionTree;
  const people = ['one', 'two'].map((id) => ({
    id,
    givenName: 'Åsa',
    familyName: 'Ångström',
    identities: [{ namespace: 'saml:kommun', value: id }],
    assignments: [
      { id: `${id}-at-town`, organisation: 'town', role: 'nurse', hsaId: `SE0000000000-${id.toUpperCase()}` },
    ],
  }));
  const rule = (id: string, application: string, lifetimeSeconds: number) => ({
    id,
    name: { en: id },
    target: 'region',
    applications: [application],
    container: tree,
    attributes: [{ name: 'displayName', value: '{displayName} ({organisation})' }],
    groups: [`CN=Cosmic,${tree}`],
    lifetimeSeconds,
  });
  const told = async (application: string, who: string): Promise<string> =>
    assertionOn(await openApplication(hub, kommun, application, who));
  const entryOf = async (key: string) => {
    const client = await samba.client();
    const found = await client.search(tree, {
      filter: `(cn=${key})`,
      attributes: ['accountExpires', 'userAccountControl', 'memberOf', 'displayName', 'userPrincipalName'],
    });
    await client.unbind();
    assert.equal(found.searchEntries.length, 1);
    return found.searchEntries[0];
  };

  /** So many that a rule closed over two people is let through. */
  const colleagues = Array.from({ length: 250 }, (_, n) => ({
    id: `colleague-${n}`,
    givenName: 'C',
    familyName: 'D',
    assignments: [{ id: `colleague-${n}-at-town`, organisation: 'town', role: 'clerk' }],
  }));

  before(async () => {
    await loadXml();
    place = { dataFolder: folder.path, addresses: await freeAddresses() };
    [samba, hub] = await Promise.all([startSamba(), startHub(place)]);
    await makeRegion(samba, hub, 'Cosmic');
    await applyItems(hub, {
      organisations: [{ id: 'town', name: 'Smalltown' }],
      providers: [samlItem(kommun)],
      samlApplications: ['cosmic', 'brief'].map((id) =>
        samlApplicationItem(id, { preset: 'netscaler', unsolicited: true, requireAssignment: true }),
      ),
      accountTargets: [regionTarget(samba)],
      accountRules: [rule('care', 'cosmic', 86_400), rule('brief', 'brief', 5)],
      people: [...colleagues, ...people],
    });
    await kommun.trust(await ownMetadata(hub));
  });
  after(async () => {
    await hub?.remove();
    await samba?.remove();
    folder.remove();
  });

  test('the check says what an administrator must know, and the password is nowhere in clear', async () => {
    const { output } = await tillitCommand(hub, 'target', 'check', 'region');
    assert.match(output, /employeeNumber: it has no index/);
    const exported = await tillitCommand(hub, 'export');
    assert.doesNotMatch(exported.output, /Hub-Passw0rd/);
  });

  test('she gets an account, the application her principal name; two of one name are two', async () => {
    const begun = Date.now();
    assert.match(await told('cosmic', 'one'), />asaang@hosp\.test</);
    assert.match(await told('cosmic', 'two'), />asaang2@hosp\.test</);
    const entry = await entryOf('SE0000000000-ONE');
    assert.equal(entry?.['userPrincipalName'], 'asaang@hosp.test');
    assert.equal(entry['displayName'], 'Åsa Ångström (Smalltown)');
    assert.equal(entry['memberOf'], `CN=Cosmic,${tree}`);
    assert.equal(entry['userAccountControl'], '512');
    const ends = String(entry['accountExpires']);
    assert.ok(ends >= toFiletime(begun + 86_400_000) && ends <= toFiletime(Date.now() + 86_400_000), ends);
  });

  test('with Tillit stopped the domain refuses her past the end; a new login opens the account again', async () => {
    await applyItems(hub, { accountRules: [{ ...rule('care', 'cosmic', 86_400), closed: true }] });
    await told('brief', 'one');
    await samba.setPassword(`CN=SE0000000000-ONE,${tree}`, 'Nurse-Passw0rd');
    assert.equal(samba.kinit('asaang', 'Nurse-Passw0rd'), undefined);
    await hub.stop();
    await sleep(6_500);
    assert.match(samba.kinit('asaang', 'Nurse-Passw0rd') ?? 'let in', /expired|revoked/i);
    hub = await startHub(place);
    await told('brief', 'one');
    assert.equal(samba.kinit('asaang', 'Nurse-Passw0rd'), undefined);
  });

  test('a directory that is down keeps her at a page that waits, and the login goes on when it is back', async () => {
    await applyItems(hub, { accountRules: [rule('care', 'cosmic', 86_400)] });
    await samba.stop();
    const waiting = told('cosmic', 'two');
    await sleep(3_000);
    await samba.start();
    assert.match(await waiting, />asaang2@hosp\.test</);
  });

  test('a group that is gone is a clear refusal with a code, and the trail says which', async () => {
    await applyItems(hub, {
      accountRules: [{ ...rule('care', 'cosmic', 86_400), groups: [`CN=Gone,${tree}`] }],
    });
    const page = await openApplication(hub, kommun, 'cosmic', 'two');
    assert.match(page.body, /could not be prepared|kunde inte förberedas/);
    assert.match(page.body, /<span class="code">[0-9A-Z]{4}-[0-9A-Z]{4}</);
    const { output } = await tillitCommand(hub, 'audit', 'find', '--person', 'two', '--json');
    assert.match(output, /groupMissing/);
  });
});
