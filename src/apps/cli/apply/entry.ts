// One entry of an applied file: its value, and where each part of it stands, for messages that a person can follow.
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve as resolvePath } from 'node:path';
import { type Document, isNode, LineCounter, type ParsedNode, parseDocument } from 'yaml';
import { pathText } from '../../../base/schema/index.ts';
import { type Entry, type FileProblem, unstorable } from '../../hub/apply/index.ts';
import type { Piece } from './split-yaml.ts';

export type ReadPiece =
  | {
      readonly ok: true;
      readonly entries: readonly Entry[];
      /** Sections that the piece names, those with nothing in them too. */
      readonly sections: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

/** Reads a piece: each list item is an entry, and so is a section that is no list. YAML 1.2 core: `no` is a text. */
export function readPiece(file: string, piece: Piece): ReadPiece {
  const counter = new LineCounter();
  const document = parseDocument(piece.text, {
    lineCounter: counter,
    prettyErrors: false,
    uniqueKeys: true,
    version: '1.2',
    schema: 'core',
  });
  const place = (offset: number) => {
    const { line, col } = counter.linePos(offset);
    return { line: line + piece.line - 1, column: col };
  };
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    return {
      ok: false,
      problems: faults.map(({ pos, code, message }) => ({
        file,
        ...place(pos[0]),
        message: code === 'MULTIPLE_DOCS' ? 'a second document begins: write one a file' : `${message} (YAML)`,
      })),
    };
  }
  const value = toValue(document, piece);
  if (value === undefined) {
    return {
      ok: false,
      problems: [
        {
          file,
          line: piece.line,
          column: 1,
          message: 'has too many aliases, or one inside its own anchor: write the values out',
        },
      ],
    };
  }
  const entry = (section: string, prefix: readonly (string | number)[], own: unknown): Entry => ({
    file,
    section,
    value: own,
    read: (name) => readNamed(resolvePath(dirname(file), name), name),
    problem: (path, message) => ({
      file,
      ...place(offsetOf(document, [...prefix, ...path])),
      message: `${[section, idOf(own)].filter(Boolean).join(' ')}${path.length > 0 ? `: ${pathText(path)}` : ''}: ${message}`,
    }),
  });
  if (piece.kind === 'item')
    return checked(
      (value as unknown[]).map((own, at) => entry(piece.section, [at], own)),
      [piece.section],
    );
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return {
      ok: false,
      problems: [{ file, line: piece.line, column: 1, message: 'write sections by name, such as `applications:`' }],
    };
  }
  const entries = Object.entries(value).flatMap(([section, own]: [string, unknown]) => {
    if (Array.isArray(own)) return own.map((item: unknown, at) => entry(section, [section, at], item));
    return own === null ? [] : [entry(section, [section], own)];
  });
  return checked(entries, Object.keys(value));
}

/** Entries that can be stored, or what in them cannot. */
function checked(entries: readonly Entry[], sections: readonly string[]): ReadPiece {
  const problems = unstorable(entries);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, entries, sections };
}

const mostBytes = 1024 * 1024;

/** The bytes of a file that an entry names. Throws an Error with words for the operator. */
function readNamed(path: string, name: string): Buffer {
  const facts = statSync(path, { throwIfNoEntry: false });
  if (!facts?.isFile()) throw new Error(`there is no file ${name} (looked for ${path})`);
  if (facts.size > mostBytes) throw new Error(`${name} is larger than ${mostBytes} bytes`);
  return readFileSync(path);
}

/** The plain value; undefined when its aliases make a small file large, or make a value hold itself. */
function toValue(document: Document.Parsed<ParsedNode>, { text }: Piece): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    return text.includes('&') && holdsItself(value, []) ? undefined : value;
  } catch {
    return undefined;
  }
}

/** Whether a value is a part of itself, which an alias inside its own anchor makes (YAML 1.2.2 3.1.1). */
function holdsItself(value: unknown, above: readonly unknown[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (above.includes(value)) return true;
  return Object.values(value).some((own) => holdsItself(own, [...above, value]));
}

const idOf = (value: unknown): string => {
  const id = typeof value === 'object' && value !== null ? (value as { id?: unknown }).id : undefined;
  return typeof id === 'string' ? id : '';
};

/** Where the part at a path begins; for a part that is missing, where its nearest holder does. */
function offsetOf(document: Document.Parsed<ParsedNode>, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}

/** A problem as one line: `file.yaml:12:3: …`. What a file holds does not reach the terminal as a command to it. */
export const problemText = ({ file, line, column, message }: FileProblem): string =>
  `${file}${line === undefined ? '' : `:${line}`}${column === undefined ? '' : `:${column}`}: ${message}`.replace(
    /[\p{Cc}\p{Cf}\p{Cs}]/gu,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
