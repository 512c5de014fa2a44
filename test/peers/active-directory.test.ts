// K5, K6: accounts in a real Active Directory domain (Samba), over LDAPS: made, opened, extended, closed by the domain itself, deleted.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Attribute, Change } from 'ldapts';
import { toFiletime } from '../../src/base/filetime.ts';
import { Secret } from '../../src/base/secret.ts';
import { sampleAnchor } from '../../src/core/catalogue/sample-items.ts';
import {
  type AccountStep,
  type AccountView,
  carryOut,
  type DesiredAccount,
} from '../../src/core/provisioning/index.ts';
import type { ActiveDirectory } from '../../src/edge/targets/active-directory/index.ts';
import { openRegion, type RegionChange, regionTree } from '../support/region-directory.ts';
import { type Samba, sambaMissing, startSamba } from '../support/samba.ts';

const hour = 3_600_000;
const day = 24 * hour;

describe('Active Directory', { skip: sambaMissing() ?? false }, () => {
  let samba: Samba;
  let directory: ActiveDirectory;
  const tree = regionTree;
  const place = `OU=Care\\, home,${tree}`;
  const group = (name: string): string => `CN=${name},${tree}`;
  const view: AccountView = {
    attributes: ['displayName', 'company', 'title'],
    groups: [group('Cosmic'), group('X-ray')],
  };

  const open = (change: RegionChange = {}): ActiveDirectory => openRegion(samba, change);
  const wanted = (key: string, change: Partial<DesiredAccount> = {}): DesiredAccount => ({
    target: 'ad',
    person: key.toLowerCase(),
    key,
    mark: `tillit:${key.toLowerCase()}`,
    loginNames: [`u${key.toLowerCase()}`, `u${key.toLowerCase()}2`],
    principalSuffix: 'hosp.test',
    container: place,
    attributes: { displayName: ['Åsa "X" Öberg, Ärende; =#+\\'], company: ['Smalltown'] },
    groups: [group('Cosmic')],
    until: Date.now() + day,
    deleteFrom: Date.now() + 90 * day,
    rules: ['care'],
    ...change,
  });
  const bring = async (desired: DesiredAccount, now = Date.now()) => {
    const result = await carryOut(directory, desired, view, () => now);
    assert.equal(result.kind, 'asWanted', JSON.stringify(result));
    return result as Extract<typeof result, { kind: 'asWanted' }>;
  };
  const entry = async (address: string, ...attributes: string[]) => {
    const client = await samba.client();
    const found = await client.search(address, { scope: 'base', attributes });
    await client.unbind();
    return found.searchEntries[0];
  };

  before(async () => {
    samba = await startSamba();
    await samba.addOperator('hub', 'Hub-Passw0rd');
    const client = await samba.client();
    await client.add(tree, { objectClass: ['top', 'organizationalUnit'] });
    await client.add(place, { objectClass: ['top', 'organizationalUnit'] });
    for (const name of ['Cosmic', 'X-ray', 'Chess']) await client.add(group(name), { objectClass: ['top', 'group'] });
    await client.unbind();
    directory = open();
  });
  after(async () => {
    await directory?.close();
    await samba?.remove();
  });

  test('the check finds what an administrator must know', async () => {
    const faults = await directory.check();
    assert.deepEqual(
      faults.map(({ what }) => what),
      ['employeeNumber'],
      JSON.stringify(faults),
    );
    const short = open({ keyAttribute: 'employeeID' });
    assert.ok((await short.check()).some(({ what, why }) => what === 'employeeID' && /16 letters/.test(why)));
    await short.close();
    await samba.index('employeeNumber');
    assert.deepEqual(await directory.check(), []);
    const elsewhere = open({ base: 'OU=Nowhere,DC=hosp,DC=test' });
    assert.ok((await elsewhere.check()).some(({ what }) => what === 'OU=Nowhere,DC=hosp,DC=test'));
    await elsewhere.close();
  });

  test('a new account is open for 24 hours, in its group, with a strange name written as it is', async () => {
    const until = Date.UTC(2027, 0, 1);
    const desired = wanted('A1', { until });
    const { account, done } = await bring(desired, until - day);
    assert.deepEqual(
      done.map(({ kind }) => kind),
      ['create', 'setPassword', 'addGroup', 'enable'],
    );
    assert.ok(account?.enabled && account.hasPassword);
    assert.deepEqual(account.attributes['displayName'], desired.attributes['displayName']);
    assert.deepEqual([account.loginName, account.principal], ['ua1', 'ua1@hosp.test']);
    const written = await entry(account.address, 'accountExpires', 'userAccountControl', 'memberOf');
    assert.equal(written?.['accountExpires'], toFiletime(until));
    assert.equal(written['userAccountControl'], '512');
    assert.equal(written['memberOf'], group('Cosmic'));
    assert.deepEqual((await bring(desired, until - day)).done, [], 'a second time changes nothing');
  });

  test('its holder logs on; past its end the domain itself refuses, with nobody telling it to', async () => {
    const until = Date.now() + 3_000;
    const { account } = await bring(wanted('A2', { until }));
    await samba.setPassword(account?.address ?? '', 'Nurse-Passw0rd');
    assert.equal(samba.kinit('ua2', 'Nurse-Passw0rd'), undefined);
    await new Promise((resolve) => setTimeout(resolve, until - Date.now() + 1_100));
    assert.match(samba.kinit('ua2', 'Nurse-Passw0rd') ?? 'let in', /expired|revoked/i);
    await bring(wanted('A2'));
    assert.equal(samba.kinit('ua2', 'Nurse-Passw0rd'), undefined, 'a new login opens it');
  });

  test('a later login extends; other rules move, change and regroup it, and a group of nobody’s rule stays', async () => {
    const first = await bring(wanted('A3'));
    const client = await samba.client();
    await client.modify(
      group('Chess'),
      new Change({
        operation: 'add',
        modification: new Attribute({ type: 'member', values: [first.account?.address ?? ''] }),
      }),
    );
    await client.unbind();
    const later = wanted('A3', {
      until: Date.now() + 2 * day,
      container: tree,
      attributes: { company: [], title: ['Läkare'] },
      groups: [group('X-ray')],
    });
    const { account, done } = await bring(later);
    assert.deepEqual(
      done.map(({ kind }) => kind),
      ['change', 'move', 'removeGroup', 'addGroup', 'extend'],
    );
    assert.equal(account?.id, first.account?.id, 'it is the same account');
    assert.deepEqual(
      [account?.container, account?.attributes['company'], account?.groups],
      [tree, [], [group('X-ray')]],
    );
    const groups = [(await entry(account?.address ?? '', 'memberOf'))?.['memberOf']].flat().map(String).sort();
    assert.deepEqual(groups, [group('Chess'), group('X-ray')].sort());
  });

  test('at its end it is closed and loses our groups; later it is deleted', async () => {
    await bring(wanted('A4'));
    const over = { until: Date.now() - 1, groups: [], attributes: {} };
    const closed = await bring(wanted('A4', over));
    assert.deepEqual(
      closed.done.map(({ kind }) => kind),
      ['disable', 'removeGroup'],
    );
    assert.equal(closed.account?.enabled, false);
    assert.deepEqual((await bring(wanted('A4', { ...over, deleteFrom: 0 }))).done, [{ kind: 'delete' }]);
    assert.deepEqual(await directory.find('A4', view), []);
  });

  test('each step may be done twice', async () => {
    const { account } = await bring(wanted('A5'));
    const twice: readonly AccountStep[] = [
      { kind: 'addGroup', group: group('Cosmic') },
      { kind: 'removeGroup', group: group('X-ray') },
      { kind: 'removeGroup', group: group('Cosmic') },
      { kind: 'removeGroup', group: group('Cosmic') },
      { kind: 'disable' },
      { kind: 'disable' },
      { kind: 'enable', until: Date.now() + hour },
      { kind: 'enable', until: Date.now() + hour },
      { kind: 'delete' },
      { kind: 'delete' },
    ];
    for (const step of twice)
      assert.equal((await directory.step(step, account, view)).kind, 'done', JSON.stringify(step));
  });

  test('a taken name is passed over, a principal name of another account too', async () => {
    const client = await samba.client();
    await client.add(`CN=Old,${tree}`, {
      objectClass: ['top', 'person', 'organizationalPerson', 'user'],
      sAMAccountName: 'ub1',
      userPrincipalName: 'ub12@hosp.test',
    });
    await client.unbind();
    const { account } = await bring(wanted('B1', { loginNames: ['ub1', 'ub12', 'ub13'] }));
    assert.equal(account?.loginName, 'ub13');
    const none = await carryOut(directory, wanted('B2', { loginNames: ['ub1'] }), view, Date.now);
    assert.ok(none.kind === 'refused' && none.reason === 'namesTaken');
    assert.deepEqual(await directory.find('B2', view), [], 'nothing half-made is left');
  });

  test('200 first logins at once with one name give 200 accounts, each of one person', async () => {
    const people = Array.from({ length: 200 }, (_, index) => `C${index}`);
    const names = Array.from({ length: 250 }, (_, index) => `same${index || ''}`);
    const begun = performance.now();
    const results = await Promise.all(people.map((key) => bring(wanted(key, { loginNames: names }))));
    const seconds = (performance.now() - begun) / 1000;
    assert.equal(new Set(results.map(({ account }) => account?.loginName)).size, 200);
    assert.equal(new Set(results.map(({ account }) => account?.principal)).size, 200);
    assert.equal(new Set(results.map(({ account }) => account?.key)).size, 200);
    console.log(`200 accounts in ${seconds.toFixed(1)} s`);
  });

  test('two hubs that make one person’s account at once make one', async () => {
    const other = open();
    const both = await Promise.all([directory, other].map((one) => carryOut(one, wanted('D1'), view, Date.now)));
    for (const result of both) assert.equal(result.kind, 'asWanted', JSON.stringify(result));
    assert.equal((await directory.find('D1', view)).length, 1);
    await other.close();
  });

  test('an account that somebody else made is never touched', async () => {
    const client = await samba.client();
    await client.add(`CN=Staff,${tree}`, {
      objectClass: ['top', 'person', 'organizationalPerson', 'user'],
      sAMAccountName: 'staff',
      employeeNumber: 'E1',
    });
    await client.unbind();
    const result = await carryOut(directory, wanted('E1'), view, Date.now);
    assert.deepEqual(result, { kind: 'stopped', why: 'notOurs' });
  });

  test('two of one key are left alone, wherever they lie and whatever they are called', async () => {
    const { account } = await bring(wanted('E2'));
    const client = await samba.client();
    const other = { objectClass: ['top', 'person', 'organizationalPerson', 'user'] };
    await client.add(`CN=Elsewhere,CN=Users,${samba.root}`, { ...other, sAMAccountName: 'e2', employeeNumber: 'e2' });
    const both = await carryOut(directory, wanted('E2', { groups: [] }), view, Date.now);
    assert.deepEqual(both, { kind: 'stopped', why: 'ambiguous' }, 'the directory does not tell cases apart, nor do we');
    await client.del(`CN=Elsewhere,CN=Users,${samba.root}`);
    await client.modifyDN(account?.address ?? '', `CN=Renamed by hand,CN=Users,${samba.root}`);
    assert.deepEqual(
      (await bring(wanted('E2'))).done.map(({ kind }) => kind),
      ['move'],
      'found by its key, and put back',
    );
    await client.modify(`CN=Renamed by hand,${place}`, [
      new Change({ operation: 'replace', modification: new Attribute({ type: 'employeeNumber', values: ['other'] }) }),
    ]);
    await client.modifyDN(`CN=Renamed by hand,${place}`, `CN=E2,${place}`);
    assert.deepEqual(
      await carryOut(directory, wanted('E2'), view, Date.now),
      { kind: 'stopped', why: 'ambiguous' },
      'called by the key, and says another',
    );
    await client.add(`CN=E3,${tree}`, { ...other, sAMAccountName: 'e3' });
    await client.unbind();
    assert.deepEqual(await carryOut(directory, wanted('E3'), view, Date.now), { kind: 'stopped', why: 'notOurs' });
  });

  test('all accounts of the hub, and no other, in order', async () => {
    const keys: string[] = [];
    for await (const { key } of directory.all(view)) keys.push(key);
    assert.ok(keys.includes('A1') && keys.includes('C199') && !keys.includes('E1'));
    assert.deepEqual(keys, [...keys].sort());
    assert.ok(keys.length >= 205, `${keys.length}: more than a page`);
  });

  describe('what it refuses is said', () => {
    const cases: readonly (readonly [string, Partial<DesiredAccount>, string])[] = [
      ['a group that is gone', { groups: [group('Gone')] }, 'groupMissing'],
      ['a place that is gone', { container: `OU=Gone,${tree}` }, 'containerMissing'],
      ['an attribute that is none', { attributes: { notAnAttribute: ['x'] } }, 'badValue'],
      ['a place where the hub may not', { container: 'CN=Policies,CN=System,DC=hosp,DC=test' }, 'notAllowed'],
      ['a key that is too long', { key: 'K'.repeat(65) }, 'badValue'],
    ];
    for (const [what, change, reason] of cases)
      test(what, async () => {
        const result = await carryOut(directory, wanted('F1', change), view, Date.now);
        assert.ok(result.kind === 'refused', JSON.stringify(result));
        assert.equal(result.reason, reason, result.detail);
        assert.doesNotMatch(result.detail, /F1|Åsa/, 'no names in what is logged');
        const left = (await directory.find(change.key ?? 'F1', view))[0];
        assert.ok(!left?.enabled, 'nothing half-made is open');
      });
  });

  describe('the way there', () => {
    const fails = async (change: RegionChange, why: RegExp): Promise<void> => {
      const one = open({ limits: { connectMs: 500, operationMs: 2_000 }, ...change });
      await assert.rejects(one.find('A1', view), (error: Error) => {
        assert.match(error.message, why);
        assert.doesNotMatch(error.message, /Passw0rd/);
        return true;
      });
      await one.close();
    };
    test('plain LDAP is never spoken', async () =>
      fails({ controllers: [samba.url.replace('ldaps', 'ldap')] }, /LDAPS/));
    test('a certificate that nobody here vouches for', async () => fails({ anchors: [sampleAnchor] }, /certificate/));
    test('a certificate of another name', async () => {
      const wrong = samba.address.replace(/\d+$/, (last) => `${Number(last) ^ 1}`);
      await fails({ controllers: [`ldaps://${wrong}`] }, /nothing listens there|for another name|in time/);
      await fails({ controllers: ['ldaps://localhost:1'] }, /nothing listens there|in time/);
    });
    test('a wrong password, asked once and not of every controller', async () =>
      fails({ controllers: [samba.url, samba.url], password: new Secret('wrong') }, /name and password/));
    test('the second controller when the first is down', async () => {
      const two = open({ controllers: ['ldaps://127.0.0.1:1', samba.url] });
      assert.equal((await two.find('A1', view)).length, 1);
      await two.close();
    });
    test('the domain down and up again: an error, and then it goes on', async () => {
      await samba.stop();
      await assert.rejects(directory.find('A1', view), /the directory/);
      await samba.start();
      assert.equal((await directory.find('A1', view)).length, 1);
    });
  });
});
