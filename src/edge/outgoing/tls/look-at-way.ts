// The way to a service: is its name known, does somebody listen there, does its certificate hold.
import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface WayFault {
  readonly step: 'name' | 'connection' | 'certificate';
  /** As the system or OpenSSL names it: `ENOTFOUND`, `CERT_HAS_EXPIRED`; `late` when nothing came in time. */
  readonly code: string;
}

export interface WayOptions {
  readonly authorities?: readonly string[] | undefined;
  readonly client?: { readonly cert: string; readonly key: string } | undefined;
  /** For each step. */
  readonly timeoutMs: number;
}

const ports: Readonly<Record<string, number>> = { 'https:': 443, 'ldaps:': 636 };

/** The first step that fails; undefined when TLS stands. Whether our certificate is taken shows with the first question. */
export async function lookAtWay(address: string, options: WayOptions): Promise<WayFault | undefined> {
  const url = new URL(address);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (ports[url.protocol] ?? 443) : Number(url.port);
  const name = await lookup(host).then(
    () => undefined,
    (error: unknown) => codeOf(error),
  );
  if (name !== undefined) return { step: 'name', code: name };
  const socket = connectTcp({ host, port });
  try {
    const connection = await opened(socket, 'connect', options.timeoutMs);
    if (connection !== undefined) return { step: 'connection', code: connection };
    const secure = connectTls({
      socket,
      minVersion: 'TLSv1.2',
      ...(isIP(host) === 0 ? { servername: host } : { host }),
      ...(options.authorities ? { ca: [...options.authorities] } : {}),
      ...options.client,
    });
    const certificate = await opened(secure, 'secureConnect', options.timeoutMs);
    secure.on('error', () => undefined).destroy();
    return certificate === undefined ? undefined : { step: 'certificate', code: certificate };
  } finally {
    socket.on('error', () => undefined).destroy();
  }
}

/** Undefined when it stands, else why not. */
function opened(socket: Socket, event: 'connect' | 'secureConnect', timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('late'), timeoutMs);
    const done = (code: string | undefined): void => {
      clearTimeout(timer);
      resolve(code);
    };
    socket.once(event, () => done(undefined));
    socket.once('error', (error) => done(codeOf(error)));
    socket.once('close', () => done('ECONNRESET'));
  });
}

const codeOf = (error: unknown): string =>
  String((error as { code?: unknown } | undefined)?.code ?? (error instanceof Error ? error.message : error));
