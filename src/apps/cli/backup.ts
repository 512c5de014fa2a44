// `tillit backup FILE`: the whole database in one file, while the hub goes on working.
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { systemClock } from '../../base/clock.ts';
import { Problem } from '../../base/problem.ts';
import { writeBackup } from '../../edge/store/backup/index.ts';
import { programVersion } from '../hub/program.ts';
import { type Command, usedWrongly } from './command.ts';
import { authorityPart, isBackedUpHere, onDemoAuthority } from './own-authority.ts';
import { openPlace, readPlace } from './place.ts';

const fileExists = (file: string): Problem =>
  new Problem({
    kind: 'invalid',
    code: 'backup.fileExists',
    detail: `${file} exists already; a backup never overwrites one.`,
  });

/** Files, in the data folder, that open what is sealed in the database. */
export function keyFiles(dataFolder: string): readonly string[] {
  const folder = join(dataFolder, 'keys');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();
}

export const backup: Command = {
  name: 'backup',
  summary: 'Write the whole database to one file, also while the hub runs.',
  usage:
    'backup FILE\nFILE must not exist. Keep the key files it names with it, in another place: without them sealed values stay closed.\nThe demo’s certificate authority goes into FILE.authority. A real one: tillit authority backup FILE, where it runs.',
  async run(args, io) {
    const [file, ...more] = args;
    if (file === undefined || more.length > 0) return usedWrongly(backup, io, 'Name one file.');
    const keepWith = keyFiles(readPlace(io).dataFolder);
    const database = await openPlace(io, 'backup');
    try {
      const withAuthority = isBackedUpHere(io, database);
      if (withAuthority && existsSync(resolve(io.cwd, authorityPart(file)))) throw fileExists(authorityPart(file));
      const { header, rows, fileBytes } = await writeBackup({
        connection: database.connection,
        schema: 'hub',
        file: resolve(io.cwd, file),
        program: programVersion,
        now: new Date(systemClock()),
        keepWith,
        log: (line) => io.err(line),
      });
      io.out(
        `${file}: ${rows} rows of ${header.tables.length} tables, ${fileBytes} bytes, migration ${header.migration}`,
      );
      for (const name of keepWith) io.out(`keep with it: ${join(readPlace(io).dataFolder, 'keys', name)}`);
      // After the hub's: a register that knows of more than its hub loses nothing, one that knows of less does.
      if (withAuthority) await onDemoAuthority(['backup', authorityPart(file)], io, database);
      else if (readPlace(io).authority !== undefined)
        io.out('the certificate authority is not in it: run "tillit authority backup FILE" where it runs');
      return 0;
    } finally {
      await database.close();
    }
  },
};
