// Starts Debian's PostgreSQL 15 for a test: an outside server, on a Unix socket in a folder of its own.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { requireDebian } from './debian.ts';
import type { TestDatabase } from './embedded-postgres.ts';
import { temporaryFolder } from './folder.ts';
import { asNobody, giveToNobody, letThrough } from './unprivileged.ts';

const binaries = '/usr/lib/postgresql/15/bin';

/** Why the tests on Debian's server cannot run here, or undefined. */
export const debianPostgresMissing = (): string | undefined => requireDebian('postgresql-15');

/**
 * An empty database, owned by an ordinary role, on a new PostgreSQL 15. Ask `debianPostgresMissing` first.
 * Tests do without fsync; measurements (`durable`) keep it on.
 */
export async function startDebianPostgres(
  options: { readonly durable?: boolean } = {},
): Promise<TestDatabase & { readonly url: string }> {
  const folder = temporaryFolder('pg15');
  const data = join(folder.path, 'data');
  mkdirSync(data, { mode: 0o700 });
  letThrough(folder.path);
  giveToNobody(data);
  run([
    ...asNobody,
    join(binaries, 'initdb'),
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
  ]);
  const [program, ...args] = [
    ...asNobody,
    join(binaries, 'postgres'),
    '-D',
    data,
    '-k',
    data,
    '-c',
    'listen_addresses=',
    '-c',
    `fsync=${options.durable === true ? 'on' : 'off'}`,
  ];
  const server = spawn(program ?? '', args, { stdio: 'ignore', cwd: '/' });
  const exited = new Promise((resolve) => server.on('exit', resolve));
  const stop = async () => {
    if (server.exitCode === null && server.signalCode === null) server.kill('SIGINT');
    await exited;
    folder.remove();
  };
  try {
    const admin = await connectPatiently(
      { host: data, port: 5432, user: 'postgres', database: 'postgres' },
      () => server.exitCode,
    );
    await admin.query('CREATE ROLE tillit LOGIN');
    await admin.query('CREATE DATABASE tillit OWNER tillit');
    await admin.end();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    connection: { host: data, port: 5432, user: 'tillit', database: 'tillit', ssl: false },
    url: `postgresql://tillit@/tillit?host=${encodeURIComponent(data)}`,
    stop,
  };
}

function run(command: readonly string[]): void {
  const [program, ...args] = command;
  const done = spawnSync(program ?? '', args, { encoding: 'utf8', cwd: '/' });
  if (done.error || done.status !== 0) throw done.error ?? new Error(`${command.join(' ')}: ${done.stderr}`);
}

async function connectPatiently(config: pg.ClientConfig, exitCode: () => number | null): Promise<pg.Client> {
  for (;;) {
    const client = new pg.Client(config);
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (exitCode() !== null) throw error;
      await sleep(20);
    }
  }
}
