// A client of one directory over LDAPS and nothing else: its certificate checked, connected once, bounded in time and in octets.
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { Client } from 'ldapts';
import { Problem } from '../../../base/problem.ts';
import { type MessageLimits, messageBound, usualMessageLimits } from './bounded-messages.ts';

export interface LdapsLimits extends MessageLimits {
  readonly connectMs: number;
  /** Of one operation. */
  readonly operationMs: number;
}
export const usualLdapsLimits: LdapsLimits = { connectMs: 2_000, operationMs: 5_000, ...usualMessageLimits };

export interface LdapsClientOptions {
  /** PEM certificates that vouch for the directory; undefined: those that Node trusts. */
  readonly anchors: readonly string[] | undefined;
  /** PEM, shown to a directory that asks for it. */
  readonly certificate?: { readonly cert: string; readonly key: string } | undefined;
  readonly limits: LdapsLimits;
}

/** Told how many octets came; ends the connection by saying why. */
export type LdapsWatch = (octets: number) => string | undefined;

/** `ldaps://host[:port]` -> a client that connects with its first operation. It is bound to nobody. */
export type LdapsClients = (url: string, watch?: LdapsWatch) => Client;

/** Clients whose directory is checked by name and by who vouches for it, over TLS 1.2 or newer. Any other address is a `Problem`. */
export function ldapsClients({ anchors, certificate, limits }: LdapsClientOptions): LdapsClients {
  return (url, watch) => {
    const { protocol } = new URL(url);
    if (protocol !== 'ldaps:')
      throw new Problem({ kind: 'invalid', code: 'internal', detail: `${protocol} is not LDAPS` });
    let connected = false;
    return new Client({
      url,
      connectTimeout: limits.connectMs,
      timeout: limits.operationMs,
      tlsOptions: {
        minVersion: 'TLSv1.2',
        rejectUnauthorized: true,
        ...(anchors === undefined ? {} : { ca: [...anchors] }),
        ...certificate,
      },
      // A connection that broke is not made again behind our back: the new one would be nobody's, and see what nobody sees.
      createSecureConnection: ((...given: Parameters<typeof connectTls>) => {
        // Said as a socket would say it: who asks puts it into words.
        if (connected) throw new Error('the connection ended');
        connected = true;
        return bounded(connectTls(...given), limits, watch);
      }) as typeof connectTls,
    });
  };
}

function bounded(socket: TLSSocket, limits: MessageLimits, watch: LdapsWatch | undefined): TLSSocket {
  const faultOf = messageBound(limits);
  socket.on('data', (chunk: Buffer) => {
    const why = faultOf(chunk) ?? watch?.(chunk.length);
    if (why !== undefined) socket.destroy(new Error(why));
  });
  return socket;
}
