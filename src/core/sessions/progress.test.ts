// What the page after logout may say of each thing, and how long it waits before saying it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { awaitProgress, isOpen, type LogoutStatus, logoutStatus, type MessageState, mayChange } from './progress.ts';

const state = (change: Partial<MessageState> = {}): MessageState => ({
  done: false,
  dead: false,
  failed: false,
  ...change,
});
const both = { back: true, front: true };
const back = { back: true, front: false };
const front = { back: false, front: true };
const none = { back: false, front: false };

describe('the status of something that a session reached', () => {
  const rows: [string, Parameters<typeof logoutStatus>, LogoutStatus][] = [
    ['being written down', [back, undefined], 'pending'],
    ['not tried yet', [back, state()], 'pending'],
    ['tried in vain', [back, state({ failed: true })], 'failing'],
    ['given up', [back, state({ failed: true, dead: true })], 'failed'],
    ['taken at once', [back, state({ done: true })], 'told'],
    ['taken after a while', [back, state({ done: true, failed: true })], 'told'],
    ['by the browser alone', [front, state({ done: true })], 'asked'],
    ['by both: the server’s word counts', [both, state({ failed: true })], 'failing'],
    ['in no way, though the queue is done with it', [none, state({ done: true })], 'untold'],
    ['in no way', [none, undefined], 'untold'],
  ];
  for (const [name, given, expected] of rows) {
    test(`${name}: ${expected}`, () => assert.equal(logoutStatus(...given), expected));
  }

  test('what is worth waiting for, and what the person has to see to', () => {
    const all: readonly LogoutStatus[] = ['told', 'asked', 'pending', 'failing', 'failed', 'untold'];
    assert.deepEqual(all.filter(mayChange), ['pending', 'failing']);
    assert.deepEqual(all.filter(isOpen), ['failing', 'failed', 'untold']);
  });
});

describe('waiting', () => {
  const waited = async (statuses: readonly LogoutStatus[], mostMs = 1000) => {
    let now = 0;
    let reads = 0;
    const pause = async (ms: number) => {
      now += ms;
    };
    const rows = await awaitProgress(
      async () => [{ status: 'told' as const }, { status: statuses[Math.min(reads++, statuses.length - 1)] ?? 'told' }],
      { clock: () => now, pause, mostMs },
    );
    return [rows[1]?.status, now];
  };
  const rows: [string, readonly LogoutStatus[], [LogoutStatus, number]][] = [
    ['not at all when all is said', ['told'], ['told', 0]],
    ['not for what cannot change', ['untold'], ['untold', 0]],
    ['until the last has come', ['pending', 'failing', 'told'], ['told', 200]],
    ['no longer than it may', ['pending'], ['pending', 1000]],
  ];
  for (const [name, statuses, expected] of rows) {
    test(name, async () => assert.deepEqual(await waited(statuses), expected));
  }
});
