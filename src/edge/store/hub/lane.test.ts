// The lane: one connection for what follows one another, back in the pool when nobody follows, another after a loss.
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { describe, test } from 'node:test';
import pg from 'pg';
import { laneOf } from './lane.ts';

const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

/** A pool whose connections answer by a script: a row, or an error. */
class ScriptedPool extends pg.Pool {
  readonly taken: number[] = [];
  readonly released: boolean[] = [];
  next: (text: string) => unknown = (text) => text;
  override connect = (async () => {
    const id = this.taken.push(this.taken.length);
    const client = new EventEmitter() as unknown as pg.PoolClient;
    Object.assign(client, {
      query: async ({ text }: { text: string }) => {
        const answer = this.next(text);
        if (answer instanceof Error) throw answer;
        return { rows: [{ answer, id }] };
      },
      release: (broken: boolean) => this.released.push(broken),
    });
    return client;
  }) as unknown as pg.Pool['connect'];
}

const ask = async (pool: pg.Pool, text: string) => (await laneOf(pool).query<{ id: number }>({ text })).rows[0]?.id;

describe('lane', () => {
  test('statements that follow one another share a connection, which then goes back', async () => {
    const pool = new ScriptedPool();
    assert.deepEqual(await Promise.all([ask(pool, 'a'), ask(pool, 'b')]), [1, 1]);
    assert.equal(await ask(pool, 'c'), 1);
    assert.deepEqual(pool.released, []);
    await turn();
    assert.deepEqual(pool.released, [false]);
    assert.equal(await ask(pool, 'd'), 2);
  });

  test('what the database says keeps the connection; a loss does not', async () => {
    const pool = new ScriptedPool();
    const says = new pg.DatabaseError('duplicate key', 1, 'error');
    pool.next = (text) => (text === 'bad' ? says : text === 'lost' ? new Error('Connection terminated') : text);
    await assert.rejects(ask(pool, 'bad'), says);
    assert.equal(await ask(pool, 'a'), 1);
    await assert.rejects(ask(pool, 'lost'), /terminated/);
    assert.equal(await ask(pool, 'b'), 2);
    await turn();
    assert.deepEqual(pool.released, [true, false]);
  });

  test('a pool that gives no connection fails the statement and is asked again by the next', async () => {
    const pool = new ScriptedPool();
    const { connect } = pool;
    pool.connect = (async () => {
      throw new Error('full');
    }) as unknown as pg.Pool['connect'];
    await assert.rejects(ask(pool, 'a'), /full/);
    pool.connect = connect;
    assert.equal(await ask(pool, 'b'), 1);
  });
});
