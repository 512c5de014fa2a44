// Fetches a revocation list over HTTP(S): bounded in connect time, whole time and size, and following no redirect.
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { CrlFailure, CrlFetch, CrlSource } from '../../../core/trust/index.ts';

export interface CrlFetchLimits {
  /** Name look-up, TCP and TLS, milliseconds. */
  readonly connectMs: number;
  /** From the call to the last octet, milliseconds. */
  readonly totalMs: number;
  readonly maxBytes: number;
}

export const defaultCrlLimits: CrlFetchLimits = { connectMs: 2_000, totalMs: 10_000, maxBytes: 32 * 1024 * 1024 };

const failed = (reason: CrlFailure): CrlFetch => ({ kind: 'failed', reason });

function start(url: URL, headers: Record<string, string>): ClientRequest {
  const options = { method: 'GET', headers, agent: false, maxHeaderSize: 8192 } as const;
  return url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options);
}

const header = (response: IncomingMessage, name: 'etag' | 'last-modified'): string | undefined => {
  const value = response.headers[name];
  return value !== undefined && value.length <= 256 ? value : undefined;
};

/** An answer that the head of the response gives already. */
function answerOfHead(response: IncomingMessage, maxBytes: number): CrlFetch | undefined {
  if (response.statusCode === 304) return { kind: 'notModified' };
  // A redirect is not followed: it could point a request of ours at any place inside.
  if (response.statusCode !== 200) return failed('crlStatus');
  if ((response.headers['content-encoding'] ?? 'identity') !== 'identity') return failed('crlStatus');
  return Number(response.headers['content-length'] ?? 0) > maxBytes ? failed('crlTooLarge') : undefined;
}

function collect(response: IncomingMessage, maxBytes: number, done: (answer: CrlFetch) => void): void {
  const early = answerOfHead(response, maxBytes);
  if (early !== undefined) {
    done(early);
    return;
  }
  const parts: Buffer[] = [];
  let size = 0;
  response.on('data', (part: Buffer) => {
    size += part.length;
    if (size > maxBytes) done(failed('crlTooLarge'));
    else parts.push(part);
  });
  response.on('end', () =>
    done({
      kind: 'bytes',
      der: Buffer.concat(parts),
      etag: header(response, 'etag'),
      lastModified: header(response, 'last-modified'),
    }),
  );
  response.on('error', () => done(failed('crlUnreachable')));
  response.on('aborted', () => done(failed('crlUnreachable')));
}

/** A source over HTTP and HTTPS. The caller has decided that the URL may be asked; every failure is an answer. */
export function httpCrlSource(limits: CrlFetchLimits = defaultCrlLimits): CrlSource {
  return {
    fetch: (url, known) =>
      new Promise((resolve) => {
        const headers: Record<string, string> = {
          accept: 'application/pkix-crl',
          'accept-encoding': 'identity',
          connection: 'close',
        };
        if (known.etag !== undefined) headers['if-none-match'] = known.etag;
        else if (known.lastModified !== undefined) headers['if-modified-since'] = known.lastModified;
        const request = start(new URL(url), headers);
        const done = (answer: CrlFetch) => {
          clearTimeout(connecting);
          clearTimeout(whole);
          resolve(answer);
          request.destroy();
        };
        const connecting = setTimeout(() => done(failed('crlTimeout')), limits.connectMs);
        const whole = setTimeout(() => done(failed('crlTimeout')), limits.totalMs);
        request.once('socket', (socket) => {
          socket.once(url.startsWith('https:') ? 'secureConnect' : 'connect', () => clearTimeout(connecting));
        });
        request.on('error', () => done(failed('crlUnreachable')));
        request.on('response', (response) => collect(response, limits.maxBytes, done));
        request.end();
      }),
  };
}
