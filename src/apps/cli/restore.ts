// `tillit restore FILE`: fills an empty database from a backup, then brings its tables up to this program.
import { resolve } from 'node:path';
import { restoreBackup } from '../../edge/store/backup/index.ts';
import { locks } from '../../edge/store/hub/locks.ts';
import { migrate, migrateOn, shippedMigrations } from '../../edge/store/hub/migrate.ts';
import { openPool } from '../../edge/store/pool/open-pool.ts';
import { programVersion } from '../hub/program.ts';
import { keyFiles } from './backup.ts';
import { type Command, usedWrongly } from './command.ts';
import { authorityPart, hasAuthorityPart, onDemoAuthority } from './own-authority.ts';
import { openPlace, readPlace } from './place.ts';

export const restore: Command = {
  name: 'restore',
  summary: 'Fill an empty database from a backup file.',
  usage:
    'restore FILE\nThe hub must be stopped and the database empty. Put the key files of the backup into place first.\nFILE.authority, when it lies beside it, brings the demo’s certificate authority back.',
  async run(args, io) {
    const [file, ...more] = args;
    if (file === undefined || more.length > 0) return usedWrongly(restore, io, 'Name one file.');
    const program = programVersion;
    const log = (line: string) => io.err(line);
    const database = await openPlace(io, 'restore');
    // An idle connection may end with the server; the next query says so.
    const pool = openPool({ ...database.connection, max: 2 });
    try {
      const { header, rows } = await restoreBackup({
        connection: database.connection,
        schema: 'hub',
        file: resolve(io.cwd, file),
        lock: locks.migrate,
        migrate: async (client, upTo) => {
          const migrations = shippedMigrations().filter(({ number }) => number <= upTo);
          return (await migrateOn(client, { program, migrations, log })).to;
        },
        log,
      });
      const { to } = await migrate(pool, { program, log });
      io.out(
        `${rows} rows of ${header.tables.length} tables, made ${header.madeAt} at migration ${header.migration}, now at ${to}`,
      );
      if (hasAuthorityPart(resolve(io.cwd, file), database))
        await onDemoAuthority(['restore', authorityPart(file)], io, database);
      const here = keyFiles(readPlace(io).dataFolder);
      for (const name of header.keepWith.filter((wanted) => !here.includes(wanted))) {
        io.err(`missing key file: ${name}. Put it into the keys folder before you start the hub.`);
      }
      return 0;
    } finally {
      await pool.end();
      await database.close();
    }
  },
};
