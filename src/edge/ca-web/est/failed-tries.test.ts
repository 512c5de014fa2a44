// Failed credentials by address: what counts together, for how long, and that strangers cannot fill the memory.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { failedTries, mostFailedTries } from './failed-tries.ts';

const minuteMs = 60_000;

describe('failed tries', () => {
  const bench = () => {
    const time = { now: 0 };
    const tries = failedTries(() => time.now);
    const fail = (address: string, times = mostFailedTries) => {
      for (let count = 0; count < times; count += 1) tries.failed(address);
    };
    return { time, tries, fail };
  };

  test('one less than too many is none too many, and each address counts for itself', () => {
    const { tries, fail } = bench();
    fail('10.0.0.1', mostFailedTries - 1);
    assert.equal(tries.waitSeconds('10.0.0.1'), 0);
    fail('10.0.0.1', 1);
    assert.equal(tries.waitSeconds('10.0.0.1'), 900);
    assert.equal(tries.waitSeconds('10.0.0.2'), 0);
  });

  test('the addresses of one IPv6 network are one', () => {
    const { tries, fail } = bench();
    for (let host = 1; host <= mostFailedTries; host += 1) fail(`2001:db8::${host.toString(16)}`, 1);
    assert.equal(tries.waitSeconds('2001:db8::ffff'), 900);
    assert.equal(tries.waitSeconds('2001:db8:0:1::1'), 0);
  });

  test('a quarter of an hour after the first of them all is forgotten', () => {
    const { time, tries, fail } = bench();
    fail('10.0.0.1');
    time.now = 15 * minuteMs - 1;
    assert.equal(tries.waitSeconds('10.0.0.1'), 1);
    time.now += 1;
    assert.equal(tries.waitSeconds('10.0.0.1'), 0);
  });

  test('of more addresses than ten thousand the one that was counted longest ago is forgotten, and no other', () => {
    const { tries, fail } = bench();
    fail('10.0.0.1');
    fail('10.0.0.2');
    for (let other = 0; other < 9_999; other += 1) tries.failed(`192.168.${other >> 8}.${other & 255}`);
    assert.equal(tries.waitSeconds('10.0.0.1'), 0);
    assert.equal(tries.waitSeconds('10.0.0.2'), 900);
  });
});
