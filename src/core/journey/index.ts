// Public face of core/journey.
export * from './connector.ts';
export type { LoginCount } from './counting.ts';
export * from './dispatch.ts';
export * from './dispatcher.ts';
export { explanationBody, explanationOf } from './events.ts';
export * from './journey.ts';
export * from './next.ts';
export * from './portal-application.ts';
export * from './ports.ts';
export { endLinkAndSessions, type LookupOf, type RemovalPorts, restoreLink } from './remove-login.ts';
export { claimEndless, saveHandoff, saveJourney } from './writes.ts';
