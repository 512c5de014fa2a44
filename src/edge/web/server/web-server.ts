// Serves plain routes over HTTP(S): starts, renews its certificate, and closes without cutting anybody off.
import { Server as HttpServer, type RequestListener, type Server } from 'node:http';
import { Server as HttpsServer } from 'node:https';
import type { Route } from '../../../base/http/index.ts';
import { ipInCidr } from '../../../base/ip-address.ts';
import { Problem } from '../../../base/problem.ts';
import { type ForwardedHeader, proxyTest } from './client-address.ts';
import { createExchanges, type RequestMeasure } from './exchange.ts';
import type { FailurePage } from './failure.ts';
import { defaultWebLimits, makeListener, type WebLimits } from './listener.ts';
import type { WebLog } from './log.ts';
import { routeRequests } from './routing.ts';
import { contextOf, type ServerCertificate } from './tls-settings.ts';

export interface WebServerOptions {
  readonly routes: readonly Route[];
  /** Port 0 takes a free one. `localhost` listens on 127.0.0.1 and ::1. */
  readonly listen: { readonly host: string; readonly port: number };
  /** HTTPS. Without it `plain` must be said, and the host must be a loopback one. */
  readonly tls?: ServerCertificate | undefined;
  readonly plain?: boolean | undefined;
  /** With `plain`, any host: everything that is served is signed by itself, such as revocation lists (RFC 5280 8). */
  readonly signedContent?: boolean | undefined;
  /** With TLS: peers may show a certificate, which routes get as `peerCertificates`. */
  readonly asksCertificate?: boolean | undefined;
  /** CIDR blocks of proxies whose word about the client's address (and RFC 9440 Client-Cert) is taken. */
  readonly trustedProxies?: (() => readonly string[]) | undefined;
  /** The header that those proxies set; the other one is ignored. Default `x-forwarded-for`. */
  readonly forwardedHeader?: ForwardedHeader | undefined;
  readonly log: WebLog;
  readonly limits?: Partial<WebLimits> | undefined;
  /** Draws failures for browsers; without it everybody gets problem+json. */
  readonly failurePage?: FailurePage | undefined;
  readonly measure?: ((measure: RequestMeasure) => void) | undefined;
  /** Sends Strict-Transport-Security. Not for `localhost`, where it would lock other programs out. */
  readonly hsts?: boolean | undefined;
}

export interface WebServer {
  /** Listens. Throws Problem `port.inUse` or `port.refused` when it cannot. */
  start(): Promise<void>;
  /** Takes no new requests, lets those under way end (at most `drainMs`), then cuts. May be called again. */
  close(): Promise<void>;
  /** Where it listens, once started. */
  readonly address: { readonly host: string; readonly port: number };
  /** Requests that begin from now on are served by these routes: the catalogue got another issuer. */
  renewRoutes(routes: readonly Route[]): Promise<void>;
  /** New connections get this certificate from now on. */
  renewTls(certificate: ServerCertificate): void;
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || ipInCidr(host, '127.0.0.0/8') || ipInCidr(host, '::1');

/** A web server over these routes; not listening yet. Throws Problem `listen.plain` for plain HTTP off loopback. */
export function createWebServer(options: WebServerOptions): WebServer {
  const { listen, tls } = options;
  const limits: WebLimits = { ...defaultWebLimits, ...options.limits };
  if (!tls && !(options.plain && (options.signedContent || isLoopback(listen.host)))) {
    throw new Problem({ kind: 'invalid', code: 'listen.plain', detail: 'plain HTTP is for loopback addresses only' });
  }
  const servers: Server[] = [];
  let closing = false;
  const cutConnections = (): void => {
    for (const server of servers) server.closeAllConnections();
  };
  const exchanges = createExchanges({
    log: options.log,
    isProxy: proxyTest(options.trustedProxies ?? (() => [])),
    forwardedHeader: options.forwardedHeader ?? 'x-forwarded-for',
    failurePage: options.failurePage,
    measure: options.measure,
    hsts: options.hsts ?? false,
    asksCertificate: options.asksCertificate ?? false,
    closing: () => closing,
    idle: () => {
      if (closing) cutConnections();
    },
  });
  let renewed: RequestListener | undefined;
  const app = routeRequests(options.routes, exchanges, (handler) => {
    const first = handler as RequestListener;
    const server = makeListener(
      (request, response) => (renewed ?? first)(request, response),
      tls,
      limits,
      options.asksCertificate,
    );
    servers.push(server);
    return server;
  });
  let closed: Promise<void> | undefined;
  let bound: { host: string; port: number } | undefined;

  async function drain(): Promise<void> {
    closing = true;
    const timer = setTimeout(cutConnections, limits.drainMs);
    const listening = servers.filter((server) => server.listening);
    const ended = listening.map((server) => new Promise<void>((resolve) => server.once('close', () => resolve())));
    const stopped = app.close();
    // A browser opens connections ahead that it never uses; node does not count them as idle.
    if (exchanges.underWay() === 0) cutConnections();
    else for (const server of servers) server.closeIdleConnections();
    await stopped;
    await Promise.all(ended);
    clearTimeout(timer);
  }

  return {
    async start() {
      try {
        await app.listen({ host: listen.host, port: listen.port });
      } catch (error) {
        throw listenProblem(error, listen);
      }
      const address = servers[0]?.address();
      bound = { host: listen.host, port: typeof address === 'object' && address ? address.port : listen.port };
    },
    async renewRoutes(routes) {
      // Only its router is used: it gets a server that never listens.
      const next = routeRequests(routes, exchanges, () => new HttpServer());
      await next.ready();
      renewed = (request, response) => next.routing(request, response);
    },
    close() {
      closed ??= drain();
      return closed;
    },
    get address() {
      if (!bound) throw new Problem({ kind: 'internal', code: 'internal', detail: 'the web server is not started' });
      return bound;
    },
    renewTls(certificate) {
      for (const server of servers) {
        if (server instanceof HttpsServer)
          server.setSecureContext({ ...contextOf(options.asksCertificate ?? false), ...certificate });
      }
    },
  };
}

function listenProblem(error: unknown, listen: { readonly host: string; readonly port: number }): Problem {
  const inUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  return new Problem({
    kind: 'unavailable',
    code: inUse ? 'port.inUse' : 'port.refused',
    public: { host: listen.host, port: listen.port },
    detail: `cannot listen on ${listen.host}:${listen.port}${inUse ? ': another program uses the port' : ''}`,
    cause: error,
  });
}
