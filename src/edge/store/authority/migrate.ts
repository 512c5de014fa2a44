// Forward-only numbered migrations of the authority's schema, under an advisory lock, each in its own transaction.
import { readdirSync, readFileSync } from 'node:fs';
import type pg from 'pg';
import { Problem } from '../../../base/problem.ts';

/** The advisory lock under which tables are made. */
export const authorityLock = 7_426_101;
const folder = new URL('./migrations/', import.meta.url);

const unavailable = (detail: string): Problem => new Problem({ kind: 'unavailable', code: 'unavailable', detail });

/** `1.10.0` as a number that grows with the version. */
const versionNumber = (text: string): number => text.split('.').reduce((sum, part) => sum * 1000 + Number(part), 0);

/** Brings the database to the newest migration of this program; refuses one that only a newer program may run on. */
export async function migrateAuthority(pool: pg.Pool, program: string): Promise<void> {
  const client = await pool.connect();
  try {
    await migrateAuthorityOn(client, program);
  } finally {
    client.release();
  }
}

/** The same on a connection of the caller's, up to a migration; answers the number of the last. */
export async function migrateAuthorityOn(
  client: pg.ClientBase,
  program: string,
  upTo = Number.POSITIVE_INFINITY,
): Promise<number> {
  const shipped = readdirSync(folder)
    .filter((name) => name.endsWith('.sql') && numberOf(name) <= upTo)
    .sort();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [authorityLock]);
    await client.query('CREATE SCHEMA IF NOT EXISTS authority');
    await client.query(
      'CREATE TABLE IF NOT EXISTS authority.migration (name text PRIMARY KEY, oldest_program text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
    );
    const { rows } = await client.query<{ name: string; oldest_program: string }>(
      'SELECT name, oldest_program FROM authority.migration',
    );
    const newer = rows.find((row) => versionNumber(row.oldest_program) > versionNumber(program));
    if (newer) throw unavailable(`the database needs program ${newer.oldest_program} or newer; this is ${program}`);
    const applied = new Set(rows.map(({ name }) => name));
    for (const name of shipped.filter((each) => !applied.has(each))) await applyOne(client, name);
    return Math.max(0, ...[...applied, ...shipped].map(numberOf));
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [authorityLock]).catch(() => undefined);
  }
}

/** `0001-authority.sql` is 1. */
const numberOf = (name: string): number => Number(name.slice(0, 4));

/** The last migration that a database went through. */
export async function authorityMigration(client: pg.ClientBase): Promise<number> {
  const { rows } = await client.query<{ name: string }>('SELECT name FROM authority.migration');
  return Math.max(0, ...rows.map(({ name }) => numberOf(name)));
}

async function applyOne(client: pg.ClientBase, name: string): Promise<void> {
  const sql = readFileSync(new URL(name, folder), 'utf8');
  const oldest = /^-- oldest-program: (\d+\.\d+\.\d+)$/m.exec(sql)?.[1];
  if (oldest === undefined) throw unavailable(`migration ${name} names no oldest program`);
  await client.query('BEGIN');
  try {
    await client.query(sql);
    await client.query('INSERT INTO authority.migration (name, oldest_program) VALUES ($1, $2)', [name, oldest]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}
