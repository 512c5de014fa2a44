// The outbox: order within a key, retries, dead letters.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addToOutbox } from './add.ts';
import { type Delivery, laneOf, retryDelaySeconds } from './message.ts';
import { createOutboxRunner, type OutboxLimits, type OutboxPorts } from './run.ts';

const message = (id: string, key: string, attempts = 1, application?: string): Delivery => ({
  id,
  kind: 'backchannelLogout',
  key,
  payload: application === undefined ? {} : { application },
  notBefore: 0,
  attempts,
});

function bench(due: Delivery[], work: (delivery: Delivery) => Promise<void>, limits?: OutboxLimits) {
  const log: string[] = [];
  const ports: OutboxPorts = {
    queue: {
      take: async (limit, but) => {
        const taken = due.filter((one) => !but.includes(laneOf(one))).slice(0, limit);
        for (const one of taken) due.splice(due.indexOf(one), 1);
        return taken;
      },
      done: async (id) => void log.push(`done ${id}`),
      retry: async (id, at) => void log.push(`retry ${id} at ${at}`),
      dead: async (id, error) => void log.push(`dead ${id}: ${error}`),
    },
    workers: {
      backchannelLogout: work,
      personClosed: work,
      personSplit: work,
      holderNews: work,
      heldChange: work,
      upstreamLogout: work,
      cardIssuer: work,
      cardStopped: work,
      cardUsed: work,
      derivedIssuer: work,
      derivedStopped: work,
      account: work,
      accountOrphan: work,
      assignmentsEnded: work,
    },
    clock: () => 1000,
    failed: ({ id }, error, dead) => void log.push(`failed ${id}: ${error}${dead ? ' (given up)' : ''}`),
  };
  const runner = createOutboxRunner(ports, limits);
  const whole = async (): Promise<number> => {
    const taken = await runner.round();
    await runner.settled();
    return taken;
  };
  return { log, ports, runner, whole };
}

