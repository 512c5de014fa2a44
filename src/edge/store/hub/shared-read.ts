// Group reads: what is asked while a statement is on its way shares the next one, as commits do; no timer.
import type { Queryable } from './audit-insert.ts';
import { laneOf } from './lane.ts';

/** Keys of one statement at most. */
const largestBatch = 256;

interface Waiting<Key, Row> {
  readonly key: Key;
  readonly resolve: (row: Row | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A read by key that concurrent callers share. The statement takes the columns of the keys as arrays and answers rows
 * with `n`, the key's number from 1 (`WITH ORDINALITY`); no row means that there is nothing. Nothing is kept: each
 * call sees what was committed when it was made.
 *
 * A statement stands or falls for all its callers, so keys must be our own ids and hashes, never what a stranger sent.
 * Statements look each key up in a LATERAL subquery with a LIMIT: a plan made while a table was empty then still uses
 * the index when it has grown.
 */
export function sharedRead<Key, Row extends { readonly n: number }>(
  pool: Queryable,
  statement: { readonly name: string; readonly text: string; readonly columns: (keys: readonly Key[]) => unknown[] },
): (key: Key) => Promise<Row | undefined> {
  const { name, text, columns } = statement;
  const lane = laneOf(pool);
  let queue: Waiting<Key, Row>[] = [];
  let running = false;

  const run = async (): Promise<void> => {
    // Requests that were handled in this turn of the event loop join the same batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.length > 0) {
      const batch = queue.slice(0, largestBatch);
      queue = queue.slice(largestBatch);
      try {
        const { rows } = await lane.query<Row>({ name, text, values: columns(batch.map(({ key }) => key)) });
        const found = new Map(rows.map((row) => [Number(row.n), row]));
        batch.forEach(({ resolve }, index) => {
          resolve(found.get(index + 1));
        });
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    running = false;
  };

  return (key) =>
    new Promise((resolve, reject) => {
      queue.push({ key, resolve, reject });
      if (running) return;
      running = true;
      void run();
    });
}
