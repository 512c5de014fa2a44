// Fastify as transport only: it finds the route; it parses no body, logs nothing and answers nothing itself.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { type FastifyInstance, fastify } from 'fastify';
import type { Route } from '../../../base/http/index.ts';
import { Problem } from '../../../base/problem.ts';
import type { Exchange, Exchanges } from './exchange.ts';

const bodyMethods = ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'] as const;
const allMethods = [...bodyMethods, 'HEAD'] as const;
const routePath = /^(?:\/(?:[A-Za-z0-9._~-]+|:[a-z][A-Za-z]*)?)+$/;
const notFound = (): Problem => new Problem({ kind: 'notFound', code: 'notFound' });

interface Asked {
  readonly raw: IncomingMessage;
  readonly params: unknown;
}
interface Answering {
  readonly raw: ServerResponse;
  hijack(): unknown;
}

/** An instance that serves these routes through `exchanges`, on servers that `makeServer` makes; not listening. */
export function routeRequests(
  routes: readonly Route[],
  exchanges: Exchanges,
  makeServer: (handler: (...args: never[]) => void) => Server,
): FastifyInstance<Server> {
  const begin = (request: Asked, reply: Answering, route: string): Exchange => {
    reply.hijack();
    return exchanges.begin(request.raw, reply.raw, request.params as Record<string, string>, route);
  };
  const app = fastify<Server>({
    logger: false,
    exposeHeadRoutes: false,
    trustProxy: false,
    return503OnClosing: false,
    routerOptions: {
      caseSensitive: true,
      ignoreTrailingSlash: false,
      ignoreDuplicateSlashes: false,
      maxParamLength: 1024,
    },
    // A path that cannot be decoded, or has a segment that is too long, is no path of ours.
    frameworkErrors: (_error, request, reply) => exchanges.fail(begin(request, reply, 'other'), notFound()),
    serverFactory: (handler) => makeServer(handler),
  });
  // Every method counts as one without a body, so that Fastify reads none and no content type is judged by it.
  for (const method of bodyMethods) app.addHttpMethod(method, { hasBody: false, overrideExisting: true });
  app.setNotFoundHandler((request, reply) => exchanges.fail(begin(request, reply, 'other'), notFound()));
  app.setErrorHandler((error, request, reply) => exchanges.fail(begin(request, reply, 'other'), error));

  const taken = new Map<string, Set<string>>();
  for (const route of routes) {
    if (!routePath.test(route.path)) {
      throw new Problem({ kind: 'internal', code: 'internal', detail: `route path ${route.path}` });
    }
    taken.set(route.path, (taken.get(route.path) ?? new Set<string>()).add(route.method));
    app.route({
      method: route.method,
      url: route.path,
      handler: (request, reply) => void exchanges.serve(begin(request, reply, route.path), route),
    });
  }
  for (const [path, known] of taken) {
    const allow = [...known].sort().join(', ');
    app.route({
      method: allMethods.filter((method) => !known.has(method)),
      url: path,
      handler: (request, reply) => exchanges.refuseMethod(begin(request, reply, path), allow),
    });
  }
  return app;
}
