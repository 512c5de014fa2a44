// A text that a program was told leads to one person, by any identifier, or to nobody.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SubjectKey } from '../directory/directory.ts';
import { keysOfHint, personOfHint } from './hint.ts';
import type { IdentityLookup } from './link.ts';

const known: Readonly<Record<string, { readonly person: string; readonly closed?: boolean }>> = {
  'hsa-id SE2321000156-1077': { person: 'anna' },
  'se-personnummer 191212121212': { person: 'anna' },
  'no-fodselsnummer 01019012345': { person: 'kari' },
  'hub-account anna': { person: 'anna' },
  'hub-account 01019012345': { person: 'somebody else' },
  'hub-account 111222333': { person: 'sanne' },
  'nl-bsn 111222333': { person: 'sanne' },
  'hub-account bo': { person: 'bo', closed: true },
};
const lookup: IdentityLookup = {
  find: async (keys: readonly SubjectKey[]) =>
    keys.flatMap((key) => {
      const found = known[`${key.namespace} ${key.value}`];
      return found === undefined ? [] : [{ ...key, person: found.person, closed: found.closed ?? false }];
    }),
};

describe('whom a hint means', () => {
  for (const [hint, person] of [
    [' se2321000156-1077', 'anna'],
    ['19121212-1212', 'anna'],
    ['ANNA', 'anna'],
    ['111222333', 'sanne'],
    ['nobody', undefined],
    ['', undefined],
    ['bo', undefined],
    ['01019012345', undefined],
    ['a'.repeat(321), undefined],
    ['anna\u0000', undefined],
  ] as const)
    test(`${JSON.stringify(hint.slice(0, 20))}: ${person ?? 'nobody'}`, async () =>
      assert.equal(await personOfHint(lookup, hint), person));

  test('a text too long is looked up nowhere', () => assert.deepEqual(keysOfHint('1'.repeat(321)), []));
});
