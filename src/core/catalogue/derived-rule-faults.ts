// Faults of populations of devices, one broken thing a row; read by the test of compiling.
import { type Fault, set } from './machine-faults.ts';

const kind = 'population' as const;

export const derivedRuleFaults: readonly Fault[] = [
  ['derived.from', kind, 'shift', set('derived.from', ['nowhere']), 'derived.from[0]', /no population nowhere/],
  ['derived.from', kind, 'shift', set('derived.from', ['shift']), 'derived.from[0]', /of devices itself/],
  ['derived.level', kind, 'shift', set('assurance', 'high'), 'assurance', /substantial at most/],
  ['derived.policy', kind, 'shift', set('policyOids', undefined), 'policyOids', /name the policy/],
  ['derived.identifier', kind, 'shift', set('derived.identifier', 'x'), 'derived.identifier', /reads no x/],
];
