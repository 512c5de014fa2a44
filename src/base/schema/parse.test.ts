// Reading by description: a table of what is refused and how, and TypeBox's own check as the oracle.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Check } from 'typebox/value';
import {
  either,
  flag,
  hideSecrets,
  keptSecret,
  list,
  mapSecrets,
  namedValues,
  oneOf,
  optional,
  parse,
  pathText,
  record,
  text,
  wholeNumber,
  word,
} from './index.ts';

const schema = record({
  id: text({ pattern: '^[a-z]+$', allowed: 'small letters' }),
  profile: oneOf(['fapi2', 'basic'], { default: 'fapi2' }),
  closed: flag({ default: false }),
  size: optional(wholeNumber({ minimum: 1, maximum: 9 })),
  tags: optional(list(text({ maxLength: 5 }), { uniqueItems: true, maxItems: 3 })),
  levels: optional(namedValues(oneOf(['low', 'high']), { names: '^\\d+$' })),
  auth: either([
    record({ method: word('key'), url: text() }),
    record({ method: word('secret'), hash: text({ secret: true, pattern: '^x' }) }),
  ]),
});
const good = { id: 'abc', auth: { method: 'key', url: 'u' } };

const faults: readonly [name: string, value: unknown, path: string, message: RegExp][] = [
  ['not a record', [], '', /named members/],
  ['missing member', { auth: good.auth }, 'id', /id is missing.*small letters/],
  ['misspelt member', { ...good, profil: 'basic' }, 'profil', /did you mean profile/],
  ['unknown member', { ...good, zzzzzz: 1 }, 'zzzzzz', /write one of id, profile/],
  ['prototype name', { ...good, constructor: 1 }, 'constructor', /no member/],
  ['wrong type', { ...good, id: 7 }, 'id', /write a text, not 7 \(put quotation marks/],
  ['wrong form', { ...good, id: 'A1' }, 'id', /"A1" does not have the right form.*small letters/],
  ['empty', { ...good, id: '' }, 'id', /must not be empty/],
  ['misspelt word', { ...good, profile: 'fapi' }, 'profile', /did you mean fapi2/],
  ['not a flag', { ...good, closed: 'no' }, 'closed', /true or false/],
  ['too large', { ...good, size: 10 }, 'size', /at most 9/],
  ['too small', { ...good, size: 0 }, 'size', /at least 1/],
  ['not whole', { ...good, size: 1.5 }, 'size', /whole number/],
  ['too long', { ...good, tags: ['abcdef'] }, 'tags[0]', /at most 5/],
  ['twice', { ...good, tags: ['a', 'a'] }, 'tags[1]', /twice/],
  ['too many', { ...good, tags: ['a', 'b', 'c', 'd'] }, 'tags', /at most 3/],
  ['name of a wrong form', { ...good, levels: { x: 'low' } }, 'levels.x', /right form for a name/],
  ['variant meant', { ...good, auth: { method: 'key' } }, 'auth.url', /url is missing/],
  ['no variant', { ...good, auth: 5 }, 'auth', /method: key.* or .*method: secret/],
];

describe('parse', () => {
  test('fills in defaults and leaves the input alone', () => {
    const input = structuredClone(good);
    const parsed = parse(schema, input);
    assert.deepEqual(parsed, { ok: true, value: { ...good, profile: 'fapi2', closed: false } });
    assert.deepEqual(input, good);
  });
  for (const [name, value, path, message] of faults) {
    test(`refuses: ${name}`, () => {
      const parsed = parse(schema, value);
      assert.ok(!parsed.ok);
      const found = parsed.problems.find((problem) => pathText(problem.path) === path);
      assert.match(found?.message ?? `nothing at ${path}: ${JSON.stringify(parsed.problems)}`, message);
    });
  }
  test('a message never repeats a secret', () => {
    const parsed = parse(schema, { ...good, auth: { method: 'secret', hash: 'hunter2' } });
    assert.ok(!parsed.ok);
    assert.doesNotMatch(JSON.stringify(parsed.problems), /hunter2/);
  });
  test('tells every problem at once', () => {
    const parsed = parse(schema, { id: 'A', closed: 1, auth: good.auth });
    assert.ok(!parsed.ok);
    assert.equal(parsed.problems.length, 2);
  });
  test('agrees with TypeBox on any value', () => {
    const value = fc.record(
      {
        id: fc.oneof(fc.constantFrom('abc', 'A', ''), fc.anything()),
        profile: fc.constantFrom('fapi2', 'basic', 'x'),
        closed: fc.oneof(fc.boolean(), fc.integer()),
        size: fc.oneof(fc.integer({ min: -1, max: 11 }), fc.double()),
        tags: fc.array(fc.constantFrom('a', 'b', 'abcdef', 1), { maxLength: 4 }),
        levels: fc.dictionary(fc.constantFrom('1', '22', 'x'), fc.constantFrom('low', 'high', 'none')),
        auth: fc.constantFrom(
          { method: 'key', url: 'u' },
          { method: 'secret', hash: 'x' },
          { method: 'secret', url: 'u' },
          { method: 'key', url: 'u', hash: 'x' },
          null,
        ),
        more: fc.constant(1),
      },
      { requiredKeys: ['profile', 'closed'] },
    );
    fc.assert(
      fc.property(value, (input) => parse(schema, input).ok === Check(schema, input)),
      { numRuns: 2000 },
    );
  });
});

describe('secrets', () => {
  const value = { ...good, auth: { method: 'secret', hash: 'xyz' } };
  test('are hidden wherever the description marks them', () => {
    assert.deepEqual(hideSecrets(schema, value), { ...good, auth: { method: 'secret', hash: keptSecret } });
  });
  test('are found with their path', () => {
    const paths: string[] = [];
    mapSecrets(schema, value, (own, path) => {
      paths.push(pathText(path));
      return own;
    });
    assert.deepEqual(paths, ['auth.hash']);
  });
});
