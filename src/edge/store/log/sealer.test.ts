// Sealing on real servers: two sealers at once, late commits, a stop at each point, restores, and what it refuses.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import pg from 'pg';
import {
  debianPostgresMissing,
  startDebianPostgres,
  startEmbedded,
  type TestDatabase,
} from '../../../../test/support/index.ts';
import { dayMs } from '../../../base/clock.ts';
import {
  type AuditAlarm,
  type AuditRecord,
  type CheckpointWitness,
  eventDigest,
  inclusionPath,
  leafHash,
  noteSigner,
  rootFromPath,
  type Verification,
  verifyLog,
} from '../../../core/audit/index.ts';
import { sealedFeed } from '../hub/audit-feed.ts';
import { insertAudit } from '../hub/audit-insert.ts';
import { applyRetention } from '../hub/audit-retention.ts';
import { locks } from '../hub/locks.ts';
import { migrate } from '../hub/migrate.ts';
import { completeWitness } from './complete-witness.ts';
import { onSnapshot, readCheckpoints, readEntries, storedSize, storedTree } from './read-log.ts';
import { sealLock, sealOnce } from './seal.ts';
import { startSealer } from './sealer.ts';

const signer = noteSigner('hub.example/audit', Buffer.alloc(32, 5));
const verifiers = [signer.verifier];
let now = 1_763_816_340_000;
const clock = () => now;

const event = (n: number): AuditRecord => ({
  kind: 'ticket.issued',
  at: now + n,
  outcome: 'ok',
  person: `p${n}`,
  body: { n },
});
const events = (count: number): AuditRecord[] => Array.from({ length: count }, (_, n) => event(n));

/** A witness in memory that keeps the notes it was given. */
function memoryWitness(): CheckpointWitness & { notes: string[] } {
  let last: { size: number; root: Buffer } | undefined;
  const notes: string[] = [];
  return {
    notes,
    last: () => last,
    append: async (given, newest) => {
      notes.push(...given);
      last = { size: newest.size, root: newest.root };
    },
  };
}

async function verifyStored(pool: pg.Pool, notes?: readonly string[]): Promise<Verification> {
  return onSnapshot(pool, async (client) =>
    verifyLog({
      entries: readEntries(client, 0, await storedSize(client)),
      checkpoints: [
        { name: 'the database', notes: readCheckpoints(client), complete: true },
        ...(notes === undefined ? [] : [{ name: 'the file', notes: notes.map((note) => ({ note })), complete: true }]),
      ],
      verifiers,
    }),
  );
}

