// Public face of the pages of changes that wait: their routes, and what they need.
export { changePath, heldBack, heldNote, heldPath, heldRoutes } from './held-pages.ts';
export type * from './ports.ts';
