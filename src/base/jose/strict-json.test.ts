// One meaning for every accepted text: duplicates at any level, odd characters and depth are refused.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseJsonObject } from './strict-json.ts';

const parse = (text: string) => parseJsonObject(Buffer.from(text));

describe('strict JSON', () => {
  for (const [what, text] of [
    ['empty object', '{}'],
    ['colons, quotes and braces in strings', '{"a:b":"c:\\"{[:","\\\\":"\\\\\\\\"}'],
    ['the same name in different objects', '{"a":{"a":1},"b":[{"a":1},{"a":2}]}'],
    ['white space', ' {\n"a" :\t1 } '],
    ['an escaped pair of surrogates', '{"a":"\\ud83d\\ude00"}'],
    ['names of Object.prototype but one', '{"constructor":1,"toString":2,"hasOwnProperty":3}'],
    ['depth 16', `${'{"a":'.repeat(15)}{}${'}'.repeat(15)}`],
  ] as const) {
    test(`accepted: ${what}`, () => assert.deepEqual(parse(text), { ok: true, value: JSON.parse(text) }));
  }

  for (const [what, text, reason] of [
    ['a name twice', '{"a":1,"a":1}', 'duplicateMember'],
    ['a name twice, once escaped', '{"a":1,"\\u0061":2}', 'duplicateMember'],
    ['a name twice, deep in', '{"a":[{"b":{"c":1,"c":2}}]}', 'duplicateMember'],
    ['an index twice', '{"1":1,"1":2}', 'duplicateMember'],
    ['a duplicate hidden by a colon in a string', '{"a":1,"a":":"}', 'duplicateMember'],
    ['__proto__', '{"__proto__":{"alg":"none"}}', 'forbiddenMember'],
    ['__proto__ escaped', '{"\\u005f_proto__":1}', 'forbiddenMember'],
    ['__proto__ deep in', '{"a":[{"__proto__":1}]}', 'forbiddenMember'],
    ['NUL in a value', '{"a":"\\u0000"}', 'forbiddenCharacter'],
    ['NUL in a name', '{"\\u0000":1}', 'forbiddenCharacter'],
    ['a lone surrogate', '{"a":["\\ud800"]}', 'forbiddenCharacter'],
    ['array', '[]', 'notAnObject'],
    ['null', 'null', 'notAnObject'],
    ['text', '"a"', 'notAnObject'],
    ['nothing', '', 'notJson'],
    ['a byte order mark', '\ufeff{}', 'notJson'],
    ['two objects', '{}{}', 'notJson'],
    ['a comment', '{}//', 'notJson'],
    ['a trailing comma', '{"a":1,}', 'notJson'],
    ['an unclosed string', '{"a', 'notJson'],
    ['depth 17', `${'{"a":'.repeat(16)}{}${'}'.repeat(16)}`, 'tooDeep'],
    ['depth of a hundred thousand', '['.repeat(100_000), 'tooDeep'],
  ] as const) {
    test(`refused: ${what}`, () => assert.deepEqual(parse(text), { ok: false, reason }));
  }

  test('refused: bytes that are not UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]);
    assert.deepEqual(parseJsonObject(bytes), { ok: false, reason: 'notUtf8' });
  });

  test('what JSON.stringify writes is accepted with the same meaning', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 6 })), (object) => {
        const text = JSON.stringify(object);
        const result = parse(text);
        if (result.ok) assert.deepEqual(result.value, JSON.parse(text));
        else assert.match(text, /__proto__|\\u0000|\\ud[89a-f]/i, result.reason);
      }),
    );
  });

  test('a member repeated anywhere is found, whatever the strings around it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string(), { minKeys: 1 }), fc.nat(), (object, at) => {
        const members = Object.entries(object).map(
          ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
        );
        members.push(members[at % members.length] ?? '');
        assert.equal(parse(`{${members.join(',')}}`).ok, false);
      }),
    );
  });
});
