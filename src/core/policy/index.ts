// Public face of core/policy.
export * from './affected.ts';
export * from './api-rules.ts';
export * from './assignments.ts';
export * from './candidates.ts';
export { securityChecks } from './checks.ts';
export * from './cutoffs.ts';
export * from './decide.ts';
export * from './device.ts';
export * from './login-rule.ts';
export * from './machine.ts';
export * from './own-ways.ts';
export * from './past-decision.ts';
export * from './policy.ts';
export * from './stored-facts.ts';
export * from './try-out.ts';
