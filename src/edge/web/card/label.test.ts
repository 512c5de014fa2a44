// Host labels: fresh, lawful in DNS, and telling the populations back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { keysOfServerName, newCardLabel, populationKey } from './label.ts';

const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20 }), { maxLength: 15 });

test('a label is a DNS label that gives its populations back, whatever their ids', () => {
  fc.assert(
    fc.property(ids, (populations) => {
      const label = newCardLabel(populations);
      assert.match(label, /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/);
      const keys = keysOfServerName(`${label}.card.localhost`, 'card.localhost');
      const expected = populations.length > 9 ? [] : [...populations].sort().map(populationKey);
      assert.deepEqual(keys, expected);
    }),
  );
});

test('two labels of the same populations are different hosts', () => {
  assert.notEqual(newCardLabel(['a']), newCardLabel(['a']));
});

test('a name in capitals is the same name; other names are none', () => {
  const label = newCardLabel(['a', 'b']);
  assert.equal(keysOfServerName(`${label}.CARD.localhost`.toUpperCase(), 'card.localhost')?.length, 2);
  for (const name of [
    '',
    'card.localhost',
    'localhost',
    `${label}.evil.example`,
    `${label}card.localhost`,
    `x.${label}.card.localhost`,
    `${label}-x.card.localhost`,
  ])
    assert.equal(keysOfServerName(name, 'card.localhost'), undefined, name);
});
