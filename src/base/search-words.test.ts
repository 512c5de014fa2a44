// Words are found by whoever has the letters, by whoever has not, and by whoever borrows a neighbour's.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { searchWords } from './search-words.ts';

const alike: readonly (readonly [string, ...(readonly string[])])[] = [
  ['orsta', 'Ørsta', 'ørsta', 'ØRSTA', 'Örsta', 'orsta', 'O\u0308rsta'],
  ['baerum', 'Bærum', 'BÆRUM', 'baerum'],
  ['alesund', 'Ålesund', 'ålesund', 'A\u030Alesund', 'alesund'],
  ['angelholm', 'Ängelholm', 'ängelholm', 'ANGELHOLM'],
  ['orebro', 'Örebro', 'ÖREBRO', 'orebro', 'ørebro'],
  ['lidkoping', 'Lidköping', 'Lidkøping', 'lidkoping'],
  ['giessen', 'Gießen', 'GIEẞEN', 'giessen'],
  ['orgryte', 'Örgryté', 'orgryte'],
  ['lulea', 'Luleå', 'luleá', 'lulea'],
  ['jokkmokk', 'Jokkmokk', 'Ｊｏｋｋｍｏｋｋ'],
  ['karasjohka', 'Kárášjohka', 'karasjohka'],
  ['dahl', 'Đahl', 'dahl'],
];

for (const [folded, ...written] of alike)
  test(`${written.join(', ')} are ${folded}`, () => {
    for (const one of written) assert.deepEqual(searchWords(one), [folded], one);
  });

test('signs divide words, and alone are none', () => {
  assert.deepEqual(searchWords('Region Jönköpings län'), ['region', 'jonkopings', 'lan']);
  assert.deepEqual(searchWords('Tromsø/UNN (Ærø)'), ['tromso', 'unn', 'aero']);
  assert.deepEqual(searchWords(`'; DROP TABLE -- & | ! :* <`), ['drop', 'table']);
  assert.deepEqual(searchWords(''), []);
});
