// Asks pages of the portal as a browser does, through their routes, and keeps which proofs they sent people to.
import assert from 'node:assert/strict';
import { csrfToken, type HttpRequest, type HttpResponse } from '../../src/base/http/index.ts';
import { portalRoutes } from '../../src/edge/web/portal/index.ts';
import { type WebFace, webFace } from './web-face.ts';

export const portalOrigin = 'https://hub.example';

/** What comes with a request, where it is not the usual: the administrator's session, in English. */
export interface Asked {
  readonly session?: string;
  readonly form?: Record<string, string>;
  readonly query?: string;
  readonly headers?: Record<string, string>;
  readonly locale?: string;
  /** Milliseconds that the portal's clock is ahead. */
  readonly later?: number;
}

export class PortalAsker {
  face: WebFace;
  /** Where a proof was asked for: the address to come back to, and how strong and fresh. */
  proof: unknown[] = [];
  readonly #route: RegExp;

  /** `route`: the address of a thing with its id as the first group, whose pages have `:id` in its place. */
  constructor(route: RegExp) {
    this.#route = route;
    this.face = webFace(() => portalOrigin);
  }

  /** Begins anew, with nothing done. */
  reset(): void {
    this.face = webFace(() => portalOrigin);
    this.proof = [];
  }

  csrf = (session = 'admin'): string => csrfToken(this.face.portalPorts.csrfKey, 'portal', session);

  async ask(method: 'GET' | 'POST', path: string, given: Asked = {}): Promise<HttpResponse> {
    const { session = 'admin', form, query = '', headers, locale = 'en', later = 0 } = given;
    const id = this.#route.exec(path)?.[1];
    const ports = {
      ...this.face.portalPorts,
      clock: () => this.face.portalPorts.clock() + later,
      startLogin: async (_request: HttpRequest, back: string, asked?: object) => {
        this.proof.push([back, asked]);
        return { status: 303, headers: { location: '/login/x' }, body: '' };
      },
    };
    const wanted = id === undefined ? path : path.replace(`/${id}`, '/:id');
    const found = portalRoutes(ports).find((route) => route.method === method && route.path === wanted);
    assert.ok(found, path);
    return await found.handle({
      method,
      path,
      query,
      params: id === undefined ? {} : { id },
      headers: {
        cookie: `__Host-tillit-locale=${locale}; __Host-tillit-session=${session}`,
        ...(method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded', origin: portalOrigin } : {}),
        ...headers,
      },
      body: Buffer.from(form ? new URLSearchParams(form).toString() : ''),
      ip: '192.0.2.7',
    });
  }
}
