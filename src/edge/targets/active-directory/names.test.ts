// Distinguished names as directories take them, hostile values among them.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { comparableName, containerOf, escapeNameValue, isBelow } from './names.ts';

describe('a value made safe', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['Anna Öberg', 'Anna Öberg'],
    ['Doe, Jane', 'Doe\\, Jane'],
    ['a+b="c";<d>#\\', 'a\\+b\\=\\"c\\"\\;\\<d\\>\\#\\\\'],
    [' both ', '\\ both\\ '],
    [' ', '\\ '],
    ['x,OU=Admins,DC=region', 'x\\,OU\\=Admins\\,DC\\=region'],
    ['nul\u0000line\n', 'nul\\00line\\0a'],
  ];
  for (const [value, escaped] of cases)
    test(JSON.stringify(value), () => assert.equal(escapeNameValue(value), escaped));
});

test('a hostile value stays one part of the name', () => {
  const name = `CN=${escapeNameValue('x,OU=Admins')},OU=Care,DC=region`;
  assert.equal(containerOf(name), 'OU=Care,DC=region');
  assert.equal(containerOf('CN=back\\\\,OU=Care'), 'OU=Care');
  assert.equal(containerOf('DC=region'), '');
});

test('names that are the same are', () => {
  assert.equal(comparableName('CN=Care , OU = Groups,DC=Region'), comparableName('cn=care,ou=groups,dc=region'));
  assert.notEqual(comparableName('CN=Care\\, OU=Groups'), comparableName('CN=Care,OU=Groups'));
});

test('what lies below a tree, and what only ends like it', () => {
  assert.ok(isBelow('CN=a,OU=External, DC=x', 'ou=external,dc=x'));
  assert.ok(isBelow('OU=External,DC=x', 'OU=External,DC=x'));
  assert.ok(!isBelow('CN=a,OU=NotExternal,DC=x', 'OU=External,DC=x'));
  assert.ok(!isBelow('CN=a,DC=x', 'OU=External,DC=x'));
});
