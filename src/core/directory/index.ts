// Public face of core/directory.
export * from './directory.ts';
