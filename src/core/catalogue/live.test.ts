// The live catalogue: a hint is only a hint, the poll is the truth, and what is old is not ready.
import assert from 'node:assert/strict';
import { describe, mock, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { openLiveCatalogue } from './live.ts';
import { sampleItems } from './sample-items.ts';

function world() {
  const state = { revision: 1, now: 0, fail: false, loads: 0, bad: false, hint: () => {}, stopped: false };
  return {
    state,
    options: {
      clock: () => state.now,
      onFailure: () => {},
      source: {
        revision: async () => {
          if (state.fail) throw new Error('away');
          return state.revision;
        },
        load: async () => {
          state.loads += 1;
          return {
            revision: state.revision,
            items: state.bad ? [{ kind: 'brand' as const, id: 'x', doc: {} }] : sampleItems(),
          };
        },
        onHint: async (hint: () => void) => {
          state.hint = hint;
          return async () => {
            state.stopped = true;
          };
        },
      },
    },
  };
}
const settle = async () => {
  for (let i = 0; i < 20; i++) await turn();
};

describe('openLiveCatalogue', () => {
  test('a poll finds a change without any hint; an unchanged catalogue is not loaded again', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const { state, options } = world();
    const live = await openLiveCatalogue(options);
    for (let second = 1; second <= 3; second++) {
      mock.timers.tick(1000);
      await settle();
    }
    assert.equal(state.loads, 1);
    state.revision = 2;
    mock.timers.tick(1000);
    await settle();
    assert.equal(live.snapshot().revision, 2);
    await live.close();
    assert.ok(state.stopped);
    mock.timers.reset();
  });
  test('a hint makes it look at once', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const { state, options } = world();
    const live = await openLiveCatalogue(options);
    state.revision = 5;
    state.hint();
    await settle();
    assert.equal(live.snapshot().revision, 5);
    await live.close();
    mock.timers.reset();
  });
  test('what a change needs is made before anybody is given it, and a failure of that holds nothing up', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const { state, options } = world();
    let done = () => {};
    const failures: unknown[] = [];
    const live = await openLiveCatalogue({
      ...options,
      onFailure: (error) => failures.push(error),
      prepare: ({ revision }) =>
        revision === 2 ? new Promise((resolve) => (done = resolve)) : Promise.reject(new Error('no key')),
    });
    state.revision = 2;
    state.hint();
    await settle();
    assert.equal(live.snapshot().revision, 1);
    done();
    await settle();
    assert.equal(live.snapshot().revision, 2);
    state.revision = 3;
    state.hint();
    await settle();
    assert.deepEqual([live.snapshot().revision, failures.length], [3, 1]);
    await live.close();
    mock.timers.reset();
  });
  test('older than 10 s is not ready, and ready again when the store is back', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const { state, options } = world();
    const live = await openLiveCatalogue(options);
    state.fail = true;
    state.now = 10_000;
    mock.timers.tick(1000);
    await settle();
    assert.ok(live.ready());
    state.now = 10_001;
    assert.ok(!live.ready());
    assert.equal(live.snapshot().revision, 1);
    state.fail = false;
    mock.timers.tick(1000);
    await settle();
    assert.ok(live.ready());
    await live.close();
    mock.timers.reset();
  });
  test('a catalogue that does not hold is never taken, and makes the old one unready in time', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const { state, options } = world();
    const live = await openLiveCatalogue(options);
    state.bad = true;
    state.revision = 2;
    state.now = 11_000;
    mock.timers.tick(1000);
    await settle();
    assert.equal(live.snapshot().revision, 1);
    assert.ok(!live.ready());
    await live.close();
    mock.timers.reset();
    await assert.rejects(openLiveCatalogue({ ...options }), /does not hold: brand x/);
  });

  test('a hint while it opens starts no second poll, and nothing is asked after it was closed', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const { state, options } = world();
    let asked = 0;
    const source = {
      ...options.source,
      revision: async () => {
        asked += 1;
        return state.revision;
      },
      onHint: async (hint: () => void) => {
        hint();
        await settle();
        return async () => undefined;
      },
    };
    const live = await openLiveCatalogue({ ...options, source });
    await settle();
    asked = 0;
    for (let second = 1; second <= 3; second++) {
      mock.timers.tick(1000);
      await settle();
    }
    assert.equal(asked, 3);
    await live.close();
    for (let second = 1; second <= 3; second++) {
      mock.timers.tick(1000);
      await settle();
    }
    assert.equal(asked, 3);
    mock.timers.reset();
  });
});
