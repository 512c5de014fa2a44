// Who reaches what, in any tree: attack class A7. Nothing outside is seen or changed, and each check dropped lets its own case through.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Administration } from './administration.ts';
import type { Assignment, Organisation } from './directory.ts';
import {
  type PersonWriteFacts,
  personWriteChecks,
  personWriteRefusal,
  unitWriteRefusal,
  wholePerson,
} from './directory-writes.ts';
import type { PersonRecord } from './ports.ts';
import {
  isInside,
  isWhollyInside,
  nothingInReach,
  reaches,
  reachOf,
  seenOrganisation,
  seenPerson,
  seenUnit,
} from './reach.ts';
import type { FullPersonEntry } from './schemas.ts';

const now = Date.UTC(2027, 0, 4);
const day = 86_400_000;
const ids = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

const organisation = (id: string, parent?: string, closed = false): Organisation => ({ id, name: id, parent, closed });
const tree = new Map(
  [organisation('a'), organisation('b', 'a'), organisation('c', 'b'), organisation('d')].map((one) => [one.id, one]),
);
const grant = (given: Partial<Administration> = {}): Administration => ({
  id: 'g',
  person: 'kari',
  role: 'organisation-administrator',
  scope: { kind: 'organisation', organisation: 'b' },
  from: now - day,
  until: now + day,
  grantedBy: 'root',
  reason: 'agreement',
  ...given,
});
const assignment = (id: string, at: string, more: Partial<Assignment> = {}): Assignment => ({
  id,
  person: 'p',
  organisation: at,
  role: 'nurse',
  ...more,
});
const record = (given: Partial<PersonRecord> = {}): PersonRecord => ({
  id: 'p',
  givenName: 'Per',
  familyName: 'Persson',
  closed: false,
  protectedIdentity: false,
  attributes: {},
  identities: [],
  assignments: [assignment('p1', 'b')],
  told: [],
  ...given,
});
const entry = (given: Partial<FullPersonEntry> = {}): FullPersonEntry => ({
  id: 'p',
  givenName: 'Per',
  familyName: 'Persson',
  closed: false,
  protectedIdentity: false,
  attributes: {},
  identities: [],
  assignments: [{ id: 'p1', organisation: 'b', role: 'nurse' }],
  ...given,
});

const kari = { id: 'kari', closed: false, attributes: {} };
const reach = reachOf([grant()], { asker: kari, organisations: tree, now });
/** Keeps the whole directory, and configures nothing. */
const keeper = { catalogue: false, directory: 'all' } as const;
const facts = (given: Partial<PersonWriteFacts> = {}): PersonWriteFacts => ({
  reach,
  before: record(),
  wanted: entry(),
  asker: 'kari',
  administers: false,
  ownNamespaces: new Set(['oidc:own']),
  ...given,
});

describe('reachOf', () => {
  test('an organisation with everything below it, and no more', () => {
    assert.deepEqual(reach, { catalogue: false, directory: new Set(['b', 'c']) });
  });
  test('the whole hub by its own grant or by the record of the person; a program by a grant alone', () => {
    const hub = grant({ person: undefined, client: 'hr', role: 'hub-administrator', scope: { kind: 'hub' } });
    const asked = { organisations: tree, now };
    assert.deepEqual(reachOf([hub], { ...asked, asker: { client: 'hr', closed: false } }), {
      catalogue: true,
      directory: 'all',
    });
    const root = { ...kari, attributes: { administrator: true } };
    assert.equal(reachOf([], { ...asked, asker: root }).directory, 'all');
    for (const asker of [
      { client: 'other', closed: false },
      { client: 'hr', closed: true },
      { ...root, closed: true },
      { ...kari, attributes: { administrator: 'true' } },
      // A program's name is not a person's.
      { ...kari, id: 'hr' },
    ])
      assert.deepEqual(reachOf([hub], { ...asked, asker }), nothingInReach);
  });
  test('whoever keeps the directory of the hub configures nothing', () => {
    const hr = grant({ person: undefined, client: 'hr', role: 'directory-administrator', scope: { kind: 'hub' } });
    const found = reachOf([hr], { asker: { client: 'hr', closed: false }, organisations: tree, now });
    assert.deepEqual(found, { catalogue: false, directory: 'all' });
    const misplaced = grant({ role: 'hub-administrator' });
    assert.equal(reachOf([misplaced], { asker: kari, organisations: tree, now }).catalogue, false);
  });
  for (const [name, given] of Object.entries({
    over: { until: now },
    'to come': { from: now + 1 },
    ended: { endedAt: now - 1 },
    'another task': { role: 'card-officer' },
    'somebody else': { person: 'lars' },
  } satisfies Record<string, Partial<Administration>>))
    test(`a grant that is ${name} gives nothing`, () => {
      assert.deepEqual(reachOf([grant(given)], { asker: kari, organisations: tree, now }), nothingInReach);
    });
});

