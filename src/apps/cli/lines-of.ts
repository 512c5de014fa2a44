// The lines of a file or of standard input, one at a time.
import { createReadStream } from 'node:fs';
import { Problem } from '../../base/problem.ts';

/** In characters. An event's text is far shorter, and a line must fit into memory several times. */
const longestLine = 16 * 1024 * 1024;

/**
 * Ends of lines are LF and CR LF alone, as in JSON Lines: `node:readline` takes U+2028 for one as well, which may stand in
 * an event's text, and cannot be bounded. Throws a Problem for a line that is too long.
 */
export async function* linesOf(
  path: string,
  chunks: AsyncIterable<string> = createReadStream(path, { encoding: 'utf8' }) as AsyncIterable<string>,
): AsyncGenerator<string> {
  let rest = '';
  let line = 1;
  for await (const chunk of chunks) {
    const parts = `${rest}${chunk}`.split('\n');
    rest = parts.pop() ?? '';
    for (const text of parts) yield text.endsWith('\r') ? text.slice(0, -1) : text;
    line += parts.length;
    if (rest.length > longestLine) {
      const detail = `${path} line ${line} is longer than ${longestLine} characters: this is no file of ours`;
      throw new Problem({ kind: 'invalid', code: 'audit', detail });
    }
  }
  if (rest !== '') yield rest;
}
