// Public face of core/linking.
export * from './add-identity.ts';
export * from './enrol.ts';
export * from './evidence.ts';
export * from './freshness.ts';
export { personOfHint } from './hint.ts';
export * from './identity-link.ts';
export * from './link.ts';
export * from './news.ts';
export * from './provable.ts';
export * from './remove-identity.ts';
