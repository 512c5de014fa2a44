// Completion: what is offered where, in the place of what, and that what is offered can be read.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { complete, mostCompletions, placeAt } from './complete.ts';
import { readQuery } from './read-query.ts';

const asked: unknown[] = [];
const known = {
  values: async (...what: unknown[]) => {
    asked.push(what);
    return [{ text: 'ola nordmann', label: 'Ola' }, { text: 'o"2' }];
  },
};
const offered = async (marked: string) => {
  const cursor = marked.indexOf('|');
  const text = marked.replace('|', '');
  const found = await complete(text, cursor, known);
  return (
    found && {
      items: found.items.map((item) => item.text),
      whole: found.items.map((item) => text.slice(0, found.at) + item.text + text.slice(found.end)),
    }
  );
};

describe('at a place', () => {
  test('fields are offered at the beginning and after a space', async () => {
    assert.deepEqual((await offered('|'))?.items.slice(0, 3), ['person:', 'organisation:', 'application:']);
    assert.deepEqual((await offered('person:x a|'))?.whole, ['person:x application:', 'person:x about:']);
    assert.deepEqual((await offered('person:x |'))?.items.length, mostCompletions);
    assert.deepEqual((await offered('-pro|'))?.whole, ['-provider:']);
    assert.deepEqual((await offered('(per|'))?.whole, ['(person:']);
  });
  test('values of closed sets by their beginning, then by what is in them', async () => {
    assert.deepEqual((await offered('outcome:re|'))?.items, ['refused']);
    assert.deepEqual((await offered('kind:journey.fin|'))?.items, ['journey.finished']);
    assert.ok((await offered('kind:finished|'))?.items.includes('journey.finished'));
    assert.deepEqual((await offered('last:|'))?.items[0], '1h');
  });
  test('values that a port knows, quoted where they must be, in the place of the whole value', async () => {
    assert.deepEqual((await offered('person:o|la class:login'))?.whole, [
      'person:"ola nordmann" class:login',
      'person:"o\\"2" class:login',
    ]);
    assert.deepEqual(asked.at(-1), ['person', 'o', mostCompletions]);
    assert.deepEqual((await offered('person:"ol|'))?.whole[0], 'person:"ola nordmann"');
  });
  test('nothing within free words in quotes, for an unknown field, or outside', async () => {
    for (const marked of ['"free wo|rds"', 'strange:x|']) assert.equal(await offered(marked), undefined);
    assert.equal(placeAt('abc', 9), undefined);
    assert.equal(placeAt('x'.repeat(5000), 2), undefined);
  });
});

test('whatever is typed, what is offered fits into it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), fc.nat(60), async (text, cursor) => {
      const found = await complete(text, cursor, known);
      if (found === undefined) return;
      assert.ok(found.at >= 0 && found.at <= found.end && found.end <= text.length);
    }),
  );
  for (const marked of ['class:|', 'reason:card|', 'person:|'])
    for (const whole of (await offered(marked))?.whole ?? []) assert.ok(readQuery(whole).ok, whole);
});
