// Pages of a directory: passed on one by one, and not followed without end.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Client, type Entry, PresenceFilter } from 'ldapts';
import { pagesOf } from './reading.ts';

const client = (pages: readonly (readonly Entry[])[], ended: { at?: number } = {}) =>
  ({
    async *searchPaginated() {
      for (const [at, searchEntries] of pages.entries()) {
        ended.at = at;
        yield { searchEntries, searchReferences: [] };
      }
    },
  }) as unknown as Client;
const read = async (one: Client) => {
  let count = 0;
  const filter = new PresenceFilter({ attribute: 'cn' });
  for await (const page of pagesOf(one, 'dc=test', filter, { attributes: ['cn'] })) count += page.length;
  return count;
};

test('pages are passed on', async () => assert.equal(await read(client([[{ dn: 'cn=a' }], [], [{ dn: 'cn=b' }]])), 2));

test('a directory whose pages never end is left', async () => {
  const page: Entry[] = new Array(400_000).fill({ dn: 'cn=a' });
  const ended: { at?: number } = {};
  await assert.rejects(read(client(new Array(100).fill(page), ended)), (error: Error & { detail?: string }) =>
    /more than 1000000 entries/.test(String(error.detail)),
  );
  assert.equal(ended.at, 2);
});
