// From node's request to the HttpRequest that a route sees: headers with their repeats, and a bounded body.
import type { IncomingMessage } from 'node:http';

/** Headers by lower-case name; one that came more than once is an array, in order (node would join or drop them). */
export function readHeaders(raw: readonly string[]): Record<string, string | readonly string[] | undefined> {
  const headers: Record<string, string | readonly string[] | undefined> = Object.create(null);
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] ?? '').toLowerCase();
    const value = raw[i + 1] ?? '';
    const before = headers[name];
    headers[name] = before === undefined ? value : typeof before === 'string' ? [before, value] : [...before, value];
  }
  return headers;
}

export type BodyResult =
  | { readonly ok: true; readonly body: Buffer }
  | { readonly ok: false; readonly fault: 'tooLarge' | 'cut' };

const empty: BodyResult = { ok: true, body: Buffer.alloc(0) };
const tooLarge: BodyResult = { ok: false, fault: 'tooLarge' };

/** Reads the body; more than `limit` bytes is refused from the announced length alone, or as soon as it is passed. */
export function readBody(message: IncomingMessage, limit: number): BodyResult | Promise<BodyResult> {
  const announced = message.headers['content-length'];
  const chunked = message.headers['transfer-encoding'] !== undefined;
  if (!chunked && (announced === undefined || announced === '0')) return empty;
  if (Number(announced) > limit || (chunked && limit === 0)) return tooLarge;
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const finish = (result: BodyResult): void => {
      message.off('data', onData).off('end', onEnd).off('error', onCut).off('close', onCut);
      resolve(result);
    };
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > limit) finish(tooLarge);
      else chunks.push(chunk);
    };
    const onEnd = (): void =>
      finish({ ok: true, body: chunks.length === 1 ? (chunks[0] ?? Buffer.alloc(0)) : Buffer.concat(chunks, length) });
    const onCut = (): void => finish({ ok: false, fault: 'cut' });
    message.on('data', onData).on('end', onEnd).on('error', onCut).on('close', onCut);
  });
}
