// A lost connection fails its statement and is told of; without a listener node would end the process.
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import type pg from 'pg';
import { openPool } from './open-pool.ts';

test('a connection in use that reports an error twice, as one that is written to too late does, ends nothing', async () => {
  const told: string[] = [];
  const pool = openPool({}, (error) => told.push(error.message));
  const client = new EventEmitter();
  pool.emit('connect', client as unknown as pg.PoolClient);
  for (const code of ['ECONNRESET', 'EPIPE'])
    assert.doesNotThrow(() => client.emit('error', Object.assign(new Error('gone'), { code })));
  assert.deepEqual(told, []);
  await pool.end();
});

test('an idle connection that is lost is told of', async () => {
  const told: string[] = [];
  const pool = openPool({}, (error) => told.push(error.message));
  pool.emit('error', new Error('terminating connection'), new EventEmitter() as unknown as pg.PoolClient);
  assert.deepEqual(told, ['terminating connection']);
  const silent = openPool({});
  assert.doesNotThrow(() => silent.emit('error', new Error('gone'), new EventEmitter() as unknown as pg.PoolClient));
  await Promise.all([pool.end(), silent.end()]);
});
