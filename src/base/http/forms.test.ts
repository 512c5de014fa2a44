// Forms and queries: exact content type, no repeated names, no bytes that do not decode.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isForm, parseForm, parseQuery, readForm } from './forms.ts';
import type { HttpRequest } from './route.ts';

const request = (contentType: string | readonly string[] | undefined, body: string): HttpRequest => ({
  method: 'POST',
  path: '/',
  query: '',
  params: {},
  headers: { 'content-type': contentType },
  body: Buffer.from(body),
  ip: '127.0.0.1',
});

const read = (text: string) => {
  const result = parseForm(Buffer.from(text, 'latin1'));
  assert.ok(result.ok, text);
  return result;
};

describe('content type of a form', () => {
  for (const type of [
    'application/x-www-form-urlencoded',
    'Application/X-WWW-Form-Urlencoded',
    'application/x-www-form-urlencoded;charset=UTF-8',
    'application/x-www-form-urlencoded ; charset="utf-8"',
  ]) {
    test(`taken: ${type}`, () => assert.equal(isForm(request(type, '')), true));
  }
  for (const type of [
    undefined,
    '',
    'application/json',
    'text/plain',
    'application/x-www-form-urlencoded2',
    'application/x-www-form-urlencoded; charset=latin1',
    'application/x-www-form-urlencoded; a=b',
    'application/x-www-form-urlencoded, application/json',
    'multipart/form-data; boundary=application/x-www-form-urlencoded',
    ['application/x-www-form-urlencoded', 'application/x-www-form-urlencoded'],
  ]) {
    test(`refused: ${JSON.stringify(type)}`, () => {
      assert.deepEqual(readForm(request(type, 'a=b')), { ok: false, fault: 'contentType' });
    });
  }
});

describe('parsing', () => {
  test('names and values are decoded once', () => {
    const { fields, duplicates } = read('a=b&c=%C3%A5+%2B&d&e=&f=1=2&g=%2541');
    assert.deepEqual(
      [...fields],
      [
        ['a', 'b'],
        ['c', 'å +'],
        ['d', ''],
        ['e', ''],
        ['f', '1=2'],
        ['g', '%41'],
      ],
    );
    assert.deepEqual(duplicates, []);
  });

  test('a name that comes twice is reported, also when spelled otherwise, and the first value stays', () => {
    const { fields, duplicates, all } = read('scope=a&x=1&%73cope=b&scope=c');
    assert.equal(fields.get('scope'), 'a');
    assert.deepEqual(duplicates, ['scope']);
    assert.deepEqual(all('scope'), ['a', 'b', 'c']);
    assert.deepEqual(all('x'), ['1']);
    assert.deepEqual(all('y'), []);
  });

  test('an empty text has no fields', () => assert.equal(read('').fields.size, 0));

  for (const [fault, text] of [
    ['bad percent', 'a=%'],
    ['bad percent', 'a=%zz'],
    ['overlong UTF-8', 'a=%C0%80'],
    ['surrogate', 'a=%ED%A0%80'],
    ['cut UTF-8', 'a=%C3'],
    ['raw byte', 'a=\xe5'],
    ['raw space', 'a=b c'],
    ['raw newline', 'a=b\n'],
    ['NUL', 'a=%00'],
    ['empty name', '=b'],
    ['empty pair', 'a=b&&c=d'],
    ['trailing pair', 'a=b&'],
    ['prototype name', '__proto__=1'],
    ['prototype name, encoded', '%5f_proto__=1'],
    ['constructor', 'constructor=1'],
  ] as const) {
    test(`refused: ${fault}: ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parseForm(Buffer.from(text, 'latin1')), { ok: false, fault: 'malformed' });
    });
  }

  test('bounds', () => {
    const limits = { maxBytes: 10, maxFields: 2 };
    assert.deepEqual(parseForm(Buffer.from('a=12345678'), limits).ok, true);
    assert.deepEqual(parseForm(Buffer.from('a=123456789'), limits), { ok: false, fault: 'tooLarge' });
    assert.deepEqual(parseQuery('a=123456789', limits), { ok: false, fault: 'tooLarge' });
    assert.deepEqual(parseForm(Buffer.from('a&b&c'), limits), { ok: false, fault: 'tooMany' });
  });

  test('whatever URLSearchParams writes comes back', () => {
    const word = fc.string({ unit: 'grapheme', minLength: 1 }).filter((s) => !s.includes('\0') && s.isWellFormed());
    const pair = fc.tuple(
      word.filter((s) => !['__proto__', 'constructor', 'prototype'].includes(s)),
      word,
    );
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 20 }), (pairs) => {
        const result = parseQuery(new URLSearchParams(pairs).toString());
        assert.ok(result.ok);
        for (const [name] of pairs) {
          assert.deepEqual(
            result.all(name),
            pairs.filter(([other]) => other === name).map(([, value]) => value),
          );
        }
      }),
    );
  });

  test('any bytes give an answer, never an exception, and a taken text reads as URLSearchParams reads it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const result = parseForm(Buffer.from(bytes));
        if (!result.ok) return;
        const other = new URLSearchParams(`?${Buffer.from(bytes).toString('latin1')}`);
        for (const [name, value] of result.fields) assert.equal(other.get(name), value);
      }),
      { numRuns: 500 },
    );
  });
});
