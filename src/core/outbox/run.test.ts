// The outbox: order within a key, retries, dead letters.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addToOutbox } from './add.ts';
import { type Delivery, retryDelaySeconds } from './message.ts';
import { type OutboxPorts, runOutbox, runOutboxOnce } from './run.ts';

const message = (id: string, key: string, attempts = 1): Delivery => ({
  id,
  kind: 'backchannelLogout',
  key,
  payload: {},
  notBefore: 0,
  attempts,
});

function bench(due: Delivery[], work: (delivery: Delivery) => Promise<void>) {
  const log: string[] = [];
  const ports: OutboxPorts = {
    queue: {
      take: async (limit) => due.splice(0, limit),
      done: async (id) => void log.push(`done ${id}`),
      retry: async (id, at) => void log.push(`retry ${id} at ${at}`),
      dead: async (id, error) => void log.push(`dead ${id}: ${error}`),
    },
    workers: { backchannelLogout: work },
    clock: () => 1000,
    failed: ({ id }, error, dead) => void log.push(`failed ${id}: ${error}${dead ? ' (given up)' : ''}`),
  };
  return { log, ports };
}

describe('a round', () => {
  test('does what is due and says so', async () => {
    const { log, ports } = bench([message('1', 'a'), message('2', 'b')], async () => {});
    assert.equal(await runOutboxOnce(ports), 2);
    assert.deepEqual(log.sort(), ['done 1', 'done 2']);
  });

  test('of one key does only the oldest: a later one never overtakes', async () => {
    const worked: string[] = [];
    const { log, ports } = bench([message('1', 'a'), message('2', 'a')], async ({ id }) => void worked.push(id));
    await runOutboxOnce(ports);
    assert.deepEqual(worked, ['1']);
    assert.deepEqual(log.sort(), ['done 1', 'retry 2 at 1000']);
  });

  test('a failure is tried again later, one does not stop another, and the twentieth is given up', async () => {
    const due = [message('1', 'a'), message('2', 'b', 4), message('3', 'c', 20), message('4', 'd')];
    const { log, ports } = bench(due, async ({ id }) => {
      if (id !== '4') throw new Error('away');
    });
    await runOutboxOnce(ports);
    assert.deepEqual(log.sort(), [
      'dead 3: internal: away',
      'done 4',
      'failed 1: internal: away',
      'failed 2: internal: away',
      'failed 3: internal: away (given up)',
      'retry 1 at 2000',
      'retry 2 at 9000',
    ]);
  });
});

test('pauses between tries double up to five minutes, twenty tries in all', () => {
  const pauses = Array.from({ length: 20 }, (_, index) => retryDelaySeconds(index + 1));
  assert.deepEqual(pauses.slice(0, 10), [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);
  assert.equal(pauses[18], 300);
  assert.equal(pauses[19], undefined);
});

test('the loop outlives a queue that is away, waits when there is nothing, and ends when told', async () => {
  const { log, ports } = bench([], async () => {});
  const stop = new AbortController();
  let rounds = 0;
  const take = async (): Promise<readonly Delivery[]> => {
    rounds += 1;
    if (rounds === 1) throw new Error('away');
    return rounds === 2 ? [message('1', 'a')] : [];
  };
  const pauses: number[] = [];
  await runOutbox({ ...ports, queue: { ...ports.queue, take } }, stop.signal, async (ms) => {
    pauses.push(ms);
    if (rounds === 3) stop.abort();
  });
  assert.deepEqual(log, ['done 1']);
  assert.deepEqual(pauses, [1000, 1000]);
});

test('a message is a row of its commit', () => {
  const { attempts: _, ...given } = message('1', 'a');
  assert.deepEqual(addToOutbox(given), { kind: 'outbox.add', entity: 'outbox 1', row: given });
});
