// The stored catalogue: one row an item, one revision for all of it, and a hint to other hubs when it changed.
import type pg from 'pg';
import type { CatalogueKind, CatalogueSource, StoredItem } from '../../../core/catalogue/index.ts';
import { inTransaction, type Queryable } from './audit-insert.ts';

const channel = 'tillit_catalogue';
const retryMs = 1000;

/**
 * Port: reads the catalogue. The hints come over a connection of their own, which is opened again when it was lost;
 * until then the poll does without.
 */
export function catalogueSource(pool: pg.Pool, connect: () => pg.Client): CatalogueSource {
  return {
    revision: () => readRevision(pool),
    load: () =>
      inTransaction(pool, async (client) => {
        await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
        return { revision: await readRevision(client), items: await readItems(client) };
      }),
    onHint: (hint) => listen(connect, hint),
  };
}

export async function readRevision(client: Queryable): Promise<number> {
  const result = await client.query<{ revision: string }>({
    name: 'catalogue-revision',
    text: 'SELECT revision FROM hub.catalogue_revision',
  });
  return Number(result.rows[0]?.revision ?? 0);
}

export async function readItems(client: Queryable): Promise<readonly StoredItem[]> {
  const result = await client.query<StoredItem>('SELECT kind, id, doc FROM hub.catalogue_item ORDER BY kind, id');
  return result.rows;
}

/** Writes and removes items at a new revision and tells the other hubs, all within the caller's transaction. Answers the revision. */
export async function writeItems(
  client: Queryable,
  save: readonly StoredItem[],
  remove: readonly { readonly kind: CatalogueKind; readonly id: string }[],
): Promise<number> {
  const result = await client.query<{ revision: string }>(
    'UPDATE hub.catalogue_revision SET revision = revision + 1 RETURNING revision',
  );
  const revision = Number(result.rows[0]?.revision);
  await client.query(
    `INSERT INTO hub.catalogue_item (kind, id, doc, revision)
     SELECT r.kind, r.id, r.doc, $2 FROM json_to_recordset($1::json) AS r(kind text, id text, doc jsonb)
     ON CONFLICT (kind, id) DO UPDATE SET doc = excluded.doc, revision = excluded.revision`,
    [JSON.stringify(save), revision],
  );
  await client.query(
    `DELETE FROM hub.catalogue_item i USING json_to_recordset($1::json) AS r(kind text, id text) WHERE i.kind = r.kind AND i.id = r.id`,
    [JSON.stringify(remove)],
  );
  await client.query('SELECT pg_notify($1, $2)', [channel, String(revision)]);
  return revision;
}

async function listen(connect: () => pg.Client, hint: () => void): Promise<() => Promise<void>> {
  let stopped = false;
  let client: pg.Client | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const open = async (): Promise<void> => {
    const fresh = connect();
    client = fresh;
    let lost = false;
    const again = () => {
      if (lost || stopped) return;
      lost = true;
      void fresh.end().catch(() => undefined);
      timer = setTimeout(open, retryMs);
      timer.unref();
    };
    fresh.on('error', again);
    fresh.on('end', again);
    fresh.on('notification', hint);
    try {
      await fresh.connect();
      await fresh.query(`LISTEN ${channel}`);
      hint(); // what was said while nobody listened
    } catch {
      again();
    }
  };
  await open();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await client?.end().catch(() => undefined);
  };
}
