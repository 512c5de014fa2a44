// The lines of an applied file, as they come from the disk: whatever is not text in UTF-8 is told, with its line.
import { isUtf8 } from 'node:buffer';
import type { Hash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import type { FileProblem } from '../../hub/apply/index.ts';

/** No part of a file is longer: one is held in memory, many times over while it is parsed. */
export const mostPartBytes = 4 * 1024 * 1024;

/** What ends the reading of a file. */
export class UnreadableFile extends Error {
  readonly problem: FileProblem;
  constructor(problem: FileProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Why a path cannot be read as a file; undefined when it can. A pipe cannot: files are read twice. */
export function pathFault(path: string): string | undefined {
  try {
    const facts = statSync(path, { throwIfNoEntry: false });
    if (facts === undefined) return 'there is no such file';
    if (facts.isDirectory()) return 'is a folder: name the files in it';
    return facts.isFile()
      ? undefined
      : 'is no regular file, and what is applied is read twice: put it into a file first';
  } catch (error) {
    return wordsOf(error);
  }
}

/**
 * Each line, without its end. Throws an UnreadableFile. Only LF and CR LF end a line, as in YAML 1.2.2 (5.4); its older
 * readers, and Node's, also take U+2028 for one, which may stand in a name.
 */
export async function* fileLines(path: string, hash?: Hash): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  let line = 0;
  const fail = (message: string): never => {
    throw new UnreadableFile({ file: path, line: line + 1, column: 1, message });
  };
  const texts = function* (bytes: Buffer): Generator<string> {
    // A whole block at a time; one line at a time only to find the line that is to blame.
    const sound = isUtf8(bytes) && !bytes.includes(0);
    const lines = sound ? bytes.toString('utf8').split('\n') : bytes.toString('latin1').split('\n');
    for (const text of lines) {
      if (!sound && text.includes('\0')) fail('is no text: save the file as UTF-8');
      if (!sound && !isUtf8(Buffer.from(text, 'latin1')))
        fail('is not in UTF-8: save the file as UTF-8, or letters get lost');
      line += 1;
      const whole = sound ? text : Buffer.from(text, 'latin1').toString('utf8');
      yield whole.endsWith('\r') ? whole.slice(0, -1) : whole;
    }
  };
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      hash?.update(chunk);
      const end = chunk.lastIndexOf(0x0a);
      if (rest.length + (end < 0 ? chunk.length : end) > mostPartBytes)
        fail('is a longer line than any that makes sense');
      if (end < 0) rest = Buffer.concat([rest, chunk]);
      else {
        yield* texts(Buffer.concat([rest, chunk.subarray(0, end)]));
        rest = chunk.subarray(end + 1);
      }
    }
  } catch (error) {
    if (error instanceof UnreadableFile) throw error;
    throw new UnreadableFile({ file: path, message: wordsOf(error) });
  }
  if (rest.length > 0) yield* texts(rest);
}

const wordsOf = (error: unknown): string => `cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`;
