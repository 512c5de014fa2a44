// An issuer of certificates over TLS in a test's hands: how it behaves is set between two requests.
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { certificate, newKey, pem } from './certificates.ts';

export interface IssuerRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface IssuerResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** How the network treats a request: as it comes; its answer is lost on the way back; it is never answered. */
export type Network = 'up' | 'loses' | 'silent';

export type IssuerServer = Awaited<ReturnType<typeof startIssuerServer>>;

export async function startIssuerServer(dns = 'localhost', options: ServerOptions = {}) {
  const root = certificate('Test servers', newKey(), undefined);
  const own = certificate(dns, newKey(), root, [dns]);
  const state = {
    network: 'up' as Network,
    asked: [] as IssuerRequest[],
    answer: (_request: IssuerRequest): IssuerResponse => ({ status: 500 }),
  };
  const server = createServer({ key: pem(own.key), cert: own.pem, ...options }, (request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const whole = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(parts),
      };
      state.asked.push(whole);
      if (state.network === 'silent') return;
      const { status, headers = {}, body = '' } = state.answer(whole);
      if (state.network === 'loses') return void request.socket.destroy();
      response.writeHead(status, headers).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    root: root.pem,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
