// What docs/threats.md claims stands in the tree: its tests, the titles and corpus files that it names, and its checks.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';

const root = new URL('../../', import.meta.url).pathname;
const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface Row {
  readonly id: string;
  readonly stops: string;
  readonly tests: string;
}

const rows: readonly Row[] = read('docs/threats.md')
  .split('\n')
  .flatMap((line) => {
    const [, id = '', , stops = '', tests = '', proven] = line
      .split(' | ')
      .join('|')
      .split(/(?<!\\)\|/);
    return /^ ?[A-Z]/.test(id) && proven !== undefined ? [{ id: id.trim(), stops, tests }] : [];
  });

const inTicks = (text: string): readonly string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, each = '']) => each);

/** The files that a cell names: from the root, below `src`, beside the one before. */
function filesOf(tests: string): { readonly found: readonly string[]; readonly missing: readonly string[] } {
  const [found, missing]: [string[], string[]] = [[], []];
  for (const name of inTicks(tests).filter((each) => each.endsWith('.test.ts'))) {
    const short = name.replace(/^oidc\//, 'edge/frontends/oidc/');
    const beside = found.map((path) => join(dirname(path), name));
    const paths = [name, join('src', short), ...beside].flatMap((each) => globSync(each, { cwd: root }));
    if (paths.length === 0) missing.push(name);
    found.push(...paths);
  }
  return { found, missing };
}

/** Some names are put together in the program: then the cases of a test have them whole. */
const sources = globSync('src/**/*.ts', { cwd: root })
  .map((path) => read(path))
  .join('\n');
const corpus = globSync('test/corpus/**/*', { cwd: root }).map((path) => path.replace(/^.*\/|\.[a-z0-9.]+$/g, ''));

test('the checks that the page on SAML names are in the program', () => {
  const names = inTicks(read('docs/conformance-saml.md')).filter((each) => /^[a-z][a-zA-Z]+(\.[a-zA-Z]+)?$/.test(each));
  assert.ok(names.length > 60, String(names.length));
  for (const name of new Set(names)) assert.ok(sources.includes(name), name);
});

describe('the list of attacks', () => {
  test('has those of SAML one and all', () => {
    const ids = new Set(rows.map(({ id }) => id));
    for (let number = 1; number <= 19; number += 1) assert.ok(ids.has(`S${number}`), `S${number}`);
    assert.ok(rows.length > 40, String(rows.length));
  });

  for (const { id, stops, tests } of rows) {
    test(`${id}: its tests are there, with the titles and files that it names`, () => {
      const { found, missing } = filesOf(tests);
      assert.deepEqual(missing, []);
      assert.ok(found.length > 0, tests);
      const texts = found.map(read).join('\n');
      for (const [, title = ''] of tests.matchAll(/“([^”]+)”/g)) assert.ok(texts.includes(title), title);
      for (const name of inTicks(tests).filter((each) => /^\*?[a-z0-9-]+\*?$/.test(each))) {
        const pattern = new RegExp(`^${name.replaceAll('*', '.*')}$`);
        assert.ok(
          corpus.some((each) => pattern.test(each)),
          name,
        );
      }
    });
    test(`${id}: the checks that it names are in the program`, () => {
      for (const name of inTicks(stops).filter((each) => /^[a-zA-Z]+(\.[a-zA-Z]+)?$/.test(each)))
        assert.ok(sources.includes(name), name);
    });
  }
});
