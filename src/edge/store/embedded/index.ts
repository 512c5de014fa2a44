// Public face: open the embedded server, or an outside PostgreSQL by URL, in one call.
export {
  authorityDatabaseUrl,
  type DatabaseConnection,
  findRunning,
  type OpenDatabase,
  type OpenedDatabase,
  openDatabase,
} from './open.ts';
export { type EmbeddedProblem, problemTexts } from './problems.ts';
