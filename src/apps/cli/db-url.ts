// `tillit db-url`: how to reach the instance's database with PostgreSQL's own tools.
import { findRunning } from '../../edge/store/embedded/index.ts';
import type { Command } from './command.ts';
import { readPlace } from './place.ts';

export const dbUrl: Command = {
  name: 'db-url',
  summary: 'Print how to reach the embedded database while the hub runs.',
  usage:
    'db-url\nPrints a line for psql. The hub must be running; only its own user (or root) can enter the folder of the socket.',
  async run(_args, io) {
    if (readPlace(io).databaseUrl !== undefined) {
      io.err('This instance uses the outside database of TILLIT_DATABASE_URL.');
      return 1;
    }
    const connection = await findRunning(readPlace(io).dataFolder);
    if (connection === undefined) {
      io.err('The hub does not run, and with it its database. Start it first.');
      return 1;
    }
    const { host, port, user, database } = connection;
    io.out(`postgresql:///${database}?host=${encodeURIComponent(host ?? '')}&port=${port}&user=${user}`);
    return 0;
  },
};
