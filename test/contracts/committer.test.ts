// The contract of the committer: single use holds across writers, crashes and retries; one suite for every server kind.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import pg from 'pg';
import type { AuditRecord } from '../../src/core/audit/record.ts';
import type { Claim, Commit, Write } from '../../src/core/commit/index.ts';
import { createCommitter, type HubCommitter } from '../../src/edge/store/hub/committer.ts';
import { keepHouse } from '../../src/edge/store/hub/housekeeping.ts';
import { migrate } from '../../src/edge/store/hub/migrate.ts';
import { writeStatements } from '../../src/edge/store/hub/write-statements.ts';
import { debianPostgresMissing, startDebianPostgres, startEmbedded, type TestDatabase } from '../support/index.ts';

const servers: readonly { name: string; missing: () => string | undefined; start: () => Promise<TestDatabase> }[] = [
  { name: 'embedded', missing: () => undefined, start: startEmbedded },
  { name: 'Debian PostgreSQL 15', missing: debianPostgresMissing, start: startDebianPostgres },
];

const until = Date.now() + 600_000;
const event = (outcome: 'ok' | 'refused', reference: string): AuditRecord => ({
  kind: 'ticket.issued',
  at: Date.now(),
  outcome,
  reference,
  body: {},
});
const claim = (key: string, scope: Claim['scope'] = 'code'): Claim => ({ scope, key, until });
const commitOf = (claims: readonly Claim[], reference: string, writes: readonly Write[] = []): Commit => ({
  claims,
  writes,
  ifWon: [event('ok', reference)],
  ifLost: [event('refused', reference)],
});
const handoff = (hash: string): Write => ({
  kind: 'handoff.save',
  entity: `handoff ${hash}`,
  row: { hash, journey: 'j', doc: { hash }, expiresAt: until },
});

