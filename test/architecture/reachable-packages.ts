// Which npm packages each app loads when it runs, directly and through other packages.
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { importsOf } from './imports.ts';
import { isTest, root, type SourceFile } from './source-tree.ts';

/** Packages that the files of an app import, themselves, through our other files, or in a process that one of these starts. Types do not count. */
export function packagesOfApp(files: readonly SourceFile[], app: string): string[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const queue = files.filter(({ path }) => path.startsWith(`src/apps/${app}/`) && !isTest(path));
  const seen = new Set(queue);
  const packages = new Set<string>();
  for (const file of queue) {
    const loaded = importsOf(file).filter(({ typeOnly }) => !typeOnly);
    for (const { target, kind } of loaded) if (kind === 'package') packages.add(target);
    for (const target of [
      ...loaded.filter(({ kind }) => kind === 'own').map((each) => each.target),
      ...startedBy(file),
    ]) {
      const next = byPath.get(target);
      if (next !== undefined && !seen.has(next)) {
        seen.add(next);
        queue.push(next);
      }
    }
  }
  return [...packages].sort();
}

/** Files of the same folder that a file starts as a process of its own. */
const startedBy = ({ path, text }: SourceFile): string[] =>
  [...text.matchAll(/new URL\('\.\/([a-z0-9-]+\.ts)', import\.meta\.url\)/g)].map(([, name]) =>
    posix.join(posix.dirname(path), name ?? ''),
  );

interface LockEntry {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export function readLock(): Readonly<Record<string, LockEntry>> {
  return (JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, LockEntry> })
    .packages;
}

/** Where a package finds another: in its own node_modules, or in one of those above it. */
export function lockPath(lock: Readonly<Record<string, LockEntry>>, from: string, name: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const path = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (lock[path] !== undefined) return path;
    if (at === '') return undefined;
  }
}

/** Names of all packages that some packages bring along, themselves included; optional ones do not count. */
export function withTheirPackages(lock: Readonly<Record<string, LockEntry>>, names: readonly string[]): string[] {
  const queue = names.map((name) => lockPath(lock, '', name)).filter((path) => path !== undefined);
  const seen = new Set(queue);
  for (const path of queue) {
    for (const name of Object.keys(lock[path]?.dependencies ?? {})) {
      const next = lockPath(lock, path, name);
      if (next === undefined || seen.has(next)) continue;
      seen.add(next);
      queue.push(next);
    }
  }
  return [
    ...new Set([...seen].map((path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length))),
  ].sort();
}
