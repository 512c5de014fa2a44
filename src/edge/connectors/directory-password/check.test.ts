// What an administrator reads of a domain's lock-out: never that the hub goes as far as the domain.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lockOutFindings } from './check.ts';

const of = (afterFailures: number, windowSeconds = 600) => ({ afterFailures, windowSeconds });

for (const [what, read, written, expected, isFault] of [
  ['a usual domain', of(5), undefined, /locks after 5 .* in 10 minutes: the hub stops after 4, for 11 minutes/],
  ['a lower record', of(5), of(3, 1800), /locks after 5 .* the record is lower: the hub stops after 2, for 31 minutes/],
  ['a higher record', of(5), of(9), /after 5 wrong passwords in 10 minutes: the hub stops after 4/],
  ['one that may not be read', undefined, undefined, /may not read .* the careful case: the hub stops after 2/],
  ['one that may not be read, written down', undefined, of(10), /takes `lockOut` of the record: the hub stops after 9/],
  ['one that locks nobody', of(0), undefined, /locks nobody/],
  ['one that locks at once', of(1), undefined, /locks at the first wrong password/, true],
  ['a record that locks at once', of(0), of(1), /locks at the first wrong password/, true],
] as const)
  test(what, () => {
    const [finding, ...more] = lockOutFindings(read, written);
    assert.match(finding?.why ?? '', expected);
    assert.deepEqual([finding?.note, more], [isFault === true ? undefined : true, []]);
  });
