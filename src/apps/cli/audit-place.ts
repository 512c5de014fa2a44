// What the audit's commands share: the database, the public keys and checkpoint file of the instance, and its own trail.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename } from 'node:path';
import type pg from 'pg';
import { systemClock } from '../../base/clock.ts';
import { Problem } from '../../base/problem.ts';
import { type CheckpointSource, type NoteVerifier, splitNotes } from '../../core/audit/index.ts';
import { instantOf } from '../../core/catalogue/index.ts';
import { auditFiles, readCheckpointVerifiers } from '../../edge/keys/checkpoint/index.ts';
import { insertAudit } from '../../edge/store/hub/audit-insert.ts';
import type { TrailQuestion } from '../../edge/store/hub/audit-query.ts';
import { usageSubject } from '../../edge/store/hub/usage-subject.ts';
import { openPool } from '../../edge/store/pool/open-pool.ts';
import { hubKeyring } from '../hub/sealing.ts';
import type { CommandIo } from './command.ts';
import { openPlace, readPlace } from './place.ts';

/** Runs `work` with a pool on the instance's database. */
export async function withDatabase<T>(io: CommandIo, purpose: string, work: (pool: pg.Pool) => Promise<T>): Promise<T> {
  const database = await openPlace(io, purpose);
  const pool = openPool({ ...database.connection, max: 2, application_name: `tillit ${purpose}` });
  try {
    return await work(pool);
  } catch (error) {
    // 42P01, 3F000: no such table or schema.
    const code = (error as { code?: unknown }).code;
    if (code === '42P01' || code === '3F000') throw fault('there is no trail in this database yet: start the hub once');
    throw error;
  } finally {
    await pool.end();
    await database.close();
  }
}

/** What every question of this command line has: the whole hub, asked by the system's account. */
export type AskedHere = Pick<TrailQuestion, 'scope' | 'subjectOf' | 'reader' | 'now'>;

/** The same, for questions to the trail. */
export const withTrail = <T>(
  io: CommandIo,
  purpose: string,
  work: (pool: pg.Pool, asked: AskedHere) => Promise<T>,
): Promise<T> =>
  withDatabase(io, purpose, async (pool) => {
    const keyring = await hubKeyring(readPlace(io).dataFolder, pool);
    const reader = { user: userInfo().username };
    return work(pool, { scope: 'all', subjectOf: usageSubject(keyring), reader, now: systemClock() });
  });

export const filesOf = (io: CommandIo) => auditFiles(readPlace(io).dataFolder);

/** The public keys in a file, by default the instance's own. Throws a Problem when there is none. */
export function verifiersOf(io: CommandIo, file?: string): readonly NoteVerifier[] {
  const path = file ?? filesOf(io).publicKeys;
  if (!existsSync(path)) throw fault(`${path} is not there: name the log's public key with --key FILE`);
  return readCheckpointVerifiers(path);
}

export const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

/**
 * Checkpoints in a file, as far as it reaches now: what is appended later belongs to a later state of the log. In a file
 * that somebody kept, the last note counts without a blank line after it.
 */
export function checkpointsIn(path: string, isKept = false): Pick<CheckpointSource, 'name' | 'notes'> {
  if (!isFile(path)) throw fault(`${path} is no file that is there`);
  const { size } = statSync(path);
  const chunks = size === 0 ? [] : createReadStream(path, { encoding: 'utf8', end: size - 1 });
  return { name: basename(path), notes: splitNotes(chunks as AsyncIterable<string> | Iterable<string>, isKept) };
}

export const fault = (detail: string): Problem => new Problem({ kind: 'invalid', code: 'audit', detail });

/** Whoever reads the trail leaves a trail. */
export async function recordReading(
  pool: pg.Pool,
  action: string,
  what: Readonly<Record<string, unknown>>,
): Promise<void> {
  await insertAudit(pool, [
    { kind: 'admin.audited', at: systemClock(), outcome: 'ok', body: { action, ...what, user: userInfo().username } },
  ]);
}

/** An ISO 8601 date or instant, UTC when it names no zone. Throws a Problem for anything else. */
export function instant(text: string | undefined, name: string): Date | undefined {
  if (text === undefined) return undefined;
  const iso = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/.exec(text);
  const zoned = iso?.[1] !== undefined && iso[4] === undefined ? `${text}Z` : text;
  const at = iso ? instantOf(zoned) : undefined;
  if (at === undefined) throw fault(`--${name} must be a date such as 2026-01-31 or 2026-01-31T08:00Z`);
  return new Date(at);
}
