// Plain JavaScript that Node 20 runs: the Debian packages that the tests' real peers need, from debian-packages.json.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, say } from './bootstrap.js';

/** Installs what is missing when this is Debian and we are root; otherwise says what is missing and goes on. */
export async function installDebianPackages() {
  const listed = JSON.parse(readFileSync(join(root, 'bin', 'debian-packages.json'), 'utf8'));
  const missing = listed.filter((entry) => !existsSync(entry.proof));
  if (missing.length === 0) return;
  for (const entry of missing) say(`Debian package ${entry.package} is not installed (${entry.neededFor})`);
  if (!existsSync('/etc/debian_version'))
    return say('this is not Debian: the tests that need them are skipped by name');
  if (process.getuid() !== 0) return say('not root: the tests that need them are skipped by name');
  const names = missing.map((entry) => entry.package);
  say(`installing ${names.join(' ')} with apt-get`);
  withoutServices(() => {
    if (install(names)) return;
    aptGet(['update', '-qq']);
    if (!install(names)) say('apt-get could not install them: the tests that need them are skipped by name');
  });
}

/** Lets no package start its own service: the tests start what they need, and end it (Debian's policy-rc.d). */
function withoutServices(work) {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return work();
  const wait = () => undefined;
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, wait);
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    work();
  } finally {
    rmSync(policy);
    for (const signal of ['SIGINT', 'SIGTERM']) process.removeListener(signal, wait);
  }
}

const install = (names) => aptGet(['install', '-y', '-qq', '--no-install-recommends', ...names]);

function aptGet(args) {
  const done = spawnSync('apt-get', args, {
    stdio: ['ignore', 'ignore', 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return done.status === 0;
}
