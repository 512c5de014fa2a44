// Whom a cut-off would stop, told from logins of the past; and when they are warned.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { noPasswords } from '../../../test/fakes/cutoffs.ts';
import { anna, bo, ehr, hour, morning, policyFacts, proof, snapshot, withRules } from '../../../test/fakes/ward.ts';
import type { CutoffExemption, MethodCutoff } from '../catalogue/index.ts';
import type { PersonFacts } from '../directory/index.ts';
import { affectedBy, cutoffWarningClaim, dueCutoffWarning } from './affected.ts';
import { decide } from './decide.ts';
import type { PastDecision } from './try-out.ts';

const day = 24 * hour;
const at = (ms: number): string => new Date(ms).toISOString();

function pastOf(who: PersonFacts, kind: 'password' | 'advanced'): PastDecision {
  const decision = decide(policyFacts(who, [proof(who.person.id, kind)], { catalogue: withRules() }), morning);
  assert.ok(decision.kind === 'permit');
  const { facts, device, deviceSource, network } = decision.permit.explanation;
  const past = { at: morning, person: who.person.id, application: ehr, attributesToday: {} };
  return { ...past, facts, device, deviceSource, network };
}

describe('a cut-off of the future, tried on a login of the past', () => {
  const exempt = (until: number): CutoffExemption => ({
    ...{ person: 'bo', units: [], owner: 'Ward 4', reason: 'Waits for a card' },
    until: at(until),
  });
  const from = at(morning + 20 * day);
  const rows: readonly [string, Partial<MethodCutoff>, PastDecision, string][] = [
    ['by what ends', { from }, pastOf(bo, 'password'), 'affected'],
    ['by something else', { from }, pastOf(anna, 'advanced'), 'spared'],
    ['only planned yet', { from, state: 'planned' }, pastOf(bo, 'password'), 'affected'],
    ['elsewhere', { from, applications: ['record'] }, pastOf(bo, 'password'), 'spared'],
    ['exempt beyond the day', { from, exemptions: [exempt(morning + 30 * day)] }, pastOf(bo, 'password'), 'exempt'],
    ['exempt until before it', { from, exemptions: [exempt(morning + 10 * day)] }, pastOf(bo, 'password'), 'affected'],
    ['exempt until then', { from: at(0), exemptions: [exempt(morning - day)] }, pastOf(bo, 'password'), 'affected'],
  ];
  for (const [name, change, past, standing] of rows)
    test(`${name}: ${standing}`, () => {
      const cutoff = noPasswords(change);
      const catalogue = { ...withRules(), methodCutoffs: new Map([[cutoff.id, cutoff]]) };
      assert.equal(affectedBy(cutoff, catalogue, morning)(past), standing);
    });

  test('whom today’s rules stop already is none of its people', () => {
    assert.equal(
      affectedBy(
        noPasswords({ from }),
        snapshot(),
        morning,
      )({ ...pastOf(anna, 'password'), attributesToday: anna.person.attributes }),
      'spared',
    );
  });
});

test('warnings are due 30, 7 and 1 days before, of what is required alone, and not after', () => {
  const cutoff = noPasswords({ from: at(morning) });
  const due = (ms: number, change: Partial<MethodCutoff> = {}) =>
    dueCutoffWarning({ ...cutoff, ...change }, morning - ms);
  assert.deepEqual(
    [31 * day, 30 * day, 8 * day, 7 * day, 2 * day, day, 1, 0, -day].map((ms) => due(ms)),
    [undefined, 30, 30, 7, 7, 1, 1, undefined, undefined],
  );
  assert.equal(due(day, { state: 'planned' }), undefined);
  assert.equal(due(day, { from: undefined }), undefined);
  assert.equal(due(day, { from: 'soon' }), undefined);
});

test('each person has one claim for each warning of each date', () => {
  const first = noPasswords({ from: at(morning) });
  const keys = [
    cutoffWarningClaim(first, 'bo', 30),
    cutoffWarningClaim(first, 'bo', 7),
    cutoffWarningClaim(first, 'anna', 30),
    cutoffWarningClaim(noPasswords({ from: at(morning + day) }), 'bo', 30),
  ].map(({ key }) => key);
  assert.equal(new Set(keys).size, 4);
  assert.equal(cutoffWarningClaim({ ...first, from: first.from?.replace('Z', '+00:00') }, 'bo', 30).key, keys[0]);
});
