// Says whether whoever holds leases of the outbox is there: a lock of a database session, which ends with its process however that ends.
import type pg from 'pg';
import { locks } from './locks.ts';

/** This process as a holder of leases. */
export interface LeaseHolder {
  /** Leases of a holder that was seen gone for so long may be taken: longer than a step that it had begun can last. */
  readonly graceMs: number;
  /** Under which number leases are taken now; undefined when the database gives none: then a lease lasts its whole time. */
  current(): Promise<number | undefined>;
  /** Whether leases under this number are ours still. False once the session was lost, also when there is a new one. */
  holds(number: number): Promise<boolean>;
  /** Everything is done: whatever lies there under our number may be taken at once. */
  close(): Promise<void>;
}

export interface LeaseHolderParts {
  /** A connection of its own, not yet connected. */
  readonly connect: () => pg.Client;
  readonly node: string;
  /** No other process works on this database: what others held is free from the start. */
  readonly alone?: boolean;
  readonly graceMs?: number;
}

/**
 * An operation in a directory lasts 5 s at most, and whether we are still there was asked within a second before it. So
 * two are never at one account, even when our connection breaks while we live.
 */
export const usualGraceMs = 8_000;

/** A number is of one session and never comes back, so "gone" needs to be seen once. */
const noteGone = `UPDATE hub.outbox_holder h SET absent_since = now() WHERE absent_since IS NULL AND NOT EXISTS (
  SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 AND l.classid = $1::oid AND l.objid = h.number::oid
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))`;

interface Held {
  readonly client: pg.Client;
  readonly number: number;
  /** When the answer was asked for that said that the session lives. */
  sureAt: number;
}

export function leaseHolder(parts: LeaseHolderParts): LeaseHolder {
  const graceMs = parts.graceMs ?? usualGraceMs;
  const sureForMs = graceMs / 8;
  let held: Held | undefined;
  let asking: Promise<Held | undefined> | undefined;
  let entered = false;
  const lose = (client: pg.Client): void => {
    if (held?.client === client) held = undefined;
    client.end().catch(() => undefined);
  };

  async function enter(): Promise<Held> {
    const client = parts.connect();
    client.on('error', () => lose(client));
    client.on('end', () => lose(client));
    try {
      await client.connect();
      const { rows } = await client.query<{ number: number }>(
        `SELECT nextval(pg_get_serial_sequence('hub.outbox_holder', 'number'))::integer AS number`,
      );
      const number = rows[0]?.number ?? 0;
      // The lock is there before anybody can see the row, else we would be seen gone.
      await client.query('SELECT pg_advisory_lock($1, $2)', [locks.outboxHolder, number]);
      if (parts.alone === true && !entered)
        await client.query(`UPDATE hub.outbox_holder SET absent_since = '-infinity'`);
      await client.query('INSERT INTO hub.outbox_holder (number, node) OVERRIDING SYSTEM VALUE VALUES ($1, $2)', [
        number,
        parts.node,
      ]);
      entered = true;
      return { client, number, sureAt: 0 };
    } catch (error) {
      lose(client);
      throw error;
    }
  }

  async function ask(): Promise<Held | undefined> {
    const known = held ?? (await enter().catch(() => undefined));
    if (known === undefined) return undefined;
    held = known;
    const askedAt = performance.now();
    try {
      await known.client.query(noteGone, [locks.outboxHolder]);
      known.sureAt = askedAt;
      return known;
    } catch {
      lose(known.client);
      return undefined;
    }
  }

  const sure = (): Promise<Held | undefined> => {
    if (held !== undefined && performance.now() - held.sureAt < sureForMs) return Promise.resolve(held);
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };

  return {
    graceMs,
    current: async () => (await sure())?.number,
    holds: async (number) => (await sure())?.number === number,
    async close() {
      await asking;
      const last = held;
      held = undefined;
      if (last === undefined) return;
      const { client, number } = last;
      await client
        .query(`UPDATE hub.outbox_holder SET absent_since = '-infinity' WHERE number = $1`, [number])
        .catch(() => undefined);
      await client.end().catch(() => undefined);
    },
  };
}
