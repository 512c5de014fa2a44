// The query language: what is read, what is refused with which advice, and that what is printed reads as the same.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { auditClasses, auditKinds, reasonCodes } from '../../../wire/codes/index.ts';
import { kindGroups, outcomes, textFields } from './fields.ts';
import { printQuery } from './print-query.ts';
import { allOf, anyOf, type Condition, everything, notOf, type Query } from './query.ts';
import { type QueryFaultCode, queryLimits, readQuery } from './read-query.ts';

const read = (text: string): Query => {
  const found = readQuery(text);
  assert.ok(found.ok, JSON.stringify(found));
  return found.query;
};
const field = (name: (typeof textFields)[number], value: string): Condition => ({ is: 'field', field: name, value });

describe('a question is read', () => {
  const day = Date.parse('2026-01-01');
  const cases: readonly (readonly [string, Query])[] = [
    ['', everything],
    ['   ', everything],
    ['person:ola', field('person', 'ola')],
    ['person:"Ola N (2)"', field('person', 'Ola N (2)')],
    ['ticket:_a-b:c', field('ticket', '_a-b:c')],
    ['reference:k7qm-2f9x', field('reference', 'K7QM-2F9X')],
    ['kind:journey.*', { is: 'kind', pattern: 'journey.*' }],
    ['class:login', { is: 'class', class: 'login' }],
    ['outcome:refused', { is: 'outcome', outcome: 'refused' }],
    ['from:2026-01-01', { is: 'from', at: day }],
    ['to:2026-01-01T02:00+02:00', { is: 'to', at: day }],
    ['last:7d', { is: 'last', count: 7, unit: 'd' }],
    ['last 7d', { is: 'last', count: 7, unit: 'd' }],
    [
      'last words',
      allOf([
        { is: 'words', text: 'last' },
        { is: 'words', text: 'words' },
      ]),
    ],
    ['"free \\"words\\""', { is: 'words', text: 'free "words"' }],
    ['-provider:x', notOf(field('provider', 'x'))],
    ['NOT provider:x', notOf(field('provider', 'x'))],
    ['--provider:x', field('provider', 'x')],
    ['a-b', { is: 'words', text: 'a-b' }],
    ['person:a AND card:b', allOf([field('person', 'a'), field('card', 'b')])],
    ['person:a person:b OR card:c', anyOf([allOf([field('person', 'a'), field('person', 'b')]), field('card', 'c')])],
    ['person:a (person:b OR card:c)', allOf([field('person', 'a'), anyOf([field('person', 'b'), field('card', 'c')])])],
    ['((person:a))', field('person', 'a')],
  ];
  for (const [text, query] of cases) test(JSON.stringify(text), () => assert.deepEqual(read(text), query));
});

describe('what cannot be read is told, where, and what to write instead', () => {
  const many = Array.from({ length: queryLimits.terms + 1 }, () => 'a').join(' ');
  const cases: readonly (readonly [string, QueryFaultCode, number, (string | undefined)?])[] = [
    ['user:ola', 'unknownField', 0, 'person:ola'],
    ['persn:ola', 'unknownField', 0, 'person:ola'],
    ['http://x.example', 'unknownField', 0, '"http://x.example"'],
    ['kind:login.*', 'unknownKind', 5, 'class:login'],
    ['kind:journey.finishd', 'unknownKind', 5, 'kind:journey.finished'],
    ['class:logins', 'unknownClass', 6, 'class:login'],
    ['outcome:refuse', 'unknownOutcome', 8, 'outcome:refused'],
    ['reason:card.expird', 'unknownReason', 7, 'reason:card.expired'],
    ['person:', 'missingValue', 0],
    ['person: ola', 'missingValue', 0],
    ['person:""', 'missingValue', 0],
    ['from:2026-02-30', 'badTime', 5],
    ['to:tomorrow', 'badTime', 3],
    ['last:7', 'badDuration', 5],
    ['last:0d', 'badDuration', 5],
    ['last 7', 'badDuration', 5],
    ['x "free', 'unclosedQuote', 2],
    ['person:"free', 'unclosedQuote', 7],
    ['(person:a', 'unclosedBracket', 0],
    ['person:a)', 'unopenedBracket', 8],
    ['()', 'emptyBrackets', 0],
    ['OR', 'loneOperator', 0],
    ['person:a OR', 'loneOperator', 9],
    ['OR person:a', 'loneOperator', 0],
    ['person:a OR OR person:b', 'loneOperator', 9],
    ['person:a AND', 'loneOperator', 9],
    ['person:a AND AND person:b', 'loneOperator', 9],
    ['- person:a', 'loneOperator', 0],
    ['NOT', 'loneOperator', 0],
    ['***', 'noWord', 0],
    ['person:"a\u0000b"', 'control', 7],
    [`person:${'x'.repeat(queryLimits.value + 1)}`, 'valueTooLong', 7],
    ['x'.repeat(queryLimits.length + 1), 'tooLong', queryLimits.length],
    [many, 'tooMany', 2 * queryLimits.terms],
    [`${'('.repeat(40)}a${')'.repeat(40)}`, 'tooDeep', queryLimits.depth],
    [`${'-'.repeat(40)}a`, 'tooDeep', queryLimits.depth],
  ];
  for (const [text, code, at, meant] of cases)
    test(`${code}: ${text.slice(0, 40)}`, () => {
      const found = readQuery(text);
      assert.ok(!found.ok);
      const [fault] = found.faults;
      assert.deepEqual([fault?.code, fault?.at, fault?.meant], [code, at, meant]);
      assert.ok((fault?.end ?? 0) <= text.length && found.faults.length <= 5);
      if (meant !== undefined) assert.ok(readQuery(meant).ok, `${meant} can be read`);
    });
});

