// Claims under crashes and retries: the wire breaks before or after the database committed, and nothing is done twice.
import assert from 'node:assert/strict';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import type pg from 'pg';
import type { Claim, Commit } from '../../src/core/commit/index.ts';
import { createCommitter, type HubCommitter } from '../../src/edge/store/hub/committer.ts';
import { keepHouse } from '../../src/edge/store/hub/housekeeping.ts';
import { readLoginCounts } from '../../src/edge/store/hub/login-counts.ts';
import { onEachServer } from './servers.ts';

/**
 * What the wire does to the next statements, one word each: `ask` breaks before the database hears of it, `work` while it
 * is at it, `answer` after it has done it.
 */
type Fault = 'none' | 'ask' | 'work' | 'answer';

/** Stands between a committer and the server, and breaks as it is told. */
class Wire {
  readonly faults: Fault[] = [];
  broken = 0;
  readonly #server: Server;
  readonly #open = new Set<Socket>();

  constructor(upstream: () => Socket) {
    this.#server = createServer((client) => this.#join(client, upstream()));
  }

  #join(client: Socket, server: Socket): void {
    let statement: Fault = 'none';
    const cut = () => {
      this.broken += 1;
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      this.#open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#open.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    client.on('data', (bytes: Buffer) => {
      // A batch is the only statement with this name in its bytes: Bind repeats the name of what was prepared.
      if (bytes.includes('commit ') && bytes.includes('.b')) statement = this.faults.shift() ?? 'none';
      if (statement === 'ask') return cut();
      server.write(bytes);
      // Sync ends what was asked: the database has all of it.
      if (statement === 'work' && bytes.subarray(-5).equals(Buffer.from([0x53, 0, 0, 0, 4]))) setImmediate(cut);
    });
    server.on('data', (bytes: Buffer) => {
      // ReadyForQuery: the statement is committed. Its answer gets lost.
      if (statement === 'answer' && bytes.includes(Buffer.from([0x5a, 0, 0, 0, 5, 0x49]))) cut();
      else client.write(bytes);
    });
  }

  listen(): Promise<number> {
    return new Promise((resolve) => {
      this.#server.listen(0, '127.0.0.1', () => resolve((this.#server.address() as { port: number }).port));
    });
  }

  close(): void {
    for (const socket of this.#open) socket.destroy();
    this.#server.close();
  }
}

