// Reads applied files: small sections at once, people one at a time in a second reading, so that memory stays flat.
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { nearest } from '../../../base/schema/index.ts';
import { type ApplyInput, type Entry, type FileFacts, type FileProblem, sectionNames } from '../../hub/apply/index.ts';
import { readPiece } from './entry.ts';
import { fileLines, mostPartBytes, pathFault, UnreadableFile } from './file-lines.ts';
import { type Piece, splitYaml } from './split-yaml.ts';

export interface ReadFiles extends Omit<ApplyInput, 'people'> {
  readonly problems: readonly FileProblem[];
}

const mostProblems = 100;

/** The first reading: everything but people. Also hashes the files. */
export async function readFiles(paths: readonly string[]): Promise<ReadFiles> {
  const files: FileFacts[] = [];
  const entries: Entry[] = [];
  const problems: FileProblem[] = [];
  const sections = new Set<string>();
  for (const path of paths) {
    const fault = pathFault(path);
    if (fault !== undefined) {
      problems.push({ file: path, message: fault });
      continue;
    }
    const hash = createHash('sha256');
    for await (const found of pieces(path, hash)) {
      if ('problem' in found) problems.push(found.problem);
      else {
        if (!sections.has(found.section)) sections.add(found.section);
        if ('entry' in found && found.section !== 'people') entries.push(found.entry);
      }
      if (problems.length >= mostProblems) break;
    }
    files.push({ name: basename(path), sha256: hash.digest('hex') });
  }
  return { files, entries, sections, problems };
}

/** The second reading: people alone, in the order of the files; they must be what the first reading read. */
export async function* readPeople(
  paths: readonly string[],
  first: readonly FileFacts[],
): AsyncGenerator<Entry | FileProblem> {
  for (const [at, path] of paths.entries()) {
    const hash = createHash('sha256');
    for await (const found of pieces(path, hash, 'people')) {
      if ('problem' in found) yield found.problem;
      else if ('entry' in found && found.section === 'people') yield found.entry;
    }
    if (hash.digest('hex') !== first[at]?.sha256)
      yield { file: path, message: 'was changed while it was read: let it be finished, then apply it again' };
  }
}

type Found =
  | { readonly problem: FileProblem }
  | { readonly section: string; readonly entry: Entry }
  | { readonly section: string };

async function* pieces(path: string, hash?: ReturnType<typeof createHash>, only?: string): AsyncGenerator<Found> {
  try {
    yield* piecesOf(path, splitYaml(fileLines(path, hash), mostPartBytes), only);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    yield { problem: error.problem };
  }
}

async function* piecesOf(path: string, split: AsyncIterable<Piece>, only?: string): AsyncGenerator<Found> {
  const seen = new Set<string>();
  let last = 0;
  for await (const piece of split) {
    const { section, kind, line, sectionLine } = piece;
    if (kind === 'tooLong') {
      yield { problem: { file: path, line, column: 1, message: tooLong } };
      return;
    }
    if (kind === 'file') {
      yield* wholeFile(path, piece);
      continue;
    }
    if (sectionLine !== last) {
      const fault = sectionFault(section, seen);
      if (fault) yield { problem: { file: path, line: sectionLine, column: 1, message: fault } };
      seen.add(section);
      last = sectionLine;
    }
    // People are read in the second reading only, everything else in the first.
    yield* (section === 'people') === (only === 'people') ? entriesOf(path, piece) : [{ section }];
  }
}

const tooLong =
  'this part is longer than 4 MiB: write lists in block form, each item begun by a line with `- `, which are read one by one';

function* entriesOf(path: string, piece: Piece): Generator<Found> {
  const read = readPiece(path, piece);
  if (read.ok) for (const entry of read.entries) yield { section: entry.section, entry };
  else for (const problem of read.problems) yield { problem };
  if (read.ok) for (const section of piece.kind === 'file' ? read.sections : [piece.section]) yield { section };
}

/** A file that is one flow mapping, for example JSON. */
function* wholeFile(path: string, piece: Piece): Generator<Found> {
  const checked = new Set<string>();
  for (const found of entriesOf(path, piece)) {
    yield found;
    if ('problem' in found || checked.has(found.section)) continue;
    checked.add(found.section);
    const fault = sectionFault(found.section, new Set());
    if (fault === undefined) continue;
    const nowhere = { file: path, line: piece.line, column: 1, message: fault };
    yield { problem: 'entry' in found ? found.entry.problem([], fault) : nowhere };
  }
}

function sectionFault(section: string, seen: ReadonlySet<string>): string | undefined {
  if (seen.has(section)) return `the section ${section} is there twice`;
  if ((sectionNames as readonly string[]).includes(section)) return undefined;
  const meant = nearest(section, sectionNames);
  return `there is no section ${section}: ${meant ? `did you mean ${meant}?` : `write one of ${sectionNames.join(', ')}`}`;
}
