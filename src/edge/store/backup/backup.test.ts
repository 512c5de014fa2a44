// Backup and restore on both kinds of server: what went in comes out, and nothing half-way ever stays.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import pg from 'pg';
import {
  debianPostgresMissing,
  startDebianPostgres,
  startEmbedded,
  type TestDatabase,
  temporaryFolder,
} from '../../../../test/support/index.ts';
import { restoreBackup, verifyBackup, writeBackup } from './index.ts';

const folder = temporaryFolder('backup');
after(() => folder.remove());

const tables = `
  CREATE SCHEMA hub;
  CREATE TABLE hub.migration (number integer PRIMARY KEY);
  CREATE TABLE hub.unit (id text COLLATE "C" PRIMARY KEY, parent text REFERENCES hub.unit (id), head bigint);
  CREATE TABLE hub.person (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, unit text NOT NULL REFERENCES hub.unit (id),
    name text, doc jsonb, photo bytea, born timestamptz, weight double precision, tags text[],
    name_length int GENERATED ALWAYS AS (length(name)) STORED);
  ALTER TABLE hub.unit ADD CONSTRAINT unit_head FOREIGN KEY (head) REFERENCES hub.person (id);
  CREATE TABLE hub.claim (key text, until timestamptz NOT NULL, PRIMARY KEY (key, until)) PARTITION BY RANGE (until);
  CREATE TABLE hub.claim_default PARTITION OF hub.claim DEFAULT;
  CREATE TABLE hub.revision (only_one boolean PRIMARY KEY DEFAULT true, revision bigint NOT NULL);
  INSERT INTO hub.revision (revision) VALUES (0);
  CREATE TABLE hub.news (n serial PRIMARY KEY);
  CREATE FUNCTION hub.tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO hub.news DEFAULT VALUES; RETURN NEW; END $$;
  CREATE TRIGGER person_news AFTER INSERT ON hub.person FOR EACH ROW EXECUTE FUNCTION hub.tell();
  INSERT INTO hub.migration VALUES (1), (2), (3);`;

const rows = `
  UPDATE hub.revision SET revision = 41;
  CREATE TABLE hub.claim_today PARTITION OF hub.claim FOR VALUES FROM ('2026-11-22 00:00+01') TO ('2026-11-23 00:00+01');
  INSERT INTO hub.claim SELECT 'k' || g, '2026-11-22 12:00Z'::timestamptz + g * interval '10 min' FROM generate_series(1, 200) g;
  INSERT INTO hub.unit VALUES ('ward', NULL, NULL), ('bed', 'ward', NULL);
  INSERT INTO hub.person (unit, name, doc, photo, born, weight, tags) VALUES
    ('bed', E'Åsa\\t\\\\. \\n"Öberg"', '{"a":[1,null,"é"]}', '\\x00ff0a5c2e', '1912-12-12 12:12:12.121212+01', 0.1::float8 + 0.2, ARRAY['x,y', NULL, '"']),
    ('ward', NULL, NULL, NULL, 'infinity', 'NaN', '{}');
  INSERT INTO hub.person (unit, name) SELECT 'ward', repeat(md5(g::text), 60) FROM generate_series(1, 3000) g;
  UPDATE hub.unit SET head = 1 WHERE id = 'ward';`;

async function sql<T>(database: TestDatabase, text: string): Promise<T[]> {
  const client = new pg.Client(database.connection);
  await client.connect();
  try {
    return (await client.query(text)).rows as T[];
  } finally {
    await client.end();
  }
}

/** One digest a table of all it holds, and what the next identity values are. */
async function contents(database: TestDatabase): Promise<unknown> {
  const parts = ['unit', 'person', 'claim', 'claim_today', 'claim_default', 'revision', 'news'].map(
    (name) =>
      `SELECT '${name}' AS name, count(*)::int AS n, md5(string_agg(t::text, '|' ORDER BY t::text)) AS digest FROM hub.${name} t`,
  );
  const digests = await sql(database, `${parts.join(' UNION ALL ')} ORDER BY 1`);
  const sequences = await sql(
    database,
    `SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'hub' ORDER BY 1`,
  );
  return { digests, sequences };
}

const quiet = () => undefined;
let files = 0;
const newFile = () => join(folder.path, `backup-${++files}.tillit`);

async function backUp(database: TestDatabase, file = newFile()): Promise<string> {
  await writeBackup({
    connection: database.connection,
    schema: 'hub',
    file,
    program: '0.1.0',
    now: new Date('2026-11-22T12:00:00Z'),
    keepWith: ['outer-1.key'],
    log: quiet,
  });
  return file;
}

function restore(database: TestDatabase, file: string, migration = 3): Promise<unknown> {
  return restoreBackup({
    connection: database.connection,
    schema: 'hub',
    file,
    log: quiet,
    lock: 1,
    migrate: async (_client, upTo) => {
      await sql(database, tables);
      return Math.min(upTo, migration);
    },
  });
}

const empty = (database: TestDatabase) => sql(database, 'DROP SCHEMA IF EXISTS hub CASCADE');
const hasSchema = async (database: TestDatabase): Promise<boolean> =>
  (await sql(database, `SELECT FROM pg_namespace WHERE nspname = 'hub'`)).length > 0;

const kinds = [
  { name: 'the embedded server', missing: undefined, start: startEmbedded },
  { name: 'PostgreSQL 15 of Debian', missing: debianPostgresMissing(), start: startDebianPostgres },
];

