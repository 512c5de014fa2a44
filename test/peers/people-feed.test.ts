// V1, K8, K10: a real Active Directory (Samba) as a change feed of people: new, renamed, moved out, disabled, deleted, groups, restored.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Attribute, Change, type Client } from 'ldapts';
import pg from 'pg';
import { type FeedParts, syncFeed } from '../../src/apps/hub/people/index.ts';
import { systemRandom } from '../../src/base/ids.ts';
import { Secret } from '../../src/base/secret.ts';
import type { FedPeople, PersonSourceRecord } from '../../src/core/catalogue/index.ts';
import { sampleAnchor } from '../../src/core/catalogue/sample-items.ts';
import { ldapsClients, usualLdapsLimits } from '../../src/edge/outgoing/ldap/index.ts';
import { adPeople } from '../../src/edge/sources/directory-people/index.ts';
import { identityLookup, personReader } from '../../src/edge/store/hub/directory.ts';
import { saveOrganisations } from '../../src/edge/store/hub/directory-write.ts';
import { identityVault } from '../../src/edge/store/hub/identity-vault.ts';
import { migrate } from '../../src/edge/store/hub/migrate.ts';
import { feedState } from '../../src/edge/store/hub/people-feed.ts';
import { keyring } from '../contracts/apply-world.ts';
import { snapshot } from '../fakes/ward.ts';
import { startEmbedded, type TestDatabase } from '../support/index.ts';
import { type Samba, sambaMissing, startSamba } from '../support/samba.ts';

