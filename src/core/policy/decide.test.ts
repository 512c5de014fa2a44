// Policy as tables; each named check is needed for a case (N5, N6, H4).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { apartCase } from '../../../test/fakes/apart-policy.ts';
import { openChoice, stoppedPassword } from '../../../test/fakes/cutoffs.ts';
import { sourceCases } from '../../../test/fakes/told-policy.ts';
import {
  anna,
  application,
  assignment,
  bo,
  care,
  cecilia,
  closedDan,
  ehr,
  hour,
  minute,
  morning,
  ofClinic,
  person,
  policyFacts,
  proof,
  record,
  snapshot,
  withRules,
} from '../../../test/fakes/ward.ts';
import type { PolicyRule, RuleCondition, RuleEffect } from '../catalogue/index.ts';
import type { DerivedProof, Evidence } from '../linking/index.ts';
import { securityChecks } from './checks.ts';
import { decide, isPermit } from './decide.ts';
import type { PolicyDecision, PolicyFacts } from './policy.ts';

const rule = (when: RuleCondition, effect: RuleEffect, id = 'r'): PolicyRule => ({
  id,
  title: `rule ${id}`,
  owner: 'Owner',
  when,
  // biome-ignore lint/suspicious/noThenProperty: a rule's effect, never awaited
  then: effect,
});

/** A certificate of a device, made after a card login of Bo. */
const derived = (given: Partial<DerivedProof>): Evidence => {
  const card = proof('bo', 'simple');
  const behind: DerivedProof = { id: 'd1', device: 'tablet', person: 'bo', assurance: 'substantial', ...given };
  return { ...card, certificate: { ...card.certificate!, derived: behind } };
};

const brief = (decision: PolicyDecision): string =>
  decision.kind === 'permit' ? `permit ${decision.permit.assurance}` : `${decision.kind} ${decision.reason}`;

