// Public face of core/journey.
export * from './connector.ts';
export * from './dispatcher.ts';
export * from './journey.ts';
