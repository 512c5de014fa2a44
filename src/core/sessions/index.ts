// Public face of core/sessions.
export * from './logout.ts';
export * from './session.ts';
