// Reads what a file imports: static, dynamic, re-exported and in types.
import { posix } from 'node:path';
import { type SourceFile, withoutComments } from './source-tree.ts';

export interface Import {
  /** A path from the root for our own files, `node:…` for built-ins, else the package's name. */
  readonly target: string;
  readonly kind: 'own' | 'builtin' | 'package';
  /** Gone when the program runs. */
  readonly typeOnly: boolean;
}

const statement = /^\s*(?:import|export)\s+(type\s)?(?:[^'"`;]*?\sfrom\s+)?(['"])([^'"\n]+)\2/gm;
const call = /\bimport\(\s*(['"`])([^'"`\n]+)\1\s*[,)]/g;

/** Everything that a file imports. */
export function importsOf(file: SourceFile): Import[] {
  const text = withoutComments(file.text);
  const found: Import[] = [];
  for (const match of text.matchAll(statement)) found.push(resolved(file.path, match[3] ?? '', match[1] !== undefined));
  for (const match of text.matchAll(call))
    found.push(resolved(file.path, match[2] ?? '', isTypePosition(text, match.index)));
  return found;
}

/** Whether an `import(…)` names something that this reader cannot see. */
export function hasUnreadableImport(file: SourceFile): boolean {
  return (
    /\bimport\(\s*(?!['"`][^'"`$\n]+['"`]\s*[,)])\S/.test(withoutComments(file.text)) ||
    /\brequire\(/.test(withoutComments(file.text))
  );
}

// `import('x').Y` in a type; a dynamic import is awaited or called upon as a promise.
const isTypePosition = (text: string, at: number): boolean =>
  /[:<|&=]\s*$|\btypeof\s$/.test(text.slice(Math.max(0, at - 12), at)) &&
  /^import\([^)]*\)\.[A-Z]/.test(text.slice(at, at + 200));

function resolved(from: string, specifier: string, typeOnly: boolean): Import {
  if (specifier.startsWith('.')) return { target: posix.join(posix.dirname(from), specifier), kind: 'own', typeOnly };
  if (specifier.startsWith('node:')) return { target: specifier, kind: 'builtin', typeOnly };
  const [scope, name] = specifier.split('/');
  return { target: specifier.startsWith('@') ? `${scope}/${name}` : (scope ?? ''), kind: 'package', typeOnly };
}
