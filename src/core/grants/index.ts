// Public face of core/grants.
export * from './audience.ts';
export * from './check.ts';
export * from './client-key.ts';
export * from './client-key-checks.ts';
export * from './code-issue.ts';
export * from './device.ts';
export * from './device-checks.ts';
export * from './exchange.ts';
export * from './grant.ts';
export { holderAssignment, holderPolicyFacts } from './holder.ts';
export * from './machine-grant.ts';
export * from './ports.ts';
export * from './redemption.ts';
export * from './renewal.ts';
export * from './resource.ts';
export * from './user-code.ts';
export * from './writes.ts';
