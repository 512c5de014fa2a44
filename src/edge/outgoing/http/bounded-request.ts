// One bounded request to an address from the catalogue: https (or http on loopback), no redirects, little time, few bytes.
import { lookup as systemLookup } from 'node:dns';
import { type ClientRequest, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { type Agent, request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress } from './public-address.ts';

export interface BoundedLimits {
  /** From the call to the last octet, milliseconds. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Until the connection stands, TLS included, milliseconds; absent = within the whole time. */
  readonly connectTimeoutMs?: number | undefined;
}

export interface BoundedAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface BoundedRequest extends BoundedLimits {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | undefined;
  /** PEM of authorities that are trusted; absent = the system's. */
  readonly authorities?: readonly string[] | undefined;
  /** Shown to who asks for one: PEM of a certificate and its key. */
  readonly client?: { readonly cert: string; readonly key: string } | undefined;
  /**
   * Connections that are kept (`keptConnections`), with whom they trust and what they show; absent = one of its own. What
   * was sent down one that the other end had closed meanwhile is sent again: only for what may be asked twice.
   */
  readonly connections?: Agent | undefined;
  /** `public`: only addresses of the public internet are connected to. Absent = any. */
  readonly addresses?: 'public' | 'any' | undefined;
  /** How names become addresses; an argument where a test has names of its own. */
  readonly lookup?: LookupFunction | undefined;
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);

/**
 * A lookup that knows public addresses alone. The socket connects to what it answers and asks nobody again, so that a
 * name cannot have one address when it is checked and another when it is used.
 */
const publicLookup =
  (lookup: LookupFunction): LookupFunction =>
  (name, options, done) =>
    lookup(name, { ...options, all: true }, (error, found) => {
      const all = Array.isArray(found) ? found : [];
      const open = all.filter(({ address }) => isPublicAddress(address));
      const [first] = open;
      if (error !== null || first === undefined) {
        done(error ?? new Error('this name has no public address'), '', 0);
      } else if (options.all === true) done(null, open);
      else done(null, first.address, first.family);
    });

/** Sends it. Rejects on anything but a whole answer within the limits; a redirect is an answer, never followed (O10). */
export function boundedRequest(address: string, given: BoundedRequest): Promise<BoundedAnswer> {
  return new Promise((resolve, reject) => {
    const url = new URL(address);
    const plain = url.protocol === 'http:';
    if (url.protocol !== 'https:' && !(plain && isLoopback(url.hostname)))
      return reject(new Error('only https addresses are asked'));
    const onlyPublic = given.addresses === 'public';
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    // A literal address is connected to without a lookup.
    if (onlyPublic && isIP(literal) !== 0 && !isPublicAddress(literal))
      return reject(new Error('only public addresses are asked'));
    const lookup = given.lookup ?? systemLookup;
    const options = {
      ...(onlyPublic ? { lookup: publicLookup(lookup) } : given.lookup ? { lookup } : {}),
      method: given.method,
      headers: {
        ...given.headers,
        ...(given.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(given.body)) }),
      },
      agent: given.connections ?? (false as const),
      maxHeaderSize: 8192,
      ...(given.authorities ? { ca: [...given.authorities] } : {}),
      ...given.client,
    } as const;
    const sent: ClientRequest = plain ? httpRequest(url, options) : httpsRequest(url, options);
    const begun = performance.now();
    let [brokenOff, answered] = [false, false];
    const breakOff = (why: string): void => {
      brokenOff = true;
      reject(new Error(why));
      sent.destroy();
    };
    const timer = setTimeout(() => breakOff(`no whole answer within ${given.timeoutMs} ms`), given.timeoutMs);
    const connecting =
      given.connectTimeoutMs === undefined
        ? undefined
        : setTimeout(
            () => breakOff(`no connection within ${given.connectTimeoutMs} ms`),
            Math.min(given.connectTimeoutMs, given.timeoutMs),
          );
    sent.on('socket', (socket) => {
      if (sent.reusedSocket) clearTimeout(connecting);
      else socket.once(plain ? 'connect' : 'secureConnect', () => clearTimeout(connecting));
    });
    sent.on('close', () => {
      clearTimeout(timer);
      clearTimeout(connecting);
    });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      const left = given.timeoutMs - (performance.now() - begun);
      const closedBefore = sent.reusedSocket && !answered && !brokenOff && error.code === 'ECONNRESET';
      if (closedBefore && left > 0) resolve(boundedRequest(address, { ...given, timeoutMs: left }));
      else reject(error);
    });
    sent.on('response', (answer) => {
      answered = true;
      const parts: Buffer[] = [];
      let size = 0;
      answer.on('data', (part: Buffer) => {
        size += part.length;
        if (size > given.maxBytes) breakOff(`an answer of more than ${given.maxBytes} bytes`);
        else parts.push(part);
      });
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) }),
      );
    });
    sent.end(given.body);
  });
}
