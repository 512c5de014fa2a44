// Public face of core/outbox.
export * from './message.ts';
