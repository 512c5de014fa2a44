// What every file must look like: length, first line, exports, name; and a README in each folder.
import { posix } from 'node:path';
import type { Breach } from './import-rules.ts';
import type { SourceFile } from './source-tree.ts';

export const longestFile = 400;
export const longestReadme = 15;

const vagueWord = /(^|[-/])(utils?|helpers?|managers?|services?|common|misc)([-.]|$)/;

/** Breaches in files of code (`.ts`, `.tsx`, `.js`), the README files among them for the folders. */
export function fileBreaches(files: readonly SourceFile[]): Breach[] {
  const code = files.filter(({ path }) => /\.(ts|tsx|js)$/.test(path));
  return [
    ...code.flatMap((file) => [...codeRulesBrokenBy(file)].map((rule) => ({ file: file.path, rule }))),
    ...readmeBreaches(code, files),
  ];
}

function* codeRulesBrokenBy({ path, text }: SourceFile): Generator<string> {
  const lines = text.trimEnd().split('\n').length;
  if (lines > longestFile) yield `no file is longer than ${longestFile} lines (this has ${lines})`;
  if (!beginsWithSentence(text)) yield 'a file begins with one sentence, in a // comment, that says what it is';
  // A reporter of node's test runner must be a default export.
  if (/^export default\b/m.test(text) && path !== 'bin/test-reporter.js')
    yield 'exports are named, none is the default';
  const name = posix.basename(path);
  if (vagueWord.test(name) || name === 'types.ts')
    yield 'a file is named for its one idea, not utils, helpers, manager, service, common or types';
  if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.test)?(\.d)?\.(ts|tsx|js)$/.test(name)) yield 'file names are kebab-case';
}

function beginsWithSentence(text: string): boolean {
  const lines = text.replace(/^#!.*\n/, '').split('\n');
  const end = lines.findIndex((line) => !line.startsWith('//'));
  const sentence = lines
    .slice(0, end < 0 ? lines.length : end)
    .map((line) => line.replace(/^\/\/ ?/, ''))
    .join(' ')
    .trim();
  return sentence.length > 10 && /[.!?)]$/.test(sentence);
}

function* readmeBreaches(code: readonly SourceFile[], files: readonly SourceFile[]): Generator<Breach> {
  const readmes = new Map(
    files.filter(({ path }) => path.endsWith('/README.md')).map((file) => [posix.dirname(file.path), file]),
  );
  const folders = new Set(code.map(({ path }) => posix.dirname(path)).filter((folder) => folder.includes('/')));
  for (const folder of folders) {
    const readme = readmes.get(folder);
    if (readme === undefined) yield { file: folder, rule: 'each folder has a README.md' };
    else if (readme.text.trimEnd().split('\n').length > longestReadme) {
      yield { file: readme.path, rule: `a folder's README has at most ${longestReadme} lines` };
    }
  }
}
