// Public face of the pages about ways to log in that end: their routes, the note, and what they need.
export { endingNote } from './ending-note.ts';
export { howToPath } from './how-to-page.ts';
export type * from './ports.ts';
export { cutoffBack, cutoffRoutes } from './routes.ts';
