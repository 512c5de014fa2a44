#!/usr/bin/env node
// All tests, from a fresh clone: installs what is missing, checks types, lint and format, then runs the test files.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative, resolve } from 'node:path';
import { findNode, installPackages, root, say } from './bootstrap.js';
import { installDebianPackages } from './debian.js';

const asked = process.argv.slice(2);
const staticOnly = asked.includes('--static');
const wanted = asked.filter((word) => !word.startsWith('--'));
const total = { passed: 0, failed: 0, skipped: [] };

installPackages({ development: true });
const node = findNode();
const packagePath = (...parts) => join(root, 'node_modules', ...parts);
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(TILLIT_|PG[A-Z]|NODE_TEST_)/.test(name)),
);
environment.PATH = [dirname(node), packagePath('.bin'), process.env.PATH].join(delimiter);

/** Runs a program in the foreground and answers whether it ended well. */
function run(command, args, env = environment) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env });
    const pass = (signal) => child.kill(signal);
    process.on('SIGTERM', pass);
    process.on('SIGINT', pass);
    child.on('error', (error) => {
      say(error.message);
      done(false);
    });
    child.on('exit', (code) => {
      process.removeListener('SIGTERM', pass);
      process.removeListener('SIGINT', pass);
      done(code === 0);
    });
  });
}

async function check(name, script, args) {
  const from = performance.now();
  const good = await run(node, [script, ...args]);
  process.stdout.write(`${good ? 'ok  ' : 'FAIL'} ${name} (${seconds(performance.now() - from)})\n`);
  if (good) total.passed += 1;
  else total.failed += 1;
}

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

function allTestFiles() {
  return ['src', 'test']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    )
    .filter((path) => path.endsWith('.test.ts'))
    .sort();
}

/** Test files that a word names: a file, everything under a folder, or a glob. */
function filesOf(word) {
  const path = relative(root, resolve(word));
  const files = allTestFiles();
  const under = files.filter((file) => file === path || file.startsWith(`${path}/`));
  if (under.length > 0) return under;
  const pattern = path
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/?|\*/g, (stars) => (stars === '*' ? '[^/]*' : '.*'));
  return files.filter((file) => new RegExp(`^${pattern}$`).test(file));
}

/** Browsers and other people's servers want the machine for themselves. */
const isSerial = (file) => /^test\/(browser|peers)\//.test(file);

async function runFiles(files, concurrency) {
  if (files.length === 0) return;
  const folder = mkdtempSync(join(tmpdir(), 'tillit-test-'));
  const summary = join(folder, 'summary.json');
  const good = await run(
    node,
    [
      '--disable-warning=ExperimentalWarning',
      '--test',
      `--test-concurrency=${concurrency}`,
      '--test-timeout=600000',
      `--test-reporter=${join(root, 'bin', 'test-reporter.js')}`,
      '--test-reporter-destination=stdout',
      ...files,
    ],
    { ...environment, TEST_SUMMARY_FILE: summary },
  );
  let counted = { passed: 0, failed: 0, skipped: [] };
  try {
    if (statSync(summary).size > 0) counted = JSON.parse(readFileSync(summary, 'utf8'));
  } catch {
    say('the test runner ended without a summary');
  }
  rmSync(folder, { recursive: true, force: true });
  if (!good && counted.failed === 0) counted.failed = 1;
  total.passed += counted.passed;
  total.failed += counted.failed;
  total.skipped.push(...counted.skipped);
}

if (wanted.length === 0) {
  if (!staticOnly) await installDebianPackages();
  await check('types (tsc)', packagePath('typescript', 'bin', 'tsc'), ['-p', root]);
  await check('lint and format (biome ci)', packagePath('@biomejs', 'biome', 'bin', 'biome'), [
    'ci',
    ...(process.stdout.isTTY ? [] : ['--colors=off']),
    '--diagnostic-level=warn',
    root,
  ]);
}
if (!staticOnly) {
  const files = wanted.length === 0 ? allTestFiles() : [...new Set(wanted.flatMap(filesOf))];
  if (files.length === 0) say(`no test file matches ${wanted.join(' ')}`);
  await runFiles(
    files.filter((file) => !isSerial(file)),
    2,
  );
  await runFiles(files.filter(isSerial), 1);
}

if (total.skipped.length > 0) {
  process.stdout.write(`\nSkipped:\n${total.skipped.map((line) => `  ${line}`).join('\n')}\n`);
}
if (total.failed > 0) process.exitCode = 1;
if (total.passed === 0) process.exitCode = 1;
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped.length} skipped\n`);
