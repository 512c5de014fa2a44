// V1, K8, K10: a real OpenLDAP as a change feed of people: new, renamed, moved out, closed, deleted, groups, put back from a backup.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Attribute, Change, type Client } from 'ldapts';
import pg from 'pg';
import { type FeedParts, syncFeed } from '../../src/apps/hub/people/index.ts';
import { sourceSecretPurpose } from '../../src/apps/hub/sealing.ts';
import { checkSource } from '../../src/apps/hub/sources/check-source.ts';
import { systemRandom } from '../../src/base/ids.ts';
import { seal } from '../../src/base/sealing/index.ts';
import { Secret } from '../../src/base/secret.ts';
import type { FedEntryMarks, FedPeople, PersonSourceRecord } from '../../src/core/catalogue/index.ts';
import { sampleAnchor } from '../../src/core/catalogue/sample-items.ts';
import { ldapsClients, usualLdapsLimits } from '../../src/edge/outgoing/ldap/index.ts';
import { type LdapPeopleSettings, ldapPeople } from '../../src/edge/sources/directory-people/index.ts';
import { identityLookup, personReader } from '../../src/edge/store/hub/directory.ts';
import { saveOrganisations } from '../../src/edge/store/hub/directory-write.ts';
import { identityVault } from '../../src/edge/store/hub/identity-vault.ts';
import { migrate } from '../../src/edge/store/hub/migrate.ts';
import { feedState } from '../../src/edge/store/hub/people-feed.ts';
import { keyring } from '../contracts/apply-world.ts';
import { certificate, newKey, pem } from '../fakes/certificates.ts';
import { snapshot } from '../fakes/ward.ts';
import { startEmbedded, type TestDatabase } from '../support/index.ts';
import { type Slapd, slapdMissing, startSlapd } from '../support/slapd.ts';

const townNumber = '2120000142';
const suffix = 'dc=hosp,dc=test';
const staff = `ou=people,${suffix}`;
const outside = `ou=outside,${suffix}`;
const nurses = `cn=nurses,ou=groups,${suffix}`;
const reader = `cn=hub,${suffix}`;
const writer = { name: `cn=admin,${suffix}`, password: 'all words' };
const alsoReads = `cn=other,${suffix}`;
const hsa = (at: number) => ({ namespace: 'hsa-id', value: `SE2120000142-F${at}` });
const nameOf = (at: number, place = staff) => `cn=Åsa ${at},${place}`;
const schema = `attributetype ( 1.3.6.1.4.1.55555.1.90 NAME 'endDate' EQUALITY generalizedTimeMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.24 SINGLE-VALUE )
objectclass ( 1.3.6.1.4.1.55555.2.90 NAME 'employed' SUP top AUXILIARY MAY endDate )`;

const personOf = (at: number): Readonly<Record<string, string | string[]>> => ({
  objectClass: ['inetOrgPerson', 'employed'],
  cn: `Åsa ${at}`,
  givenName: 'Åsa',
  sn: `Öberg ${at}`,
  mail: `fed${at}@hosp.test`,
  employeeNumber: hsa(at).value,
  departmentNumber: 'Ward 3',
});
/** Values in base64: letters beyond ASCII are no LDIF otherwise. */
const ldifOf = (name: string, values: Readonly<Record<string, string | string[]>>): string =>
  [
    `dn:: ${Buffer.from(name).toString('base64')}`,
    ...Object.entries(values).flatMap(([attribute, value]) =>
      [value].flat().map((each) => `${attribute}:: ${Buffer.from(each).toString('base64')}`),
    ),
    '',
  ].join('\n');
const many = 505;
const firstLdif = [
  ldifOf(suffix, { objectClass: ['dcObject', 'organization'], dc: 'hosp', o: 'Hospital' }),
  ldifOf(reader, { objectClass: ['organizationalRole', 'simpleSecurityObject'], cn: 'hub', userPassword: 'a word' }),
  ...['people', 'outside', 'groups', 'many'].map((ou) =>
    ldifOf(`ou=${ou},${suffix}`, { objectClass: 'organizationalUnit', ou }),
  ),
  ldifOf(nurses, { objectClass: 'groupOfNames', cn: 'nurses', member: nameOf(2) }),
  // Changed long ago, an hour apart; the last by a clock that was wrong.
  ...[1, 2, 3, 4, 5, 6].map((at) =>
    ldifOf(nameOf(at), { ...personOf(at), modifyTimestamp: at === 6 ? '20990101000000Z' : `202601010${at}0000Z` }),
  ),
  ...Array.from({ length: many }, (_, at) => ldifOf(nameOf(1000 + at, `ou=many,${suffix}`), personOf(1000 + at))),
].join('\n');

