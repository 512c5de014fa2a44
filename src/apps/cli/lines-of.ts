// The lines of a file, one at a time.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/**
 * Reads nothing before the first line is asked for: an interface of node:readline that waits loses the lines that it
 * has read before somebody iterates over it.
 */
export async function* linesOf(path: string): AsyncGenerator<string> {
  yield* createInterface({ input: createReadStream(path, { encoding: 'utf8' }), crlfDelay: Number.POSITIVE_INFINITY });
}
