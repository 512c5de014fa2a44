// What counts as a lost licence, and everything near it that does not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LicenceAnswer, licenceOf } from './licence.ts';
import type { Authorisation } from './ports.ts';

const now = Date.UTC(2027, 0, 4);
const day = 86_400_000;
const right = (from?: number, until?: number): Authorisation => ({ profession: 'LE', from, until });

test('only a right that has ended, with none left, is a lost licence', () => {
  const cases: readonly (readonly [string, readonly Authorisation[] | undefined, LicenceAnswer])[] = [
    ['not in the register', undefined, 'notFound'],
    ['known without any right', [], 'none'],
    ['without an end', [right()], 'holds'],
    ['ends tomorrow', [right(now - day, now + day)], 'holds'],
    ['ended yesterday', [right(now - 2 * day, now - day)], 'ended'],
    ['ends at this instant', [right(undefined, now)], 'ended'],
    ['one ended, another holds', [right(undefined, now - day), right(now - day)], 'holds'],
    ['begins tomorrow', [right(now + day)], 'none'],
    ['one ended, another begins tomorrow', [right(undefined, now - day), right(now + day)], 'ended'],
    ['dates the wrong way round', [right(now - day, now - 2 * day)], 'none'],
  ];
  for (const [name, authorisations, answer] of cases)
    assert.equal(licenceOf(authorisations && { hprNumber: '1', authorisations }, now), answer, name);
});
