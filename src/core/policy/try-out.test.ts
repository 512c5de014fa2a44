// What the trail keeps of a decision is enough to decide again by other rules, and holds nothing that no rule could ask for.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  anna,
  api,
  application,
  assignment,
  bo,
  cecilia,
  ehr,
  hour,
  morning,
  person,
  policyFacts,
  proof,
  snapshot,
} from '../../../test/fakes/ward.ts';
import type { Api, CatalogueSnapshot, PolicyRule } from '../catalogue/index.ts';
import type { PersonFacts } from '../directory/index.ts';
import { rulesFor } from './api-rules.ts';
import { decide } from './decide.ts';
import { decideMachine } from './machine.ts';
import type { PolicyFacts } from './policy.ts';
import { storedFacts } from './stored-facts.ts';
import { type PastDecision, tryOut, tryOutMachine, undated } from './try-out.ts';

const rule = (change: Partial<PolicyRule>): PolicyRule => ({
  ...{ id: 'r', title: 'r', owner: 'o', when: {} },
  ['then' as const]: { kind: 'deny' },
  ...change,
});
const catalogueOf = (change: Partial<Api> = {}, ...rules: readonly PolicyRule[]): CatalogueSnapshot =>
  snapshot({
    rules: new Map(rules.map((each) => [each.id, each])),
    apis: new Map([['journal', api('journal', { scopes: ['read', 'write'], ...change })]]),
  });

function factsOf(who: PersonFacts, catalogue: CatalogueSnapshot, change: Partial<PolicyFacts> = {}): PolicyFacts {
  const only = who.assignments.length === 1 ? who.assignments[0] : undefined;
  const shared = { catalogue, apis: ['journal'], scopes: ['read'], assignment: only };
  return policyFacts(who, [proof(who.person.id, 'advanced')], { ...shared, ...change });
}

/** As the trail would have it: through JSON and back. */
function pastOf(facts: PolicyFacts, at = morning, attributesToday: PastDecision['attributesToday'] = {}): PastDecision {
  const { application: asked, device, deviceSource, network } = facts;
  const kept = JSON.parse(JSON.stringify(storedFacts(facts, at))) as PastDecision['facts'];
  return {
    at,
    person: facts.person?.person.id ?? '',
    application: asked,
    device,
    deviceSource,
    network,
    facts: kept,
    attributesToday,
  };
}

function told(facts: PolicyFacts, at = morning): string {
  const decision = decide(facts, at);
  return decision.kind === 'deny' ? ['deny', decision.reason, ...decision.rules].join(' ') : decision.kind;
}
const tried = (past: PastDecision, catalogue: CatalogueSnapshot): string => {
  const found = tryOut(past, catalogue);
  return found.kind === 'deny' ? ['deny', found.reason, ...found.rules].join(' ') : found.kind;
};

const nurse = person('nils', { assignments: [assignment('nils', 'hospital', { role: 'nurse' })] });
const practising = person('pia', { person: { attributes: { profession: 'SP' } } });
const sunday = { days: ['sun'], zone: 'Europe/Oslo' } as const;
const base = catalogueOf();

