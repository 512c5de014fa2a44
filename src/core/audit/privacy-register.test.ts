// The register of retention says what the program does: every class with its days, as in the defaults.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { auditClasses } from '../../wire/codes/index.ts';
import { defaultRetention, shortestRetentionDays } from './retention.ts';
import { personalNumberKinds } from './sensitive.ts';

const register = readFileSync(new URL('../../../docs/privacy.md', import.meta.url), 'utf8');

test('docs/privacy.md gives the days of each class', () => {
  for (const name of auditClasses) {
    const [, days] = new RegExp(`^\\| \`${name}\` \\|[^|]+\\| (\\d+) days`, 'm').exec(register) ?? [];
    assert.equal(Number(days), defaultRetention[name], name);
  }
  assert.match(register, new RegExp(`less than ${shortestRetentionDays} days`));
});

test('docs/privacy.md names every kind that may hold a personal number', () => {
  for (const kind of personalNumberKinds) assert.ok(register.includes(kind), kind);
  assert.equal(register.includes('`personalNumberKinds` is empty'), personalNumberKinds.size === 0);
});
