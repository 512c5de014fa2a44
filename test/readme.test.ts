// The README says what the program does: every setting and every command that it names exists, and none is left out.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { settingTexts } from '../src/apps/hub/settings.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test('the README lists every setting with its meaning', () => {
  const rows = Object.fromEntries(
    [...readme.matchAll(/^\| `(TILLIT_\w+)` \| (.+) \|$/gm)].map((match) => [match[1], match[2]]),
  );
  assert.deepEqual(rows, settingTexts);
});

test('the README names the two commands', () => {
  assert.match(readme, /^npm start /m);
  assert.match(readme, /^npm test /m);
});
