// Shared reads: one statement for what came together, each caller its own row, nothing kept between statements.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Queryable } from './audit-insert.ts';
import { sharedRead } from './shared-read.ts';

interface Row {
  readonly n: number;
  readonly value: string;
}

/** A database that knows some keys and answers when it is told to. */
function fakePool(known: Map<string, string>) {
  const statements: string[][] = [];
  const pending: { answer(): void; fail(error: Error): void }[] = [];
  const query = ({ values }: { values: [string[]] }) =>
    new Promise((resolve, reject) => {
      const [keys] = values;
      statements.push(keys);
      const rows = keys.flatMap((key, index): Row[] => {
        const value = known.get(key);
        return value === undefined ? [] : [{ n: index + 1, value }];
      });
      pending.push({ answer: () => resolve({ rows }), fail: reject });
    });
  return { pool: { query } as unknown as Queryable, statements, pending };
}

const read = (pool: Queryable) =>
  sharedRead<string, Row>(pool, { name: 'fake', text: 'fake', columns: (keys) => [keys] });
const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

describe('shared read', () => {
  test('what is asked in one turn is one statement, and each caller gets its own row or none', async () => {
    const fake = fakePool(
      new Map([
        ['a', 'A'],
        ['b', 'B'],
      ]),
    );
    const one = read(fake.pool);
    const answers = Promise.all([one('a'), one('x'), one('b'), one('a')]);
    await turn();
    fake.pending[0]?.answer();
    assert.deepEqual(
      (await answers).map((row) => row?.value),
      ['A', undefined, 'B', 'A'],
    );
    assert.deepEqual(fake.statements, [['a', 'x', 'b', 'a']]);
  });

  test('who asks while a statement is on its way gets an answer of the next one: nothing read before the call', async () => {
    const known = new Map([['a', 'old']]);
    const fake = fakePool(known);
    const one = read(fake.pool);
    const first = one('a');
    await turn();
    known.set('a', 'new');
    const second = one('a');
    fake.pending[0]?.answer();
    assert.equal((await first)?.value, 'old');
    await turn();
    fake.pending[1]?.answer();
    assert.equal((await second)?.value, 'new');
  });

  test('a failed statement fails its callers and nobody after them', async () => {
    const fake = fakePool(new Map([['a', 'A']]));
    const one = read(fake.pool);
    const failing = [one('a'), one('b')].map((each) => each.catch((error: Error) => error.message));
    await turn();
    fake.pending[0]?.fail(new Error('gone'));
    assert.deepEqual(await Promise.all(failing), ['gone', 'gone']);
    const later = one('a');
    await turn();
    fake.pending[1]?.answer();
    assert.equal((await later)?.value, 'A');
  });

  test('no statement has more than 256 keys', async () => {
    const fake = fakePool(new Map());
    const one = read(fake.pool);
    const answers = Promise.all(Array.from({ length: 600 }, (_, index) => one(`k${index}`)));
    for (const at of [0, 1, 2]) {
      await turn();
      fake.pending[at]?.answer();
    }
    await answers;
    assert.deepEqual(
      fake.statements.map(({ length }) => length),
      [256, 256, 88],
    );
  });
});
