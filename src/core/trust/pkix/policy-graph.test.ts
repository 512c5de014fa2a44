// Certificate policies along a path, against the words of RFC 5280 6.1 and RFC 9618; NIST's many cases are in test/conformance.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  authority,
  inhibitAnyPolicy,
  type Party,
  person,
  policyConstraints,
  policyMappings,
} from '../../../../test/fakes/pkix.ts';
import { type ExtensionToWrite, writeExtension } from '../../../base/x509/index.ts';
import { anyPolicy, openPolicies, type PolicyInputs, policiesOf } from './policy-graph.ts';

const [gold, silver, bronze] = ['1.3.6.1.4.1.32473.1', '1.3.6.1.4.1.32473.2', '1.3.6.1.4.1.32473.3'];
const stated = (...oids: string[]) => writeExtension.policies(oids);

/** Leaf first, anchor last; each certificate, from the one below the anchor down, with its extensions. */
function pathOf(...each: readonly (readonly ExtensionToWrite[])[]) {
  const path: Party[] = [authority('Root')];
  for (const [index, extensions] of each.entries()) {
    const above = path[0] as Party;
    path.unshift(
      index === each.length - 1 ? person(above, { extensions }) : authority(`CA ${index}`, above, { extensions }),
    );
  }
  return path.map(({ certificate }) => certificate);
}
const explicit: PolicyInputs = { ...openPolicies, requireExplicitPolicy: true };
const wanting = (...oids: string[]): PolicyInputs => ({ ...explicit, initial: new Set(oids) });
const outcome = (path: ReturnType<typeof pathOf>, inputs: PolicyInputs = explicit) => {
  const found = policiesOf(path, inputs);
  return found.ok ? [...found.policies].sort() : found.because;
};
const none = 'none of the policies that will do';
const lost = 'no policy holds along the path';

describe('policies', () => {
  test('are what every certificate of the path states', () => {
    assert.deepEqual(outcome(pathOf([stated(gold, silver)], [stated(silver, bronze)])), [silver]);
    assert.equal(outcome(pathOf([stated(gold)], [stated(silver)])), lost);
    assert.equal(outcome(pathOf([], [stated(silver)])), lost);
    assert.deepEqual(outcome(pathOf([stated(gold)], [stated(silver)]), openPolicies), []);
  });
  test('of an authority that states none are all, where that is asked for', () => {
    const inputs = { ...wanting(silver), silentAuthoritiesAllow: true };
    assert.deepEqual(outcome(pathOf([], [stated(silver)]), inputs), [silver]);
    assert.equal(outcome(pathOf([], []), inputs), lost);
    assert.equal(outcome(pathOf([stated(gold)], [stated(silver)]), inputs), lost);
  });
  test('of anyPolicy are those of the rest', () => {
    assert.deepEqual(outcome(pathOf([stated(anyPolicy)], [stated(gold)])), [gold]);
    assert.deepEqual(outcome(pathOf([stated(gold)], [stated(anyPolicy)])), [gold]);
    assert.deepEqual(outcome(pathOf([stated(anyPolicy)], [stated(anyPolicy)]), wanting(gold)), [gold]);
  });
  test('of anyPolicy no more, once that is inhibited', () => {
    assert.equal(outcome(pathOf([stated(gold), inhibitAnyPolicy(0)], [stated(anyPolicy)])), lost);
    assert.equal(outcome(pathOf([stated(gold)], [stated(anyPolicy)]), { ...explicit, inhibitAnyPolicy: true }), lost);
    assert.deepEqual(outcome(pathOf([stated(gold), inhibitAnyPolicy(1)], [stated(anyPolicy)])), [gold]);
  });
  test('must be among those that will do', () => {
    const path = pathOf([stated(gold, silver)], [stated(gold, silver)]);
    assert.deepEqual(outcome(path, wanting(silver, bronze)), [silver]);
    assert.equal(outcome(path, wanting(bronze)), none);
    assert.deepEqual(outcome(path, { ...openPolicies, initial: new Set([bronze]) }), []);
  });
  test('are asked for by an authority on the path, or by the anchor', () => {
    assert.equal(outcome(pathOf([stated(gold), policyConstraints({ explicit: 0 })], []), openPolicies), lost);
    assert.deepEqual(outcome(pathOf([stated(gold), policyConstraints({ explicit: 2 })], []), openPolicies), []);
    const anchor = authority('Root', undefined, { extensions: [policyConstraints({ explicit: 0 })] });
    const path = [person(anchor).certificate, anchor.certificate];
    assert.equal(outcome(path, openPolicies), lost);
  });
});

describe('mappings', () => {
  const mapping = [stated(gold), policyMappings([gold, silver])];
  test('have the one hold for the other', () => {
    assert.deepEqual(outcome(pathOf(mapping, [stated(silver)]), wanting(gold)), [gold]);
    assert.equal(outcome(pathOf(mapping, [stated(silver)]), wanting(silver)), none);
    assert.equal(outcome(pathOf(mapping, [stated(gold)])), lost);
  });
  test('of a policy that anyPolicy lets in', () => {
    assert.deepEqual(outcome(pathOf([stated(anyPolicy), policyMappings([gold, silver])], [stated(silver)])), [gold]);
  });
  test('hold no more once inhibited', () => {
    const inputs = { ...explicit, inhibitPolicyMapping: true };
    assert.equal(outcome(pathOf(mapping, [stated(silver)]), inputs), lost);
    assert.equal(outcome(pathOf([stated(gold), policyConstraints({ mapping: 0 })], mapping, [stated(silver)])), lost);
  });
  test('to or from anyPolicy are refused', () => {
    for (const pair of [
      [anyPolicy, gold],
      [gold, anyPolicy],
    ] as const)
      assert.equal(
        outcome(pathOf([stated(gold), policyMappings(pair)], [stated(gold)]), openPolicies),
        'a mapping of anyPolicy',
      );
  });
});

test('policies that all map to one another on a long path cost no more than they are (RFC 9618)', () => {
  const oids = Array.from({ length: 8 }, (_, index) => `1.3.6.1.4.1.32473.9.${index}`);
  const pairs = oids.flatMap((from) => oids.map((to) => [from, to] as const));
  const authorities = Array.from({ length: 12 }, () => [stated(...oids), policyMappings(...pairs)]);
  const path = pathOf(...authorities, [stated(...oids)]);
  const begun = process.cpuUsage();
  assert.deepEqual(outcome(path), oids);
  assert.ok(process.cpuUsage(begun).user / 1000 < 1_500, 'a tree of policies would have 8^13 leaves');
});