const people: FedPeople = {
  filter: '(objectClass=inetOrgPerson)',
  identities: [{ attribute: 'employeeNumber', namespace: 'hsa-id' }],
  givenName: 'givenName',
  familyName: 'sn',
  title: 'title',
  mail: 'mail',
  telephone: 'telephoneNumber',
  organisations: ['town'],
  unitAttribute: 'departmentNumber',
  assignments: [
    { role: 'staff', organisationNumber: townNumber },
    { group: nurses.replace('cn=', 'CN=').replaceAll(',', ', '), role: 'nurse', organisationNumber: townNumber },
  ],
  creates: true,
  syncSeconds: 60,
  fullSeconds: 86_400,
  freshSeconds: 3600,
};
const marks: FedEntryMarks = {
  id: 'entryUUID',
  changed: 'modifyTimestamp',
  ends: 'endDate',
  closed: [{ attribute: 'employeeType', value: 'left' }, { attribute: 'carLicense' }],
};

describe('OpenLDAP as a change feed', { skip: slapdMissing() ?? false }, () => {
  let slapd: Slapd;
  let root: string;
  let admin: Client;
  let database: TestDatabase;
  let pool: pg.Pool;
  const vault = identityVault(keyring);
  const record = (change: Partial<PersonSourceRecord> = {}): PersonSourceRecord => ({
    id: 'own',
    name: { en: 'Own' },
    kind: 'ldapPeople',
    addresses: [slapd.url],
    searchBase: staff,
    employeeVersion: '4',
    bind: {
      name: reader,
      sealedPassword: seal(keyring, sourceSecretPurpose, 'own', Buffer.from('a word')).toString('base64'),
    },
    tlsAuthorities: [root],
    allowFeigned: false,
    testIdentifiers: false,
    answerWithinMs: 10_000,
    keepHours: 24,
    people: { ...people, marks },
    truth: { mail: 60 },
    closed: false,
    ...change,
  });
  const feed = (change: Partial<LdapPeopleSettings> = {}) =>
    ldapPeople(
      {
        source: 'own',
        searchBase: staff,
        people,
        marks,
        addresses: [slapd.url],
        bindName: reader,
        password: new Secret('a word'),
        connect: (url) => ldapsClients({ anchors: [root], limits: usualLdapsLimits })(url),
        answerWithinMs: 10_000,
        ...change,
      },
      Date.now,
    );
  const parts = (): FeedParts => ({
    pool,
    vault,
    clock: Date.now,
    random: systemRandom,
    snapshot: () => snapshot({ personSources: new Map([['own', record()]]) }),
    feedOf: () => feed(),
  });
  const sync = async () => {
    const synced = (await syncFeed(parts(), record())) ?? assert.fail('another reads it');
    const { kind, why, entries, created, changed, ended } = synced;
    return { why: why ?? '', counts: [kind, entries, created, changed, ended] };
  };
  const holder = async (at: number) => (await identityLookup(pool, vault).find([hsa(at)]))[0]?.person;
  const facts = async (at: number) =>
    (await personReader(pool).facts((await holder(at)) ?? '')) ?? assert.fail('nobody');
  const roles = async (at: number) =>
    (await facts(at)).assignments
      .filter(({ missingSince }) => missingSince === undefined)
      .map(({ role }) => role)
      .sort();
  const writes = async () => {
    await admin?.unbind().catch(() => undefined);
    admin = ldapsClients({ anchors: [root], limits: usualLdapsLimits })(slapd.url);
    await admin.bind(writer.name, writer.password);
  };
  const change = (name: string, operation: 'add' | 'delete' | 'replace', type: string, ...values: string[]) =>
    admin.modify(name, [new Change({ operation, modification: new Attribute({ type, values }) })]);
  const set = (at: number, type: string, ...values: string[]) => change(nameOf(at), 'replace', type, ...values);

  before(async () => {
    const issuer = certificate('Test directory', newKey(), undefined);
    const own = certificate('localhost', newKey(), issuer, ['localhost']);
    root = issuer.pem;
    [slapd, database] = await Promise.all([
      startSlapd({
        schema,
        suffix,
        ldif: firstLdif,
        reader,
        writer,
        alsoReads,
        tls: { cert: own.pem, key: pem(own.key) },
      }),
      startEmbedded(),
    ]);
    pool = new pg.Pool({ ...database.connection, max: 8 });
    pool.on('error', () => undefined);
    await migrate(pool, { program: '0.1.0' });
    await saveOrganisations(pool, [{ id: 'town', name: 'Smalltown', number: townNumber, closed: false }]);
    await writes();
  });
  after(async () => {
    await admin?.unbind().catch(() => undefined);
    await pool?.end();
    await database?.stop();
    await slapd?.stop();
  });

  test('everybody first, with names, mail, unit, identity and group; again only what may have changed', async () => {
    assert.deepEqual((await sync()).counts, ['everybody', 6, 6, 0, 0]);
    const { person, assignments, units } = await facts(1);
    assert.deepEqual(
      [person.givenName, person.familyName, person.attributes['mail']],
      ['Åsa', 'Öberg 1', 'fed1@hosp.test'],
    );
    const [one] = assignments;
    assert.deepEqual([one?.role, one?.organisation, units.get(one?.unit ?? '')?.name], ['staff', 'town', 'Ward 3']);
    assert.deepEqual(await roles(2), ['nurse', 'staff']);
    assert.equal((await sync()).counts[0], 'changes');
  });

  test('a change is read alone; another identity or name keeps the person (K10); an entry of the year 2099 hides nothing', async () => {
    await set(1, 'sn', 'Åberg');
    // What changed, the latest before it, and the one of 2099.
    assert.deepEqual((await sync()).counts, ['changes', 3, 0, 1, 0]);
    assert.equal((await facts(1)).person.familyName, 'Åberg');
    const before = await holder(3);
    await set(3, 'employeeNumber', hsa(33).value);
    await admin.modifyDN(nameOf(3), `cn=Renamed,${staff}`);
    assert.equal((await sync()).counts[0], 'changes');
    assert.equal(await holder(33), before);
    assert.equal(await holder(3), undefined);
  });

  test('who is new is taken in with the next reading', async () => {
    await admin.add(nameOf(7), { ...personOf(7) });
    const { why, counts } = await sync();
    assert.match(why, /came or went/);
    assert.deepEqual(counts, ['everybody', 7, 1, 0, 0]);
  });

  test('a member of a group has its role from the next reading, and loses it again', async () => {
    await change(nurses, 'add', 'member', nameOf(1));
    assert.match((await sync()).why, /members of a group/);
    assert.deepEqual(await roles(1), ['nurse', 'staff']);
    await change(nurses, 'delete', 'member', nameOf(1));
    assert.equal((await sync()).counts[4], 1);
    assert.deepEqual(await roles(1), ['staff']);
  });

  test('closed by a value, by any value or by a date: by changes alone', async () => {
    await set(1, 'employeeType', 'Left');
    await set(2, 'carLicense', 'anything');
    await set(4, 'endDate', '20200101000000Z');
    const { counts } = await sync();
    assert.deepEqual([counts[0], counts[4]], ['changes', 3]);
    for (const at of [1, 2]) assert.deepEqual(await roles(at), [], String(at));
    const [ended] = (await facts(4)).assignments;
    assert.ok(ended?.missingSince !== undefined || (ended?.until ?? Number.POSITIVE_INFINITY) < Date.now());
    const before = await holder(1);
    await set(1, 'employeeType', 'staff');
    await sync();
    assert.deepEqual([await holder(1), await roles(1)], [before, ['staff']]);
  });

  test('deleted, moved out and filtered out: the assignment is missing with the next reading', async () => {
    await admin.del(nameOf(5));
    assert.equal((await sync()).counts[4], 1);
    assert.deepEqual(await roles(5), []);
    await admin.modifyDN(nameOf(7), nameOf(7, outside));
    assert.equal((await sync()).counts[4], 1);
    assert.deepEqual(await roles(7), []);
    await admin.modifyDN(nameOf(7, outside), nameOf(7));
    await sync();
    assert.deepEqual(await roles(7), ['staff']);
  });

  test('put back from a backup: everybody is read, and is as the backup has it', async () => {
    const ldif = await slapd.backup();
    await writes();
    await set(7, 'sn', 'After the backup');
    await sync();
    assert.equal((await facts(7)).person.familyName, 'After the backup');
    // An hour old, so that no two of its moments are the same as what came after it.
    const hourAgo = (digits: string) =>
      `${new Date(
        Date.parse(digits.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6Z')) - 3_600_000,
      )
        .toISOString()
        .slice(0, 19)
        .replaceAll(/[-:T]/g, '')}Z`;
    await slapd.restore(
      ldif.replaceAll(/^modifyTimestamp: (\d{14})Z$/gm, (_, digits: string) => `modifyTimestamp: ${hourAgo(digits)}`),
    );
    await writes();
    assert.match((await sync()).why, /went back/);
    assert.equal((await facts(7)).person.familyName, 'Öberg 7');
    assert.equal((await sync()).counts[0], 'changes');
  });

  test('a place of another kind, and a record that means something else, lead to everybody', async () => {
    const { cursor = '' } = await feedState(pool, 'own');
    assert.equal((await feed().read(cursor)).kind, 'changes');
    for (const other of ['00000000-0000-0000-0000-000000000000 17 abc', ''])
      assert.equal((await feed().read(other)).kind, 'everybody', other);
    assert.equal((await feed({ marks: { ...marks, closed: [] } }).read(cursor)).kind, 'everybody');
  });

  test('one person is found by identity and by entry; a filter in a value finds nobody', async () => {
    const [found] = await feed().find(hsa(7));
    assert.equal(found?.familyName, 'Öberg 7');
    assert.deepEqual((await feed().find(found?.key ?? hsa(0)))[0]?.identifiers, [hsa(7)]);
    for (const value of ['SE2120000142-*', '*)(cn=*'])
      assert.deepEqual(await feed().find({ namespace: 'hsa-id', value }), []);
    assert.deepEqual(await feed().find({ namespace: 'directory:own', value: '*' }), []);
  });

  test('more than a page is read whole', async () => {
    const read = await feed({ searchBase: `ou=many,${suffix}` }).read(undefined);
    const sizes: number[] = [];
    for await (const page of read.pages) sizes.push(page.length);
    assert.deepEqual(sizes, [500, many - 500]);
  });

  test('what keeps it from telling of everything is said', async () => {
    const parts = { keyring, clock: Date.now, authorities: undefined };
    const said = async (change: Partial<PersonSourceRecord>) =>
      (await checkSource(record(change), parts, undefined)).map(({ why }) => why).join();
    assert.equal(await said({}), '');
    assert.match(await said({ searchBase: outside }), /shows nobody/);
    assert.match(await said({ searchBase: `ou=gone,${suffix}` }), /LDAP result 32 .*searchBase/);
    assert.match(
      await said({ people: { ...people, marks: { ...marks, id: 'nsUniqueId' } } }),
      /does not say nsUniqueId/,
    );
    assert.match(await said({ people: { ...people, marks: { ...marks, changed: 'sn' } } }), /does not say sn/);
    // Whoever has no such right is cut off at 500, and told so: nobody is taken for gone.
    const cut = {
      name: alsoReads,
      sealedPassword: seal(keyring, sourceSecretPurpose, 'own', Buffer.from('b word')).toString('base64'),
    };
    await admin.add(cut.name, {
      objectClass: ['organizationalRole', 'simpleSecurityObject'],
      cn: 'other',
      userPassword: 'b word',
    });
    assert.match(await said({ bind: cut, searchBase: `ou=many,${suffix}` }), /ends answers early/);
  });

  test('a group that is not there, a wrong password and an unknown authority are no answer', async () => {
    const away = (change: Partial<LdapPeopleSettings>) =>
      assert.rejects(
        feed(change).read(undefined),
        (thrown: Error & { kind?: string }) => thrown.kind === 'unavailable',
      );
    await away({
      people: { ...people, assignments: [{ group: `cn=gone,${suffix}`, role: 'x', organisationNumber: townNumber }] },
    });
    await away({ password: new Secret('wrong') });
    await away({ connect: (url) => ldapsClients({ anchors: [sampleAnchor], limits: usualLdapsLimits })(url) });
  });

  test('a directory that stops while everybody is read ends nothing', async () => {
    const read = await feed({ searchBase: `ou=many,${suffix}` }).read(undefined);
    await slapd.halt();
    await assert.rejects(async () => {
      for await (const _ of read.pages);
    });
    await assert.rejects(syncFeed(parts(), record(), { full: true }));
    assert.deepEqual(await roles(7), ['staff']);
  });
});
