// An upstream provider that is not ours: oidc-provider over real HTTPS on loopback, right in everything until a test changes one thing.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { decodeJwt, importJWK, type JWK, SignJWT } from 'jose';
import { type ClientMetadata, type Configuration, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { mapAdapter } from '../../bench/peer/map-adapter.ts';
import { ask } from './http-browser.ts';

/** What the person does at the peer's own page. */
export interface PeerAnswer {
  readonly sub: string;
  readonly acr?: string;
  readonly amr?: readonly string[];
  /** An OAuth error instead of a login. */
  readonly error?: string;
}

/** One request as the peer understood it. */
export interface PeerSeen {
  readonly route: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly headers: IncomingMessage['headers'];
  readonly status: number;
}

type Claims = Record<string, unknown>;

/** FAPI 2.0 for clients that must use DPoP: PAR, sender-bound tokens, assertions that name the issuer alone. */
const isFapi = (ctx: KoaContextWithOIDC): boolean => ctx.oidc.client?.dpopBoundAccessTokens === true;

const newKey = (kid: string): JWK => ({
  ...(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }) as JWK),
  kid,
  alg: 'ES256',
  use: 'sig',
});

export class OpenIdPeer {
  readonly issuer: string;
  readonly seen: PeerSeen[] = [];
  /** What the next person does. */
  answer: PeerAnswer = { sub: 'peer-1', acr: 'idporten-loa-high', amr: ['BankID'] };
  /** Claims beside `sub`, by it. */
  readonly people = new Map<string, Claims>();
  /** A fault of the peer: changes the claims of an ID token, which is signed anew with the peer's own key. */
  fault: ((claims: Claims) => Claims) | undefined;
  /** Every request is answered so, from now on. */
  down: 'silence' | 503 | undefined;
  #key = newKey('peer-1');
  #provider: Provider;
  readonly #configuration: Configuration;
  readonly #server: Server;

  private constructor(given: PeerSettings, issuer: string, server: Server) {
    this.issuer = issuer;
    this.#server = server;
    this.#configuration = this.#configure(given);
    this.#provider = this.#build();
  }

  /** Listens on a free port, which its issuer names. */
  static async start(given: PeerSettings): Promise<OpenIdPeer> {
    const peerOf: { peer?: OpenIdPeer } = {};
    const server = createServer(
      { cert: readFileSync(given.certificate), key: readFileSync(given.key) },
      (request, response) => void peerOf.peer?.handle(request, response),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    peerOf.peer = new OpenIdPeer(given, `https://localhost:${port}`, server);
    return peerOf.peer;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** From now on it signs with a new key and publishes that alone. */
  roll(): void {
    this.#key = newKey(`peer-${randomBytes(4).toString('hex')}`);
    this.#provider = this.#build();
  }

  /** Requests to one endpoint, in order. */
  to = (route: string): readonly PeerSeen[] => this.seen.filter((one) => one.route === route);

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.down === 'silence') {
      request.socket.destroy();
      return;
    }
    if (this.down !== undefined) {
      response.writeHead(this.down).end('a disturbance');
      return;
    }
    if (!request.url?.startsWith('/people/')) return await this.#provider.callback()(request, response);
    const { error, sub, acr, amr } = this.answer;
    const result =
      error === undefined
        ? { login: { accountId: sub, acr, amr: amr === undefined ? undefined : [...amr], remember: false } }
        : { error, error_description: 'as the test wishes' };
    await this.#provider.interactionFinished(request, response, result);
  }

  #configure(given: PeerSettings): Configuration {
    /** Its clients' keys, and their logouts. */
    const askClient = async (url: unknown, init: RequestInit = {}): Promise<Response> => {
      const { body, status } = await ask(new URL(String(url)), {
        root: given.root,
        method: init.method ?? 'GET',
        headers: Object.fromEntries(new Headers(init.headers)),
        body: init.body === undefined || init.body === null ? undefined : String(init.body),
      });
      return new Response(body, { status, headers: { 'content-type': 'application/jwk-set+json' } });
    };
    return {
      adapter: mapAdapter(),
      clients: [...given.clients],
      fetch: askClient as never,
      scopes: ['openid', 'profile'],
      acrValues: ['idporten-loa-low', 'idporten-loa-substantial', 'idporten-loa-high'],
      claims: { openid: ['sub', 'acr', 'amr', 'auth_time', 'pid'], profile: ['name'] },
      conformIdTokenClaims: false,
      responseTypes: ['code'],
      clientAuthMethods: ['private_key_jwt', 'client_secret_basic'],
      pkce: { required: () => true },
      enabledJWA: { clientAuthSigningAlgValues: ['ES256'], idTokenSigningAlgValues: ['ES256'] },
      features: {
        devInteractions: { enabled: false },
        fapi: { enabled: true, profile: (ctx: KoaContextWithOIDC) => (isFapi(ctx) ? '2.0' : undefined) } as never,
        dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
        pushedAuthorizationRequests: { enabled: true },
        backchannelLogout: { enabled: true },
      },
      ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 300, Grant: 600, Session: 600, Interaction: 600 },
      interactions: { url: (_ctx, interaction) => `/people/${interaction.uid}` },
      findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...this.people.get(id) }) }),
      loadExistingGrant: async ({ oidc }) => {
        const { clientId = '' } = oidc.client ?? {};
        const grant = new oidc.provider.Grant({ clientId, accountId: oidc.session?.accountId ?? '' });
        grant.addOIDCScope('openid profile');
        await grant.save();
        return grant;
      },
      renderError: (ctx, out) => {
        ctx.type = 'text';
        ctx.body = `${out.error}: ${out.error_description}`;
      },
    };
  }

  #build(): Provider {
    const provider = new Provider(this.issuer, { ...this.#configuration, jwks: { keys: [this.#key as never] } });
    provider.use(async (ctx, next) => {
      await next();
      const { oidc } = ctx as KoaContextWithOIDC;
      if (oidc === undefined) return;
      const parameters = { ...oidc.params, ...oidc.body };
      this.seen.push({ route: oidc.route, parameters, headers: ctx.req.headers, status: ctx.status });
      const body = ctx.body as { id_token?: string } | undefined;
      if (oidc.route !== 'token' || typeof body?.id_token !== 'string' || this.fault === undefined) return;
      const key = await importJWK(this.#key, 'ES256');
      const changed = new SignJWT(this.fault(decodeJwt(body.id_token)));
      ctx.body = {
        ...body,
        id_token: await changed.setProtectedHeader({ alg: 'ES256', kid: this.#key.kid ?? '' }).sign(key),
      };
    });
    return provider;
  }
}

export interface PeerSettings {
  readonly clients: readonly ClientMetadata[];
  /** PEM files of its certificate for localhost. */
  readonly certificate: string;
  readonly key: string;
  /** PEM of the authority that it trusts when it fetches its clients' keys. */
  readonly root: string;
}
