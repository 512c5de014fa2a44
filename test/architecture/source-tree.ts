// A tree of source files as plain values, so that rules can be tried on made-up ones.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface SourceFile {
  /** From the root of the clone, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Every file under some folders of the clone whose name ends in one of the given ways. */
export function readTree(folders: readonly string[], endings: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => endings.some((ending) => name.endsWith(ending)))
      .filter((name) => statSync(join(root, folder, name)).isFile())
      .sort()
      .map((name) => ({ path: posix.join(folder, name), text: readFileSync(join(root, folder, name), 'utf8') })),
  );
}

export const isTest = (path: string): boolean => path.endsWith('.test.ts') || path.startsWith('test/');

/** The text without comments, line breaks kept; good enough for files that a formatter has laid out. */
export function withoutComments(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/(^|[^:'"`\\])\/\/[^\n]*/g, '$1');
}
