// One request for a few octets over HTTP(S): bounded in connect time, whole time and size, and following no redirect.
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface FetchLimits {
  /** Name look-up, TCP and TLS, milliseconds. */
  readonly connectMs: number;
  /** From the call to the last octet, milliseconds. */
  readonly totalMs: number;
  readonly maxBytes: number;
}

export type OctetsFetch =
  | { readonly kind: 'octets'; readonly octets: Buffer; readonly headers: IncomingHttpHeaders }
  | { readonly kind: 'notModified' }
  | { readonly kind: 'failed'; readonly fault: 'unreachable' | 'timeout' | 'tooLarge' | 'status' };

type Fault = Extract<OctetsFetch, { kind: 'failed' }>['fault'];
const failed = (fault: Fault): OctetsFetch => ({ kind: 'failed', fault });

/** An answer that the head of the response gives already. */
function answerOfHead(response: IncomingMessage, maxBytes: number): OctetsFetch | undefined {
  if (response.statusCode === 304) return { kind: 'notModified' };
  // A redirect is not followed: it could point a request of ours at any place inside.
  if (response.statusCode !== 200) return failed('status');
  if ((response.headers['content-encoding'] ?? 'identity') !== 'identity') return failed('status');
  return Number(response.headers['content-length'] ?? 0) > maxBytes ? failed('tooLarge') : undefined;
}

function collect(response: IncomingMessage, maxBytes: number, done: (answer: OctetsFetch) => void): void {
  const early = answerOfHead(response, maxBytes);
  if (early !== undefined) {
    done(early);
    return;
  }
  const parts: Buffer[] = [];
  let size = 0;
  response.on('data', (part: Buffer) => {
    size += part.length;
    if (size > maxBytes) done(failed('tooLarge'));
    else parts.push(part);
  });
  response.on('end', () => done({ kind: 'octets', octets: Buffer.concat(parts), headers: response.headers }));
  response.on('error', () => done(failed('unreachable')));
  response.on('aborted', () => done(failed('unreachable')));
}

/** Sends it. The caller has decided that the URL may be asked; every failure is an answer. */
export function fetchOctets(
  url: string,
  asked: { readonly headers: Readonly<Record<string, string>>; readonly post?: Buffer },
  limits: FetchLimits,
): Promise<OctetsFetch> {
  return new Promise((resolve) => {
    const headers = {
      ...{ ...asked.headers, 'accept-encoding': 'identity', connection: 'close' },
      ...(asked.post === undefined ? {} : { 'content-length': String(asked.post.length) }),
    };
    const method = asked.post === undefined ? 'GET' : 'POST';
    const secure = url.startsWith('https:');
    const options = { method, headers, agent: false, maxHeaderSize: 8192 } as const;
    const request = secure ? httpsRequest(new URL(url), options) : httpRequest(new URL(url), options);
    const done = (answer: OctetsFetch) => {
      clearTimeout(connecting);
      clearTimeout(whole);
      resolve(answer);
      request.destroy();
    };
    const connecting = setTimeout(() => done(failed('timeout')), limits.connectMs);
    const whole = setTimeout(() => done(failed('timeout')), limits.totalMs);
    request.once('socket', (socket) => {
      socket.once(secure ? 'secureConnect' : 'connect', () => clearTimeout(connecting));
    });
    request.on('error', () => done(failed('unreachable')));
    request.on('response', (response) => collect(response, limits.maxBytes, done));
    request.end(asked.post);
  });
}
