// A call ends a pause, before it began or while it lasts, and one call ends one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWake } from './wake.ts';

const never = new AbortController().signal;
const hour = 3_600_000;

test('a call while it pauses, and one that came before, each end one pause', async () => {
  const wake = createWake();
  const pausing = wake.pause(hour, never);
  wake.call();
  await pausing;
  wake.call();
  wake.call();
  await wake.pause(hour, never);
  let over = false;
  const next = wake.pause(hour, never).then(() => (over = true));
  await new Promise(setImmediate);
  assert.equal(over, false);
  wake.call();
  await next;
});

test('it ends by itself, and with what it is part of', async () => {
  const wake = createWake();
  await wake.pause(1, never);
  const stop = new AbortController();
  const pausing = wake.pause(hour, stop.signal);
  stop.abort();
  await pausing;
});
