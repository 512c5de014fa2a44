// The card listener: a TLS port of its own that asks for a certificate, serves one request a connection and resumes nothing.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import type { HttpRequest, HttpResponse } from '../../../base/http/route.ts';
import { toPem } from '../../../base/x509/index.ts';
import type { Population } from '../../../core/catalogue/index.ts';
import { namedAuthorities, preparePopulation } from '../../../core/trust/index.ts';
import { keysOfServerName, populationKey } from './label.ts';
import { peerOf, proxyTest, shownInTls } from './peer-chain.ts';
import { cardTlsSettings } from './tls-settings.ts';

export interface CardListenerOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** PEM. The certificate is for `*.<hostSuffix>`. */
  readonly tls: { readonly key: string | Buffer; readonly cert: string | Buffer };
  /** What every label stands under, for example `card.localhost`. */
  readonly hostSuffix: string;
  /** Populations of the present catalogue snapshot; called for each new connection. */
  readonly populations: () => Iterable<Population>;
  /** Answers a request. `peerCertificates` is empty when none was shown; `serverName` is the whole asked-for name. */
  readonly handle: (request: HttpRequest) => Promise<HttpResponse>;
  /** CIDR blocks of reverse proxies that end TLS and pass the certificate on in RFC 9440 headers. */
  readonly proxies?: () => readonly string[];
  /** Reads the person's address from a request of a configured proxy; the connection's own address without it. */
  readonly clientAddress?: (headers: HttpRequest['headers'], peer: string) => string;
  /** A handler failed, or TLS did: for the log; never holds what the peer sent. */
  readonly onError?: (where: 'handle' | 'tls', error: unknown) => void;
  readonly limits?: Partial<CardListenerLimits>;
}

export interface CardListenerLimits {
  /** From the connection to the first TLS message, milliseconds. */
  readonly helloMs: number;
  /** From the first TLS message to the end of the handshake: a person chooses a card and types a PIN in it. */
  readonly handshakeMs: number;
  readonly requestMs: number;
  readonly headerBytes: number;
  readonly connections: number;
}

export const defaultCardLimits: CardListenerLimits = {
  helloMs: 10_000,
  handshakeMs: 180_000,
  requestMs: 10_000,
  // A proxy's certificate, chain and OCSP answer in base64, and what browsers send.
  headerBytes: 24 * 1024,
  connections: 2_000,
};

export interface CardListener {
  readonly port: number;
  /** Uses another certificate for new connections (renewal without a restart). */
  setTls(tls: { readonly key: string | Buffer; readonly cert: string | Buffer }): void;
  /** Takes no new connections, lets running answers finish for at most `graceMs`, then cuts. Idempotent. */
  close(graceMs?: number): Promise<void>;
}

