// One request and its answer: begun, served or failed, written, logged and measured.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { type HttpRequest, type HttpResponse, hstsHeader, type Route } from '../../../base/http/index.ts';
import { newReference, newToken } from '../../../base/ids.ts';
import { asProblem, Problem } from '../../../base/problem.ts';
import { type ForwardedHeader, readClientAddress } from './client-address.ts';
import { type FailurePage, failureResponse } from './failure.ts';
import type { WebLog } from './log.ts';
import { readBody, readHeaders } from './request-reading.ts';

/** One answered request, for metrics. `route` is the route's pattern or `other`: few values, whatever is asked (A11). */
export interface RequestMeasure {
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly seconds: number;
}

export interface ExchangeOptions {
  readonly log: WebLog;
  readonly isProxy: (address: string) => boolean;
  readonly forwardedHeader: ForwardedHeader;
  readonly failurePage?: FailurePage | undefined;
  readonly measure?: ((measure: RequestMeasure) => void) | undefined;
  readonly hsts: boolean;
  /** Peers may show a certificate. */
  readonly asksCertificate: boolean;
  /** True while the server drains: connections are not kept. */
  readonly closing: () => boolean;
  /** Called when the last request under way has ended. */
  readonly idle: () => void;
}

export interface Exchange {
  readonly message: IncomingMessage;
  readonly raw: ServerResponse;
  readonly request: HttpRequest;
  /** The route's pattern, or `other`. */
  readonly route: string;
  readonly started: number;
  readonly id: string;
}

export interface Exchanges {
  /** How many requests are under way. */
  readonly underWay: () => number;
  begin(message: IncomingMessage, raw: ServerResponse, params: Record<string, string>, route: string): Exchange;
  /** Reads the body within the route's bound, lets the route answer, and writes the answer. Never throws. */
  serve(exchange: Exchange, route: Route): Promise<void>;
  /** Answers with a problem. `cut`: the connection is closed, since the rest of the request is not read. */
  fail(exchange: Exchange, thrown: unknown, cut?: boolean): void;
  /** 405 with the methods that the path has (RFC 9110 15.5.6). */
  refuseMethod(exchange: Exchange, allow: string): void;
}

const noBody = Buffer.alloc(0);

function requestOf(message: IncomingMessage, params: Record<string, string>, options: ExchangeOptions): HttpRequest {
  const headers = readHeaders(message.rawHeaders);
  const url = message.url ?? '/';
  const mark = url.indexOf('?');
  const peer = message.socket.remoteAddress ?? '';
  return {
    method: message.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? '' : url.slice(mark + 1),
    params,
    ip: readClientAddress(headers, peer, options.isProxy, options.forwardedHeader),
    headers,
    body: noBody,
    ...(options.asksCertificate ? { peerCertificates: shown(message) } : {}),
  };
}

/** The certificate whose key the peer proved to have in the handshake, or none. */
function shown({ socket }: IncomingMessage): readonly Buffer[] {
  const raw = (socket as TLSSocket).getPeerCertificate?.()?.raw;
  return raw === undefined ? [] : [raw];
}

const stackOf = (thrown: unknown): string | undefined => {
  const source = thrown instanceof Problem && thrown.cause instanceof Error ? thrown.cause : thrown;
  return source instanceof Error ? source.stack : undefined;
};

/** The exchanges of one web server. */
export function createExchanges(options: ExchangeOptions): Exchanges {
  const { log, measure, failurePage } = options;
  const idPrefix = newToken(6);
  let count = 0;
  let underWay = 0;
  const ended = (): void => {
    underWay -= 1;
    if (underWay === 0) options.idle();
  };

  function write(exchange: Exchange, response: HttpResponse, cut = false): void {
    const { raw, request, route, started, id } = exchange;
    const body = response.body ?? '';
    const headers: Record<string, string | string[] | number> = { ...response.headers } as Record<string, string>;
    // A length there would be that of the document which is not sent (RFC 9110 8.6).
    if (response.status !== 304)
      headers['content-length'] = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    headers['x-request-id'] = id;
    if (options.hsts) headers['strict-transport-security'] = hstsHeader;
    if (cut || options.closing()) headers.connection = 'close';
    raw.writeHead(response.status, headers);
    raw.end(body);
    const seconds = (performance.now() - started) / 1000;
    measure?.({ route, method: request.method, status: response.status, seconds });
    if (log.isLevelEnabled?.('info') ?? true) {
      const ms = Math.round(seconds * 1e5) / 100;
      log.info({ id, method: request.method, route, status: response.status, ms, ip: request.ip }, 'request');
    }
  }

  function fail(exchange: Exchange, thrown: unknown, cut = false): void {
    if (exchange.raw.headersSent) return;
    const problem = asProblem(thrown);
    const reference = newReference();
    const fields = { id: exchange.id, route: exchange.route, reference, problem: problem.code, detail: problem.detail };
    if (problem.kind === 'internal') log.error({ ...fields, stack: stackOf(problem) }, 'request failed');
    else log.info(fields, 'request refused');
    let response: HttpResponse;
    try {
      response = failureResponse(exchange.request, problem, reference, failurePage);
    } catch (pageFault) {
      log.error({ ...fields, stack: stackOf(pageFault) }, 'failure page failed');
      response = failureResponse(exchange.request, problem, reference, undefined);
    }
    write(exchange, response, cut);
  }

  return {
    fail,
    underWay: () => underWay,
    begin(message, raw, params, route) {
      count += 1;
      underWay += 1;
      raw.once('close', ended);
      const id = `${idPrefix}-${count.toString(36)}`;
      return { message, raw, request: requestOf(message, params, options), route, started: performance.now(), id };
    },
    async serve(exchange, route) {
      try {
        const reading = readBody(exchange.message, route.maxBodyBytes ?? 0);
        const read = reading instanceof Promise ? await reading : reading;
        if (!read.ok) {
          if (read.fault === 'tooLarge') fail(exchange, new Problem({ kind: 'tooLarge', code: 'tooLarge' }), true);
          else exchange.message.destroy();
          return;
        }
        const request = read.body.length === 0 ? exchange.request : { ...exchange.request, body: read.body };
        const answer = route.handle(request);
        write(exchange, answer instanceof Promise ? await answer : answer);
      } catch (thrown) {
        fail(exchange, thrown);
      }
    },
    refuseMethod(exchange, allow) {
      const problem = new Problem({ kind: 'invalid', code: 'method' });
      const response = failureResponse(exchange.request, problem, newReference(), undefined);
      write(exchange, { ...response, status: 405, headers: { ...response.headers, allow } });
    },
  };
}