describe('what is seen', () => {
  test('of whoever works elsewhere too: the name, and what they do here', () => {
    const both = record({
      attributes: { profession: 'doctor' },
      identities: [{ namespace: 'hsa-id', lookup: 'X', source: 'apply' }],
      username: 'per',
      namedBy: 'hsa',
      assignments: [assignment('p1', 'b'), assignment('p2', 'd')],
      told: [assignment('t1', 'a', { source: 'hsa' })],
    });
    const { attributes, identities, username, namedBy, assignments, told } = seenPerson(reach, both)!;
    assert.deepEqual([attributes, identities, username, namedBy], [{}, [], undefined, undefined]);
    assert.deepEqual([assignments.map(({ id }) => id), told], [['p1'], []]);
  });
  test('whom an organisation is part of is told only inside', () => {
    assert.equal(seenOrganisation(reach, tree.get('b')!)?.parent, undefined);
    assert.equal(seenOrganisation(reach, tree.get('c')!)?.parent, 'b');
    assert.equal(seenOrganisation(reach, tree.get('a')!), undefined);
    assert.equal(seenUnit(reach, { id: 'u', organisation: 'd', name: 'U' }), undefined);
  });
});

const refused: Readonly<Record<string, readonly Partial<PersonWriteFacts>[]>> = {
  'personWrite.inside': [
    { before: record({ assignments: [assignment('p1', 'd')] }) },
    { before: record({ assignments: [] }) },
  ],
  'personWrite.assignmentsInside': [{ wanted: entry({ assignments: [{ id: 'p1', organisation: 'a', role: 'x' }] }) }],
  'personWrite.notSelf': [{ asker: 'p' }, { reach: keeper, asker: 'p' }],
  'personWrite.hasAssignment': [
    { wanted: entry({ assignments: [] }) },
    { before: undefined, wanted: entry({ assignments: [] }) },
  ],
  'personWrite.protected': [
    { before: record({ protectedIdentity: true }), wanted: entry({ protectedIdentity: true }) },
  ],
  'personWrite.raising': [
    { reach: keeper, wanted: entry({ attributes: { administrator: true } }) },
    { reach: keeper, before: undefined, wanted: entry({ attributes: { administrator: true } }) },
  ],
  'personWrite.attributes': [
    { wanted: entry({ attributes: { profession: 'doctor' } }) },
    { before: record({ attributes: { profession: 'nurse' } }) },
    { before: undefined, wanted: entry({ attributes: { profession: 'doctor' } }) },
  ],
  'personWrite.shared': [
    { before: record({ told: [assignment('t', 'd', { source: 'hsa' })] }), wanted: entry({ givenName: 'Pia' }) },
    { before: record({ assignments: [assignment('p1', 'b'), assignment('p2', 'd')] }), wanted: undefined },
  ],
  'personWrite.administers': [
    { administers: true, wanted: entry({ familyName: 'Other' }) },
    { reach: keeper, administers: true, wanted: entry({ username: 'evil' }) },
    { administers: true, wanted: entry({ identities: [{ namespace: 'oidc:own', value: 'evil' }] }) },
  ],
  'personWrite.logins': [
    { wanted: entry({ identities: [{ namespace: 'hsa-id', value: 'SE2321000156-1077' }] }) },
    { before: undefined, wanted: entry({ identities: [{ namespace: 'oidc:other', value: 'x' }] }) },
    { before: record({ identities: [{ namespace: 'oidc:other', lookup: 'x', source: 'apply' }] }) },
  ],
  'personWrite.username': [
    { wanted: entry({ username: 'per' }) },
    { wanted: entry({ passwordFile: 'x' }) },
    { before: record({ username: 'per' }) },
  ],
};

