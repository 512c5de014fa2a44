// K5: names of every kind in a real Active Directory domain (Samba): written as they are, cut where it must be, and never twice.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type AccountView, carryOut, type DesiredAccount, desiredAccount } from '../../src/core/provisioning/index.ts';
import type { ActiveDirectory } from '../../src/edge/targets/active-directory/index.ts';
import { openRegion, regionTree } from '../support/region-directory.ts';
import { type Samba, sambaMissing, startSamba } from '../support/samba.ts';

const day = 86_400_000;

describe('names in Active Directory', { skip: sambaMissing() ?? false }, () => {
  let samba: Samba;
  let directory: ActiveDirectory;
  const tree = regionTree;
  const view: AccountView = { attributes: ['displayName', 'company', 'title', 'givenName', 'sn'], groups: [] };

  const target = {
    id: 'ad',
    name: { en: 'Directory' },
    kind: 'activeDirectory' as const,
    loginName: '{given:3}{family:3}',
    principalSuffix: 'hosp.test',
    keyAttribute: 'employeeNumber',
    markAttribute: 'adminDescription',
    identifier: 'hsa-id',
    deleteAfterDays: 90,
    closed: false,
  };
  const rule = {
    id: 'care',
    name: { en: 'Care' },
    target: 'ad',
    applications: ['ehr'],
    organisations: [],
    roles: [],
    container: tree,
    attributes: [
      { name: 'displayName', value: '{displayName} ({organisation})' },
      { name: 'givenName', value: '{givenName}' },
      { name: 'sn', value: '{familyName}' },
      { name: 'company', value: '{organisation}' },
      { name: 'title', value: '{title}' },
    ],
    groups: [],
    lifetimeSeconds: 86_400,
    closed: false,
  };
  const wanted = (key: string, givenName: string, familyName: string, organisation = 'Smalltown'): DesiredAccount => {
    const id = key.toLowerCase();
    const desired = desiredAccount(
      {
        target,
        rules: new Map([['care', rule]]),
        grants: [
          {
            rule: 'care',
            application: 'ehr',
            assignment: 'a',
            grantedAt: Date.now(),
            until: Date.now() + day,
            reference: 'r',
          },
        ],
        person: {
          person: { id, givenName, familyName, closed: false, protectedIdentity: false, attributes: {} },
          assignments: [{ id: 'a', person: id, organisation: 'town', role: 'nurse', title: familyName }],
          organisations: new Map([['town', { id: 'town', name: organisation, closed: false }]]),
          units: new Map(),
          namespaces: [],
        },
        key,
      },
      Date.now(),
    );
    assert.equal(desired.kind, 'account');
    return (desired as Extract<typeof desired, { kind: 'account' }>).account;
  };
  const bring = async (desired: DesiredAccount) => {
    const result = await carryOut(directory, desired, view, Date.now);
    assert.equal(result.kind, 'asWanted', JSON.stringify(result));
    return result as Extract<typeof result, { kind: 'asWanted' }>;
  };

  before(async () => {
    samba = await startSamba();
    await samba.addOperator('hub', 'Hub-Passw0rd');
    const client = await samba.client();
    await client.add(tree, { objectClass: ['top', 'organizationalUnit'] });
    await client.unbind();
    directory = openRegion(samba);
  });
  after(async () => {
    await directory?.close();
    await samba?.remove();
  });

  const cases: readonly (readonly [what: string, given: string, family: string, login: string | RegExp])[] = [
    ['Swedish letters', 'Åsa', 'Öberg', 'asaobe'],
    ['letters that no decomposition takes apart', 'Łukasz', 'Ødegård-Þór', 'lukode'],
    ['Greek', 'Ελένη', 'Παπαδοπούλου', /^[a-z0-9]+$/],
    ['from right to left, with marks of direction', 'שרה', '\u202Eכהן\u202C', /^[a-z0-9]+$/],
    ['Chinese', '小明', '王', /^[a-z0-9]+$/],
    ['nothing but pictures', '👩‍⚕️', '🦄🦄', /^[a-z0-9]+$/],
    ['combining accents', 'A\u030Asa', 'O\u0308berg', /^asaobe\d*$/],
    ['what is special in distinguished names', 'Anna, "CN=x"+\\', '<#;=> ', 'ann'],
    ['what is special in filters', '*)(cn=*', '\\2a(|', /^[a-z0-9]+$/],
    ['300 letters', 'å'.repeat(300), 'ö'.repeat(300), 'aaaooo'],
    ['300 letters beyond the first plane', '𝒜'.repeat(300), '🦄'.repeat(300), /^[a-z0-9]+$/],
    ['one letter', 'Å', 'Ö', 'ao'],
  ];
  for (const [index, [what, given, family, login]] of cases.entries())
    test(`${what}: an account that the next login leaves as it is`, async () => {
      const desired = wanted(`SE2321000156-N${index}`, given, family, `${family} kommun`);
      const { account } = await bring(desired);
      assert.match(account?.loginName ?? '', typeof login === 'string' ? new RegExp(`^${login}\\d*$`) : login);
      assert.deepEqual(account?.attributes, desired.attributes);
      assert.deepEqual((await bring(desired)).done, [], 'what is written is what is wanted');
    });

  test('the longest HSA-ID is a key, and half a letter is none of a name', async () => {
    const key = `SE2321000156-${'A'.repeat(18)}`;
    assert.equal((await bring(wanted(key, 'Anna\uD83D', 'Ek'))).account?.key, key);
    assert.deepEqual((await bring(wanted(key, 'Anna\uD83D', 'Ek'))).done, []);
  });

  test('keys that differ in what escapes are made of are different accounts', async () => {
    for (const key of ['x*', 'x,y', 'x\\y', 'x(y)', ' x', 'x=y', 'x+y', 'x"y', '#x', 'x;y', 'x<y>', 'xå🦄']) {
      const { account } = await bring(wanted(key, 'Key', 'Key'));
      assert.equal(account?.key, key);
      assert.equal((await directory.find(key, view)).length, 1, key);
    }
  });
});
