// Public face of core/provisioning.
export * from './account.ts';
export * from './administer.ts';
export * from './after-step.ts';
export * from './ask.ts';
export * from './carry-out.ts';
export * from './check-schedule.ts';
export type { Patience } from './confirm.ts';
export * from './desired.ts';
export * from './drift.ts';
export * from './extend.ts';
export * from './grant.ts';
export { loginNamesOf, longestLoginName, type NamedHolder, namesTried } from './login-name.ts';
export * from './mend.ts';
export * from './plan.ts';
export * from './ports.ts';
export * from './precondition.ts';
export * from './reconcile.ts';
export * from './rule-change.ts';
