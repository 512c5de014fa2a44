// Public face of core/catalogue.
export * from './policy-rule.ts';
export * from './snapshot.ts';
