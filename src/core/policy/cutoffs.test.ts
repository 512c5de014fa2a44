// Method cut-offs as tables: from when, for whom, what they name, whom an exemption reaches (G3, G4).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { noPasswords } from '../../../test/fakes/cutoffs.ts';
import {
  anna,
  assignment,
  bo,
  cecilia,
  ehr,
  hour,
  morning,
  person,
  policyFacts,
  proof,
  record,
  snapshot,
} from '../../../test/fakes/ward.ts';
import type { CutoffExemption, MethodCutoff } from '../catalogue/index.ts';
import type { PersonFacts } from '../directory/index.ts';
import { securityChecks } from './checks.ts';
import { cutoffsFor } from './cutoffs.ts';
import { decide } from './decide.ts';
import type { PolicyDecision, PolicyFacts } from './policy.ts';
import { tryOut } from './try-out.ts';

const brief = (decision: PolicyDecision): string =>
  decision.kind === 'permit' ? `permit ${decision.permit.assurance}` : `${decision.kind} ${decision.reason}`;
const tomorrow = new Date(morning + 24 * hour).toISOString();
const yesterday = new Date(morning - 24 * hour).toISOString();
const exemption = (change: Partial<CutoffExemption>): CutoffExemption => ({
  units: [],
  owner: 'Ward 4',
  reason: 'Waits for a card',
  until: tomorrow,
  ...change,
});
const cut = 'stepUp policy.methodCutOff';

/** A password of `who` at the EHR under this cut-off. */
const withPassword = (change: Partial<MethodCutoff>, who: PersonFacts = bo, more: Partial<PolicyFacts> = {}) =>
  decide(policyFacts(who, [proof(who.person.id, 'password')], { cutoffs: [noPasswords(change)], ...more }), morning);

