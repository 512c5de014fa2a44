// Public face of core/audit/usage.
export * from './read-usage.ts';
export * from './usage-record.ts';
