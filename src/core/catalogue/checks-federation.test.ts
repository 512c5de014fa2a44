// The check that a domain name is one member's.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileCatalogue, problemLine } from './compile.ts';
import { sampleItems } from './sample-items.ts';

const linesOf = (...members: object[]) => {
  const items = sampleItems().map((item) =>
    item.kind === 'federation' && item.id === 'care' ? { ...item, doc: { ...(item.doc as object), members } } : item,
  );
  const compiled = compileCatalogue(1, items);
  return compiled.ok ? [] : compiled.problems.map(problemLine);
};

test('a domain name is one member’s, also of a member with several dates', () => {
  const lund = { organisation: 'lund', scopes: ['lund.example'] };
  assert.deepEqual(linesOf({ ...lund, until: '2026-01-01' }, { ...lund, from: '2026-06-01' }), []);
  const items = [lund, { organisation: 'malmo', scopes: ['lund.example'] }] as const;
  assert.deepEqual(linesOf(...items), ["federation care: members[1].scopes: lund.example is lund's"]);
});
