// Who may decide on a held change: each check dropped lets exactly its own case through, and no order of decisions does with less than two.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Administration } from '../directory/index.ts';
import { brakeChecks, type HeldAction, type HeldFacts } from './checks.ts';
import { decideHeld } from './decide.ts';
import { approvalMs, type HeldChange, heldMs, replaces } from './held-change.ts';

const now = Date.UTC(2027, 0, 4);
const grant = (person: string, organisation: string): Administration => ({
  id: `${person} ${organisation}`,
  person,
  role: 'ending-approver',
  scope: { kind: 'organisation', organisation },
  from: now - 1,
  until: now + 30 * approvalMs,
  grantedBy: 'root@host',
  reason: 'Head of IT',
});
const held: HeldChange = {
  id: 'h1',
  source: 'apply',
  covers: ['people'],
  digest: 'd',
  broughtBy: 'mona@host',
  bringers: ['mona'],
  people: 25,
  over: { people: 25, of: 1000, organisation: 'region' },
  tops: ['region', 'clinic'],
  heldAt: now,
  expiresAt: now + heldMs,
  state: 'waiting',
  approvals: [],
};
const region = { id: 'region', name: 'Region', closed: false };
const clinic = { id: 'clinic', name: 'Clinic', closed: false };
const facts = (given: Partial<HeldFacts> = {}): HeldFacts => ({
  now,
  held,
  person: { id: 'anna', closed: false },
  grants: [grant('anna', 'region'), grant('anna', 'clinic')],
  organisations: new Map([
    ['region', region],
    ['clinic', clinic],
  ]),
  isAffected: false,
  isProven: true,
  reason: 'It is the autumn',
  ...given,
});

const refused: Readonly<Record<string, readonly (readonly [HeldAction, Partial<HeldFacts>])[]>> = {
  'brake.right': [
    ['approve', { grants: [] }],
    ['refuse', { grants: [] }],
    ['approve', { grants: [grant('anna', 'region')] }],
    ['approve', { person: { id: 'anna', closed: true } }],
    ['approve', { grants: [grant('bo', 'region'), grant('bo', 'clinic')] }],
    ['approve', { grants: facts().grants.map((one) => ({ ...one, role: 'card-officer' as const })) }],
    ['approve', { held: { ...held, tops: [] }, grants: [] }],
  ],
  'brake.open': [
    ['approve', { held: { ...held, state: 'approved' } }],
    ['refuse', { held: { ...held, state: 'replaced' } }],
    ['approve', { now: held.expiresAt }],
  ],
  'brake.proof': [
    ['approve', { isProven: false }],
    ['refuse', { isProven: false }],
  ],
  'brake.otherThanBringer': [['approve', { held: { ...held, bringers: ['anna'] } }]],
  'brake.notAffected': [['approve', { isAffected: true }]],
  'brake.twoPeople': [['approve', { held: { ...held, approvals: [{ person: 'anna', at: now - 1 }] } }]],
  'brake.reason': [['refuse', { reason: ' ' }]],
};

describe('the checks', () => {
  for (const { name } of brakeChecks) {
    test(name, () => {
      const cases = refused[name] ?? [];
      assert.ok(cases.length > 0, 'no case breaks it');
      for (const [action, given] of cases) {
        const decision = decideHeld(action, facts(given));
        assert.ok(decision.kind === 'refused');
        assert.equal(decision.check, name);
        const without = brakeChecks.filter((check) => check.name !== name);
        assert.equal(
          decideHeld(action, facts(given), without).kind,
          'done',
          `${action} is refused by another check too`,
        );
      }
    });
  }
});

test('two approve: the first waits, the second carries out; who brought it in may still refuse', () => {
  const first = decideHeld('approve', facts());
  assert.ok(first.kind === 'done' && !first.carriesOut);
  assert.equal(first.held.state, 'waiting');
  const grants = [grant('bo', 'region'), grant('bo', 'clinic')];
  const second = decideHeld('approve', facts({ held: first.held, person: { id: 'bo', closed: false }, grants }));
  assert.ok(second.kind === 'done' && second.carriesOut);
  assert.deepEqual([second.held.state, second.event.body['approvals']], ['approved', ['anna', 'bo']]);
  const refusal = decideHeld('refuse', facts({ held: { ...held, bringers: ['anna'] } }));
  assert.ok(
    refusal.kind === 'done' && refusal.held.state === 'refused' && refusal.event.body['why'] === 'It is the autumn',
  );
});

test('an approval is worth nothing after a day', () => {
  const old = { ...held, approvals: [{ person: 'bo', at: now - approvalMs }] };
  const again = decideHeld('approve', facts({ held: old }));
  assert.ok(again.kind === 'done' && !again.carriesOut);
  assert.deepEqual(
    again.held.approvals.map(({ person }) => person),
    ['anna'],
  );
});

test('an organisation that is gone by now is nobody’s', () => {
  const left = facts({ organisations: new Map([['clinic', clinic]]), grants: [grant('anna', 'clinic')] });
  assert.equal(decideHeld('approve', left).kind, 'done');
});

test('a newer change of the same source and matter replaces what waits, and nothing else', () => {
  assert.ok(replaces({ source: 'apply', covers: ['units', 'people'] }, held));
  assert.ok(!replaces({ source: 'apply', covers: ['applications'] }, held));
  assert.ok(!replaces({ source: 'licences', covers: ['people'] }, held));
  assert.ok(!replaces({ source: 'apply', covers: ['people'] }, { ...held, state: 'done' }));
});

test('no order of decisions carries out with less than two people who had the right, or after a refusal', () => {
  const people = ['anna', 'bo', 'mona', 'siri', 'nobody'];
  const step = fc.record({
    who: fc.constantFrom(...people),
    action: fc.constantFrom<HeldAction>('approve', 'approve', 'approve', 'refuse'),
    isProven: fc.boolean(),
    passes: fc.integer({ min: 0, max: approvalMs }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      let at = now;
      let change = held;
      const yes: { who: string; at: number }[] = [];
      for (const { who, action, isProven, passes } of steps) {
        at += passes;
        const grants = who === 'nobody' ? [] : [grant(who, 'region'), grant(who, 'clinic')];
        const isAffected = who === 'siri';
        const decision = decideHeld(
          action,
          facts({ now: at, held: change, person: { id: who, closed: false }, grants, isAffected, isProven }),
        );
        if (decision.kind === 'refused') continue;
        assert.equal(change.state, 'waiting', 'what is decided stays so');
        assert.ok(isProven && who !== 'nobody' && who !== 'siri');
        change = decision.held;
        if (action === 'approve') yes.push({ who, at });
        if (!decision.carriesOut) continue;
        const counted = new Set(yes.filter((one) => one.at > at - approvalMs).map((one) => one.who));
        assert.ok(counted.size >= 2 && !counted.has('mona'));
      }
    }),
    { numRuns: 2000 },
  );
});
