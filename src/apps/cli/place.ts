// Where this instance lives: its data folder and database, by the same settings as the hub's.
import { type OpenedDatabase, openDatabase } from '../../edge/store/embedded/index.ts';
import { readSettings } from '../hub/settings.ts';
import type { CommandIo } from './command.ts';

/** The hub's settings, as this command line sees them. Throws a Problem that names a wrong setting. */
export const readPlace = (io: CommandIo) => readSettings(io.env, io.cwd);

/** Commands that may come before the hub's first start; with all others a mistyped folder is a mistake to be told. */
const makesDatabase: ReadonlySet<string> = new Set(['apply', 'restore']);

/** The instance's database for as long as a command lasts: attaches to a running hub's, or runs it meanwhile. */
export function openPlace(io: CommandIo, purpose: string): Promise<OpenedDatabase> {
  const { dataFolder, databaseUrl } = readPlace(io);
  const mustExist = !makesDatabase.has(purpose);
  return openDatabase({ dataFolder, url: databaseUrl, mode: 'share', mustExist, purpose, log: (line) => io.err(line) });
}
