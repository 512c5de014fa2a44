// Public face of core/outbox.
export * from './add.ts';
export * from './message.ts';
export * from './run.ts';
