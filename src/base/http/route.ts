// Routes as plain values: what the web server serves and what a test calls without a server.
import type { StapledOcsp } from '../x509/index.ts';

/** A request as a route sees it. Nothing here trusts a forwarded header. */
export interface HttpRequest {
  readonly method: string;
  /** Path without query, as sent (not decoded). */
  readonly path: string;
  /** Raw query string without the question mark, as sent. */
  readonly query: string;
  /** Values of `:name` segments of the route's path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** Lower-case names; a header that came more than once is an array, in order. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
  /** Address of the peer, or what a configured proxy said it was. */
  readonly ip: string;
  /** DER of the client certificates that the peer showed, leaf first; only on a listener that asks for one. */
  readonly peerCertificates?: readonly Buffer[];
  /** An OCSP answer about the first of them that a configured proxy passed on; only on the card listener. */
  readonly stapledOcsp?: StapledOcsp | undefined;
  /** The TLS server name that the peer asked for, lower case; only on a TLS listener. */
  readonly serverName?: string;
}

export interface HttpResponse {
  readonly status: number;
  /** Lower-case names. `set-cookie` may hold several values. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Fixed segments and `:name` segments, for example `/login/:id`. */
  readonly path: string;
  /** Largest body in bytes; more is refused with 413 before it is read. Default 0 (no body). */
  readonly maxBodyBytes?: number;
  readonly handle: (request: HttpRequest) => Promise<HttpResponse> | HttpResponse;
}

/** The one value of a header, or undefined when it is absent or came more than once. */
export function singleHeader(request: HttpRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** How many times a header came. */
export function headerCount(request: HttpRequest, name: string): number {
  const value = request.headers[name];
  return value === undefined ? 0 : typeof value === 'string' ? 1 : value.length;
}