for (const server of servers) {
  describe(`committer on ${server.name}`, { skip: server.missing() ?? false }, () => {
    let database: TestDatabase;
    let pool: pg.Pool;
    const open: HubCommitter[] = [];
    let nodes = 0;
    const hub = (): HubCommitter => {
      nodes += 1;
      const committer = createCommitter({
        connection: database.connection,
        node: `n${nodes}`,
        toEventRow: (record) => ({ ...record, class: 'ticket', text: JSON.stringify(record.body) }),
        seal: (_purpose, _id, doc) => Buffer.from(JSON.stringify(doc)).toString('base64'),
      });
      open.push(committer);
      return committer;
    };
    const events = async (reference: string) => {
      const result = await pool.query<{ outcome: string; n: number }>(
        'SELECT outcome, count(*)::int AS n FROM hub.audit_event WHERE reference = $1 GROUP BY outcome',
        [reference],
      );
      return Object.fromEntries(result.rows.map((row) => [row.outcome, row.n]));
    };

    before(async () => {
      database = await server.start();
      pool = new pg.Pool(database.connection);
      pool.on('error', () => undefined);
      await migrate(pool, { program: '0.1.0' });
      await keepHouse(pool, Date.now());
    });
    after(async () => {
      for (const each of open) await each.close();
      await pool.end();
      await database.stop();
    });

    test('one claim is won once among concurrent requests of two hubs, and each request gets its own event', async () => {
      const [one, two] = [hub(), hub()];
      const outcomes = await Promise.all(
        Array.from({ length: 40 }, (_, i) => (i % 2 ? one : two).commit(commitOf([claim('same')], 'one-claim', []))),
      );
      assert.equal(outcomes.filter((outcome) => outcome.won).length, 1);
      assert.deepEqual(await events('one-claim'), { ok: 1, refused: 39 });
    });

    test('a request that loses one of two claims is lost, names it, and writes nothing', async () => {
      const one = hub();
      await one.commit(commitOf([claim('taken')], 'first'));
      const outcome = await one.commit(commitOf([claim('free'), claim('taken')], 'second', [handoff('never')]));
      assert.deepEqual(outcome, { won: false, lost: [claim('taken')] });
      assert.equal((await pool.query(`SELECT FROM hub.handoff WHERE hash = 'never'`)).rowCount, 0);
      assert.deepEqual(await events('second'), { refused: 1 });
    });

    test('two writers with overlapping claims in any order: exactly one winner a key, no deadlock (property)', async () => {
      const [one, two] = [hub(), hub()];
      let round = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.uniqueArray(fc.nat(4), { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 12 }),
          async (requests) => {
            round += 1;
            const outcomes = await Promise.all(
              requests.map((keys, i) =>
                (i % 2 ? one : two).commit(
                  commitOf(
                    keys.map((key) => claim(`p${round}-${key}`)),
                    `p${round}`,
                  ),
                ),
              ),
            );
            const holders = new Map<number, number>();
            requests.forEach((keys, i) => {
              if (outcomes[i]?.won) for (const key of keys) holders.set(key, (holders.get(key) ?? 0) + 1);
            });
            for (const [key, count] of holders) assert.equal(count, 1, `key ${key} was won ${count} times`);
            const counted = await events(`p${round}`);
            assert.equal((counted.ok ?? 0) + (counted.refused ?? 0), requests.length);
            assert.equal(counted.ok ?? 0, outcomes.filter((outcome) => outcome.won).length);
          },
        ),
        { numRuns: 25 },
      );
    });

    test('connections cut in the middle: every commit is done exactly once and every answer is right', async () => {
      const one = hub();
      let cutting = true;
      const cutter = (async () => {
        // The pauses differ, so that on a slow machine a connection is not always cut before it could be used.
        for (let n = 0; cutting; n++) {
          await pool.query(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'tillit commit %'`,
          );
          await new Promise((resolve) => setTimeout(resolve, 35 + 40 * (n % 4) + 15 * n));
        }
      })();
      const outcomes: { key: string; won: boolean }[] = [];
      const worker = async (name: number) => {
        for (let i = 0; i < 12; i++) {
          const key = `cut-${name % 4}-${i}`; // four workers go for each key
          const outcome = await one.commit(commitOf([claim(key)], key, [handoff(`${key}-${name}`)]));
          outcomes.push({ key, won: outcome.won });
        }
      };
      try {
        await Promise.all(Array.from({ length: 16 }, (_, name) => worker(name)));
      } finally {
        cutting = false;
        await cutter;
      }
      for (const key of new Set(outcomes.map((outcome) => outcome.key))) {
        const winners = outcomes.filter((outcome) => outcome.key === key && outcome.won).length;
        assert.equal(winners, 1, key);
        assert.deepEqual(await events(key), { ok: 1, refused: 3 }, key);
        assert.equal(
          (await pool.query('SELECT FROM hub.handoff WHERE starts_with(hash, $1)', [`${key}-`])).rowCount,
          1,
        );
      }
    });

    test('a value that the database refuses fails its own request alone', async () => {
      const one = hub();
      const [bad, good] = await Promise.allSettled([
        one.commit(commitOf([claim('bad')], 'a\u0000b')),
        one.commit(commitOf([claim('good')], 'good')),
      ]);
      assert.equal(bad.status, 'rejected');
      assert.deepEqual(good, { status: 'fulfilled', value: { won: true } });
    });

    test('writes of one entity keep their order although they never share a batch', async () => {
      const one = hub();
      const save = (version: number): Write => ({
        kind: 'journey.save',
        entity: 'journey j1',
        row: { id: 'j1', version, browser: 'b', doc: { version }, expiresAt: until },
      });
      await Promise.all(
        Array.from({ length: 20 }, (_, i) => one.commit(commitOf([claim(`j1 ${i}`, 'journey')], 'order', [save(i)]))),
      );
      const stored = await pool.query<{ version: number }>(`SELECT version FROM hub.journey WHERE id = 'j1'`);
      assert.equal(stored.rows[0]?.version, 19);
    });

    test('every kind of write has a statement that the server can plan', async () => {
      for (const [kind, { columns, sql }] of Object.entries(writeStatements)) {
        const text = `EXPLAIN WITH r AS (SELECT * FROM json_to_recordset('[]'::json) AS r(req int, ${columns})) ${sql}`;
        await assert.doesNotReject(pool.query(text), kind);
      }
    });

    test('partitions are made ahead, claims of a past hour are dropped with theirs', async () => {
      const past = Date.now() - 5 * 3_600_000;
      await keepHouse(pool, past);
      const one = hub();
      await one.commit({ ...commitOf([], 'past'), claims: [{ scope: 'code', key: 'old', until: past }] });
      assert.equal((await pool.query(`SELECT FROM hub.claim WHERE key = 'old'`)).rowCount, 1);
      const done = await keepHouse(pool, Date.now());
      assert.ok(done.partitionsDropped >= 2);
      assert.equal((await pool.query(`SELECT FROM hub.claim WHERE key = 'old'`)).rowCount, 0);
    });
  });
}
