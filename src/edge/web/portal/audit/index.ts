// Public face of the pages of auditors: their routes, and what they need.
export type * from './ports.ts';
export { auditBack, auditNote, auditRoutes } from './search-pages.ts';