describe('every built-in check turns a case', () => {
  const later = morning + 5 * hour;
  const orphan = person('orphan', { assignments: [] });
  const noRules = withRules();
  const old = { since: later };
  const cases: Record<string, { facts: PolicyFacts; now?: number; outcome: string; dropped: string }> = {
    applicationOpen: {
      facts: policyFacts(bo, [proof('bo', 'password')], { application: { ...ehr, closed: true } }),
      outcome: 'deny policy.applicationClosed',
      dropped: 'permit low',
    },
    personOpen: {
      facts: policyFacts(closedDan, [proof('dan', 'password')]),
      outcome: 'deny policy.denied',
      dropped: 'permit low',
    },
    ...sourceCases(),
    member: {
      facts: policyFacts(bo, [proof('bo', 'password')], { application: { ...ehr, organisation: 'clinic' } }),
      outcome: 'deny policy.notMember',
      dropped: 'permit low',
    },
    notRefusedByRule: {
      facts: policyFacts(bo, [proof('bo', 'password')], { catalogue: withRules(rule({}, { kind: 'deny' })) }),
      outcome: 'deny policy.denied',
      dropped: 'permit low',
    },
    identified: {
      facts: policyFacts(undefined, [proof('bo', 'password')], { holders: new Map() }),
      outcome: 'stepUp policy.assuranceTooLow',
      dropped: 'deny policy.denied',
    },
    providerAllowed: {
      facts: policyFacts(bo, [proof('bo', 'simple')], { application: { ...ehr, providers: ['password'] } }),
      outcome: 'stepUp policy.methodNotAllowed',
      dropped: 'permit substantial',
    },
    providerMember: {
      facts: policyFacts(bo, [proof('bo', 'password')], {
        federation: care('hospital'),
        candidates: ofClinic('password'),
      }),
      outcome: 'stepUp policy.providerNotMember',
      dropped: 'permit low',
    },
    providerCeiling: {
      facts: policyFacts(bo, [proof('bo', 'password', { assurance: 'high' })]),
      outcome: 'permit low',
      dropped: 'permit high',
    },
    derivedPerson: {
      facts: policyFacts(bo, [derived({ person: 'anna' })]),
      outcome: 'stepUp policy.assuranceTooLow',
      dropped: 'permit substantial',
    },
    derivedCeiling: {
      facts: policyFacts(bo, [derived({ assurance: 'low' })], { requested: 'substantial' }),
      outcome: 'stepUp policy.assuranceTooLow',
      dropped: 'permit substantial',
    },
    assuranceReached: {
      facts: policyFacts(bo, [proof('bo', 'password')], { application: record }),
      outcome: 'stepUp policy.assuranceTooLow',
      dropped: 'permit low',
    },
    methodAllowed: {
      facts: policyFacts(anna, [proof('anna', 'password')]),
      outcome: 'stepUp policy.methodNotAllowed',
      dropped: 'permit low',
    },
    youngEnough: {
      facts: policyFacts(bo, [proof('bo', 'password')], { ...old, maxAge: 600 }),
      now: later,
      outcome: 'stepUp policy.tooOld',
      dropped: 'permit low',
    },
    fresh: {
      facts: policyFacts(bo, [proof('bo', 'password')], { ...old, fresh: true }),
      now: later,
      outcome: 'stepUp policy.fresh',
      dropped: 'permit low',
    },
    highStillHigh: {
      facts: policyFacts(anna, [proof('anna', 'advanced')], { ...old, application: record }),
      now: later,
      outcome: 'stepUp policy.tooOld',
      dropped: 'permit high',
    },
    certificateRunning: {
      facts: policyFacts(bo, [
        (() => {
          const card = proof('bo', 'simple');
          return { ...card, certificate: { ...card.certificate!, notAfter: morning } };
        })(),
      ]),
      outcome: 'stepUp policy.tooOld',
      dropped: 'permit substantial',
    },
    methodStillIn: stoppedPassword(),
    samePerson: {
      facts: (() => {
        const [mine, other] = [proof('bo', 'password'), proof('anna', 'advanced')];
        const holders = new Map([
          [mine.id, 'bo'],
          [other.id, 'anna'],
        ]);
        return policyFacts(bo, [mine, other], { application: record, holders });
      })(),
      outcome: 'deny policy.denied',
      dropped: 'permit high',
    },
    assignmentHeld: {
      facts: policyFacts(bo, [proof('bo', 'password')], { assignment: assignment('anna', 'hospital') }),
      outcome: 'deny policy.noAssignment',
      dropped: 'permit low',
    },
    employerMember: {
      facts: policyFacts(bo, [proof('bo', 'simple')], { federation: care('clinic') }),
      outcome: 'deny policy.employerNotMember',
      dropped: 'permit substantial',
    },
    cutoffChosen: openChoice(),
    assignmentChosen: {
      facts: policyFacts(orphan, [proof('orphan', 'password')], {
        application: { ...ehr, requireAssignment: true },
        catalogue: noRules,
      }),
      outcome: 'deny policy.noAssignment',
      dropped: 'permit low',
    },
    assignmentsTogether: apartCase(),
  };

  test('there is a case for each', () => {
    assert.deepEqual(
      securityChecks.map(({ name }) => name),
      Object.keys(cases),
    );
  });

  for (const [name, { facts, now = morning, outcome, dropped }] of Object.entries(cases)) {
    test(`${name}: ${outcome}; without the check: ${dropped}`, () => {
      assert.equal(brief(decide(facts, now)), outcome);
      const without = securityChecks.filter((check) => check.name !== name);
      assert.equal(brief(decide(facts, now, without)), dropped);
    });
  }
});

