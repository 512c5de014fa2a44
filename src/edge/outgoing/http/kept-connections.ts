// Connections over TLS to one service that are kept between requests, with the certificate that is shown on them.
import { Agent } from 'node:https';

export interface KeptConnectionsOptions {
  /** PEM of authorities that are trusted; absent = the system's. */
  readonly authorities?: readonly string[] | undefined;
  /** PEM of a certificate and its key. */
  readonly client?: { readonly cert: string; readonly key: string } | undefined;
  /** Connections at once; further requests wait, within their own time. */
  readonly atMost: number;
}

/** For `boundedRequest`; end it by `destroy()`. */
export const keptConnections = ({ authorities, client, atMost }: KeptConnectionsOptions): Agent =>
  new Agent({
    keepAlive: true,
    maxSockets: atMost,
    maxFreeSockets: atMost,
    // A service that forgets a connection does so after a minute or more.
    timeout: 30_000,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    ...(authorities ? { ca: [...authorities] } : {}),
    ...client,
  });
