// Breaks each house rule in a small made-up tree, so that no rule can have stopped working unseen.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileBreaches } from './file-rules.ts';
import { coreOrder, importBreaches } from './import-rules.ts';
import { packagesOfApp } from './reachable-packages.ts';

const rulesOf = (path: string, text: string): string[] => importBreaches([{ path, text }]).map(({ rule }) => rule);

const forbidden: readonly [path: string, text: string, rule: RegExp][] = [
  ['src/base/x.ts', `import { a } from '../core/audit/index.ts';`, /base imports nothing of ours \(core\)/],
  ['src/base/x.ts', `import { a } from '../wire/codes/index.ts';`, /base imports nothing of ours \(wire\)/],
  ['src/base/x.ts', `import { readFileSync } from 'node:fs';`, /base does no input or output \(node:fs\)/],
  ['src/base/x.ts', `import { isIP, connect } from 'node:net';`, /base does no input or output \(node:net\)/],
  ['src/base/x.ts', `import pg from 'pg';`, /short list/],
  ['src/base/schema/x.ts', `import { a } from '../ids.ts';`, /base\/schema imports base\/schema only/],
  ['src/base/schema/x.ts', `import { a } from 'node:crypto';`, /runs in the browser too/],
  ['src/wire/codes/x.ts', `import { a } from 'node:util';`, /wire runs in the browser too/],
  ['src/wire/codes/x.ts', `import { a } from '../../base/ids.ts';`, /wire imports base\/schema only/],
  ['src/wire/codes/x.ts', `import { a } from 'typebox';`, /wire imports no package/],
  ['src/core/policy/x.ts', `import { a } from '../../edge/store/hub/x.ts';`, /core does not import edge/],
  ['src/core/policy/x.ts', `import { a } from '../../apps/hub/x.ts';`, /core does not import apps/],
  ['src/core/policy/x.ts', `import { a } from '../../wire/texts/sv.ts';`, /of wire, core imports codes only/],
  ['src/core/policy/x.ts', `import { a } from '../journey/index.ts';`, /stands left of core\/journey/],
  ['src/core/policy/x.ts', `import type { A } from '../journey/index.ts';`, /stands left of core\/journey/],
  ['src/core/policy/x.ts', `export { a } from '../sessions/index.ts';`, /stands left of core\/sessions/],
  ['src/core/policy/x.ts', `import {\n  a,\n  b,\n} from '../grants/index.ts';`, /stands left of core\/grants/],
  ['src/core/policy/x.ts', `const a = await import('../grants/index.ts');`, /stands left of core\/grants/],
  ['src/core/policy/x.ts', `let a: import('../grants/index.ts').A;`, /stands left of core\/grants/],
  ['src/core/nowhere/x.ts', `import { a } from '../audit/index.ts';`, /no place in the order/],
  ['src/core/policy/x.ts', `import pg from 'pg';`, /does not import pg/],
  ['src/core/policy/x.ts', `import fastify from 'fastify';`, /does not import fastify/],
  ['src/core/policy/x.ts', `import { connect } from 'node:net';`, /core does no input or output \(node:net\)/],
  ['src/core/policy/x.ts', `import 'node:http';`, /core does no input or output \(node:http\)/],
  ['src/core/policy/x.ts', `import { readFile } from 'node:fs/promises';`, /core does no input or output/],
  ['src/core/policy/x.ts', `const a = process.env['X'];`, /only apps read the environment/],
  [
    'src/edge/store/hub/x.ts',
    `import { a } from '../embedded/index.ts';`,
    /edge\/store\/hub may not import edge\/store\/embedded/,
  ],
  ['src/edge/connectors/oidc/x.ts', `import { a } from '../saml/x.ts';`, /may not import edge\/connectors\/saml/],
  ['src/edge/web/login/x.ts', `import { a } from '../../../apps/hub/x.ts';`, /edge does not import apps/],
  ['src/edge/web/login/x.ts', `import { readFileSync } from 'node:fs';`, /touch the file system/],
  ['src/edge/web/login/x.ts', `const words = process.argv;`, /only apps read the environment/],
  ['src/edge/web/login/x.ts', `import { env } from 'node:process';`, /only apps read the environment/],
  ['src/edge/web/login/x.ts', `import { a } from '../../../../test/support/index.ts';`, /does not import tests/],
  ['src/edge/web/login/x.ts', `const name = 'pg'; await import(name);`, /plain string/],
  ['src/edge/web/login/x.ts', `const pg = require('pg');`, /plain string/],
  ['src/edge/web/login/x.ts', `import { a } from './x.test.ts';`, /does not import tests/],
  ['src/edge/web/login/x.ts', `import { a } from '../../../../bin/x.js';`, /nothing from outside src/],
  ['src/apps/hub/x.ts', `import { a } from '../../core/authority/index.ts';`, /may not import the authority/],
  ['src/apps/hub/x.ts', `import { a } from '../../edge/ca-web/est/index.ts';`, /may not import the authority/],
  ['src/apps/hub/x.ts', `import { a } from '../../edge/store/authority/index.ts';`, /may not import the authority/],
  ['src/apps/hub/x.ts', `import { a } from '../cli/x.ts';`, /apps\/hub may not import apps\/cli/],
  ['src/apps/authority/x.ts', `import { a } from '../../core/directory/index.ts';`, /apps\/authority may not import/],
  ['src/apps/authority/x.ts', `import { a } from '../../edge/web/login/index.ts';`, /apps\/authority may not import/],
  ['src/apps/agent/x.ts', `import { a } from '../../core/audit/index.ts';`, /apps\/agent imports base and wire only/],
  [
    'src/apps/demo/x.ts',
    `import { a } from '../../edge/web/server/index.ts';`,
    /apps\/demo imports base and wire only/,
  ],
  ['src/apps/console/x.ts', `import { a } from '../../base/ids.ts';`, /apps\/console imports wire only/],
  ['src/other/x.ts', `export const a = 1;`, /src holds base, wire, core, edge and apps only/],
];

