// The hub that clients of HelseID meet on the wire: an issuer with a path, registers, and clients of each tenancy.
import { decodeJwt, type JWK } from 'jose';
import type { PublicJwk } from '../../src/base/jose/index.ts';
import type { Api, OidcApplication, PolicyRule } from '../../src/core/catalogue/index.ts';
import { type ContextHub, contextHub, multiTenant, singleTenant } from './context-hub.ts';
import { helseidClient } from './helseid-hub.ts';
import { WireClient, type WireKey, wireKey } from './helseid-wire.ts';
import type { OidcHub } from './oidc-hub.ts';
import { serveRoutes } from './serve-routes.ts';
import { clientsAlone } from './ward.ts';

export interface WireHub extends Pick<ContextHub, 'hub' | 'registers'> {
  readonly issuer: string;
  /** A client that is registered with `change`. */
  client(id: string, change?: Partial<OidcApplication>): Promise<WireClient>;
  close(): Promise<void>;
}

/** The hub at a free port, by the real clock; Anna, a doctor, has a session at level high. */
export async function wireHub(given: { api?: Partial<Api>; rules?: readonly PolicyRule[] } = {}): Promise<WireHub> {
  const serving = await serveRoutes();
  const issuer = `${serving.url}/4f0c1b/sts`;
  const made = contextHub({ ...given, issuers: [{ id: 'hub', url: issuer, brand: 'hub', endpoints: 'helseid' }] });
  const { hub } = made;
  sessionFromNow(hub);
  serving.routes = hub.frontend.routes.map((route) => ({
    ...route,
    handle: (request) => {
      hub.now = Date.now();
      return route.handle(request);
    },
  }));
  const keys = new Map<string, WireKey>();
  return {
    hub,
    registers: made.registers,
    issuer,
    close: serving.close,
    client: async (id, change = {}) => {
      const key = keys.get(id) ?? (await wireKey());
      keys.set(id, key);
      const record = helseidClient(id, {
        authentication: { method: 'private_key_jwt', jwks: { keys: [key.publicJwk as PublicJwk & JWK] } },
        ...(id === 'single' ? { represents: singleTenant } : id === 'multi' ? { represents: multiTenant } : {}),
        ...change,
      } as Partial<OidcApplication>);
      hub.catalogue = { ...hub.catalogue, ...clientsAlone(new Map([...hub.catalogue.clients, [id, record]])) };
      return WireClient.at(issuer, id, key);
    },
  };
}

function sessionFromNow(hub: OidcHub): void {
  hub.now = Date.now();
  const [startedAt, absoluteUntil] = [hub.now, hub.now + 36_000_000];
  const evidence = hub.session.evidence.map((each) => ({ ...each, provenAt: hub.now }));
  hub.store.sessions.set('s1', { ...hub.session, startedAt, absoluteUntil, evidence });
}

/** The claims of a ticket in an answer. */
export const ticketOf = (answer: { readonly body: Readonly<Record<string, unknown>> }, name = 'access_token') =>
  decodeJwt<Record<string, unknown>>(String(answer.body[name]));
