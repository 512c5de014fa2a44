// Method cut-offs of the small hospital, for tests.
import type { MethodCutoff } from '../../src/core/catalogue/index.ts';
import { bo, cecilia, morning, policyFacts, proof } from './ward.ts';

/** From this morning on no password gets anybody into the EHR. */
export const noPasswords = (change: Partial<MethodCutoff> = {}): MethodCutoff => ({
  id: 'no-passwords',
  text: { en: 'Passwords end' },
  owner: 'IT security',
  applications: ['ehr'],
  organisations: [],
  providers: [],
  methods: ['password'],
  state: 'required',
  from: new Date(morning).toISOString(),
  order: [],
  exemptions: [],
  ...change,
});

/** A case of `methodStillIn`: a password that got in until now. */
export const stoppedPassword = () => ({
  facts: policyFacts(bo, [proof('bo', 'password')], { cutoffs: [noPasswords()] }),
  outcome: 'stepUp policy.methodCutOff',
  dropped: 'permit low',
});

/** A case of `cutoffChosen`: it holds at one of two places, and neither is chosen. */
export const openChoice = () => ({
  facts: policyFacts(cecilia, [proof('cecilia', 'password')], {
    cutoffs: [noPasswords({ organisations: ['clinic'] })],
  }),
  outcome: 'deny policy.noAssignment',
  dropped: 'permit low',
});