const allowed: readonly [path: string, text: string][] = [
  ['src/base/http/x.ts', `import { isIP } from 'node:net';\nimport { Problem } from '../problem.ts';`],
  ['src/wire/texts/x.ts', `import { a } from '../codes/index.ts';\nimport { b } from '../../base/schema/index.ts';`],
  ['src/core/journey/x.ts', `import { a } from '../policy/index.ts';\nimport { b } from '../../wire/codes/index.ts';`],
  ['src/core/policy/x.ts', `// import pg from 'pg' is what we do not do\nimport { hash } from 'node:crypto';`],
  ['src/edge/store/embedded/x.ts', `import { readFileSync } from 'node:fs';\nimport pg from 'pg';`],
  ['src/edge/store/hub/x.test.ts', `import { startEmbedded } from '../../../../test/support/index.ts';`],
  ['src/apps/cli/x.ts', `const a = await import('../hub/main.ts');\nconst b = process.env['X'];`],
  ['src/apps/hub/x.ts', `import { a } from '../demo/index.ts';\nimport { readFileSync } from 'node:fs';`],
  [
    'src/apps/authority/x.ts',
    `import { a } from '../../core/authority/index.ts';\nimport { b } from '../../edge/web/server/index.ts';`,
  ],
];

describe('imports', () => {
  for (const [path, text, rule] of forbidden) {
    test(`${path} may not: ${text.replaceAll('\n', ' ')}`, () => {
      const found = rulesOf(path, text);
      assert.ok(
        found.some((each) => rule.test(each)),
        `found: ${found.join('; ') || 'nothing'}`,
      );
    });
  }
  for (const [path, text] of allowed) {
    test(`${path} may: ${text.replaceAll('\n', ' ')}`, () => assert.deepEqual(rulesOf(path, text), []));
  }
  test('of any two core folders, the left one may not import the right one', () => {
    for (const [index, left] of coreOrder.entries()) {
      for (const right of coreOrder.slice(index + 1)) {
        assert.equal(
          rulesOf(`src/core/${left}/x.ts`, `import { a } from '../${right}/index.ts';`).length,
          1,
          `${left} -> ${right}`,
        );
        assert.equal(
          rulesOf(`src/core/${right}/x.ts`, `import { a } from '../${left}/index.ts';`).length,
          0,
          `${right} -> ${left}`,
        );
      }
    }
  });
});

describe('files', () => {
  const readme = { path: 'src/base/README.md', text: '# base\nBytes.\n' };
  const good = '// Says what it is, in one sentence.\nexport const a = 1;\n';
  const rules = (path: string, text: string) => fileBreaches([readme, { path, text }]).map(({ rule }) => rule);
  const broken: readonly [string, string, RegExp][] = [
    ['src/base/a.ts', good + 'const b = 1;\n'.repeat(399), /longer than 400 lines/],
    ['src/base/a.ts', 'export const a = 1;\n', /begins with one sentence/],
    ['src/base/a.ts', '// TODO\nexport const a = 1;\n', /begins with one sentence/],
    ['src/base/a.ts', `${good}export default a;\n`, /exports are named/],
    ['src/base/string-utils.ts', good, /named for its one idea/],
    ['src/base/helpers.ts', good, /named for its one idea/],
    ['src/base/session-manager.ts', good, /named for its one idea/],
    ['src/base/mail-service.test.ts', good, /named for its one idea/],
    ['src/base/common.ts', good, /named for its one idea/],
    ['src/base/types.ts', good, /named for its one idea/],
    ['src/base/camelCase.ts', good, /kebab-case/],
    ['src/base/deep/a.ts', good, /each folder has a README/],
  ];
  for (const [path, text, rule] of broken) {
    test(`${path}: ${rule.source}`, () =>
      assert.ok(
        rules(path, text).some((each) => rule.test(each)),
        rules(path, text).join('; ') || 'nothing',
      ));
  }
  test('a good file passes', () => assert.deepEqual(rules('src/base/a.ts', good + 'const b = 1;\n'.repeat(398)), []));
  test('a long README does not pass', () => {
    const long = { path: 'src/base/README.md', text: 'line\n'.repeat(16) };
    assert.equal(fileBreaches([long, { path: 'src/base/a.ts', text: good }]).length, 1);
  });
});

test('packages of an app: through our own files, dynamic imports too, but not what only types need', () => {
  const files = [
    {
      path: 'src/apps/hub/main.ts',
      text: `import { a } from '../../edge/web/server/index.ts';\nconst b = await import('yaml');`,
    },
    {
      path: 'src/edge/web/server/index.ts',
      text: `import fastify from 'fastify';\nimport type pg from 'pg';\nimport { x } from '@scope/name/deep';`,
    },
    { path: 'src/apps/hub/main.test.ts', text: `import fc from 'fast-check';` },
  ];
  assert.deepEqual(packagesOfApp(files, 'hub'), ['@scope/name', 'fastify', 'yaml']);
  assert.deepEqual(packagesOfApp(files, 'cli'), []);
});