describe('personWriteRefusal', () => {
  test('their own people may be opened, changed, let in at their own provider, and closed', () => {
    for (const given of [
      {},
      { before: undefined },
      { before: undefined, wanted: entry({ username: 'per' }) },
      { wanted: entry({ givenName: 'Pia' }) },
      { wanted: entry({ identities: [{ namespace: 'oidc:own', value: 'x' }] }) },
      { wanted: entry({ closed: true }) },
      { wanted: undefined },
      { administers: true, wanted: undefined },
      { before: record({ protectedIdentity: true }), wanted: undefined },
      { wanted: entry({ assignments: [{ id: 'p1', organisation: 'c', role: 'doctor' }] }) },
      { before: record({ assignments: [assignment('p1', 'b'), assignment('p2', 'd')] }) },
    ] satisfies Partial<PersonWriteFacts>[])
      assert.equal(personWriteRefusal(facts(given))?.name, undefined, JSON.stringify(given));
  });
  for (const [name, cases] of Object.entries(refused))
    for (const [index, given] of cases.entries())
      test(`${name}, case ${index + 1}`, () => {
        assert.equal(personWriteRefusal(facts(given))?.name, name);
        const left = personWriteChecks.filter((check) => check.name !== name);
        assert.notEqual(personWriteRefusal(facts(given), left)?.name, name, 'left out, it refuses no more');
      });
  test('every check has a case', () =>
    assert.deepEqual(Object.keys(refused).sort(), personWriteChecks.map(({ name }) => name).sort()));
  test('whoever configures the hub may do all of it; whoever keeps its directory, all but raise', () => {
    for (const cases of Object.values(refused))
      for (const given of cases)
        assert.equal(personWriteRefusal(facts({ ...given, reach: { catalogue: true, directory: 'all' } })), undefined);
    assert.equal(
      personWriteRefusal(facts({ reach: keeper, wanted: entry({ attributes: { profession: 'x' }, username: 'y' }) })),
      undefined,
    );
  });
});