const text = (most: number) =>
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: most })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what a query may not hold
    .filter((value) => !/[\u0000-\u001f\u007f]/.test(value) && value.isWellFormed() && value.length <= 300);
const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc
    .record({ field: fc.constantFrom(...textFields.filter((name) => name !== 'reason')), value: text(20) })
    .map(({ field: name, value }) => field(name, name === 'reference' ? value.toUpperCase() : value)),
  fc.constantFrom(...reasonCodes).map((value) => field('reason', value)),
  fc.constantFrom<string>(...auditKinds, ...kindGroups).map((pattern): Condition => ({ is: 'kind', pattern })),
  fc.constantFrom(...auditClasses).map((value): Condition => ({ is: 'class', class: value })),
  fc.constantFrom(...outcomes).map((outcome): Condition => ({ is: 'outcome', outcome })),
  text(20)
    .filter((value) => /[\p{L}\p{N}]/u.test(value))
    .map((value): Condition => ({ is: 'words', text: value })),
  fc
    .tuple(
      fc.constantFrom('from', 'to'),
      fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
    )
    .map(([is, at]): Condition => ({ is: is as 'from', at: at.getTime() })),
  fc
    .tuple(fc.integer({ min: 1, max: 9999 }), fc.constantFrom('m', 'h', 'd', 'w'))
    .map(([count, unit]): Condition => ({ is: 'last', count, unit: unit as 'm' })),
);
const queries = fc.letrec<{ node: Condition }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.array(tie('node'), { minLength: 2, maxLength: 3 }).map(allOf),
    fc.array(tie('node'), { minLength: 2, maxLength: 3 }).map(anyOf),
    tie('node').map(notOf),
  ),
})).node;

test('what is printed reads as the same query', () => {
  fc.assert(
    fc.property(queries, (query) => {
      const printed = printQuery(query);
      const found = readQuery(printed);
      // Only the limits may be in the way of a query that was made by no text.
      if (!found.ok && found.faults.every(({ code }) => code.startsWith('too'))) return;
      assert.deepEqual(found, { ok: true, query });
    }),
    { numRuns: 1000 },
  );
});

test('any text at all is read or refused with places inside it, and what was read prints as itself', () => {
  const pieces = fc.constantFrom(
    '(',
    ')',
    '"',
    '-',
    ' ',
    'OR',
    'AND',
    'NOT',
    'person:',
    'kind:',
    'last',
    '7d',
    '\\',
    'a',
    ':',
    '\u0000',
    '\ud800',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.array(pieces, { maxLength: 80 }).map((all) => all.join('')),
      ),
      (given) => {
        const found = readQuery(given);
        if (found.ok) assert.deepEqual(readQuery(printQuery(found.query)), found);
        else for (const { at, end } of found.faults) assert.ok(at >= 0 && at <= end && end <= given.length, given);
      },
    ),
    { numRuns: 2000 },
  );
});
