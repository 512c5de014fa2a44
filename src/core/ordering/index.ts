// Public face of core/ordering.
export * from './certificate-issuer.ts';