describe('a cut-off', () => {
  const inUnit = (unit: string) =>
    person('bo', { assignments: [assignment('bo', 'hospital', { unit })] }) satisfies PersonFacts;
  const rows: readonly [string, Partial<MethodCutoff>, string, PersonFacts?, Partial<PolicyFacts>?][] = [
    ['from its very instant', {}, cut],
    ['not a moment before', { from: new Date(morning + 1).toISOString() }, 'permit low'],
    ['planned: only told', { state: 'planned' }, 'permit low'],
    ['being connected: only told', { state: 'connecting' }, 'permit low'],
    ['a date that cannot be read lets nobody in', { from: 'soon' }, cut],
    ['by provider', { methods: [], providers: ['password'] }, cut],
    ['another provider', { methods: [], providers: ['card'] }, 'permit low'],
    ['all below a level', { methods: [], below: 'substantial' }, cut],
    ['its organisation', { organisations: ['hospital'] }, cut],
    ['an organisation above', { organisations: ['region'] }, cut],
    ['another organisation', { organisations: ['clinic'] }, 'permit low'],
    ['an exempt person', { exemptions: [exemption({ person: 'bo' })] }, 'permit low'],
    ['another person is exempt', { exemptions: [exemption({ person: 'anna' })] }, cut],
    ['an exempt organisation', { exemptions: [exemption({ organisation: 'hospital' })] }, 'permit low'],
    ['an exempt organisation above', { exemptions: [exemption({ organisation: 'region' })] }, 'permit low'],
    ['another organisation is exempt', { exemptions: [exemption({ organisation: 'clinic' })] }, cut],
    ['an exemption that is over', { exemptions: [exemption({ person: 'bo', until: yesterday })] }, cut],
    ['an exemption whose end cannot be read', { exemptions: [exemption({ person: 'bo', until: 'never' })] }, cut],
    [
      'a unit is exempt',
      { exemptions: [exemption({ organisation: 'hospital', units: ['er'] })] },
      'permit low',
      inUnit('er'),
    ],
    [
      'another unit is exempt',
      { exemptions: [exemption({ organisation: 'hospital', units: ['er'] })] },
      cut,
      inUnit('icu'),
    ],
    [
      'a unit is exempt, and the person is in none',
      { exemptions: [exemption({ organisation: 'hospital', units: ['er'] })] },
      cut,
    ],
    ['two places that agree', { organisations: ['hospital', 'clinic'] }, cut, cecilia],
    [
      'two places that do not: the choice is asked for',
      { organisations: ['clinic'] },
      'deny policy.noAssignment',
      cecilia,
    ],
    ['the place that is chosen', { organisations: ['clinic'] }, cut, cecilia, { assignment: cecilia.assignments[1] }],
    ['the other place', { organisations: ['clinic'] }, 'permit low', cecilia, { assignment: cecilia.assignments[0] }],
    [
      'one of two places is exempt',
      { exemptions: [exemption({ organisation: 'hospital' })] },
      'deny policy.noAssignment',
      cecilia,
    ],
  ];
  for (const [name, change, outcome, who, more] of rows)
    test(`${name}: ${outcome}`, () => {
      assert.equal(brief(withPassword(change, who, more)), outcome);
    });

  test('is of its applications alone', () => {
    const catalogue = snapshot({
      methodCutoffs: new Map([['no-passwords', noPasswords({ applications: ['record'] })]]),
    });
    assert.equal(brief(decide(policyFacts(bo, [proof('bo', 'password')], { catalogue }), morning)), 'permit low');
    assert.deepEqual(cutoffsFor(catalogue, 'ehr'), []);
    assert.equal(cutoffsFor(catalogue, 'record').length, 1);
  });

  test('of all below a level asks for proof that reaches it, however old high proof became', () => {
    const high = noPasswords({ methods: [], below: 'high' });
    const facts = policyFacts(anna, [proof('anna', 'advanced')], { cutoffs: [high], since: morning + 9 * hour });
    assert.equal(brief(decide(facts, morning + 4 * hour)), 'permit high');
    const later = decide(facts, morning + 5 * hour);
    assert.ok(later.kind === 'stepUp');
    assert.equal(later.assurance, 'high');
    const low = decide(policyFacts(bo, [proof('bo', 'password')], { cutoffs: [high] }), morning);
    assert.ok(low.kind === 'stepUp');
    assert.deepEqual([low.assurance, low.providers], ['high', ['card']]);
  });

  test('offers the other ways to whom it stops, every way to whom nobody knows yet, and says so when none is left', () => {
    const decision = withPassword({});
    assert.ok(decision.kind === 'stepUp');
    assert.deepEqual(decision.providers, ['card']);
    const unknown = decide(policyFacts(undefined, [], { cutoffs: [noPasswords()] }), morning);
    assert.ok(unknown.kind === 'stepUp');
    assert.deepEqual(unknown.providers, ['card', 'password']);
    const alone = { ...ehr, providers: ['password'] };
    const none = withPassword({}, bo, {
      application: alone,
      candidates: policyFacts(bo, [], { application: alone }).candidates,
    });
    assert.equal(brief(none), 'deny policy.methodCutOff');
    assert.deepEqual(none.kind === 'deny' && none.cutoffs, [{ cutoff: 'no-passwords', order: [] }]);
  });

  test('says which of its orders are for this person', () => {
    const order = [
      { when: { roles: ['doctor'] }, text: { en: 'SITHS' } },
      { when: { roles: ['nurse'] }, text: { en: 'Freja' } },
      { when: { organisations: ['region'], person: { certificateClass: ['simple'] } }, text: { en: 'A card' } },
      { when: {}, text: { en: 'Ask the help desk' } },
    ];
    const decision = withPassword({ order });
    assert.ok(decision.kind === 'stepUp');
    assert.deepEqual(decision.cutoffs, [{ cutoff: 'no-passwords', order: [0, 2, 3] }]);
  });

  test('is explained: since when, and by which exemption somebody was let in still', () => {
    const line = (decision: PolicyDecision) =>
      (decision.kind === 'permit' ? decision.permit.explanation : decision.explanation).lines.find(
        ({ rule }) => rule === 'check.methodStillIn',
      )?.because;
    assert.equal(line(withPassword({})), `password: cut off by no-passwords since ${new Date(morning).toISOString()}`);
    assert.equal(
      line(withPassword({ exemptions: [exemption({ person: 'bo' })] })),
      `password: exempt from no-passwords until ${tomorrow} (Ward 4: Waits for a card)`,
    );
    assert.equal(line(withPassword({ state: 'planned' })), 'held');
  });

  test('is tried on decisions of the past, by units too', () => {
    const who = person('bo', { assignments: [assignment('bo', 'hospital', { unit: 'er' })] });
    const made = decide(policyFacts(who, [proof('bo', 'password')]), morning);
    assert.ok(made.kind === 'permit');
    const { facts } = made.permit.explanation;
    const past = { at: morning, person: 'bo', application: ehr, facts, attributesToday: {} };
    const tried = (change: Partial<MethodCutoff>) =>
      tryOut(
        { ...past, device: 'fixed', deviceSource: 'network', network: 'ward' },
        snapshot({ methodCutoffs: new Map([['no-passwords', noPasswords(change)]]) }),
      ).kind;
    assert.equal(tried({}), 'stepUp');
    assert.equal(tried({ applications: ['record'] }), 'permit');
    assert.equal(tried({ exemptions: [exemption({ organisation: 'hospital', units: ['er'] })] }), 'permit');
    assert.equal(tried({ exemptions: [exemption({ organisation: 'hospital', units: ['icu'] })] }), 'stepUp');
  });
});

