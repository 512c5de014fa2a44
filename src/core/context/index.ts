// Public face of core/context.
export * from './carrier.ts';
export * from './conditions.ts';
export * from './detail-type.ts';
export * from './fault.ts';
export * from './gather.ts';
export * from './judge.ts';
export * from './licence.ts';
export * from './ports.ts';
export * from './read.ts';
export * from './register-records.ts';
export { detailTypes } from './registry.ts';