onEachServer('answers that get lost', (database) => {
  const wires: Wire[] = [];
  const hubs: HubCommitter[] = [];
  const until = Date.now() + 600_000;

  async function hubOn(node: string): Promise<{ hub: HubCommitter; wire: Wire }> {
    const { host = '', port = 5432 } = database.connection;
    const socket = host.startsWith('/') ? join(host, `.s.PGSQL.${port}`) : undefined;
    const wire = new Wire(() => (socket === undefined ? connect(port, host) : connect(socket)));
    const connection: pg.PoolConfig = { ...database.connection, host: '127.0.0.1', port: await wire.listen() };
    const hub = createCommitter({
      connection,
      node,
      toEventRow: (record) => ({ ...record, class: 'ticket', text: JSON.stringify(record.body) }),
      seal: (_purpose, _id, doc) => Buffer.from(JSON.stringify(doc)).toString('base64'),
    });
    wires.push(wire);
    hubs.push(hub);
    return { hub, wire };
  }
  before(async () => void (await keepHouse(database.pool, Date.now())));
  after(async () => {
    for (const hub of hubs) await hub.close();
    for (const wire of wires) wire.close();
  });

  const countOf = (name: string) => ({
    month: '2026-11',
    provider: 'eid',
    organisation: 'hospital',
    application: name.replace(/-\d+$/, ''),
    price: '0.55 NOK',
  });
  const commitOf = (claims: readonly Claim[], name: string): Commit => {
    const event = { kind: 'ticket.issued', at: Date.now(), reference: name, body: {} } as const;
    return {
      claims,
      writes: [
        { kind: 'handoff.save', entity: name, row: { hash: name, journey: 'j', doc: {}, expiresAt: until } },
        // All of a round count on one row: what two hubs and their retries add must be exact.
        { kind: 'login.count', entity: `count ${name}`, row: { ...countOf(name), logins: 1, avoided: 2 } },
      ],
      ifWon: [{ ...event, outcome: 'ok' }],
      ifLost: [{ ...event, outcome: 'refused' }],
    };
  };

  test('two hubs, any faults on both wires: each key is won once, each answer is true, each request is written once', async () => {
    const [one, two] = [await hubOn('one'), await hubOn('two')];
    const faults = fc.array(fc.constantFrom<Fault>('none', 'ask', 'work', 'answer'), { maxLength: 3 });
    const requests = fc.array(fc.uniqueArray(fc.nat(3), { maxLength: 2 }), { minLength: 1, maxLength: 6 });
    let round = 0;
    await fc.assert(
      fc.asyncProperty(faults, faults, requests, async (first, second, asked) => {
        round += 1;
        one.wire.faults.splice(0, 3, ...first);
        two.wire.faults.splice(0, 3, ...second);
        const names = asked.map((_, n) => `lost-${round}-${n}`);
        const answers = await Promise.all(
          asked.map((keys, n) => {
            const claims = keys.map((key): Claim => ({ scope: 'code', key: `lost-${round}-${key}`, until }));
            return (n % 2 === 0 ? one : two).hub.commit(commitOf(claims, names[n] ?? ''));
          }),
        );
        const { rows } = await database.pool.query<{ reference: string; outcome: string; saved: boolean }>(
          `SELECT e.reference, e.outcome, EXISTS (SELECT FROM hub.handoff h WHERE h.hash = e.reference) AS saved
           FROM hub.audit_event e WHERE e.reference = ANY ($1)`,
          [names],
        );
        // The trail and the rows are the truth; the answers must be the same.
        const told = answers.map(({ won }, n) => `${names[n]} ${won ? 'ok true' : 'refused false'}`);
        assert.deepEqual(rows.map((row) => `${row.reference} ${row.outcome} ${row.saved}`).sort(), told.sort());
        const won = answers.filter((answer) => answer.won).length;
        const { application } = countOf(names[0] ?? '');
        const counted = (await readLoginCounts(database.pool, '2026-11', '2026-11')).filter(
          (count) => count.application === application,
        );
        assert.deepEqual(
          counted.map(({ logins, avoided }) => [logins, avoided]),
          won === 0 ? [] : [[won, 2 * won]],
        );
        const winners = asked.flatMap((keys, n) => (answers[n]?.won === true ? keys : []));
        assert.equal(new Set(winners).size, winners.length);
      }),
      { numRuns: 25 },
    );
    assert.ok(one.wire.broken + two.wire.broken > 10, `only ${one.wire.broken + two.wire.broken} faults came`);
  });

  test('the first try is still under way when the second comes: it is recognised when it is done', {
    timeout: 20_000,
  }, async () => {
    const { hub, wire } = await hubOn('slow');
    const held: Claim = { scope: 'code', key: 'held', until };
    const blocker = await database.pool.connect();
    await blocker.query('BEGIN');
    await blocker.query(
      'INSERT INTO hub.claim (scope, key, until, by) VALUES ($1, $2, to_timestamp($3 / 1000.0), $4)',
      [held.scope, held.key, until, 'blocker'],
    );
    wire.faults.push('work');
    const answer = hub.commit(commitOf([held], 'under-way'));
    for (let waiting = 0; waiting < 2; await sleep(20)) {
      const { rows } = await database.pool.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'tillit commit slow' AND wait_event_type = 'Lock'`,
      );
      waiting = rows[0]?.n ?? 0;
    }
    await blocker.query('ROLLBACK');
    blocker.release();
    assert.deepEqual(await answer, { won: true });
    const { rows } = await database.pool.query(`SELECT outcome FROM hub.audit_event WHERE reference = 'under-way'`);
    assert.deepEqual(rows, [{ outcome: 'ok' }]);
  });
});
