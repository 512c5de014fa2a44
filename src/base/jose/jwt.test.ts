// Types and times of the registered claims.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkTimes, readClaims } from './jwt.ts';

const read = (json: string, options = {}) => readClaims(Buffer.from(json), options);
const nowSeconds = 1_800_000_000;

describe('claims', () => {
  test('a full set', () => {
    const json = '{"iss":"i","sub":"s","aud":["a","b"],"exp":2,"nbf":1.5,"iat":0,"jti":"j","x":{}}';
    const result = read(json);
    assert.ok(result.ok);
    assert.deepEqual(result.claims, {
      iss: 'i',
      sub: 's',
      aud: ['a', 'b'],
      exp: 2,
      nbf: 1.5,
      iat: 0,
      jti: 'j',
      all: JSON.parse(json),
    });
  });

  test('an empty set', () => assert.deepEqual(read('{}'), { ok: true, claims: { all: {} } }));

  for (const [json, reason] of [
    ['{"iss":1}', 'claims.iss'],
    ['{"iss":null}', 'claims.iss'],
    ['{"sub":["s"]}', 'claims.sub'],
    ['{"aud":{}}', 'claims.aud'],
    ['{"aud":[null]}', 'claims.aud'],
    ['{"exp":"2"}', 'claims.exp'],
    ['{"exp":1e999}', 'claims.exp'],
    ['{"exp":-1}', 'claims.exp'],
    ['{"exp":null}', 'claims.exp'],
    ['{"exp":8.65e12}', 'claims.exp'],
    ['{"nbf":true}', 'claims.nbf'],
    ['{"iat":[1]}', 'claims.iat'],
    ['{"jti":1}', 'claims.jti'],
    ['{"jti":""}', 'claims.jti'],
    ['{"jti":"a\\nb"}', 'claims.jti'],
    [`{"jti":"${'x'.repeat(257)}"}`, 'claims.jti'],
    ['{"exp":1,"exp":2}', 'claims.duplicateMember'],
    ['"text"', 'claims.notAnObject'],
  ] as const) {
    test(`refused: ${json.slice(0, 40)}`, () => assert.deepEqual(read(json), { ok: false, reason }));
  }

  test('times as text only when asked for, and only as plain digits', () => {
    const result = read('{"iat":"1677743803"}', { numericStrings: true });
    assert.ok(result.ok);
    assert.equal(result.claims.iat, 1677743803);
    for (const text of ['', ' 1', '1.5', '1e3', '-1', '0x10', 'x']) {
      assert.equal(read(JSON.stringify({ iat: text }), { numericStrings: true }).ok, false);
    }
  });
});

describe('times', () => {
  const judge = (claims: object, rules = {}) => {
    const result = checkTimes({ all: {}, ...claims }, nowSeconds * 1000, rules);
    return result.ok ? 'ok' : result.reason;
  };
  for (const [claims, rules, outcome] of [
    [{}, {}, 'ok'],
    [{ exp: nowSeconds + 1 }, {}, 'ok'],
    [{ exp: nowSeconds }, {}, 'expired'],
    [{ exp: nowSeconds }, { leewayFutureSeconds: 60 }, 'expired'],
    [{ nbf: nowSeconds + 10, iat: nowSeconds + 10 }, {}, 'ok'],
    [{ nbf: nowSeconds + 10.1 }, {}, 'notYetValid'],
    [{ iat: nowSeconds + 11 }, {}, 'issuedInFuture'],
    [{ iat: nowSeconds + 60 }, { leewayFutureSeconds: 60 }, 'ok'],
    [{ iat: nowSeconds + 61 }, { leewayFutureSeconds: 60 }, 'issuedInFuture'],
    [{ nbf: nowSeconds + 61 }, { leewayFutureSeconds: 3600 }, 'notYetValid'],
  ] as const) {
    test(`${JSON.stringify(claims)} ${JSON.stringify(rules)}: ${outcome}`, () =>
      assert.equal(judge(claims, rules), outcome));
  }
});