describe('no way out, in any tree', () => {
  const arbitrary = fc.record({
    parents: fc.tuple(...ids.map(() => fc.option(fc.constantFrom(...ids), { nil: undefined }))),
    closed: fc.tuple(...ids.map(() => fc.constantFrom(false, false, false, false, true))),
    scopes: fc.array(fc.constantFrom(...ids), { maxLength: 3 }),
    before: fc.option(
      fc.record({
        written: fc.array(fc.constantFrom(...ids), { maxLength: 3 }),
        told: fc.array(fc.constantFrom(...ids), { maxLength: 2 }),
        attributes: fc.constantFrom<PersonRecord['attributes']>(
          {},
          {},
          { administrator: true },
          { profession: 'doctor' },
        ),
        username: fc.constantFrom(undefined, 'per'),
        identity: fc.constantFrom(undefined, 'oidc:own', 'hsa-id'),
      }),
      { nil: undefined },
    ),
    wanted: fc.record({
      at: fc.array(fc.constantFrom(...ids), { maxLength: 3 }),
      givenName: fc.constantFrom('Per', 'Pia'),
      closed: fc.boolean(),
      attributes: fc.constantFrom<FullPersonEntry['attributes']>({}, {}, {}, { administrator: true }),
      username: fc.constantFrom(undefined, 'per', 'evil'),
      identity: fc.constantFrom(undefined, 'oidc:own', 'hsa-id'),
    }),
    administers: fc.boolean(),
  });
  const worldOf = (given: typeof arbitrary extends fc.Arbitrary<infer T> ? T : never) => {
    const organisations = new Map(
      ids.map((id, at) => [id as string, organisation(id, given.parents[at], given.closed[at])]),
    );
    const grants = given.scopes.map((scope) => grant({ scope: { kind: 'organisation', organisation: scope } }));
    const own = reachOf(grants, { asker: kari, organisations, now });
    const before = given.before && {
      ...record({ attributes: given.before.attributes, username: given.before.username }),
      identities:
        given.before.identity === undefined ? [] : [{ namespace: given.before.identity, lookup: 'X', source: 'apply' }],
      assignments: given.before.written.map((at, index) => assignment(`w${index}`, at)),
      told: given.before.told.map((at, index) => assignment(`t${index}`, at, { source: 'hsa' })),
    };
    const { at, identity, username, ...more } = given.wanted;
    const wanted = entry({
      ...more,
      ...(username === undefined ? {} : { username }),
      identities: identity === undefined ? [] : [{ namespace: identity, value: 'X' }],
      assignments: at.map((where, index) => ({ id: `w${index}`, organisation: where, role: 'nurse' })),
    });
    return { organisations, grants, own, before, wanted };
  };
  test('reach is the grants’ organisations and what lies below them', () => {
    fc.assert(
      fc.property(arbitrary, (given) => {
        const { own, organisations } = worldOf(given);
        for (const id of ids) {
          const up = new Set<string>();
          for (let at: string | undefined = id; at !== undefined && !up.has(at); at = organisations.get(at)?.parent)
            up.add(at);
          const below = given.scopes.some((scope) => up.has(scope));
          assert.equal(reaches(own, id), below && organisations.get(id)?.closed !== true);
        }
      }),
    );
  });
  test('what is seen of a person names no organisation outside, and hides what tells of one', () => {
    fc.assert(
      fc.property(arbitrary, (given) => {
        const { own, before } = worldOf(given);
        const seen = before && seenPerson(own, before);
        if (before === undefined || seen === undefined) return;
        for (const one of [...seen.assignments, ...seen.told]) assert.ok(reaches(own, one.organisation));
        const all = [...before.assignments, ...before.told];
        if (all.some(({ organisation: at }) => !reaches(own, at)))
          assert.deepEqual([seen.attributes, seen.identities, seen.username], [{}, [], undefined]);
      }),
    );
  });
  /** Whether a write passes these checks; throws when it then does what it must not. */
  const passesSafely = (given: Parameters<typeof worldOf>[0], checks: typeof personWriteChecks): boolean => {
    const { own, before, wanted } = worldOf(given);
    const asked = { reach: own, before, wanted, asker: 'kari', administers: given.administers };
    if (personWriteRefusal({ ...asked, ownNamespaces: new Set(['oidc:own']) }, checks) !== undefined) return false;
    const whole = wholePerson(own, before, wanted);
    const outside = (list: readonly { id: string; organisation: string }[]) =>
      list.filter(({ organisation: at }) => !reaches(own, at)).map(({ id, organisation: at }) => `${id} ${at}`);
    assert.deepEqual(outside(whole.assignments), outside(before?.assignments ?? []));
    assert.deepEqual(whole.attributes, before?.attributes ?? {}, 'nobody is raised');
    assert.ok(before === undefined || isInside(own, before));
    const namespaces = (list: readonly { namespace: string }[]) =>
      list.map(({ namespace }) => namespace).filter((one) => one !== 'oidc:own');
    assert.deepEqual(namespaces(whole.identities), namespaces(before?.identities ?? []), 'nobody else’s login');
    if (before === undefined) return true;
    assert.equal(whole.username, before.username);
    if (!isWhollyInside(own, before) || given.administers)
      assert.deepEqual([whole.givenName, whole.closed], [before.givenName, before.closed]);
    return true;
  };
  test('whatever write passes changes nothing outside, takes over nobody and raises nobody', () => {
    let passed = 0;
    fc.assert(
      fc.property(arbitrary, (given) => {
        if (passesSafely(given, personWriteChecks)) passed += 1;
      }),
      { numRuns: 10_000 },
    );
    assert.ok(passed > 50, `${passed} writes passed`);
  });
  for (const dropped of ['assignmentsInside', 'attributes', 'shared', 'administers', 'logins', 'username'])
    test(`without personWrite.${dropped} there is a way out, and the search finds it`, () => {
      const checks = personWriteChecks.filter(({ name }) => name !== `personWrite.${dropped}`);
      const search = fc.property(arbitrary, (given) => void passesSafely(given, checks));
      assert.ok(fc.check(search, { numRuns: 20_000 }).failed);
    });
  test('units stay inside', () => {
    fc.assert(
      fc.property(arbitrary, fc.constantFrom(...ids), fc.constantFrom(...ids), (given, from, to) => {
        const { own } = worldOf(given);
        const passes = unitWriteRefusal(own, { organisation: from }, { organisation: to }) === undefined;
        assert.equal(passes, reaches(own, from) && reaches(own, to));
      }),
    );
  });
});
