// The plain-JavaScript bootstrap: passes signals and exit codes on, and knows when the packages are not those locked.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { root } from './architecture/source-tree.ts';
import { temporaryFolder } from './support/index.ts';

const bootstrap = new URL('../bin/bootstrap.js', import.meta.url).href;

/** The system's own Node.js where it is an older one, as on Debian 12; else the one that runs this. */
const olderNode = ['/usr/bin/node', '/usr/local/bin/node'].find((path) => {
  if (!existsSync(path)) return false;
  const major = Number(/^v(\d+)/.exec(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout)?.[1]);
  return major >= 20 && major < 24;
});
const parentNode = olderNode ?? process.execPath;

/** A parent that becomes a child which runs `script`; resolves when the child has printed its process number. */
async function startParent(script: string): Promise<{ parent: ChildProcess; child: number; said: () => string }> {
  const program = `import(${JSON.stringify(bootstrap)}).then(({ become }) => become(${JSON.stringify(process.execPath)}, ['-e', ${JSON.stringify(script)}]))`;
  const parent = spawn(parentNode, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  parent.stdout.on('data', (chunk) => {
    text += chunk;
  });
  while (!text.includes('\n')) await once(parent.stdout, 'data');
  return { parent, child: Number(text.split('\n')[0]), said: () => text };
}

const saysPid = 'process.stdout.write(process.pid + "\\n"); const alive = setInterval(() => {}, 1000);';

describe('become', () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`${signal} reaches the child once, and its exit code is ours`, async () => {
      const { parent, said } = await startParent(
        `process.on('${signal}', () => { process.stdout.write('got it\\n'); setTimeout(() => process.exit(7), 200); }); ${saysPid}`,
      );
      const exit = once(parent, 'exit');
      parent.kill(signal);
      await new Promise((resolve) => setTimeout(resolve, 60));
      parent.kill(signal);
      assert.deepEqual(await exit, [7, null]);
      assert.equal(said().match(/got it/g)?.length, 1);
    });
  }

  test('a child that a signal ended is passed on as that signal', async () => {
    const { parent } = await startParent(`${saysPid} setTimeout(() => process.kill(process.pid, 'SIGTERM'), 50)`);
    assert.deepEqual(await once(parent, 'exit'), [null, 'SIGTERM']);
  });

  test('a parent killed with SIGKILL is noticed by the child', async () => {
    const { parent, child } = await startParent(
      `process.on('disconnect', () => process.kill(process.pid, 'SIGTERM')); ${saysPid}`,
    );
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    for (let waited = 0; waited < 5_000 && existsSync(`/proc/${child}/exe`); waited += 20) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.equal(existsSync(`/proc/${child}/exe`), false);
  });
});

describe('installGap', async () => {
  const { installGap } = (await import(bootstrap)) as {
    installGap(folder: string, development: boolean): string | undefined;
  };
  const folder = temporaryFolder('gap');
  after(() => folder.remove());
  const lock = (version: string) => ({
    packages: {
      '': {},
      'node_modules/a': { version },
      'node_modules/for-tests': { version: '1.0.0', dev: true },
      'node_modules/for-macs': { version: '1.0.0', optional: true },
    },
  });
  const installed = (packages: object): void => {
    mkdirSync(join(folder.path, 'node_modules'), { recursive: true });
    writeFileSync(join(folder.path, 'node_modules', '.package-lock.json'), JSON.stringify({ packages }));
  };
  writeFileSync(join(folder.path, 'package-lock.json'), JSON.stringify(lock('2.0.0')));

  test('nothing installed, an older version, a missing package', () => {
    assert.match(installGap(folder.path, false) ?? '', /not installed/);
    installed({ 'node_modules/a': { version: '1.0.0' } });
    assert.match(installGap(folder.path, false) ?? '', /a is 1\.0\.0, package-lock\.json says 2\.0\.0/);
    installed({});
    assert.match(installGap(folder.path, false) ?? '', /a is not installed/);
  });

  test('packages of other platforms may be absent; those for tests only when no test runs', () => {
    installed({ 'node_modules/a': { version: '2.0.0' } });
    assert.equal(installGap(folder.path, false), undefined);
    assert.match(installGap(folder.path, true) ?? '', /for-tests is not installed/);
  });
});

test('every file of bin is understood by the oldest Node.js that starts us', {
  skip: olderNode ? false : 'needs a Node.js 20 or 22 beside this one',
}, () => {
  for (const name of ['bootstrap.js', 'debian.js', 'test-reporter.js', 'test.js', 'tillit.js']) {
    const done = spawnSync(parentNode, ['--check', join(root, 'bin', name)], { encoding: 'utf8' });
    assert.equal(done.status, 0, done.stderr);
  }
  const done = spawnSync(parentNode, [join(root, 'bin', 'tillit.js'), 'version'], { encoding: 'utf8' });
  assert.match(done.stdout, /on Node\.js (2[4-9]|[3-9]\d)/, done.stderr);
});
