// What each provider can reach, and which populations a card is asked for from (N6).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assignment, ehr, morning, person, providers, snapshot } from '../../../test/fakes/ward.ts';
import { dayMs } from '../../base/clock.ts';
import type { Assurance } from '../../wire/codes/index.ts';
import type { FederationMember, Provider } from '../catalogue/index.ts';
import { eligibleAssignments } from './assignments.ts';
import { candidatesFor, federationOf, populationsReaching } from './candidates.ts';

const [card, password] = providers;
assert.ok(card && password);
const candidates = (list: readonly Provider[], app = ehr) =>
  candidatesFor(app, snapshot({ providers: new Map(list.map((one) => [one.id, one])) }));

describe('what a provider can reach', () => {
  const rows: [string, Provider, Assurance | undefined][] = [
    ['the best of its populations', card, 'high'],
    ['never more than it is approved for', { ...card, maximumAssurance: 'low' }, 'low'],
    ['never more than its populations', { ...card, populations: ['simple'] }, 'substantial'],
    ['a card without a known population: no way in', { ...card, populations: ['x'] }, undefined],
    ['a password is one factor, whatever it is approved for', { ...password, maximumAssurance: 'high' }, 'low'],
  ];
  for (const [name, provider, expected] of rows) {
    test(`${name}: ${expected ?? 'none'}`, () => assert.equal(candidates([provider])[0]?.maximum, expected));
  }

  test('in their order, and only those that the application allows', () => {
    const names = (app = ehr) => candidates([password, card], app).map(({ provider }) => provider);
    assert.deepEqual(names(), ['card', 'password']);
    assert.deepEqual(names({ ...ehr, providers: ['password'] }), ['password']);
    assert.deepEqual(names({ ...ehr, providers: [] }), []);
  });

  test('whoever allows the record of a whole source allows each provider that it brings, and never the record itself', () => {
    const rules = { source: 'fed', preset: 'generic', levels: {}, testNumbers: false, passLogout: false } as const;
    const record: Provider = { ...password, id: 'all', connector: 'saml', samlMembers: rules };
    const { samlMembers: _, ...shared } = record;
    const made: Provider = { ...shared, id: 'all.1', madeBy: 'all' };
    const names = (app = ehr) => candidates([record, made, card], app).map(({ provider }) => provider);
    assert.deepEqual(names().sort(), ['all.1', 'card']);
    assert.deepEqual(names({ ...ehr, providers: ['all'] }), ['all.1']);
    assert.deepEqual(names({ ...ehr, providers: ['all.1'] }), ['all.1']);
    assert.deepEqual(names({ ...ehr, providers: ['card'] }), ['card']);
  });

  test('names the populations that reach a level', () => {
    const [found] = candidates([card]);
    assert.ok(found);
    assert.deepEqual(populationsReaching(found, 'low'), ['simple', 'advanced']);
    assert.deepEqual(populationsReaching(found, 'high'), ['advanced']);
  });
});

describe('which assignments count', () => {
  const rows: [string, ReturnType<typeof assignment>, string | undefined, boolean][] = [
    ['one that holds', assignment('bo', 'hospital'), undefined, true],
    ["somebody else's", assignment('anna', 'hospital'), undefined, false],
    ['at a closed organisation', assignment('bo', 'shut'), undefined, false],
    ['at an unknown organisation', assignment('bo', 'x'), undefined, false],
    ['that begins later', assignment('bo', 'hospital', { from: morning + 1 }), undefined, false],
    ['that begins now', assignment('bo', 'hospital', { from: morning }), undefined, true],
    ['that ended now', assignment('bo', 'hospital', { until: morning }), undefined, false],
    ['below the application’s organisation', assignment('bo', 'hospital'), 'region', true],
    ['at it', assignment('bo', 'hospital'), 'hospital', true],
    ['beside it', assignment('bo', 'clinic'), 'region', false],
    ['above it', assignment('bo', 'region'), 'hospital', false],
  ];
  for (const [name, given, organisation, expected] of rows) {
    test(`${name}: ${expected}`, () => {
      const facts = person('bo', { assignments: [given] });
      assert.equal(
        eligibleAssignments({ application: { ...ehr, organisation } }, facts, morning).length === 1,
        expected,
      );
    });
  }

  const day = (days: number) => new Date(morning + days * dayMs).toISOString();
  const memberships: [string, FederationMember[], boolean][] = [
    ['the organisation is a member', [{ organisation: 'hospital' }], true],
    ['one above it is', [{ organisation: 'region' }], true],
    ['another is', [{ organisation: 'clinic' }], false],
    ['nobody is', [], false],
    ['it is not yet', [{ organisation: 'hospital', from: day(1) }], false],
    ['it is no more', [{ organisation: 'hospital', until: day(0) }], false],
    [
      'it was, and is again',
      [
        { organisation: 'hospital', until: day(-9) },
        { organisation: 'hospital', from: day(0) },
      ],
      true,
    ],
  ];
  for (const [name, members, expected] of memberships) {
    test(`for a federation (K3), ${name}: ${expected}`, () => {
      const federation = { id: 'care', name: { en: 'Care' }, members };
      const facts = person('bo', { assignments: [assignment('bo', 'hospital')] });
      assert.equal(eligibleAssignments({ application: ehr, federation }, facts, morning).length === 1, expected);
    });
  }

  test('a federation that is gone has no members; an application without one is for everybody', () => {
    const gone = federationOf({ ...ehr, federation: 'care' }, snapshot());
    assert.deepEqual(gone?.members, []);
    assert.equal(federationOf(ehr, snapshot()), undefined);
  });

  test('a ring of parents ends', () => {
    const ring = new Map(
      ['a', 'b'].map((id, index) => [id, { id, name: id, parent: index === 0 ? 'b' : 'a', closed: false }]),
    );
    const facts = { ...person('bo', { assignments: [assignment('bo', 'a')] }), organisations: ring };
    assert.equal(eligibleAssignments({ application: { ...ehr, organisation: 'x' } }, facts, morning).length, 0);
  });
});
