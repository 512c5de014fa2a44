// Passwords that may be set, and that may not.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Secret } from '../../../base/secret.ts';
import { generatePassword } from './generate.ts';
import { passwordFault } from './rules.ts';

const about = ['anna.lindqvist', 'Anna', 'Lindqvist'];
const bad: readonly [password: string, fault: string][] = [
  ['short pass', 'tooShort'],
  ['x'.repeat(300), 'tooLong'],
  ['Password1234', 'common'],
  ['P@ssw0rd!2026', 'common'],
  ['Sommar2026!!!', 'common'],
  ['Vinter-2025-!', 'common'],
  ['welkom123456', 'common'],
  ['sykehuset2024', 'common'],
  ['lösenord1234', 'common'],
  ['1q2w3e4r5t6y', 'common'],
  ['!!!iloveyou!!!', 'common'],
  ['SommarVinter1', 'common'],
  ['aaaaaaaaaaaa', 'simple'],
  ['zyxwvutsrqpo', 'simple'],
  ['xk3xk3xk3xk3', 'simple'],
  ['anna.lindqvist!', 'aboutYou'],
  ['Lindqvist-blue-77', 'aboutYou'],
  ['my name is l1ndqv1st', 'aboutYou'],
];
const good = [
  'violet ladder under moss',
  'tåget gick för sent till Falun',
  'R7#kd02!mvLqz',
  'correcthorsebatterystaple',
  'kaffe utan grädde klockan nio',
];

describe('passwordFault', () => {
  for (const [password, fault] of bad)
    test(`${password.slice(0, 20)}: ${fault}`, () => assert.equal(passwordFault(new Secret(password), about), fault));
  for (const password of good)
    test(`allows ${password}`, () => assert.equal(passwordFault(new Secret(password), about), undefined));
  test('short names are not looked for', () =>
    assert.equal(passwordFault(new Secret('violet ladder moss'), ['Bo Li']), undefined));
  test('what the program makes is allowed, and differs', () => {
    const made = Array.from({ length: 200 }, () => generatePassword());
    for (const password of made) assert.equal(passwordFault(password, about), undefined);
    assert.equal(new Set(made.map((password) => password.reveal())).size, 200);
    assert.match(made[0]!.reveal(), /^[a-z2-9]{4}(-[a-z2-9]{4}){4}$/);
  });
});