// One context for each set of CAs; node:tls writes the names of `ca` into the CertificateRequest.
class Contexts {
  readonly #options: CardListenerOptions;
  #tls: CardListenerOptions['tls'];
  #made = new Map<string, SecureContext>();
  constructor(options: CardListenerOptions) {
    this.#options = options;
    this.#tls = options.tls;
  }
  setTls(tls: CardListenerOptions['tls']): void {
    this.#tls = tls;
    this.#made = new Map();
  }
  /** The context for a server name; for a name that is no label every population's CAs are named. */
  for(serverName: string): SecureContext {
    const keys = keysOfServerName(serverName, this.#options.hostSuffix) ?? [];
    const all = [...this.#options.populations()].filter(({ identifiers }) => identifiers.length > 0);
    const asked = all.filter(({ id }) => keys.includes(populationKey(id)));
    const authorities = (asked.length > 0 ? asked : all).flatMap((population) =>
      namedAuthorities(preparePopulation(population)),
    );
    const ca = new Map(authorities.map(({ fingerprint, der }) => [fingerprint, der]));
    const name = [...ca.keys()].sort().join(' ');
    const known = this.#made.get(name);
    if (known !== undefined) return known;
    if (this.#made.size >= 64) this.#made = new Map();
    const made = createSecureContext({
      ...cardTlsSettings,
      ...this.#tls,
      ca: [...ca.values()].map((der) => toPem(der)),
    });
    this.#made.set(name, made);
    return made;
  }
}

// What browsers ask for by themselves: it says nothing about the card, so it never reaches the journey.
const asksItself = (path: string): boolean =>
  /^\/(?:favicon\.ico|robots\.txt|apple-touch-icon[^/]*|\.well-known\/.*)$/.test(path);

// A header that came more than once is an array, in order; node would join or drop them.
const readHeaders = ({ headersDistinct }: IncomingMessage): HttpRequest['headers'] =>
  Object.fromEntries(
    Object.entries(headersDistinct).map(([name, values]) => [name, values?.length === 1 ? values[0] : values]),
  );

function toRequest(
  incoming: IncomingMessage,
  isProxy: (address: string) => boolean,
  clientAddress: CardListenerOptions['clientAddress'],
): { request: HttpRequest; malformed?: string } {
  const socket = incoming.socket as TLSSocket;
  const [path = '/', ...query] = (incoming.url ?? '/').split('?');
  const address = socket.remoteAddress ?? '';
  const headers = readHeaders(incoming);
  const peer = peerOf({ address, headers, tlsChain: shownInTls(socket), isProxy });
  const proxied = isProxy(address);
  const named = proxied ? (incoming.headers.host ?? '').replace(/:\d+$/, '') : socket.servername || '';
  const request: HttpRequest = {
    method: incoming.method ?? '',
    path,
    query: query.join('?'),
    params: {},
    headers: peer.headers,
    body: Buffer.alloc(0),
    ip: proxied && clientAddress !== undefined ? clientAddress(headers, address) : address,
    peerCertificates: peer.chain,
    ...(peer.stapled === undefined ? {} : { stapledOcsp: peer.stapled }),
    serverName: named.toLowerCase(),
  };
  return peer.malformed === undefined ? { request } : { request, malformed: peer.malformed };
}

const plain = (status: number, text: string): HttpResponse => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  body: text,
});

async function answerOf(
  incoming: IncomingMessage,
  options: CardListenerOptions,
  isProxy: (address: string) => boolean,
): Promise<HttpResponse> {
  const { request, malformed } = toRequest(incoming, isProxy, options.clientAddress);
  if (malformed !== undefined) return plain(400, 'Bad request');
  if (request.method !== 'GET') return plain(405, 'Method not allowed');
  if (incoming.headers['transfer-encoding'] !== undefined || Number(incoming.headers['content-length'] ?? 0) > 0)
    return plain(413, 'No body is taken here');
  if (asksItself(request.path)) return plain(404, 'Not found');
  try {
    return await options.handle(request);
  } catch (thrown) {
    options.onError?.('handle', thrown);
    return plain(500, 'Internal error');
  }
}

function send(response: ServerResponse, { status, headers, body }: HttpResponse): void {
  for (const [name, value] of Object.entries(headers))
    response.setHeader(name, typeof value === 'string' ? value : [...value]);
  // One request a connection: the next login must show its card again.
  response.setHeader('connection', 'close');
  response.writeHead(status).end(body);
}

/**
 * A peer gets `helloMs` to begin TLS; after that the handshake's own, longer deadline holds.
 * Answers the set of open connections, those still in their handshake too.
 */
function watchConnections(server: Server, helloMs: number): ReadonlySet<Socket> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    const timer = setTimeout(() => {
      if (socket.bytesRead === 0) socket.destroy();
    }, helloMs);
    socket.once('close', () => {
      open.delete(socket);
      clearTimeout(timer);
    });
  });
  return open;
}

/** Starts the listener; the promise settles when it listens or cannot. */
export async function startCardListener(options: CardListenerOptions): Promise<CardListener> {
  const limits = { ...defaultCardLimits, ...options.limits };
  const none: readonly string[] = [];
  const isProxy = proxyTest(options.proxies ?? (() => none));
  const contexts = new Contexts(options);
  const server = createServer(
    {
      ...cardTlsSettings,
      ...options.tls,
      requestCert: true,
      // We decide ourselves, so that a refused card gets a page that says why; nothing is trusted on TLS's word.
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
      SNICallback: (serverName, done) => {
        try {
          done(null, contexts.for(serverName));
        } catch (thrown) {
          done(thrown as Error);
        }
      },
      handshakeTimeout: limits.handshakeMs,
      requestTimeout: limits.requestMs,
      headersTimeout: limits.requestMs,
      connectionsCheckingInterval: Math.min(1_000, limits.requestMs),
      maxHeaderSize: limits.headerBytes,
      keepAlive: false,
    },
    (incoming, response) => {
      incoming.resume();
      void answerOf(incoming, options, isProxy)
        .then((answer) => send(response, answer))
        .catch((thrown: unknown) => {
          // Nothing that one peer sends may end the process for all.
          options.onError?.('handle', thrown);
          response.destroy();
        });
    },
  );
  server.maxConnections = limits.connections;
  server.maxRequestsPerSocket = 1;
  const open = watchConnections(server, limits.helloMs);
  server.on('tlsClientError', (error) => options.onError?.('tls', error));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => resolve());
  });
  let closing: Promise<void> | undefined;
  return {
    port: (server.address() as AddressInfo).port,
    setTls(tls) {
      contexts.setTls(tls);
      server.setSecureContext({ ...cardTlsSettings, ...tls });
    },
    close(graceMs = 3_000) {
      closing ??= new Promise((resolve) => {
        const cut = setTimeout(() => {
          for (const socket of open) socket.destroy();
        }, graceMs);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        server.closeIdleConnections();
      });
      return closing;
    },
  };
}