describe('rules', () => {
  const matched = (when: RuleCondition, change: Parameters<typeof policyFacts>[2] = {}, who = bo): boolean => {
    const decision = decide(
      policyFacts(who, [proof(who.person.id, 'password')], {
        catalogue: withRules(rule(when, { kind: 'deny' })),
        ...change,
      }),
      morning,
    );
    return decision.kind === 'deny' && decision.reason === 'policy.denied';
  };
  const rows: [string, RuleCondition, boolean][] = [
    ['empty condition', {}, true],
    ['its application', { applications: ['x', 'ehr'] }, true],
    ['another application', { applications: ['x'] }, false],
    ['its organisation', { organisations: ['hospital'] }, true],
    ['another organisation', { organisations: ['clinic'] }, false],
    ['its role', { roles: ['doctor'] }, true],
    ['another role', { roles: ['nurse'] }, false],
    ['its attribute', { person: { certificateClass: ['simple'] } }, true],
    ['an absent attribute', { person: { flag: [true] } }, false],
    ['its device', { devices: ['fixed'] }, true],
    ['another device', { devices: ['portable'] }, false],
    ['its network', { networks: ['guest', 'ward'] }, true],
    ['another network', { networks: ['guest'] }, false],
    ['its method', { methods: ['password'] }, true],
    ['another method', { methods: ['smartcard'] }, false],
    ['all parts', { roles: ['doctor'], networks: ['ward'] }, true],
    ['one part of two', { roles: ['doctor'], networks: ['guest'] }, false],
  ];
  for (const [name, when, expected] of rows) {
    test(`${name}: ${expected ? 'matches' : 'does not match'}`, () => {
      assert.equal(matched(when), expected);
    });
  }

  test('hold only between their dates', () => {
    const dated = (from?: string, until?: string) => {
      const catalogue = withRules({ ...rule({}, { kind: 'deny' }), from, until });
      return brief(decide(policyFacts(bo, [proof('bo', 'password')], { catalogue }), morning));
    };
    assert.equal(dated('2026-11-22T08:00:00Z'), 'deny policy.denied');
    assert.equal(dated('2026-11-22T08:00:01Z'), 'permit low');
    assert.equal(dated(undefined, '2026-11-22T08:00:00Z'), 'permit low');
    assert.equal(dated(undefined, '2026-11-22T08:00:01Z'), 'deny policy.denied');
    assert.equal(dated('not a date', 'nor this'), 'deny policy.denied');
  });

  test('about an organisation are not escaped by leaving the choice of assignment open', () => {
    assert.equal(matched({ organisations: ['clinic'] }, {}, cecilia), true);
    const chosen = { assignment: cecilia.assignments[0] };
    assert.equal(matched({ organisations: ['clinic'] }, chosen, cecilia), false);
  });

  test('that each allow other methods leave no way in', () => {
    const catalogue = withRules(
      rule({}, { kind: 'requireMethods', methods: ['smartcard'] }, 'a'),
      rule({}, { kind: 'requireMethods', methods: ['password'] }, 'b'),
    );
    const decision = decide(policyFacts(bo, [proof('bo', 'password')], { catalogue }), morning);
    assert.equal(brief(decision), 'deny policy.noWayToReach');
    assert.deepEqual(decision.kind === 'deny' && decision.rules, ['a', 'b']);
  });

  test('may ask for a level and for young proof', () => {
    const level = withRules(rule({}, { kind: 'requireAssurance', assurance: 'substantial' }));
    assert.equal(
      brief(decide(policyFacts(bo, [proof('bo', 'password')], { catalogue: level }), morning)),
      'stepUp policy.assuranceTooLow',
    );
    const age = withRules(rule({}, { kind: 'maxAge', seconds: 60 }));
    const facts = policyFacts(bo, [proof('bo', 'password')], { catalogue: age, since: morning + hour });
    assert.equal(brief(decide(facts, morning + 61_000)), 'stepUp policy.tooOld');
    assert.equal(brief(decide(facts, morning + 60_000)), 'permit low');
  });

  test('are all explained, matched or not, and so is every check that was reached', () => {
    const decision = decide(policyFacts(bo, [proof('bo', 'password')]), morning);
    assert.ok(decision.kind === 'permit');
    const { lines, catalogueRevision } = decision.permit.explanation;
    assert.equal(catalogueRevision, 7);
    assert.deepEqual(
      lines.slice(0, 2).map(({ rule: id, matched: is, because }) => [id, is, because]),
      [
        ['h4-advanced-certificate', false, 'person.certificateClass: simple is not advanced'],
        ['h4-portable', false, 'device: fixed is not portable'],
      ],
    );
    assert.deepEqual(
      lines.slice(2).map(({ rule: id }) => id),
      securityChecks.map(({ name }) => `check.${name}`),
    );
  });
});

