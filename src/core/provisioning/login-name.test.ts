// K5: login names that every system takes, with a next one when it is taken.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isLoginNamePattern } from '../catalogue/account-template.ts';
import { loginNamesOf, longestLoginName, namesTried } from './login-name.ts';

const first = (pattern: string, givenName: string, familyName: string, id = 'SE2321000156-1077') =>
  loginNamesOf(pattern, { givenName, familyName, id })[0];

describe('the first name', () => {
  const cases: readonly (readonly [pattern: string, given: string, family: string, name: string])[] = [
    ['{given:3}{family:3}', 'Åsa', 'Öberg', 'asaobe'],
    ['{given}.{family}', 'Søren', 'Kjær', 'soren.kjaer'],
    ['{given}.{family}', 'Anna-Lena', 'af Trolle', 'annalena.aftrolle'],
    ['{given:1}{family}', 'Bo', 'Li', 'bli'],
    ['x-{id}', 'Bo', 'Li', 'x-se23210001561077'],
    ['{given}.{family}', 'Bo', '', 'bo'],
    ['{given}.{family}', 'Maximilian', 'von Hohenzollern-Sigmaringen', 'maximilian.vonhohenz'],
    ['{given}.{family}', 'Ελένη', 'Παπαδοπούλου', 'se23210001561077'],
    ['{given:3}{family:3}', 'Li', 'Ek', 'liek'],
    ['{given}_{family}', '  ', 'Ek', 'ek'],
  ];
  for (const [pattern, given, family, name] of cases)
    test(`${pattern} of ${given} ${family} is ${name}`, () => assert.equal(first(pattern, given, family), name));
});

test('the next ones have a number, cut so that they fit', () => {
  const names = loginNamesOf('{given}.{family}', {
    givenName: 'Maximilian',
    familyName: 'Hohenzollern',
    id: 'SE1-1',
  });
  assert.deepEqual(names.slice(0, 2), ['maximilian.hohenzoll', 'maximilian.hohenzol2']);
  assert.equal(names[9], 'maximilian.hohenzo10');
  assert.equal(names.length, namesTried);
});

test('who has neither names nor a key in plain letters has none', () =>
  assert.deepEqual(loginNamesOf('{given}', { givenName: '李', familyName: '王', id: '二' }), []));

test('any name gives names that differ, are short enough, and are of letters that every system takes (property)', () => {
  const patterns = fc.constantFrom('{given:3}{family:3}', '{given}.{family}', '{family}-{given:1}', 'x.{id}');
  fc.assert(
    fc.property(
      patterns,
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'grapheme' }),
      (pattern, given, family) => {
        const names = loginNamesOf(pattern, { givenName: given, familyName: family, id: 'SE2321000156-1077' });
        assert.equal(new Set(names).size, namesTried);
        for (const name of names) {
          assert.ok(name.length <= longestLoginName, name);
          assert.match(name, /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/);
        }
      },
    ),
  );
});

test('a pattern names somebody, and has only plain letters beside', () => {
  for (const good of ['{given}', '{given:3}{family:3}', 'x-{id}', '{given}.{family}'])
    assert.ok(isLoginNamePattern(good));
  for (const bad of [
    '',
    'everybody',
    '{name}',
    '{given} {family}',
    '{given:999}',
    'Å{id}',
    '{given}@x',
    '{given',
    '*{id}',
  ])
    assert.ok(!isLoginNamePattern(bad), bad);
});
