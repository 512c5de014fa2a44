#!/usr/bin/env node
// Starts the program: installs what is missing, then runs src/apps/cli/main.ts under Node 24.
import module from 'node:module';
import { join } from 'node:path';
import { become, findNode, installPackages, root } from './bootstrap.js';

installPackages({ development: false });
const main = join(root, 'src', 'apps', 'cli', 'main.ts');
// Compiled code is kept between starts, also for the processes that we start: half a second less of each start. It lies
// beside the packages, so whoever can write it can write the program itself; where nobody can, Node goes on without.
process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules', '.cache', 'tillit');
const node = findNode();
if (node === process.execPath) {
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE);
  await import(main);
} else {
  // The young generation at 8 MB: no slower, and 100 MB less resident memory under load (docs/benchmarks.md).
  become(node, ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=8', main, ...process.argv.slice(2)]);
}
