// Public face of core/ordering.

export * from './actions.ts';
export * from './card.ts';
export * from './card-facts.ts';
export * from './checks.ts';
export * from './decide.ts';
export * from './derived/index.ts';
export * from './endings.ts';
export * from './holder.ts';
export * from './issued-checks.ts';
export * from './issuer-words.ts';
export * from './outside-issuer.ts';
export type * from './ports.ts';
export * from './possible.ts';
export * from './renewal-job.ts';
export * from './revocation-reason.ts';
export * from './standing.ts';
export * from './temporary.ts';
