// Cutting a file into pieces gives the same values as parsing it whole, each with its place.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import type { Entry } from '../../hub/apply/index.ts';
import { readPiece } from './entry.ts';
import { type Piece, splitYaml } from './split-yaml.ts';

async function split(text: string): Promise<Piece[]> {
  const pieces: Piece[] = [];
  for await (const piece of splitYaml(text.split('\n'))) pieces.push(piece);
  return pieces;
}
async function entries(text: string): Promise<Entry[]> {
  return (await split(text)).flatMap((piece) => {
    const read = readPiece('f', piece);
    assert.ok(read.ok, JSON.stringify(read));
    return [...read.entries];
  });
}
function gather(found: readonly Entry[]): Record<string, unknown[]> {
  const all: Record<string, unknown[]> = {};
  for (const { section, value } of found) all[section] = [...(all[section] ?? []), value];
  return all;
}

const layouts: readonly [name: string, text: string, sections: Record<string, unknown[]>][] = [
  [
    'indented lists',
    'a:\n  - id: 1\n    b: [x,\n      y]\n  - id: 2\nc:\n  - z\n',
    { a: [{ id: 1, b: ['x', 'y'] }, { id: 2 }], c: ['z'] },
  ],
  [
    'lists at the margin',
    'a:\n- id: 1\n- id: 2\n  l:\n  - m\n  - n\nc:\n- z\n',
    { a: [{ id: 1 }, { id: 2, l: ['m', 'n'] }], c: ['z'] },
  ],
  ['comments, empty lines, document marks', '# x\n---\na: # y\n\n  # z\n  - 1\n\n  # w\n  - 2\n', { a: [1, 2] }],
  [
    'block scalars that look like items',
    'a:\n  - t: |\n      - no item\n      b: no section\n  - 2\n',
    { a: [{ t: '- no item\nb: no section\n' }, 2] },
  ],
  ['quoted texts over lines', 'a:\n  - "one\n    - two"\n  - 3\n', { a: ['one - two', 3] }],
  ['lists in lists', 'a:\n  - - 1\n    - 2\n  -\n    - 3\n', { a: [[1, 2], [3]] }],
  ['a mapping section', 'settings:\n  demo: true\na: [1, {b: 2}]\n', { settings: [{ demo: true }], a: [1, { b: 2 }] }],
  ['empty sections', 'a: []\nb:\nc:\n  - 1\n', { a: [] as unknown[], c: [1] }],
  [
    'JSON',
    '{\n "a": [\n {"id": 1},\n {"id": 2}],\n "s": {"d": true}}\n',
    { a: [{ id: 1 }, { id: 2 }], s: [{ d: true }] },
  ],
  ['quoted names', '"a":\n  - 1\n', { a: [1] }],
];

describe('splitYaml', () => {
  for (const [name, text, sections] of layouts) {
    test(name, async () => {
      const { a, ...rest } = sections;
      assert.deepEqual(gather(await entries(text)), a?.length === 0 ? rest : sections);
    });
  }
  test('is the same as parsing the whole (property)', async () => {
    const leaf = fc.oneof(
      fc.string(),
      fc.constantFrom('- x', 'a: b', '# c', '---', 'multi\n- line\nb:\n', ' lead', '|', '>'),
      fc.integer(),
      fc.boolean(),
    );
    const item = fc.dictionary(
      fc.constantFrom('id', 'b', 'c d'),
      fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }), fc.dictionary(fc.constantFrom('x', 'y'), leaf)),
      { minKeys: 1 },
    );
    const file = fc.dictionary(
      fc.constantFrom('people', 'units', 'apis'),
      fc.array(item, { minLength: 1, maxLength: 4 }),
      { minKeys: 1 },
    );
    await fc.assert(
      fc.asyncProperty(file, fc.boolean(), async (value, indentSeq) => {
        const text = stringify(value, { indentSeq, version: '1.2', schema: 'core' });
        assert.deepEqual(gather(await entries(text)), parse(text));
      }),
      { numRuns: 500 },
    );
  });
  test('a place is the file’s line and column', async () => {
    const [, second] = await entries('# c\na:\n  - id: 1\n  - id: two\n    deep:\n      - x\n      - y: 1\n');
    const where = (path: (string | number)[]) => {
      const { line, column } = second!.problem(path, 'm');
      return [line, column];
    };
    assert.deepEqual(where(['id']), [4, 9]);
    assert.deepEqual(where(['deep', 1, 'y']), [7, 12]);
    assert.deepEqual(where(['deep', 1, 'missing']), [7, 9]);
    assert.deepEqual(where([]), [4, 5]);
    assert.equal(second!.problem(['id'], 'm').message, 'a two: id: m');
  });
  test('broken YAML is told with its place, and a name is not there twice', () => {
    const read = readPiece('f', { section: 'a', kind: 'item', text: '- a: 1\n  a: 2\n', line: 10, sectionLine: 9 });
    assert.ok(!read.ok);
    assert.equal(read.problems[0]?.line, 11);
  });
  test('many aliases are refused', () => {
    const text = `- a: &a [1,1,1,1,1,1,1,1,1,1]\n  b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n  c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n  d: [*c,*c,*c,*c,*c,*c]\n`;
    const read = readPiece('f', { section: 'a', kind: 'item', text, line: 1, sectionLine: 1 });
    assert.ok(!read.ok);
    assert.match(read.problems[0]?.message ?? '', /alias/i);
  });
});
