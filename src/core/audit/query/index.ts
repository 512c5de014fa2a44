// Public face of core/audit/query.
export * from './complete.ts';
export * from './fields.ts';
export * from './print-query.ts';
export * from './query.ts';
export * from './read-query.ts';
export * from './ticket-story.ts';
export * from './times.ts';
