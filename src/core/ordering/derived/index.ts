// Public face of core/ordering/derived.
export * from './checks.ts';
export * from './decide.ts';
export * from './device.ts';
export * from './message.ts';
export * from './standing.ts';
