// Public face of core/commit.
export * from './commit.ts';
