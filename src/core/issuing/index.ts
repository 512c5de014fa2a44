// Public face of core/issuing.
export * from './statement.ts';
