// An API's limits as tables (N5): each refuses whom it should, names its rule, and lets them in when it is taken away.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  anna,
  api,
  application,
  assignment,
  bo,
  cecilia,
  morning,
  person,
  policyFacts,
  proof,
  snapshot,
} from '../../../test/fakes/ward.ts';
import type { Api, ApiLimits } from '../catalogue/index.ts';
import type { PersonFacts } from '../directory/index.ts';
import { rulesFor } from './api-rules.ts';
import { decide } from './decide.ts';
import { decideMachine } from './machine.ts';
import type { PolicyDecision, PolicyFacts } from './policy.ts';

const withJournal = (change: Partial<Api>) =>
  snapshot({
    rules: new Map(),
    apis: new Map([['journal', api('journal', { scopes: ['read', 'write'], ...change })]]),
  });

function ask(
  change: Partial<Api>,
  who: PersonFacts,
  facts: Partial<PolicyFacts> = {},
  kind: 'password' | 'advanced' = 'password',
): PolicyDecision {
  const only = who.assignments.length === 1 ? who.assignments[0] : undefined;
  return decide(
    policyFacts(who, [proof(who.person.id, kind)], {
      catalogue: withJournal(change),
      apis: ['journal'],
      scopes: ['read'],
      assignment: only,
      ...facts,
    }),
    morning,
  );
}

/** The outcome with the rules that refuse, or `permit`. */
const brief = (decision: PolicyDecision): string =>
  decision.kind === 'deny' ? [decision.reason, ...decision.rules].join(' ') : decision.kind;

const nurse = person('nils', { assignments: [assignment('nils', 'hospital', { role: 'nurse' })] });
const practising = person('pia', { person: { attributes: { profession: 'SP LE' } } });
const atClinic = person('carl', { assignments: [assignment('carl', 'clinic')] });
const homeless = person('hugo', { assignments: [] });
// 2026-11-22T08:00Z is a Sunday, nine o'clock in Oslo.
const sunday = { days: ['sun'], zone: 'Europe/Oslo' } as const;