test('an exemption never reaches another person, organisation, unit or application', () => {
  const places = ['region', 'hospital', 'clinic'] as const;
  const below = { region: ['region', 'hospital'], hospital: ['hospital'], clinic: ['clinic'] };
  let [permits, stopped, turned] = [0, 0, 0];
  fc.assert(
    fc.property(
      fc.record({
        who: fc.constantFrom('bo', 'eva'),
        place: fc.constantFrom(...places),
        unit: fc.constantFrom(undefined, 'er', 'icu'),
        application: fc.constantFrom(ehr, { ...record, minimumAssurance: 'low' as const }),
        exempt: fc.array(
          fc.oneof(
            fc.record({ person: fc.constantFrom('bo', 'eva', 'anna') }),
            fc.record({ organisation: fc.constantFrom(...places), units: fc.subarray(['er', 'icu']) }),
          ),
          { maxLength: 3 },
        ),
        until: fc.constantFrom(yesterday, tomorrow),
        of: fc.constantFrom('ehr', 'record'),
      }),
      ({ who, place, unit, application, exempt, until, of }) => {
        const facts = person(who, { assignments: [assignment(who, place, { unit })] });
        // One list for the application in question without exemptions, and one with them that may be another's.
        const methodCutoffs = new Map([
          ['bare', noPasswords({ id: 'bare', applications: [application.id === of ? 'other' : application.id] })],
          [
            'eased',
            noPasswords({
              id: 'eased',
              applications: [of],
              exemptions: exempt.map((one) => exemption({ ...one, until })),
            }),
          ],
        ]);
        const given = policyFacts(facts, [proof(who, 'password')], {
          application,
          catalogue: snapshot({ methodCutoffs }),
        });
        const reached =
          application.id === of &&
          until === tomorrow &&
          exempt.some((one) =>
            'person' in one
              ? one.person === who
              : below[one.organisation].includes(place) &&
                (one.units.length === 0 || (unit !== undefined && one.units.includes(unit))),
          );
        const decision = decide(given, morning);
        assert.equal(brief(decision), reached ? 'permit low' : cut);
        if (reached) permits += 1;
        else {
          stopped += 1;
          const without = securityChecks.filter(({ name }) => name !== 'methodStillIn');
          if (decide(given, morning, without).kind === 'permit') turned += 1;
        }
      },
    ),
    { numRuns: 1000 },
  );
  assert.ok(permits > 50, `only ${permits} were exempt`);
  assert.equal(turned, stopped, 'the check is what stops them');
});
