// Public face of core/policy.
export * from './policy.ts';
