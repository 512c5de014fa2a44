// Public face of core/audit.
export * from './record.ts';