describe('each limit refuses, says which, and nothing else does', () => {
  const rows: readonly [
    what: string,
    limits: ApiLimits,
    who: PersonFacts,
    facts: Partial<PolicyFacts>,
    expected: string,
  ][] = [
    ['organisation: its own', { organisations: ['hospital'] }, bo, {}, 'permit'],
    ['organisation: one above it', { organisations: ['region'] }, bo, {}, 'permit'],
    [
      'organisation: another',
      { organisations: ['hospital'] },
      atClinic,
      {},
      'policy.organisationNotAllowed api.journal.organisations',
    ],
    [
      'organisation: none',
      { organisations: ['hospital'] },
      homeless,
      {},
      'policy.organisationNotAllowed api.journal.organisations',
    ],
    [
      'organisation: one below the listed is not one above',
      { organisations: ['hospital'] },
      person('r', { assignments: [assignment('r', 'region')] }),
      {},
      'policy.organisationNotAllowed api.journal.organisations',
    ],
    [
      'organisation: nobody is listed',
      { organisations: [] },
      bo,
      {},
      'policy.organisationNotAllowed api.journal.organisations',
    ],
    ['client: approved', { clients: [{ client: 'ehr' }] }, bo, {}, 'permit'],
    ['client: another', { clients: [{ client: 'portal' }] }, bo, {}, 'policy.clientNotAllowed api.journal.clients'],
    ['client: nobody is approved', { clients: [] }, bo, {}, 'policy.clientNotAllowed api.journal.clients'],
    ['client: approved for the scope', { clients: [{ client: 'ehr', scopes: ['read'] }] }, bo, {}, 'permit'],
    [
      'client: approved for another scope',
      { clients: [{ client: 'ehr', scopes: ['write'] }] },
      bo,
      {},
      'policy.clientNotAllowed api.journal.clients.read',
    ],
    ['role: listed', { roles: ['nurse', 'doctor'] }, bo, {}, 'permit'],
    ['role: another', { roles: ['doctor'] }, nurse, {}, 'policy.roleNotAllowed api.journal.roles'],
    ['profession: one of several', { professions: ['LE'] }, practising, {}, 'permit'],
    ['profession: another', { professions: ['FA'] }, practising, {}, 'policy.roleNotAllowed api.journal.professions'],
    [
      'profession: part of a code is not the code',
      { professions: ['S'] },
      practising,
      {},
      'policy.roleNotAllowed api.journal.professions',
    ],
    ['profession: none', { professions: ['LE'] }, bo, {}, 'policy.roleNotAllowed api.journal.professions'],
    ['network: listed', { networks: ['ward'] }, bo, {}, 'permit'],
    [
      'network: another',
      { networks: ['ward'] },
      bo,
      { network: 'guest' },
      'policy.networkNotAllowed api.journal.networks',
    ],
    [
      'network: unknown',
      { networks: ['ward'] },
      bo,
      { network: undefined },
      'policy.networkNotAllowed api.journal.networks',
    ],
    ['hours: open', { hours: [{ ...sunday, from: '08:00', to: '10:00' }] }, bo, {}, 'permit'],
    [
      'hours: closed',
      { hours: [{ ...sunday, from: '10:00', to: '12:00' }] },
      bo,
      {},
      'policy.outsideHours api.journal.hours',
    ],
    [
      'hours: one of two is open',
      {
        hours: [
          { ...sunday, from: '10:00', to: '12:00' },
          { ...sunday, from: '00:00', to: '24:00' },
        ],
      },
      bo,
      {},
      'permit',
    ],
    [
      'two at once name both',
      { roles: ['doctor'], networks: ['guest'] },
      nurse,
      {},
      'policy.networkNotAllowed api.journal.networks api.journal.roles',
    ],
  ];
  for (const [what, limits, who, facts, expected] of rows) {
    test(`${what}: ${expected}`, () => {
      assert.equal(brief(ask({ limits }, who, facts)), expected);
      assert.equal(brief(ask({ limits: {} }, who, facts)), 'permit', 'without the limit');
    });
  }

  test('the rule that refuses is the one that is needed: without it, the same facts are permitted', () => {
    for (const [what, limits, who, facts, expected] of rows) {
      const [, ...ids] = expected.split(' ');
      if (ids.length !== 1) continue;
      const rules = rulesFor(withJournal({ limits }), ['journal']).filter(({ id }) => id !== ids[0]);
      assert.equal(brief(ask({ limits }, who, { ...facts, rules })), 'permit', what);
    }
  });

  test('a ticket for another API is not concerned', () => {
    assert.equal(brief(ask({ limits: { organisations: [] } }, bo, { apis: ['lab'] })), 'permit');
  });

  test('the refusal says whose limit it was, and which', () => {
    const decision = ask({ limits: { roles: ['doctor'] } }, nurse);
    assert.ok(decision.kind === 'deny');
    assert.deepEqual([decision.services, decision.rules], [['journal'], ['api.journal.roles']]);
  });

  test('the explanation tells who was let in, and what there was', () => {
    const decision = ask({ limits: { roles: ['doctor'] } }, nurse);
    assert.ok(decision.kind === 'deny');
    const line = decision.explanation.lines.find(({ rule }) => rule === 'api.journal.roles');
    assert.deepEqual([line?.matched, line?.because], [true, 'refused: not roles doctor']);
  });
});

describe('the level', () => {
  test('is asked for when it can be reached, and enough when it is', () => {
    const low = ask({ minimumAssurance: 'high' }, anna);
    assert.equal(low.kind === 'stepUp' && `${low.assurance} ${low.reason}`, 'high policy.assuranceTooLow');
    assert.equal(brief(ask({ minimumAssurance: 'high' }, anna, {}, 'advanced')), 'permit');
    assert.equal(brief(ask({}, anna)), 'permit');
  });
  test('cannot be reached: refused', () => {
    const none = { candidates: [{ provider: 'password', connector: 'password', maximum: 'low' }] } as never;
    assert.equal(brief(ask({ minimumAssurance: 'high' }, anna, none)), 'policy.noWayToReach api.journal.assurance');
  });
});

describe('a limit waits for what is not known yet', () => {
  const limits = { organisations: ['hospital'] };
  test('who works at two places: no ticket before one is chosen, then by the chosen one', () => {
    assert.equal(brief(ask({ limits }, cecilia)), 'policy.noAssignment');
    const [hospital, clinic] = cecilia.assignments;
    assert.equal(brief(ask({ limits }, cecilia, { assignment: hospital })), 'permit');
    assert.equal(
      brief(ask({ limits }, cecilia, { assignment: clinic })),
      'policy.organisationNotAllowed api.journal.organisations',
    );
  });
  test('who works at none of the places chooses too, and is refused whichever it is', () => {
    const elsewhere = { organisations: ['shut'] };
    assert.equal(brief(ask({ limits: elsewhere }, cecilia)), 'policy.noAssignment');
    for (const chosen of cecilia.assignments) {
      const decision = ask({ limits: elsewhere }, cecilia, { assignment: chosen });
      assert.equal(brief(decision), 'policy.organisationNotAllowed api.journal.organisations');
    }
  });
  test('before it is known who it is, nobody is refused for who they are; closed hours are closed for all', () => {
    const unknown = (limits: ApiLimits): string =>
      brief(decide(policyFacts(undefined, [], { catalogue: withJournal({ limits }), apis: ['journal'] }), morning));
    assert.equal(unknown({ roles: ['doctor'], organisations: ['clinic'], professions: ['LE'] }), 'stepUp');
    const closed = { hours: [{ ...sunday, from: '10:00', to: '12:00' }] };
    assert.equal(unknown(closed), 'policy.outsideHours api.journal.hours');
  });
});

