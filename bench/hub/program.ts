// Starts the hub's own program for a run, as behind a reverse proxy on the same machine, on a database seeded beforehand.
import { join } from 'node:path';
import pg from 'pg';
import type { StoredItem } from '../../src/core/catalogue/index.ts';
import { sessionCookieName } from '../../src/edge/web/login/cookies.ts';
import { freePort, type TestDatabase } from '../../test/support/index.ts';
import type { KnownClient } from '../clients.ts';
import { type ServerProcess, startProgram } from '../processes.ts';
import { benchCatalogue, issuer } from './catalogue.ts';
import { loginAll, seed } from './seed.ts';

/** What `bin/tillit.js` gives to node. */
const nodeOptions = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=8'];

export async function startHub(given: {
  readonly database: TestDatabase;
  readonly folder: string;
  readonly clients: readonly KnownClient[];
  /** Beside what `benchCatalogue` has. */
  readonly more?: readonly StoredItem[];
  readonly nodeOptions: readonly string[];
}): Promise<ServerProcess> {
  const { connection } = given.database;
  const dataFolder = join(given.folder, 'var');
  const people = given.clients.map(({ id }) => `person-${id}`);
  const pool = new pg.Pool({ ...connection, max: 2 });
  const keyring = await seed(pool, {
    dataFolder,
    catalogue: [...benchCatalogue(given.clients), ...(given.more ?? [])],
    people,
  });
  await pool.end();
  const cookies = await loginAll(connection, keyring, people);

  const [port, cardPort] = [await freePort(), await freePort()];
  const main = new URL('../../src/apps/cli/main.ts', import.meta.url);
  const server = await startProgram([...nodeOptions, ...given.nodeOptions, main.pathname, 'start'], {
    TILLIT_DATA: dataFolder,
    TILLIT_DATABASE_URL: urlOf(connection),
    TILLIT_HUB_URL: issuer,
    TILLIT_HUB_LISTEN: `127.0.0.1:${port}`,
    TILLIT_PLAIN_HTTP: '1',
    TILLIT_CARD_LISTEN: `127.0.0.1:${cardPort}`,
    TILLIT_DEMO: '0',
  });
  await untilReady(port, server);
  return {
    ...server,
    ready: {
      port,
      issuer,
      base: issuer,
      paths: { par: '/par', authorize: '/authorize', token: '/token', introspect: '/introspect' },
      cookies: cookies.map((cookie) => `${sessionCookieName}=${cookie}`),
    },
  };
}

const urlOf = ({ user, database, host, port }: pg.PoolConfig): string =>
  `postgresql://${user}@/${database}?host=${encodeURIComponent(host ?? '')}&port=${port}`;

async function untilReady(port: number, server: ServerProcess): Promise<void> {
  for (const until = Date.now() + 60_000; ; ) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (answer?.status === 200) return;
    if (Date.now() > until || server.ended()) throw new Error('the hub did not start; run it by hand to see why');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
