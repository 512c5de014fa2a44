// Forward-only numbered migrations under an advisory lock; each states the oldest program that can still run on it.
import { readdirSync, readFileSync } from 'node:fs';
import type pg from 'pg';
import { Problem } from '../../../base/problem.ts';
import { locks } from './locks.ts';

export interface Migration {
  readonly number: number;
  readonly name: string;
  /** The oldest program version that can run on a database with this migration. */
  readonly oldestProgram: string;
  readonly sql: string;
}

/** The migrations that ship with this program, in order. */
export function shippedMigrations(folder: URL = new URL('./migrations/', import.meta.url)): readonly Migration[] {
  const files = readdirSync(folder)
    .filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name))
    .sort();
  return files.map((name, index) => {
    const sql = readFileSync(new URL(name, folder), 'utf8');
    const oldestProgram = /^-- oldest-program: (\d+\.\d+\.\d+)$/m.exec(sql)?.[1];
    const number = Number(name.slice(0, 4));
    if (number !== index + 1 || !oldestProgram) {
      throw new Problem({
        kind: 'internal',
        code: 'internal',
        detail: `migration ${name} is out of order or names no oldest program`,
      });
    }
    return { number, name, oldestProgram, sql };
  });
}

/** Compares `1.10.0` and `1.9.3` as versions: negative when `a` is older. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

export interface MigrateOptions {
  readonly program: string;
  readonly migrations?: readonly Migration[];
  readonly log?: (message: string) => void;
}

/**
 * Brings the database to the newest migration of this program, each in its own transaction.
 * A database that a newer program has migrated is accepted as long as its newest migration still allows this program;
 * otherwise a Problem `unavailable` says which version is needed.
 */
export async function migrate(pool: pg.Pool, options: MigrateOptions): Promise<{ from: number; to: number }> {
  const client = await pool.connect();
  try {
    return await migrateOn(client, options);
  } finally {
    client.release();
  }
}

/** The same on a connection of the caller's, who may hold `locks.migrate` on it already and keeps it. */
export async function migrateOn(client: pg.ClientBase, options: MigrateOptions): Promise<{ from: number; to: number }> {
  const migrations = options.migrations ?? shippedMigrations();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [locks.migrate]);
    await client.query('CREATE SCHEMA IF NOT EXISTS hub');
    await client.query(
      'CREATE TABLE IF NOT EXISTS hub.migration (number integer PRIMARY KEY, name text NOT NULL, oldest_program text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
    );
    const applied = await client.query<{ number: number; oldest_program: string }>(
      'SELECT number, oldest_program FROM hub.migration ORDER BY number',
    );
    const from = applied.rows.at(-1)?.number ?? 0;
    for (const row of applied.rows) {
      if (compareVersions(options.program, row.oldest_program) < 0) {
        throw new Problem({
          kind: 'unavailable',
          code: 'unavailable',
          detail: `the database is at migration ${from}, which needs program ${row.oldest_program} or newer; this is ${options.program}`,
        });
      }
    }
    for (const migration of migrations) {
      if (migration.number > from) {
        options.log?.(`database: applying ${migration.name}`);
        await applyOne(client, migration);
      }
    }
    return { from, to: Math.max(from, migrations.at(-1)?.number ?? 0) };
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [locks.migrate]).catch(() => undefined);
  }
}

async function applyOne(client: pg.ClientBase, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    await client.query('INSERT INTO hub.migration (number, name, oldest_program) VALUES ($1, $2, $3)', [
      migration.number,
      migration.name,
      migration.oldestProgram,
    ]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}
