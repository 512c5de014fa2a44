// Routes behind a plain loopback server, for clients that want a network.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type HttpResponse, problemStatus, type Route } from '../../src/base/http/index.ts';
import { asProblem } from '../../src/base/problem.ts';

export interface Serving {
  readonly url: string;
  routes: readonly Route[];
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1; the routes are set afterwards, since they may need the URL. */
export async function serveRoutes(): Promise<Serving> {
  const server: Server = createServer((incoming, outgoing) => {
    answer(serving.routes, incoming)
      .catch((thrown: unknown): HttpResponse => {
        const problem = asProblem(thrown);
        return { status: problemStatus(problem.kind), headers: {}, body: problem.code };
      })
      .then(({ status, headers, body }) => {
        outgoing.statusCode = status;
        for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value as string | string[]);
        outgoing.end(body);
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const serving: Serving = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    routes: [],
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return serving;
}

/** The route of a path; the last segment of a route may be a name. */
export function routeOf(routes: readonly Route[], method: string, path: string) {
  const cut = path.lastIndexOf('/') + 1;
  for (const route of routes) {
    if (route.method !== method) continue;
    if (route.path === path) return { route, params: {} };
    const name = route.path.slice(cut);
    if (route.path.slice(0, cut) === path.slice(0, cut) && name.startsWith(':')) {
      return { route, params: { [name.slice(1)]: decodeURIComponent(path.slice(cut)) } };
    }
  }
  return { route: undefined, params: {} };
}

async function answer(routes: readonly Route[], incoming: IncomingMessage): Promise<HttpResponse> {
  const [path = '', query = ''] = (incoming.url ?? '').split('?');
  const { route, params } = routeOf(routes, incoming.method ?? '', path);
  if (route === undefined) return { status: 404, headers: {} };
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers: Record<string, string | string[] | undefined> = {};
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    headers[name] = values?.length === 1 ? values[0] : values;
  }
  const body = Buffer.concat(chunks);
  return route.handle({ method: route.method, path, query, params, headers, body, ip: '127.0.0.1' });
}
