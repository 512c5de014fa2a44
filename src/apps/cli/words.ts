// Reads the words after a command's name: options by name, the rest in order; anything unknown is used wrongly.
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/** The words, or why they cannot be read. */
export function readWords<Options extends ParseArgsOptionsConfig>(args: readonly string[], options: Options) {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    return { ok: true as const, values, positionals };
  } catch (error) {
    return { ok: false as const, why: error instanceof Error ? error.message : String(error) };
  }
}

/** All of standard input as text, at most this many bytes. */
export async function readInput(mostBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBytes) throw new Error(`standard input holds more than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
