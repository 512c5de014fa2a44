// Patterns that an administrator may write: a table, and the time that what is allowed can take.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { patternFault } from './safe-pattern.ts';

const good = [
  '^\\d{12}$',
  '^UN:NO-9578-(\\d{4})-[A-Z0-9]+$',
  '^(?:SE|NO)\\d{10}$',
  '^(?<id>[^-]{1,20})-x$',
  '^a?b?c?$',
  '^x\\(a+\\)$',
  '^[(a+)+]$',
];
const bad: readonly [string, string][] = [
  ['(', 'unreadable'],
  ['\\d+', 'notAnchored'],
  ['^a', 'notAnchored'],
  ['^a\\$', 'notAnchored'],
  ['^a|b$', 'notAnchored'],
  ['^(a+)+$', 'nestedQuantifier'],
  ['^(a|aa)+$', 'nestedQuantifier'],
  ['^((a+)b)*$', 'nestedQuantifier'],
  ['^(?:x(a|b)){2,9}$', 'nestedQuantifier'],
  ['^(a?){30}a{30}$', 'nestedQuantifier'],
  ['^a*a*a*$', 'tooManyQuantifiers'],
  ['^a{1,}b{2,}c{0,999}$', 'tooManyQuantifiers'],
  ['^(a)\\1$', 'backreference'],
  ['^(?<x>a)\\k<x>$', 'backreference'],
  ['^(?=a)a$', 'lookaround'],
  ['^(?<!a)b$', 'lookaround'],
];

describe('patternFault', () => {
  for (const pattern of good) test(`allows ${pattern}`, () => assert.equal(patternFault(pattern), undefined));
  for (const [pattern, fault] of bad) test(`${pattern}: ${fault}`, () => assert.equal(patternFault(pattern), fault));
  test('no allowed pattern takes long on a hard text', () => {
    const piece = fc.constantFrom('a', '.', '[ab]', '(', ')', '|', '+', '*', '?', '{1,}', '{0,9}', '(?:', '\\w', 'b');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const pattern = `^${pieces.join('')}$`;
        if (patternFault(pattern) !== undefined) return;
        const begun = process.cpuUsage();
        new RegExp(pattern, 'u').test(`${'a'.repeat(256)}!`);
        assert.ok(process.cpuUsage(begun).user < 200_000, pattern);
      }),
      { numRuns: 3000 },
    );
  });
});