for (const kind of kinds) {
  describe(`on ${kind.name}`, { skip: kind.missing ?? false }, () => {
    let database: TestDatabase;
    before(async () => {
      database = await kind.start();
    });
    after(() => database.stop());

    test('a drill: back up, lose the database, restore; every table, partition and sequence is as before', async () => {
      await empty(database);
      await sql(database, tables + rows);
      const was = await contents(database);
      const file = await backUp(database);
      assert.equal(statSync(file).mode & 0o777, 0o600);
      assert.equal(existsSync(`${file}.partial`), false);
      const { header, trailer } = await verifyBackup(file);
      assert.equal(header.migration, 3);
      assert.deepEqual(header.keepWith, ['outer-1.key']);
      assert.equal(trailer.rows, 200 + 2 + 3002 + 1 + 3002);

      await empty(database);
      await restore(database, file);
      assert.deepEqual(await contents(database), was);
      // Identity, triggers and foreign keys work again after the load.
      const [next] = await sql<{ id: string }>(database, `INSERT INTO hub.person (unit) VALUES ('bed') RETURNING id`);
      assert.equal(next?.id, '3003');
      assert.deepEqual(await sql(database, 'SELECT count(*)::int AS n FROM hub.news'), [{ n: 3003 }]);
      await assert.rejects(sql(database, `INSERT INTO hub.person (unit) VALUES ('nowhere')`), /foreign key/);
    });

    test('a backup is one moment, although others go on writing', async () => {
      await empty(database);
      await sql(database, tables + rows);
      let stop = false;
      const writer = (async () => {
        const client = new pg.Client(database.connection);
        await client.connect();
        while (!stop)
          await client.query(
            `WITH p AS (INSERT INTO hub.person (unit) VALUES ('bed')) INSERT INTO hub.unit VALUES (gen_random_uuid())`,
          );
        await client.end();
      })();
      const file = await backUp(database);
      stop = true;
      await writer;
      await empty(database);
      await restore(database, file);
      const [found] = await sql<{ people: number; units: number }>(
        database,
        `SELECT (SELECT count(*)::int FROM hub.person) - 3002 AS people, (SELECT count(*)::int FROM hub.unit) - 2 AS units`,
      );
      assert.equal(found?.people, found?.units);
    });

    test('a database that holds our tables is refused, and not touched', async () => {
      await empty(database);
      await sql(database, tables + rows);
      const was = await contents(database);
      const file = await backUp(database);
      await assert.rejects(restore(database, file), { code: 'backup.targetNotEmpty' });
      assert.deepEqual(await contents(database), was);
    });

    test('when the load fails in the middle, the database is as empty as before', async () => {
      await empty(database);
      await sql(database, `${tables}; ${rows}; ALTER TABLE hub.person ADD COLUMN extra text;`);
      const file = await backUp(database);
      await empty(database);
      await assert.rejects(restore(database, file), { code: 'backup.failed' });
      assert.equal(await hasSchema(database), false);
    });

    test('a backup of another migration or with other tables is refused, and nothing stays', async () => {
      await empty(database);
      await sql(database, tables);
      const file = await backUp(database);
      await sql(database, 'CREATE TABLE hub.more (n int)');
      const other = await backUp(database);
      await empty(database);
      await assert.rejects(restore(database, file, 2), { code: 'backup.otherMigration' });
      await assert.rejects(restore(database, other), { code: 'backup.otherTables' });
      assert.equal(await hasSchema(database), false);
    });

    test('a database without our tables, and a file that exists, are refused', async () => {
      await empty(database);
      const file = newFile();
      await assert.rejects(backUp(database, file), { code: 'backup.noSchema' });
      assert.equal(existsSync(file) || existsSync(`${file}.partial`), false);
      writeFileSync(file, 'mine');
      await assert.rejects(backUp(database, file), { code: 'backup.fileExists' });
      assert.equal(readFileSync(file, 'utf8'), 'mine');
    });

    test('a file that is cut short, changed, longer, or no backup at all is refused before anything is made', async () => {
      await empty(database);
      await sql(database, tables + rows);
      const file = await backUp(database);
      const whole = readFileSync(file);
      await empty(database);
      const inside = gunzipSync(whole);
      const flip = (at: number): Buffer => {
        const copy = Buffer.from(inside);
        copy[at] = (copy[at] ?? 0) ^ 1;
        return gzipSync(copy);
      };
      const rowAt = inside.indexOf('"Öberg"');
      const damaged: [string, Buffer, string][] = [
        ['cut', whole.subarray(0, whole.length - 20), 'backup.damaged'],
        ['half', whole.subarray(0, whole.length >> 1), 'backup.damaged'],
        ['without its end', gzipSync(inside.subarray(0, inside.length - 37)), 'backup.damaged'],
        ['a row changed', flip(rowAt), 'backup.damaged'],
        ['the header changed', flip(inside.indexOf('0.1.0')), 'backup.damaged'],
        ['the digest changed', flip(inside.length - 1), 'backup.damaged'],
        ['more after the end', gzipSync(Buffer.concat([inside, Buffer.from('x')])), 'backup.damaged'],
        ['text', Buffer.from('this is no backup'), 'backup.notABackup'],
        ['empty', Buffer.alloc(0), 'backup.damaged'],
        ['another gzip', gzipSync('hello, this is something else'), 'backup.notABackup'],
        [
          'a later format',
          gzipSync(Buffer.from(inside.toString('latin1').replace('"version":1,', '"version":2,'), 'latin1')),
          'backup.newerFormat',
        ],
      ];
      for (const [what, bytes, code] of damaged) {
        const bad = newFile();
        writeFileSync(bad, bytes);
        await assert.rejects(restore(database, bad), { code }, what);
      }
      assert.equal(await hasSchema(database), false);
    });
  });
}
