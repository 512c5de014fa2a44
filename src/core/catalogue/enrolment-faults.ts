// Faults of enrolment rules, one broken thing a row; read by the test of compiling.
import { type Fault, set } from './machine-faults.ts';

const rule = ['enrolmentRule', 'hsa-people'] as const;

export const enrolmentFaults: readonly Fault[] = [
  ['enrolmentRule.from', ...rule, set('populations', []), 'populations', /name certificates or providers/],
  ['enrolmentRule.from', ...rule, set('populations', ['x']), 'populations[0]', /no population x/],
  ['enrolmentRule.from', ...rule, set('providers', ['x']), 'providers[0]', /no provider x/],
  ['enrolmentRule.source', ...rule, set('source', 'x'), 'source', /no person source x/],
  ['enrolmentRule.members', ...rule, set('organisations', []), 'organisations', /name organisations or a federation/],
  ['enrolmentRule.members', ...rule, set('organisations', ['x']), 'organisations[0]', /no organisation x/],
  ['enrolmentRule.members', ...rule, set('federation', 'x'), 'federation', /no federation x/],
  ['enrolmentRule.identifier', ...rule, set('identifier', 'mail'), 'identifier', /asked by hsa-id/],
  ['enrolmentRule.pace', ...rule, set('freshSeconds', 60), 'freshSeconds', /shorter than syncSeconds/],
];