describe('Active Directory as a change feed', { skip: sambaMissing() ?? false }, () => {
  const townNumber = '2120000142';
  let samba: Samba;
  let admin: Client;
  let database: TestDatabase;
  let pool: pg.Pool;
  let staff = '';
  let outside = '';
  let nurses = '';
  let people: FedPeople;
  const vault = identityVault(keyring);
  const password = () => new Secret(samba.password);
  const record = (): PersonSourceRecord =>
    ({ id: 'own', kind: 'adPeople', people, truth: { mail: 60 }, searchBase: staff }) as unknown as PersonSourceRecord;
  /** LDAPS, by whoever these vouch for. */
  const by = (anchors: readonly string[]) => ldapsClients({ anchors, limits: usualLdapsLimits });
  const feed = (change: Partial<Parameters<typeof adPeople>[0]> = {}) =>
    adPeople({
      source: 'own',
      searchBase: staff,
      people,
      addresses: [samba.url],
      bindName: samba.administrator,
      password: password(),
      connect: (url) => by([samba.anchors])(url),
      answerWithinMs: 10_000,
      ...change,
    });
  const parts = (): FeedParts => ({
    pool,
    vault,
    clock: Date.now,
    random: systemRandom,
    snapshot: () => snapshot({ personSources: new Map([['own', record()]]) }),
    feedOf: () => feed(),
  });
  const sync = async (full = false) => {
    const synced = (await syncFeed(parts(), record(), { full })) ?? assert.fail('another reads it');
    const { kind, created, changed, ended } = synced;
    return [kind, created, changed, ended];
  };
  const hsa = (at: number) => ({ namespace: 'hsa-id', value: `SE2120000142-F${at}` });
  const holder = async (at: number) => (await identityLookup(pool, vault).find([hsa(at)]))[0]?.person;
  const facts = async (at: number) =>
    (await personReader(pool).facts((await holder(at)) ?? '')) ?? assert.fail('nobody');
  const isGiven = async (at: number) =>
    (await facts(at)).assignments.some(({ missingSince }) => missingSince === undefined);
  const add = (at: number, place = staff) =>
    admin.add(`CN=Fed ${at},${place}`, {
      objectClass: ['top', 'person', 'organizationalPerson', 'user'],
      sAMAccountName: `fed${at}`,
      givenName: 'Åsa',
      sn: `Öberg ${at}`,
      mail: `fed${at}@hosp.test`,
      employeeID: hsa(at).value,
      userAccountControl: '544',
      department: 'Ward 3',
    });
  const set = (at: number, name: string, value: string, place = staff) =>
    admin.modify(`CN=Fed ${at},${place}`, [
      new Change({ operation: 'replace', modification: new Attribute({ type: name, values: [value] }) }),
    ]);
  const member = (at: number, operation: 'add' | 'delete') =>
    admin.modify(nurses, [
      new Change({ operation, modification: new Attribute({ type: 'member', values: [`CN=Fed ${at},${staff}`] }) }),
    ]);

  before(async () => {
    [samba, database] = await Promise.all([startSamba(), startEmbedded()]);
    pool = new pg.Pool({ ...database.connection, max: 8 });
    pool.on('error', () => undefined);
    await migrate(pool, { program: '0.1.0' });
    await saveOrganisations(pool, [{ id: 'town', name: 'Smalltown', number: townNumber, closed: false }]);
    staff = `OU=Staff,${samba.root}`;
    outside = `OU=Outside,${samba.root}`;
    nurses = `CN=Nurses,${outside}`;
    people = {
      filter: '(&(objectCategory=person)(objectClass=user))',
      identities: [{ attribute: 'employeeID', namespace: 'hsa-id' }],
      givenName: 'givenName',
      familyName: 'sn',
      title: 'title',
      mail: 'mail',
      telephone: 'telephoneNumber',
      organisations: ['town'],
      unitAttribute: 'department',
      assignments: [
        { role: 'staff', organisationNumber: townNumber },
        { group: nurses.replace('CN=', 'cn='), role: 'nurse', organisationNumber: townNumber },
      ],
      creates: true,
      syncSeconds: 60,
      fullSeconds: 86_400,
      freshSeconds: 3600,
    };
    admin = await samba.client();
    for (const place of [staff, outside]) await admin.add(place, { objectClass: ['top', 'organizationalUnit'] });
    await admin.add(nurses, { objectClass: ['top', 'group'] });
    for (const at of [1, 2, 3, 4, 5]) await add(at);
  });
  after(async () => {
    await admin?.unbind();
    await pool?.end();
    await database?.stop();
    await samba?.remove();
  });

  test('everybody first, with names, mail, unit and identity; again is nothing', async () => {
    assert.deepEqual(await sync(), ['everybody', 5, 0, 0]);
    const { person, assignments, units } = await facts(1);
    assert.deepEqual(
      [person.givenName, person.familyName, person.attributes['mail']],
      ['Åsa', 'Öberg 1', 'fed1@hosp.test'],
    );
    assert.deepEqual(
      assignments.map(({ role, organisation, unit, hsaId }) => [
        role,
        organisation,
        units.get(unit ?? '')?.name,
        hsaId,
      ]),
      [['staff', 'town', 'Ward 3', hsa(1).value]],
    );
    assert.deepEqual(await sync(), ['changes', 0, 0, 0]);
  });

  test('new, with another name, and with another identity: the change alone is read, and the person stays (K10)', async () => {
    const before = await holder(2);
    await add(6);
    await set(1, 'sn', 'Åberg');
    await set(2, 'employeeID', hsa(22).value);
    await admin.modifyDN(`CN=Fed 3,${staff}`, `CN=Fed three,${staff}`);
    assert.equal((await sync())[0], 'changes');
    assert.equal((await facts(6)).person.familyName, 'Öberg 6');
    // The name of whom the source brought is its own.
    assert.equal((await facts(1)).person.familyName, 'Åberg');
    assert.equal(await holder(22), before);
    assert.equal(await holder(2), undefined);
    await admin.modifyDN(`CN=Fed three,${staff}`, `CN=Fed 3,${staff}`);
  });

  test('a member of a group has its role, from the next reading, and loses it again', async () => {
    await member(1, 'add');
    assert.equal((await sync())[0], 'everybody');
    assert.deepEqual((await facts(1)).assignments.map(({ role }) => role).sort(), ['nurse', 'staff']);
    await member(1, 'delete');
    assert.deepEqual(await sync(), ['everybody', 0, 0, 1]);
  });

  test('disabled, expired, deleted, moved out: the assignment is missing, by changes alone', async () => {
    await sync();
    await set(1, 'userAccountControl', '546');
    await set(3, 'accountExpires', '133000000000000000');
    await admin.del(`CN=Fed 4,${staff}`);
    await admin.modifyDN(`CN=Fed 5,${staff}`, `CN=Fed 5,${outside}`);
    assert.deepEqual(await sync(), ['changes', 0, 0, 4]);
    for (const at of [1, 3, 4, 5]) assert.equal(await isGiven(at), false, String(at));
    assert.equal(await isGiven(6), true);
  });

  test('who comes back is the same person', async () => {
    const before = await holder(1);
    await set(1, 'userAccountControl', '544');
    await sync();
    assert.equal(await holder(1), before);
    assert.equal(await isGiven(1), true);
  });

  test('a place of another or restored controller is not gone on from: everybody is read', async () => {
    const { cursor = '' } = await feedState(pool, 'own');
    const [, usn = '', meaning = ''] = cursor.split(' ');
    for (const other of [
      `00000000-0000-0000-0000-000000000000 ${usn} ${meaning}`,
      cursor.replace(` ${usn} `, ` ${BigInt(usn) + 1_000_000n} `),
    ]) {
      await pool.query('UPDATE hub.people_feed SET cursor = $1', [other]);
      assert.equal((await sync())[0], 'everybody', other);
    }
    assert.equal((await sync())[0], 'changes');
    people = { ...people, filter: '(&(objectCategory=person)(objectClass=user)(employeeID=*))' };
    assert.equal((await sync())[0], 'everybody', 'another filter means other people');
  });

  test('one person is found by identity and by entry', async () => {
    const [found] = await feed().find(hsa(6));
    assert.equal(found?.familyName, 'Öberg 6');
    assert.deepEqual((await feed().find(found?.key ?? hsa(0)))[0]?.identifiers, [hsa(6)]);
    assert.deepEqual(await feed().find({ namespace: 'hsa-id', value: 'SE2120000142-*' }), []);
  });

  test('what keeps it from telling of everything is said', async () => {
    assert.deepEqual(await feed().look(), []);
    assert.match(
      (await feed({ searchBase: outside, people: { ...people, filter: '(cn=nobody)' } }).look()).join(),
      /shows nobody/,
    );
  });

  test('a group that is not there, a wrong password and an unknown authority are no answer', async () => {
    const away = (change: Partial<Parameters<typeof adPeople>[0]>) =>
      assert.rejects(
        feed(change).read(undefined),
        (thrown: Error & { kind?: string }) => thrown.kind === 'unavailable',
      );
    await away({
      people: { ...people, assignments: [{ group: `CN=Gone,${outside}`, role: 'x', organisationNumber: townNumber }] },
    });
    await away({ password: new Secret('wrong') });
    await away({ connect: (url) => by([sampleAnchor])(url) });
  });

  test('a controller that stops while everybody is read ends nothing', async () => {
    const read = await feed().read(undefined);
    await samba.stop();
    await assert.rejects(async () => {
      for await (const _ of read.pages);
    });
    await assert.rejects(syncFeed(parts(), record(), { full: true }));
    assert.equal(await isGiven(6), true);
  });
});
