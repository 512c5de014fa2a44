// What a person sees of a change.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare } from '../../hub/apply/index.ts';
import { changeLines, countLines, painter } from './print.ts';

test('a change shows each member before and after, a new item only itself', () => {
  const members = compare({ a: 1, b: ['x'], s: 'old' }, { a: 2, b: ['x', 'y'], s: 'new' }, (path) => path === 's');
  assert.deepEqual(changeLines({ action: 'change', kind: 'api', id: 'r', members }, painter(false)), [
    '~ api r',
    '    a: 1 → 2',
    '    b[1]: "y"',
    '    s: (hidden) → (hidden)',
  ]);
  assert.deepEqual(changeLines({ action: 'create', kind: 'api', id: 'r', members }, painter(false)), ['+ api r']);
  assert.deepEqual(changeLines({ action: 'remove', kind: 'api', id: 'r', members: [] }, painter(true)), [
    '\u001b[31m- api r\u001b[0m',
  ]);
});
test('a value cannot write to the terminal', () => {
  const lines = changeLines(
    { action: 'change', kind: 'p', id: 'x', members: [{ path: 'n', from: 'a', to: 'b\u001b]0;evil\u0007' }] },
    painter(false),
  );
  assert.doesNotMatch(lines.join(''), /\p{Cc}/u);
});
test('counts are told by kind', () => {
  assert.deepEqual(countLines({ api: { create: 1, unchanged: 3 }, person: { close: 2 } }), [
    'api: 1 new, 3 unchanged',
    'person: 2 closed',
  ]);
});
