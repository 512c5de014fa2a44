// The node HTTP(S) servers under the web server: timeouts, sizes, the answer to bytes that are no HTTP.
import { createServer, type Server as HttpServer, type RequestListener, type ServerOptions } from 'node:http';
import { createServer as createTlsServer, type Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { type ServerCertificate, tlsOptions } from './tls-settings.ts';

/** Bounds of connections; milliseconds and bytes. */
export interface WebLimits {
  readonly maxHeaderBytes: number;
  /** From the first byte of a request to the end of its headers. */
  readonly headersMs: number;
  /** From the first byte of a request to its last. */
  readonly requestMs: number;
  /** How long an idle connection is kept. Longer than common proxies keep theirs (60 s). */
  readonly keepAliveMs: number;
  readonly maxConnections: number;
  readonly maxRequestsPerConnection: number;
  /** How long `close` waits for requests under way. */
  readonly drainMs: number;
}

export const defaultWebLimits: WebLimits = {
  maxHeaderBytes: 16_384,
  headersMs: 10_000,
  requestMs: 30_000,
  keepAliveMs: 65_000,
  maxConnections: 10_000,
  maxRequestsPerConnection: 100_000,
  drainMs: 5_000,
};

const clientFaults: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

function answerClientFault(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = clientFaults[error.code ?? ''] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => socket.destroy());
}

/** One node server, HTTPS with a certificate, plain without. */
export function makeListener(
  handler: RequestListener,
  certificate: ServerCertificate | undefined,
  limits: WebLimits,
  asksCertificate = false,
): HttpServer | HttpsServer {
  const options: ServerOptions = {
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: 2_000,
    noDelay: true,
    requireHostHeader: true,
    insecureHTTPParser: false,
  };
  const server = certificate
    ? createTlsServer({ ...options, ...tlsOptions(certificate, asksCertificate) }, handler)
    : createServer(options, handler);
  server.maxConnections = limits.maxConnections;
  server.maxRequestsPerSocket = limits.maxRequestsPerConnection;
  server.on('clientError', answerClientFault);
  return server;
}
