#!/usr/bin/env node
// Starts the program: installs what is missing, then runs src/apps/cli/main.ts under Node 24.
import { join } from 'node:path';
import { become, findNode, installPackages, root } from './bootstrap.js';

installPackages({ development: false });
const main = join(root, 'src', 'apps', 'cli', 'main.ts');
const node = findNode();
if (node === process.execPath) await import(main);
// The young generation at 8 MB: no slower, and 100 MB less resident memory under load (docs/benchmarks.md).
else become(node, ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=8', main, ...process.argv.slice(2)]);
