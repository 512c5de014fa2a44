// Passwords as a directory takes them, by Microsoft’s vector.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { randomPassword, unicodePassword } from './unicode-password.ts';

test('Microsoft’s vector (KB269190)', () =>
  assert.equal(unicodePassword('newPassword').toString('base64'), 'IgBuAGUAdwBQAGEAcwBzAHcAbwByAGQAIgA='));

test('random ones are long, differ, and have every class', () => {
  const [one, two] = [randomPassword(randomBytes), randomPassword(randomBytes)];
  assert.notEqual(one, two);
  assert.ok(one.length >= 40);
  for (const part of [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/]) assert.match(one, part);
});
