// Public face of the pages of accounts that differ: their routes, and what they need.
export { driftBack, driftNote, driftPath, driftRoutes } from './drift-pages.ts';
export type * from './ports.ts';