describe('decided again by other rules, as if they had been there', () => {
  const rows: readonly [string, PersonFacts, CatalogueSnapshot, Partial<PolicyFacts>][] = [
    ['nothing changed', bo, base, {}],
    ['organisation above', bo, catalogueOf({ limits: { organisations: ['region'] } }), {}],
    ['another organisation', bo, catalogueOf({ limits: { organisations: ['clinic'] } }), {}],
    ['role', nurse, catalogueOf({ limits: { roles: ['doctor'] } }), {}],
    ['client', bo, catalogueOf({ limits: { clients: [] } }), {}],
    ['scope', bo, catalogueOf({ limits: { clients: [{ client: 'ehr', scopes: ['write'] }] } }), {}],
    ['network', bo, catalogueOf({ limits: { networks: ['guest'] } }), {}],
    ['hours then, not now', bo, catalogueOf({ limits: { hours: [{ ...sunday, from: '10:00', to: '12:00' }] } }), {}],
    [
      'two assignments, the chosen one',
      cecilia,
      catalogueOf({ limits: { organisations: ['clinic'] } }),
      { assignment: cecilia.assignments[0] },
    ],
    [
      'two assignments, the other',
      cecilia,
      catalogueOf({ limits: { organisations: ['clinic'] } }),
      { assignment: cecilia.assignments[1] },
    ],
    ['level', bo, catalogueOf({ minimumAssurance: 'high' }), { evidence: [] }],
    ['device', bo, catalogueOf({}, rule({ when: { devices: ['portable'] } })), { device: 'unknown' }],
    ['method', bo, catalogueOf({}, rule({ when: { methods: ['smartcard'] } })), {}],
    ['certificate class', anna, catalogueOf({}, rule({ when: { person: { certificateClass: ['advanced'] } } })), {}],
    [
      'workplace, role and grounds that the application gave',
      bo,
      catalogueOf({}, rule({ when: { workplaces: ['983658725'], professions: ['LE'], purposes: ['TREAT'] } })),
      { context: { workplaces: ['983658725'], professions: ['LE'], purposes: ['TREAT'] } },
    ],
    ['grounds not given', bo, catalogueOf({}, rule({ when: { purposes: ['none'] } })), {}],
    [
      'age',
      bo,
      catalogueOf({}, rule({ ['then' as const]: { kind: 'maxAge', seconds: 60 } })),
      { since: morning + hour },
    ],
    ['another API', bo, catalogueOf({ limits: { organisations: [] } }), { apis: [] }],
    ['the application asked for the level', bo, base, { requested: 'high' }],
    ['prompt=login', bo, base, { fresh: true, since: morning + hour }],
    ['max_age', bo, base, { maxAge: 1, since: morning + hour }],
    ['a closed application', bo, base, { application: application('ehr', { closed: true }) }],
    ['a member of another organisation', bo, base, { application: { ...ehr, organisation: 'clinic' } }],
  ];
  for (const [what, who, wanted, change] of rows) {
    test(what, () => {
      const at = change.since ?? morning;
      const then = factsOf(who, base, change);
      const asIf = { ...then, rules: rulesFor(wanted, then.apis) };
      assert.equal(tried(pastOf(then, at), wanted), told(asIf, at));
    });
  }

  test('a limit that stops says so, and more proof is more proof', () => {
    const past = pastOf(factsOf(nurse, base));
    const roles = tryOut(past, catalogueOf({ limits: { roles: ['doctor'] } }));
    assert.deepEqual(roles, { kind: 'deny', reason: 'policy.roleNotAllowed', rules: ['api.journal.roles'] });
    const low = pastOf(
      policyFacts(anna, [proof('anna', 'password')], {
        catalogue: base,
        apis: ['journal'],
        assignment: anna.assignments[0],
      }),
    );
    const level = tryOut(low, catalogueOf({ minimumAssurance: 'high' }));
    assert.deepEqual(level, { kind: 'stepUp', reason: 'policy.assuranceTooLow', rules: ['api.journal.assurance'] });
  });

  test('evidence that was not the person’s own is not made theirs', () => {
    const stranger = { ...factsOf(bo, base), holders: new Map() };
    assert.match(tried(pastOf(stranger), base), /^deny policy\.denied/);
  });

  test('an attribute that nobody asked for then is that of today; one that was kept is that of then', () => {
    const limited = catalogueOf({ limits: { professions: ['SP'] } });
    const unasked = factsOf(practising, base);
    assert.deepEqual(storedFacts(unasked, morning).attributes, {});
    assert.equal(tried(pastOf(unasked, morning, { profession: 'SP' }), limited), 'permit');
    assert.match(tried(pastOf(unasked), limited), /api\.journal\.professions/);
    const asked = factsOf(practising, limited);
    assert.equal(tried(pastOf(asked, morning, { profession: 'LE' }), limited), 'permit');
  });

  test('a changed rule of tomorrow is tried as if it were in force, others by their dates', () => {
    const future = new Date(morning + hour).toISOString();
    const wanted = catalogueOf({}, rule({ from: future }), rule({ id: 'later', from: future }));
    const past = pastOf(factsOf(bo, base));
    assert.equal(tried(past, wanted), 'permit');
    assert.equal(tried(past, undated(wanted, new Set(['r']))), 'deny policy.denied r');
  });

  test('machines', () => {
    const robot = application('robot');
    const past = {
      at: morning,
      application: robot,
      network: 'guest',
      facts: { apis: ['journal'], scopes: ['read'], workplaces: ['983658725'] },
    };
    assert.deepEqual(tryOutMachine(past, base), { kind: 'permit' });
    const wanted = catalogueOf({ limits: { networks: ['ward'] } });
    assert.deepEqual(tryOutMachine(past, wanted), {
      kind: 'deny',
      reason: 'policy.networkNotAllowed',
      rules: ['api.journal.networks'],
    });
    const spoken = tryOutMachine(past, catalogueOf({}, rule({ when: { workplaces: ['983658725'] } })));
    assert.equal(spoken.kind, 'deny');
    const { apis, scopes, workplaces } = past.facts;
    const decision = decideMachine(
      { application: robot, apis, scopes, workplaces, rules: rulesFor(base, apis, 'machine'), catalogueRevision: 1 },
      morning,
    );
    assert.ok(decision.kind === 'permit');
    assert.deepEqual(decision.permit.explanation.facts, past.facts);
  });
});

describe('what is kept', () => {
  test('no name, no identifier, no certificate, and only those attributes that a rule looks at', () => {
    const facts = person('eva', {
      person: { givenName: 'Evelina', familyName: 'Ekström', attributes: { profession: 'LE', shoeSize: '38' } },
      assignments: [assignment('eva', 'hospital', { hsaId: 'SE1-E', hprNumber: '900', title: 'Doctor' })],
    });
    const text = JSON.stringify(storedFacts(factsOf(facts, catalogueOf({ limits: { professions: ['LE'] } })), morning));
    assert.ok(text.includes('"profession":"LE"'));
    for (const told of ['Evelina', 'Ekström', 'shoeSize', 'SE1-E', '900', 'CN=Test', 'ffff', 'hsa-id'])
      assert.ok(!text.includes(told), told);
  });
});
