// Documents that readers keep, and ask for again by their ETag.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keptDocument } from './conditional.ts';

const answer = (tags: string | readonly string[] | undefined) =>
  keptDocument(
    { headers: { 'if-none-match': tags } },
    { body: '<x/>', etag: '"abc"' },
    { contentType: 'application/xml', maxAgeSeconds: 300 },
  );

test('whoever has it is told so, without it; everybody else gets it, to keep for a while', () => {
  const first = answer(undefined);
  assert.deepEqual([first.status, first.body], [200, '<x/>']);
  assert.deepEqual(
    [first.headers.etag, first.headers['cache-control'], first.headers['content-type']],
    ['"abc"', 'public, max-age=300', 'application/xml'],
  );
  for (const tags of ['"abc"', 'W/"abc"', '"other", "abc"', '*', ['"other"', '"abc"']]) {
    const { status, body, headers } = answer(tags);
    assert.deepEqual([status, body, headers.etag], [304, '', '"abc"'], String(tags));
  }
  for (const tags of ['"other"', 'abc', '', '"ab', '"abc" "x"']) assert.equal(answer(tags).status, 200, tags);
});
