// Public face of core/grants.
export * from './grant.ts';
