// Public face of core/linking.
export * from './evidence.ts';
export * from './link.ts';
