// Holds the real tree to the house rules, and the lock file to what a fresh clone can install.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileBreaches } from './architecture/file-rules.ts';
import { type Breach, importBreaches } from './architecture/import-rules.ts';
import { packageBudget } from './architecture/package-budget.ts';
import { lockPath, packagesOfApp, readLock, withTheirPackages } from './architecture/reachable-packages.ts';
import { readTree, root } from './architecture/source-tree.ts';

const source = readTree(['src'], ['.ts', '.tsx', '.md']);
const told = (breaches: readonly Breach[]): string => breaches.map(({ file, rule }) => `${file}: ${rule}`).join('\n');

test('imports go from apps to edge to core to base, and nowhere else', () => {
  const breaches = importBreaches(source);
  assert.equal(breaches.length, 0, `\n${told(breaches)}`);
});

test('files are short, named, introduced; folders have a README', () => {
  const breaches = fileBreaches([...source, ...readTree(['test', 'bin'], ['.ts', '.js', '.md'])]).filter(
    ({ file, rule }) => !(file === 'bin' && rule.includes('README')),
  );
  assert.equal(breaches.length, 0, `\n${told(breaches)}`);
});

describe('npm packages', () => {
  const lock = readLock();

  for (const app of readdirSync(join(root, 'src', 'apps'))) {
    test(`apps/${app} loads no package outside its budget`, (context) => {
      const direct = packagesOfApp(source, app);
      const all = withTheirPackages(lock, direct);
      context.diagnostic(`apps/${app} reaches ${all.length} packages: ${all.join(' ')}`);
      const budget = packageBudget[app] ?? { direct: [], atMost: 0 };
      assert.deepEqual(
        direct.filter((name) => !budget.direct.includes(name)),
        [],
        'a package is new here: add it to test/architecture/package-budget.ts and docs/decisions/dependencies.md',
      );
      assert.ok(
        all.length <= budget.atMost,
        `${all.length} packages, the budget is ${budget.atMost}: ${all.join(' ')}`,
      );
    });
  }

  test('each dependency has a line in docs/decisions/dependencies.md, and no line is left over', () => {
    const { dependencies, devDependencies, optionalDependencies } = lock[''] ?? {};
    const names = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
    const lines = readFileSync(join(root, 'docs', 'decisions', 'dependencies.md'), 'utf8').split('\n');
    const described = lines
      .filter((line) => line.startsWith('| `'))
      .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1]));
    assert.deepEqual(
      names.filter((name) => !described.includes(name)),
      [],
      'without a line',
    );
    assert.deepEqual(
      described.filter((name) => name === undefined || !names.includes(name)),
      [],
      'no longer used',
    );
  });

  test('the lock file can be installed: it names no host, and holds every optional package with its digest', () => {
    const missing: string[] = [];
    for (const [path, entry] of Object.entries(lock)) {
      assert.equal(entry.resolved, undefined, `${path} names where it came from`);
      if (path !== '') assert.ok(entry.integrity?.startsWith('sha512-'), `${path} has no digest`);
      for (const name of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) {
        if (lockPath(lock, path, name) === undefined) missing.push(`${path} -> ${name}`);
      }
    }
    // "npm ci" refuses a lock file that leaves out an optional package of another platform.
    assert.deepEqual(missing, []);
  });

  test('every package that runs a script when it is installed is allowed by name', () => {
    const { allowScripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      allowScripts: Record<string, boolean>;
    };
    const running = Object.entries(lock).filter(([, entry]) => entry.hasInstallScript === true);
    const names = running.map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
    assert.deepEqual(names.sort(), Object.keys(allowScripts).sort());
  });
});