function suite(name: string, startDatabase: () => Promise<TestDatabase>, skip: string | undefined) {
  describe(name, { skip: skip ?? false }, () => {
    let database: TestDatabase;
    let pool: pg.Pool;
    const seal = (batch = 4000) => sealOnce({ pool, signer, verifiers, clock, batch });

    before(async () => {
      database = await startDatabase();
      pool = new pg.Pool({ ...database.connection, max: 8 });
      // pg-pool answers end() before its clients are gone; the server's stop may still tell them.
      pool.on('error', () => undefined);
      await migrate(pool, { program: '0.1.0' });
    });
    after(async () => {
      await pool?.end();
      await database?.stop();
    });
    beforeEach(async () => {
      await pool.query(
        'TRUNCATE hub.audit_event, hub.audit_leaf, hub.audit_node, hub.audit_checkpoint, hub.audit_retained, hub.audit_feed',
      );
    });

    test('what is sealed verifies and proves', async () => {
      await insertAudit(pool, events(700));
      assert.deepEqual(await seal(300), { kind: 'sealed', count: 300, size: 300, more: true });
      await seal(300);
      assert.deepEqual(await seal(300), { kind: 'sealed', count: 100, size: 700, more: false });
      assert.deepEqual(await seal(300), { kind: 'sealed', count: 0, size: 700, more: false });
      const result = await verifyStored(pool);
      assert.deepEqual(result.findings, []);
      assert.equal(result.intact, 700);
      const { rows } = await pool.query('SELECT root FROM hub.audit_checkpoint WHERE size = 700');
      for (const index of [0, 255, 256, 511, 699]) {
        const row = (await pool.query('SELECT text, salt FROM hub.audit_event WHERE leaf_index = $1', [index])).rows[0];
        const path = await inclusionPath(storedTree(pool), index, 700);
        assert.deepEqual(rootFromPath(index, 700, leafHash(eventDigest(row.salt, row.text)), path), rows[0].root);
      }
    });

    test('two sealers at once seal each event once', async () => {
      const other = new pg.Pool({ ...database.connection, max: 2 });
      const alarms: AuditAlarm[] = [];
      const options = {
        signer,
        verifiers,
        clock,
        everyMs: 5,
        batch: 50,
        onAlarm: (alarm: AuditAlarm) => alarms.push(alarm),
      };
      const witnesses = [memoryWitness(), memoryWitness()] as const;
      const sealers = [
        startSealer({ ...options, pool, witness: witnesses[0] }),
        startSealer({ ...options, pool: other, witness: witnesses[1] }),
      ];
      await Promise.all([0, 1, 2, 3].map(async () => insertAudit(pool, events(150))));
      await Promise.all(sealers.map((sealer) => sealer.stop()));
      await sealers[0]?.pass();
      await sealers[1]?.pass();
      await other.end();
      const { rows } = await pool.query('SELECT count(*) AS n, max(leaf_index) AS top FROM hub.audit_event');
      assert.deepEqual(rows[0], { n: '600', top: '599' });
      for (const witness of witnesses) {
        const result = await verifyStored(pool, witness.notes);
        assert.deepEqual(result.findings, []);
        assert.equal(result.intact, 600);
      }
      assert.equal(sealers[0]?.logSize(), 600);
      assert.deepEqual(alarms, []);
    });

    test('an event of a slow transaction, with a lower id, is sealed once when it is committed', async () => {
      const slow = await pool.connect();
      await slow.query('BEGIN');
      await insertAudit(slow, [event(1)]);
      await insertAudit(pool, [event(2), event(3)]);
      assert.equal((await seal()).kind === 'sealed' && (await verifyStored(pool)).size, 2);
      await slow.query('COMMIT');
      slow.release();
      await insertAudit(pool, [event(4)]);
      await seal();
      await seal();
      const { rows } = await pool.query('SELECT person FROM hub.audit_event ORDER BY leaf_index');
      assert.deepEqual(
        rows.map((row) => row.person),
        ['p2', 'p3', 'p1', 'p4'],
      );
      assert.deepEqual((await verifyStored(pool)).findings, []);
    });

    test('a rolled back event leaves no gap', async () => {
      const doomed = await pool.connect();
      await doomed.query('BEGIN');
      await insertAudit(doomed, [event(1)]);
      await doomed.query('ROLLBACK');
      doomed.release();
      await insertAudit(pool, [event(2)]);
      await seal();
      assert.deepEqual((await verifyStored(pool)).findings, []);
    });

    test('a sealer that dies inside its transaction leaves nothing, and the next one goes on', async () => {
      await insertAudit(pool, events(20));
      await seal();
      await insertAudit(pool, events(20));
      // Each statement of the seal in turn is the last one that gets through.
      for (let survive = 0; survive < 6; survive++) {
        const dying = new pg.Pool({ ...database.connection, max: 1 });
        dying.on('error', () => undefined);
        await assert.rejects(
          sealOnce({ pool: killedAfter(dying, pool, survive), signer, verifiers, clock, batch: 4000 }),
        );
        await dying.end();
        assert.equal((await verifyStored(pool)).size, 20, `after ${survive} statements`);
      }
      assert.deepEqual(await seal(), { kind: 'sealed', count: 20, size: 40, more: false });
      assert.deepEqual((await verifyStored(pool)).findings, []);
    });

    test('checkpoints that were committed before the file had them are completed', async () => {
      const witness = memoryWitness();
      await insertAudit(pool, events(30));
      await seal(10);
      await completeWitness(pool, witness, verifiers);
      await seal(10);
      await seal(10);
      assert.deepEqual(await completeWitness(pool, witness, verifiers), { kind: 'current', appended: 2 });
      assert.deepEqual(await completeWitness(pool, witness, verifiers), { kind: 'current', appended: 0 });
      assert.deepEqual((await verifyStored(pool, witness.notes)).findings, []);
    });

    test('a checkpoint with a forged signature is neither sealed upon nor passed on', async () => {
      const witness = memoryWitness();
      await insertAudit(pool, events(10));
      await seal();
      const forger = noteSigner('hub.example/audit', Buffer.alloc(32, 6));
      const { rows } = await pool.query('SELECT note FROM hub.audit_checkpoint');
      const text = rows[0].note.slice(0, rows[0].note.lastIndexOf('\n\n') + 1);
      await pool.query('UPDATE hub.audit_checkpoint SET note = $1', [forger.sign(text)]);
      await insertAudit(pool, events(1));
      assert.equal((await seal()).kind, 'tampered');
      assert.deepEqual(await completeWitness(pool, witness, verifiers), { kind: 'forged', size: 10 });
      assert.deepEqual(witness.notes, []);
    });

    test('a changed right edge, or leaves beyond the checkpoint, are not sealed upon', async () => {
      await insertAudit(pool, events(8));
      await seal();
      await insertAudit(pool, events(1));
      await pool.query(`UPDATE hub.audit_checkpoint SET frontier = sha256('x')`);
      assert.equal((await seal()).kind, 'tampered');
      await pool.query('DELETE FROM hub.audit_checkpoint');
      assert.equal((await seal()).kind, 'tampered');
    });

    test('the alarm is raised when sealing stops for over ten seconds, told once, and ended', async () => {
      const alarms: AuditAlarm[] = [];
      const sealer = startSealer({
        pool,
        signer,
        verifiers,
        clock,
        witness: memoryWitness(),
        everyMs: 1_000_000,
        onAlarm: (alarm) => alarms.push(alarm),
      });
      const other = await pool.connect();
      await other.query('SELECT pg_advisory_lock($1)', [sealLock]);
      await insertAudit(pool, [event(0)]);
      now += 9_000;
      await sealer.pass();
      assert.deepEqual([sealer.oldestUnsealedSeconds(), alarms], [9, []]);
      now += 2_000;
      await sealer.pass();
      await sealer.pass();
      assert.deepEqual(sealer.raised(), ['audit.unsealed']);
      await other.query('SELECT pg_advisory_unlock($1)', [sealLock]);
      other.release();
      await sealer.pass();
      await sealer.stop();
      assert.equal(sealer.oldestUnsealedSeconds(), 0);
      assert.deepEqual(
        alarms.map(({ alarm, state, details }) => [alarm, state, details.ageSeconds]),
        [
          ['audit.unsealed', 'raised', 11],
          ['audit.unsealed', 'ended', 0],
        ],
      );
    });

    test('a database that went back (a restored backup) seals on, and says so', async () => {
      const witness = memoryWitness();
      const alarms: AuditAlarm[] = [];
      const sealer = startSealer({
        pool,
        signer,
        verifiers,
        clock,
        witness,
        everyMs: 1_000_000,
        onAlarm: (a) => alarms.push(a),
      });
      await insertAudit(pool, events(10));
      await sealer.pass();
      await insertAudit(pool, events(10));
      await sealer.pass();
      await pool.query(`DELETE FROM hub.audit_checkpoint WHERE size > 10; DELETE FROM hub.audit_leaf WHERE leaf_index >= 10;
        DELETE FROM hub.audit_event WHERE leaf_index >= 10`);
      await insertAudit(pool, events(3));
      await sealer.pass();
      await sealer.pass();
      await sealer.stop();
      assert.deepEqual(
        alarms.map(({ alarm, details }) => [alarm, details]),
        [['audit.rolledBack', { witnessSize: 20, databaseSize: 13 }]],
      );
      assert.deepEqual((await verifyStored(pool)).findings, []);
      const { findings } = await verifyStored(pool, witness.notes);
      assert.ok(findings.some((finding) => finding.kind === 'shrunk' && finding.from === 20 && finding.to === 13));
    });

    test('retention removes text and names, keeps the digest, and the log still verifies', async () => {
      await insertAudit(pool, events(6000));
      await insertAudit(pool, [{ kind: 'journey.started', at: now, outcome: 'ok', person: 'p0', body: {} }]);
      await seal(10_000);
      const then = () => now + 40 * dayMs;
      const policy = { login: undefined, ticket: 39, usage: undefined, admin: undefined, hub: undefined };
      assert.deepEqual((await applyRetention({ pool, clock: then, policy })).ticket, 6000);
      assert.deepEqual((await applyRetention({ pool, clock: then, policy })).ticket, 0);
      await seal(10_000);
      const { rows } = await pool.query(
        `SELECT count(*) FILTER (WHERE text IS NULL AND salt IS NULL AND person IS NULL) AS gone,
           count(*) FILTER (WHERE kind = 'journey.started' AND person IS NOT NULL) AS kept FROM hub.audit_event`,
      );
      assert.deepEqual(rows[0], { gone: '6000', kept: '1' });
      const result = await verifyStored(pool);
      assert.deepEqual(result.findings, []);
      assert.equal(result.removedByRetention, 6000);
      await pool.query('UPDATE hub.audit_event SET text = NULL, salt = NULL WHERE leaf_index = 6000');
      assert.deepEqual((await verifyStored(pool)).findings, [
        { kind: 'removed', from: 6000, to: 6000, leafToo: false },
      ]);
      await assert.rejects(applyRetention({ pool, clock: then, policy: { ...policy, ticket: 1 } }));
    });

    test('the feed is held by one hub, goes by sealed order, skips what is removed, and goes on after a loss', async () => {
      const [one, two] = [sealedFeed(pool, 'siem'), sealedFeed(pool, 'siem')];
      assert.deepEqual([await one.hold(), await two.hold(), await one.hold()], [true, false, true]);
      await insertAudit(pool, events(5));
      assert.deepEqual(await one.read(0, 10), { events: [], next: 0 });
      await seal();
      await pool.query('UPDATE hub.audit_event SET text = NULL, salt = NULL WHERE leaf_index = 1');
      const first = await one.read(await one.position(), 3);
      assert.deepEqual([first.events.map((found) => found.index), first.next], [[0, 2], 3]);
      await one.confirm(first.next);
      await pool.query(
        `SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND classid = ${locks.auditFeed}`,
      );
      assert.equal(await two.hold(), true);
      assert.equal(await one.hold(), false);
      const second = await two.read(await two.position(), 10);
      assert.deepEqual(
        second.events.map((found) => found.index),
        [3, 4],
      );
      await two.release();
      assert.equal(await one.hold(), true);
      await one.release();
    });

    test('an event without text or salt cannot be written', async () => {
      await assert.rejects(
        pool.query(
          `INSERT INTO hub.audit_event (at, kind, class, outcome, salt) VALUES (now(), 'k', 'hub', 'ok', sha256('x'))`,
        ),
      );
    });

    test('thousands of events a second are sealed', async (t) => {
      const text = JSON.stringify({ ...event(1), filler: 'x'.repeat(300) });
      await pool.query(
        `INSERT INTO hub.audit_event (at, kind, class, outcome, person, text, salt)
         SELECT now(), 'ticket.issued', 'ticket', 'ok', 'p' || n, $1, uuid_send(gen_random_uuid()) FROM generate_series(1, 20000) n`,
        [text],
      );
      const begun = performance.now();
      for (;;) {
        const sealed = await seal();
        if (sealed.kind === 'sealed' && !sealed.more) break;
      }
      const rate = Math.round(20_000 / ((performance.now() - begun) / 1000));
      t.diagnostic(`${rate} events/s`);
      assert.ok(rate > 2000, `${rate} events/s`);
    });
  });
}

/** A pool whose connection is ended by the server after so many statements of the transaction. */
function killedAfter(dying: pg.Pool, killer: pg.Pool, survive: number): pg.Pool {
  const connect = async () => {
    const client = await dying.connect();
    const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
    client.on('error', () => undefined);
    let left = survive + 1;
    return {
      release: () => client.release(true),
      query: async (...given: unknown[]) => {
        if (left === 0) await killer.query('SELECT pg_terminate_backend($1, 5000)', [rows[0].pid]);
        left -= 1;
        return (client.query as (...args: unknown[]) => unknown)(...given);
      },
    };
  };
  return { connect } as unknown as pg.Pool;
}

suite('sealing on the embedded server', startEmbedded, undefined);
suite("sealing on Debian's PostgreSQL 15", startDebianPostgres, debianPostgresMissing());