describe('machines', () => {
  const robot = application('robot', { organisation: 'hospital' });
  const askMachine = (change: Partial<Api>, network?: string, scopes: readonly string[] = ['read']) => {
    const catalogue = withJournal(change);
    const rules = rulesFor(catalogue, ['journal'], 'machine');
    const decision = decideMachine(
      { application: robot, apis: ['journal'], scopes, network, rules, catalogueRevision: 1 },
      morning,
    );
    return decision.kind === 'permit' ? 'permit' : [decision.reason, ...decision.rules].join(' ');
  };
  const rows: readonly [string, Partial<Api>, string | undefined, string][] = [
    ['its organisation is listed', { limits: { organisations: ['hospital'] } }, undefined, 'permit'],
    [
      'another organisation',
      { limits: { organisations: ['clinic'] } },
      undefined,
      'policy.organisationNotAllowed api.journal.organisations',
    ],
    ['it is approved', { limits: { clients: [{ client: 'robot' }] } }, undefined, 'permit'],
    [
      'it is not approved',
      { limits: { clients: [{ client: 'ehr' }] } },
      undefined,
      'policy.clientNotAllowed api.journal.clients',
    ],
    [
      'not approved for the scope',
      { limits: { clients: [{ client: 'robot', scopes: ['write'] }] } },
      undefined,
      'policy.clientNotAllowed api.journal.clients.read',
    ],
    ['network listed', { limits: { networks: ['ward'] } }, 'ward', 'permit'],
    ['another network', { limits: { networks: ['ward'] } }, 'guest', 'policy.networkNotAllowed api.journal.networks'],
    [
      'no known network',
      { limits: { networks: ['ward'] } },
      undefined,
      'policy.networkNotAllowed api.journal.networks',
    ],
    [
      'closed hours',
      { limits: { hours: [{ ...sunday, from: '10:00', to: '12:00' }] } },
      undefined,
      'policy.outsideHours api.journal.hours',
    ],
    ['open hours', { limits: { hours: [{ ...sunday, from: '08:00', to: '10:00' }] } }, undefined, 'permit'],
    [
      'a limit of roles keeps machines out',
      { limits: { roles: ['doctor'] } },
      undefined,
      'policy.clientNotAllowed api.journal.machines',
    ],
    [
      'a limit of professions too',
      { limits: { professions: ['LE'] } },
      undefined,
      'policy.clientNotAllowed api.journal.machines',
    ],
    ['a level too', { minimumAssurance: 'high' }, undefined, 'policy.clientNotAllowed api.journal.machines'],
    ['unless its owner lets them in', { minimumAssurance: 'high', machines: true }, undefined, 'permit'],
    ['its owner keeps them out', { machines: false }, undefined, 'policy.clientNotAllowed api.journal.machines'],
  ];
  for (const [what, change, network, expected] of rows) {
    test(`${what}: ${expected}`, () => {
      assert.equal(askMachine(change, network), expected);
      assert.equal(askMachine({}, network), 'permit', 'without the limit');
    });
  }
});

describe('rules that an owner writes', () => {
  test('by API and scope, with an exception', () => {
    const rule = {
      id: 'no-write',
      title: 'Only doctors write',
      owner: 'o',
      when: { apis: ['journal'], scopes: ['write'] },
      unless: { roles: ['doctor'] },
      ['then' as const]: { kind: 'deny' },
    } as const;
    const outcome = (who: PersonFacts, scopes: readonly string[]) => brief(ask({}, who, { scopes, rules: [rule] }));
    assert.deepEqual(
      [outcome(nurse, ['read']), outcome(nurse, ['write']), outcome(bo, ['write'])],
      ['permit', 'policy.denied no-write', 'permit'],
    );
  });
});