describe('a round', () => {
  test('does what is due and says so', async () => {
    const { log, whole } = bench([message('1', 'a'), message('2', 'b')], async () => {});
    assert.equal(await whole(), 2);
    assert.deepEqual(log.sort(), ['done 1', 'done 2']);
  });

  test('of one key does only the oldest: a later one never overtakes', async () => {
    const worked: string[] = [];
    const { log, whole } = bench([message('1', 'a'), message('2', 'a')], async ({ id }) => void worked.push(id));
    await whole();
    assert.deepEqual(worked, ['1']);
    assert.deepEqual(log.sort(), ['done 1', 'retry 2 at 1000']);
  });

  test('a failure is tried again later, one does not stop another, and the twentieth is given up', async () => {
    const due = [message('1', 'a'), message('2', 'b', 4), message('3', 'c', 20), message('4', 'd')];
    const { log, whole } = bench(due, async ({ id }) => {
      if (id !== '4') throw new Error('away');
    });
    await whole();
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

describe('what somebody waits for', () => {
  const login = (id: string): Delivery => ({ ...message(id, id, 1, 'ad'), awaited: true });

  test('goes on beside a lane that other work has filled', async () => {
    const limits = { atOnce: 10, perLane: 1, perAwaitedLane: 1, aRound: 4 };
    const due = [message('bulk', 'bulk', 1, 'ad')];
    const { log, runner } = bench(
      due,
      ({ awaited }) => (awaited === true ? Promise.resolve() : new Promise(() => {})),
      limits,
    );
    await runner.round();
    due.push(message('bulk2', 'bulk2', 1, 'ad'), login('login'));
    await runner.round();
    await new Promise(setImmediate);
    assert.deepEqual([log, due.map(({ id }) => id)], [['done login'], ['bulk2']]);
  });
});

test('a round begins no more of a lane at once than it may have, however many it took', async () => {
  const limits = { atOnce: 10, perLane: 2, perAwaitedLane: 2, aRound: 9 };
  const ends: (() => void)[] = [];
  const due = ['1', '2', '3', '4'].map((id) => message(id, id, 1, 'ad'));
  const { runner } = bench(due, () => new Promise<void>((end) => ends.push(end)), limits);
  await runner.round();
  assert.equal(ends.length, 2);
  ends[0]?.();
  await new Promise(setImmediate);
  assert.equal(ends.length, 3);
});

test('where more is due than there was room for, the next round is asked for as soon as there is room', async () => {
  const limits = { atOnce: 10, perLane: 1, perAwaitedLane: 1, aRound: 1 };
  const due = [message('1', '1'), message('2', '2')];
  const { ports } = bench(due, async () => {});
  const asked: number[] = [];
  const runner = createOutboxRunner({ ...ports, room: () => asked.push(1) }, limits);
  await runner.round();
  await runner.settled();
  assert.equal(asked.length, 1);
  await runner.round();
  await runner.settled();
  assert.equal(await runner.round(), 0);
  assert.equal(asked.length, 2, 'a round that came back with fewer asks for nothing');
});

describe('what is slow', () => {
  const hang = () => new Promise<void>(() => undefined);

  test('does not hold up the next round', async () => {
    const due = [message('1', 'a', 1, 'slow')];
    const { log, runner } = bench(due, ({ id }) => (id === '1' ? hang() : Promise.resolve()));
    await runner.round();
    due.push(message('2', 'b', 1, 'quick'));
    await runner.round();
    await new Promise(setImmediate);
    assert.deepEqual(log, ['done 2']);
  });

  test('fills its own lane alone: the next rounds pass it by', async () => {
    const limits = { atOnce: 10, perLane: 2, perAwaitedLane: 2, aRound: 2 };
    const due = ['1', '2', '3'].map((id) => message(id, id, 1, 'slow'));
    const { log, runner } = bench(
      due,
      ({ payload }) => (payload.application === 'slow' ? hang() : Promise.resolve()),
      limits,
    );
    await runner.round();
    due.push(message('4', '4', 1, 'quick'));
    assert.equal(await runner.round(), 1);
    await new Promise(setImmediate);
    assert.deepEqual([log, due.map(({ id }) => id)], [['done 4'], ['3']]);
  });

  test('never makes more than so many at once', async () => {
    const limits = { atOnce: 3, perLane: 9, perAwaitedLane: 9, aRound: 2 };
    const due = ['1', '2', '3', '4', '5'].map((id) => message(id, id, 1, id));
    const { runner } = bench(due, hang, limits);
    assert.deepEqual([await runner.round(), await runner.round(), await runner.round()], [2, 1, 0]);
  });
});

test('a queue that is away after the work is told of, and nothing is left unhandled', async () => {
  const { ports, log } = bench([message('1', 'a')], async () => {});
  const done = async () => Promise.reject(new Error('database away'));
  const runner = createOutboxRunner({ ...ports, queue: { ...ports.queue, done } });
  await runner.round();
  await runner.settled();
  assert.deepEqual(log, ['failed 1: internal: database away']);
});

test('pauses between tries double up to five minutes, twenty tries in all', () => {
  const pauses = Array.from({ length: 20 }, (_, index) => retryDelaySeconds(index + 1));
  assert.deepEqual(pauses.slice(0, 10), [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);
  assert.equal(pauses[18], 300);
  assert.equal(pauses[19], undefined);
});

test('the lane is the application or target that a message goes to, else its kind; what is awaited has its own', () => {
  const account = { kind: 'account', payload: { target: 'ad', person: 'anna' } } as const;
  assert.deepEqual(
    [message('1', 'a', 1, 'ehr'), message('1', 'a'), account, { ...account, awaited: true }].map(laneOf),
    ['ehr', 'backchannelLogout', 'ad', 'awaited ad'],
  );
});

test('a message is a row of its commit', () => {
  const { attempts: _, ...given } = message('1', 'a');
  assert.deepEqual(addToOutbox(given), { kind: 'outbox.add', entity: 'outbox 1', row: given });
});
