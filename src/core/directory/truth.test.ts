// V1: whose word of a person holds, as a table: by rank, never by who spoke last; what a file wrote is not lost.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileWord, type TruthFacts, type Word, weigh } from './truth.ts';

const ranks: TruthFacts['ranks'] = new Map([
  ['ad', { mail: 60, familyName: 40 }],
  ['hr', { familyName: 70, mail: 30 }],
]);
const filed = { givenName: 'Nora', familyName: 'Filed', attributes: { mail: 'file@x' } };
const word = (attribute: Word['attribute'], source: string, value: string, holds = false): Word => ({
  attribute,
  source,
  value,
  holds,
});
const outcome = (change: Partial<TruthFacts>, attribute: Word['attribute']) => {
  const { values, words } = weigh({ person: filed, words: [], ranks, ...change });
  return [values[attribute], words.find((one) => one.attribute === attribute && one.holds)?.source];
};

const cases: readonly (readonly [
  name: string,
  change: Partial<TruthFacts>,
  attribute: Word['attribute'],
  value: string | undefined,
  by: string | undefined,
])[] = [
  ['without a source a file’s holds', {}, 'mail', 'file@x', fileWord],
  [
    'a source of a higher rank wins over a file',
    { told: { source: 'ad', values: { mail: 'ad@x' } } },
    'mail',
    'ad@x',
    'ad',
  ],
  ['one of a lower rank does not', { told: { source: 'hr', values: { mail: 'hr@x' } } }, 'mail', 'file@x', fileWord],
  [
    'one of a lower rank does not overwrite a source either, though it speaks last',
    {
      person: { ...filed, attributes: { mail: 'ad@x' } },
      words: [word('mail', 'ad', 'ad@x', true)],
      told: { source: 'hr', values: { mail: 'hr@x' } },
    },
    'mail',
    'ad@x',
    'ad',
  ],
  [
    'what its record does not name is not taken',
    { told: { source: 'ad', values: { telephone: '1' } } },
    'telephone',
    undefined,
    undefined,
  ],
  [
    'a source that is unknown has no say',
    { told: { source: 'x', values: { mail: 'x@x' } } },
    'mail',
    'file@x',
    fileWord,
  ],
  [
    'a word that is taken back leaves the next',
    {
      person: { ...filed, attributes: { mail: 'ad@x' } },
      words: [word('mail', 'ad', 'ad@x', true), word('mail', 'hr', 'hr@x')],
      told: { source: 'ad', values: {} },
    },
    'mail',
    'hr@x',
    'hr',
  ],
  [
    'and the last leaves nothing',
    {
      person: { ...filed, attributes: { mail: 'ad@x' } },
      words: [word('mail', 'ad', 'ad@x', true)],
      told: { source: 'ad', values: {} },
    },
    'mail',
    undefined,
    undefined,
  ],
  [
    'but a name stays',
    { words: [word('familyName', 'hr', 'Filed', true)], told: { source: 'hr', values: {} } },
    'familyName',
    'Filed',
    undefined,
  ],
  [
    'what a file wrote over a source is the file’s word, and loses',
    { words: [word('mail', 'ad', 'ad@x', true)] },
    'mail',
    'ad@x',
    'ad',
  ],
  [
    'a rank that is taken away gives the file’s word back',
    {
      person: { ...filed, attributes: { mail: 'ad@x' } },
      words: [word('mail', 'ad', 'ad@x', true), word('mail', fileWord, 'file@x')],
      ranks: new Map(),
    },
    'mail',
    'file@x',
    fileWord,
  ],
  [
    'whom a source brought has its names',
    { namedBy: 'hsa', told: { source: 'hsa', values: { givenName: 'Nora', familyName: 'Hsa' } } },
    'familyName',
    'Hsa',
    'hsa',
  ],
  [
    'but for one that ranks higher',
    {
      namedBy: 'hsa',
      person: { ...filed, familyName: 'Hsa' },
      words: [word('familyName', 'hsa', 'Hsa', true)],
      told: { source: 'hr', values: { familyName: 'Hr' } },
    },
    'familyName',
    'Hr',
    'hr',
  ],
];

describe('whose word holds', () => {
  for (const [name, change, attribute, value, by] of cases)
    test(name, () => assert.deepEqual(outcome(change, attribute), [value, by]));

  test('a word said again changes nothing, and losing words are kept', () => {
    const told = { source: 'ad', values: { mail: 'ad@x', familyName: 'Ad' } };
    const first = weigh({ person: filed, words: [], ranks, told });
    const person = { ...filed, attributes: { mail: first.values.mail ?? '' } };
    assert.deepEqual(weigh({ person, words: first.words, ranks, told }), first);
    assert.ok(first.words.some(({ source, value, holds }) => source === 'ad' && value === 'Ad' && !holds));
    assert.ok(first.words.some(({ source, value }) => source === fileWord && value === 'file@x'));
  });
});
