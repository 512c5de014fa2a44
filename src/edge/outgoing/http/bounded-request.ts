// One bounded request to an address from the catalogue: https (or http on loopback), no redirects, little time, few bytes.
import { type ClientRequest, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface BoundedLimits {
  /** From the call to the last octet, milliseconds. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

export interface BoundedAnswer {
  readonly status: number;
  readonly body: Buffer;
}

export interface BoundedRequest extends BoundedLimits {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** PEM of authorities that are trusted; absent = the system's. */
  readonly authorities?: readonly string[] | undefined;
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);

/** Sends it. Rejects on anything but a whole answer within the limits; a redirect is an answer, never followed (O10). */
export function boundedRequest(address: string, given: BoundedRequest): Promise<BoundedAnswer> {
  return new Promise((resolve, reject) => {
    const url = new URL(address);
    const plain = url.protocol === 'http:';
    if (url.protocol !== 'https:' && !(plain && isLoopback(url.hostname)))
      return reject(new Error('only https addresses are asked'));
    const options = {
      method: given.method,
      headers: {
        ...given.headers,
        ...(given.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(given.body)) }),
      },
      agent: false,
      maxHeaderSize: 8192,
      ...(given.authorities ? { ca: [...given.authorities] } : {}),
    } as const;
    const sent: ClientRequest = plain ? httpRequest(url, options) : httpsRequest(url, options);
    const breakOff = (why: string): void => {
      reject(new Error(why));
      sent.destroy();
    };
    const timer = setTimeout(() => breakOff(`no whole answer within ${given.timeoutMs} ms`), given.timeoutMs);
    sent.on('close', () => clearTimeout(timer));
    sent.on('error', reject);
    sent.on('response', (answer) => {
      const parts: Buffer[] = [];
      let size = 0;
      answer.on('data', (part: Buffer) => {
        size += part.length;
        if (size > given.maxBytes) breakOff(`an answer of more than ${given.maxBytes} bytes`);
        else parts.push(part);
      });
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts) }));
    });
    sent.end(given.body);
  });
}
