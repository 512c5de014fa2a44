// Public face of core/brake.
export * from './checks.ts';
export * from './decide.ts';
export * from './held-change.ts';
export * from './limit.ts';