describe('workplace, profession and purpose', () => {
  const at = (context: PolicyFacts['context'], when: RuleCondition) =>
    decide(
      policyFacts(bo, [proof('bo', 'password')], { context, catalogue: withRules(rule(when, { kind: 'deny' })) }),
      morning,
    );
  const clerk = { workplaces: ['resh:1', '200000007'], professions: [], purposes: ['TREAT'] };
  const doctor = { ...clerk, professions: ['LE'] };
  const clinical = { professions: ['none'], purposes: ['TREAT', 'ETREAT'] };
  for (const [what, context, when, outcome, because] of [
    ['a profession that is refused', doctor, { professions: ['LE'] }, 'deny policy.denied', 'refused'],
    ['another profession', doctor, { professions: ['SP'] }, 'permit low', 'profession: LE is not SP'],
    ['no profession', clerk, clinical, 'deny policy.denied', 'refused'],
    ['a profession where none is refused', doctor, clinical, 'permit low', 'profession: LE is not none'],
    ['no context at all', undefined, clinical, 'permit low', 'purpose: none is not TREAT or ETREAT'],
    ['no context, where saying nothing is refused', undefined, { purposes: ['none'] }, 'deny policy.denied', 'refused'],
    ['a workplace', doctor, { workplaces: ['200000007'] }, 'deny policy.denied', 'refused'],
    ['a department', doctor, { workplaces: ['resh:1'] }, 'deny policy.denied', 'refused'],
    ['another workplace', clerk, { workplaces: ['9'] }, 'permit low', 'workplace: resh:1, 200000007 is not 9'],
  ] as const) {
    test(what, () => {
      const decision = at(context, when);
      assert.equal(brief(decision), outcome);
      const explanation = decision.kind === 'permit' ? decision.permit.explanation : decision.explanation;
      assert.equal(explanation.lines.find((line) => line.rule === 'r')?.because, because);
    });
  }
});

describe('strength and age', () => {
  test('two pieces never add up: two substantial are not high', () => {
    const two = [proof('bo', 'simple'), proof('bo', 'simple'), proof('bo', 'password')];
    assert.equal(
      brief(decide(policyFacts(bo, two, { application: record }), morning)),
      'stepUp policy.assuranceTooLow',
    );
  });

  test('a permit speaks of the strongest piece: its level, methods and time', () => {
    const card = proof('bo', 'simple', { provenAt: morning - hour });
    const decision = decide(policyFacts(bo, [card, proof('bo', 'password')]), morning);
    assert.ok(decision.kind === 'permit');
    assert.equal(decision.permit.assurance, 'substantial');
    assert.deepEqual(decision.permit.methods, ['sc', 'pin']);
    assert.equal(decision.permit.authTime, morning - hour);
    assert.deepEqual(decision.permit.evidence, [card]);
  });

  test('high is high for four hours, then substantial', () => {
    const facts = policyFacts(anna, [proof('anna', 'advanced')], { since: morning + 9 * hour });
    assert.equal(brief(decide(facts, morning + 4 * hour)), 'permit high');
    assert.equal(brief(decide(facts, morning + 4 * hour + 1)), 'permit substantial');
    assert.equal(brief(decide({ ...facts, application: record }, morning + 4 * hour)), 'permit high');
    assert.equal(brief(decide({ ...facts, application: record }, morning + 4 * hour + 1)), 'stepUp policy.tooOld');
  });

  test('proof made for this request meets max_age, even 0', () => {
    const facts = policyFacts(bo, [proof('bo', 'password')], { maxAge: 0 });
    assert.equal(brief(decide(facts, morning + 10 * minute)), 'permit low');
  });

  test('a step-up names only the ways that can reach it', () => {
    const high = decide(policyFacts(bo, [], { application: record }), morning);
    assert.ok(high.kind === 'stepUp');
    assert.deepEqual(high.providers, ['card']);
    const low = decide(policyFacts(bo, []), morning);
    assert.ok(low.kind === 'stepUp');
    assert.deepEqual(low.providers, ['card', 'password']);
    const none = application('x', { minimumAssurance: 'high', providers: ['password'] });
    assert.equal(brief(decide(policyFacts(bo, [], { application: none }), morning)), 'deny policy.noWayToReach');
  });
});

describe('a Permit', () => {
  const decision = decide(policyFacts(bo, [proof('bo', 'password')]), morning);
  assert.ok(decision.kind === 'permit');

  test('is known as genuine, and cannot be changed', () => {
    assert.equal(isPermit(decision.permit), true);
    assert.throws(() => Object.assign(decision.permit, { assurance: 'high' }), TypeError);
  });

  test('cannot be copied, parsed or made up', () => {
    for (const forged of [
      { ...decision.permit },
      JSON.parse(JSON.stringify(decision.permit)),
      Object.create(decision.permit),
      null,
      'permit',
    ]) {
      assert.equal(isPermit(forged), false);
    }
  });
});

test('the snapshot of the tests has the candidates that it says', () => {
  const facts = policyFacts(bo, [], { catalogue: snapshot() });
  assert.deepEqual(
    facts.candidates.map(({ provider, maximum }) => [provider, maximum]),
    [
      ['card', 'high'],
      ['password', 'low'],
    ],
  );
});
