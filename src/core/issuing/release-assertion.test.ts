// What an assertion says of a person, by the application's record alone, and that nothing is said without a genuine Permit.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assignment, bo, morning, person, policyFacts, proof } from '../../../test/fakes/ward.ts';
import { releasable, type SamlApplication } from '../catalogue/index.ts';
import { decide, type Permit } from '../policy/index.ts';
import { type AssertionRequest, assertionNeeds, releaseAssertion } from './release-assertion.ts';

const link: SamlApplication = {
  id: 'link',
  issuer: 'hub',
  name: { en: 'Link' },
  closed: false,
  minimumAssurance: 'low',
  requireAssignment: false,
  entityId: 'https://link.example/sp',
  preset: 'generic',
  assertionConsumers: [{ binding: 'post', location: 'https://link.example/acs' }],
  singleLogout: [],
  keys: { signing: [], encryption: [] },
  attributes: [],
  requireSignedRequest: false,
  unsolicited: false,
};
const doctor = person('eva', {
  person: { givenName: 'Eva', familyName: 'Ek', attributes: { upn: 'eva@region.example', vip: true, empty: '' } },
  assignments: [assignment('eva', 'hospital', { unit: 'er', title: 'Doctor', hsaId: 'SE1-E', hprNumber: '900' })],
});
const all = releasable.map((from) => ({ name: from, nameFormat: 'basic' as const, from }));

function permitFor(application = link, who = doctor, chosen = true): Permit {
  const facts = policyFacts(who, [proof(who.person.id, 'password')], {
    application,
    assignment: chosen ? who.assignments[0] : undefined,
  });
  const decision = decide(facts, morning);
  assert.ok(decision.kind === 'permit');
  return decision.permit;
}
const asked = (change: Partial<AssertionRequest> = {}): AssertionRequest => ({
  application: link,
  person: doctor,
  session: 's1',
  decision: 'REF',
  held: { pairwise: 'lasting', transient: 'passing' },
  ...change,
});
function attributesFor(change: Partial<SamlApplication>, request: Partial<AssertionRequest> = {}, chosen = true) {
  const application = { ...link, ...change };
  const released = releaseAssertion(permitFor(application, doctor, chosen), asked({ application, ...request }));
  assert.ok(released.ok);
  return Object.fromEntries(released.statement.attributes.map(({ name, values }) => [name, values]));
}

describe('attributes', () => {
  test('the account behind the application is told by its own names, and its end goes along', () => {
    const account = { target: 'ad', loginName: 'evaek', principal: 'evaek@x.example', until: 5 };
    const attributes = [
      { name: 'upn', nameFormat: 'basic', from: 'upn' },
      { name: 'login', nameFormat: 'basic', from: 'accountName' },
    ] as const;
    const held = { pairwise: 'p', account };
    const told = attributesFor({ attributes }, { held });
    assert.deepEqual([told['upn'], told['login']], [['evaek@x.example'], ['evaek']]);
    const released = releaseAssertion(permitFor(link), asked({ held }));
    assert.ok(released.ok && released.statement.accountUntil === 5);
  });

  test('the record alone says what is told, each by its name', () => {
    assert.deepEqual(attributesFor({ preset: 'netscaler' }), { userprincipalname: ['eva@region.example'] });
    assert.deepEqual(attributesFor({ attributes: all }, { held: { pairwise: 'p', nationalNumber: '01019012345' } }), {
      'urn:oid:2.5.4.42': ['Eva'],
      'urn:oid:2.5.4.4': ['Ek'],
      'urn:oid:2.16.840.1.113730.3.1.241': ['Eva Ek'],
      personId: ['eva'],
      name: ['Eva Ek'],
      givenName: ['Eva'],
      familyName: ['Ek'],
      nationalNumber: ['01019012345'],
      hsaId: ['SE1-E'],
      hprNumber: ['900'],
      organisationId: ['hospital'],
      organisationName: ['Hospital'],
      organisationNumber: ['2321000156'],
      organisationParent: ['2321000156'],
      unitId: ['er'],
      unitName: ['Emergency'],
      role: ['doctor'],
      roleTitle: ['Doctor'],
      assignmentId: ['eva@hospital'],
      upn: ['eva@region.example'],
      assurance: ['low'],
      methods: ['pwd'],
      decision: ['REF'],
    });
  });

  test('what has no value is left out, also without an assignment', () => {
    const names = Object.keys(attributesFor({ attributes: all }, {}, false)).filter((name) => !name.startsWith('urn:'));
    assert.deepEqual(names, ['personId', 'name', 'givenName', 'familyName', 'upn', 'assurance', 'methods', 'decision']);
    const of = (from: `person.${string}`) => ({ name: from, nameFormat: 'basic' as const, from });
    const attributes = ['person.vip', 'person.empty', 'person.shoe', 'person.toString'].map((from) =>
      of(from as never),
    );
    assert.deepEqual(attributesFor({ preset: 'netscaler', attributes }), {
      userprincipalname: ['eva@region.example'],
      'person.vip': ['true'],
    });
  });

  test('a national number is opened only for an application that is told it, and marked', () => {
    assert.deepEqual(assertionNeeds(link), { nationalNumber: false, pairwise: true });
    const application = { ...link, attributes: all, nameId: { format: 'transient' as const } };
    assert.deepEqual(assertionNeeds(application), { nationalNumber: true, pairwise: false });
    const held = { transient: 't', nationalNumber: '01019012345' };
    const released = releaseAssertion(permitFor(application), asked({ application, held }));
    assert.ok(released.ok);
    const marked = released.statement.attributes.filter(({ confidential }) => confidential).map(({ name }) => name);
    assert.deepEqual(marked, ['nationalNumber']);
  });
});

describe('the name', () => {
  const nameFor = (change: Partial<SamlApplication>) => {
    const application = { ...link, ...change };
    const released = releaseAssertion(permitFor(application), asked({ application }));
    return released.ok ? released.statement.nameId : released.missing;
  };
  test('is by the rule', () => {
    assert.deepEqual(nameFor({}), { format: 'persistent', value: 'lasting' });
    assert.deepEqual(nameFor({ nameId: { format: 'transient' } }), { format: 'transient', value: 'passing' });
    assert.deepEqual(nameFor({ preset: 'netscaler' }), { format: 'unspecified', value: 'eva@region.example' });
  });
  test('without what it is made of there is no answer', () => {
    assert.equal(nameFor({ nameId: { format: 'emailAddress', from: 'person.mail' } }), 'person.mail');
    assert.throws(() => releaseAssertion(permitFor(), asked({ held: {} })), /no persistent name/);
  });
});

describe('nothing leaves', () => {
  test('without a genuine permit, for another application, or about another person', () => {
    assert.throws(() => releaseAssertion({ ...permitFor() } as Permit, asked()), /without a permit/);
    assert.throws(
      () => releaseAssertion(permitFor(), asked({ application: { ...link, id: 'x' } })),
      /another application/,
    );
    assert.throws(() => releaseAssertion(permitFor(), asked({ person: bo })), /another person/);
  });
});
