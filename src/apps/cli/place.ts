// Where this instance lives: its data folder and database, from the environment or the defaults.
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type OpenedDatabase, openDatabase } from '../../edge/store/embedded/index.ts';
import type { CommandIo } from './command.ts';

export interface Place {
  readonly dataFolder: string;
  /** Absent means the embedded server of the data folder. */
  readonly databaseUrl: string | undefined;
}

const clone = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/** TILLIT_DATA_FOLDER (default `var` in the program's folder) and TILLIT_DATABASE_URL (default: embedded). */
export function readPlace(env: CommandIo['env']): Place {
  return {
    dataFolder: env.TILLIT_DATA_FOLDER ? resolve(env.TILLIT_DATA_FOLDER) : join(clone, 'var'),
    databaseUrl: env.TILLIT_DATABASE_URL || undefined,
  };
}

/** The instance's database for as long as a command lasts: attaches to a running hub's, or runs it meanwhile. */
export function openPlace(io: CommandIo, purpose: string): Promise<OpenedDatabase> {
  const { dataFolder, databaseUrl } = readPlace(io.env);
  return openDatabase({ dataFolder, url: databaseUrl, mode: 'share', purpose, log: (line) => io.err(line) });
}
