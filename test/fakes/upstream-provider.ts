// An OpenID provider in memory, behind the connector's bounded port: right in everything, until a test changes one thing.
import { createHash } from 'node:crypto';
import { systemRandom } from '../../src/base/ids.ts';
import {
  type AlgorithmName,
  generateSigningKey,
  type JsonObject,
  publishedJwk,
  readClaims,
  type SigningKey,
  signCompact,
} from '../../src/base/jose/index.ts';
import { Problem } from '../../src/base/problem.ts';
import { Secret } from '../../src/base/secret.ts';
import type { Provider, Upstream } from '../../src/core/catalogue/index.ts';
import type { ConnectorAnswer, Departure, RedirectConnector, Wish } from '../../src/core/journey/index.ts';
import {
  type AnswerChecks,
  answerChecks,
  createMetadataReader,
  judgeLogoutToken,
  type LogoutChecks,
  type LogoutVerdict,
  logoutEvent,
  type MetadataReader,
  type OidcConnectorPorts,
  type OutgoingRequest,
  oidcConnector,
} from '../../src/edge/connectors/oidc/index.ts';
import { morning } from './ward.ts';

export const upstreamIssuer = 'https://idp.example';

const made = new Map<string, SigningKey>();
function keyNamed(name: string, alg: AlgorithmName): SigningKey {
  const known = made.get(`${name} ${alg}`);
  if (known !== undefined) return known;
  const { key } = generateSigningKey(alg, { modulusBits: 2048, kid: `${name}-${alg}` });
  made.set(`${name} ${alg}`, key);
  return key;
}

/** A person's Norwegian number that is none: eleven digits, an everyday month, check digits that nobody has. */
export const realNumber = '01017012345';
/** The same person made up: the month is 80 too high (Skatteetaten). */
export const syntheticNumber = '01817012345';

export const upstreamRecord = (change: Partial<Upstream> = {}): Upstream => ({
  issuer: upstreamIssuer,
  clientId: 'tillit',
  authentication: { method: 'private_key_jwt', algorithm: 'ES256' },
  preset: 'idporten',
  namespaces: ['no-fodselsnummer'],
  levels: {},
  methodLevels: {},
  scopes: [],
  responseMode: 'query',
  testNumbers: false,
  privateNetwork: false,
  passLogout: false,
  backchannelLogout: false,
  frontchannelLogout: false,
  ...change,
});

export const upstreamProvider = (change: Partial<Upstream> = {}, more: Partial<Provider> = {}): Provider => ({
  id: 'idporten',
  connector: 'oidc',
  name: { en: 'ID-porten' },
  maximumAssurance: 'high',
  populations: [],
  order: 5,
  upstream: upstreamRecord(change),
  ...more,
});

export interface Asked {
  readonly url: string;
  readonly request: OutgoingRequest;
  readonly form: URLSearchParams;
}

type Claims = Record<string, unknown>;

export class UpstreamFake {
  now = morning;
  provider: Provider;
  readonly connector: RedirectConnector;
  readonly reader: MetadataReader;
  readonly asked: Asked[] = [];
  /** Whether the hub's own client key is made. */
  keyReady = true;
  /** Endpoints that do not answer, by the end of their path. */
  readonly down = new Set<string>();
  /** What each endpoint answers instead, by the end of its path. */
  readonly instead = new Map<string, { status: number; body: string; headers?: Record<string, string> }>();
  metadata: Claims = {
    issuer: upstreamIssuer,
    authorization_endpoint: `${upstreamIssuer}/authorize`,
    token_endpoint: `${upstreamIssuer}/token`,
    jwks_uri: `${upstreamIssuer}/jwks`,
    pushed_authorization_request_endpoint: `${upstreamIssuer}/par`,
    userinfo_endpoint: `${upstreamIssuer}/userinfo`,
    authorization_response_iss_parameter_supported: true,
  };
  /** Changes of the ID token's claims and header, and of what comes back through the browser. */
  claims: (claims: Claims) => Claims = (claims) => claims;
  response: (parameters: Record<string, string>) => Record<string, string> = (parameters) => parameters;
  userinfo: Claims = { sub: 'sub-1' };
  signWith: SigningKey = keyNamed('idp', 'RS256');
  readonly published: SigningKey[] = [keyNamed('idp', 'RS256')];
  readonly accessToken = 'access-token-of-the-provider';
  #pushed = new URLSearchParams();

  constructor(given: { readonly provider?: Provider; readonly checks?: AnswerChecks } = {}) {
    this.provider = given.provider ?? upstreamProvider();
    const ports: OidcConnectorPorts = {
      send: (url, request) => this.#answer(url, request),
      clock: () => this.now,
      random: systemRandom,
      clientKey: (alg) => {
        if (!this.keyReady) throw new Problem({ kind: 'unavailable', code: 'unavailable', detail: 'no key yet' });
        return keyNamed('hub', alg);
      },
      openSecret: (_provider, sealed) => (sealed === 'lost' ? undefined : new Secret(`opened ${sealed}`)),
      callbackUrl: (provider) => `https://hub.example/login/callback/${provider}`,
    };
    this.reader = createMetadataReader(ports);
    this.connector = oidcConnector(ports, given.checks ?? answerChecks, this.reader);
  }

  static key = keyNamed;

  async #answer(url: string, request: OutgoingRequest) {
    const form = new URLSearchParams(request.body ?? '');
    this.asked.push({ url, request, form });
    const path = url.split('/').at(-1) ?? '';
    if (this.down.has(path)) throw new Error('no whole answer within 10000 ms');
    const other = this.instead.get(path);
    if (other !== undefined) return { headers: {}, ...other, body: Buffer.from(other.body) };
    const json = (value: unknown, status = 200) => ({
      status,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(value)),
    });
    if (path === 'openid-configuration') return json(this.metadata);
    if (path === 'jwks') return json({ keys: this.published.map(publishedJwk) });
    if (path === 'par') {
      this.#pushed = form;
      return json({ request_uri: 'urn:example:1', expires_in: 60 }, 201);
    }
    if (path === 'userinfo') return json(this.userinfo);
    if (path === 'token') {
      return json({ id_token: this.#idToken(), access_token: this.accessToken, token_type: 'Bearer', expires_in: 60 });
    }
    return json({}, 404);
  }

  #idToken(): string {
    const now = Math.floor(this.now / 1000);
    const digest = createHash('sha256').update(this.accessToken).digest();
    const claims = this.claims({
      iss: upstreamIssuer,
      sub: 'sub-1',
      aud: this.provider.upstream?.clientId,
      iat: now,
      exp: now + 120,
      auth_time: now,
      nonce: this.request.get('nonce'),
      at_hash: digest.subarray(0, 16).toString('base64url'),
      acr: 'idporten-loa-high',
      amr: ['BankID'],
      pid: realNumber,
    });
    return signCompact({ typ: 'JWT' }, JSON.stringify(claims), this.signWith);
  }

  /** A logout token of this provider, right in everything but what is changed. */
  logoutToken(
    change: (claims: Claims) => Claims = (claims) => claims,
    header: JsonObject = { typ: 'logout+jwt' },
  ): string {
    const now = Math.floor(this.now / 1000);
    const claims = change({
      iss: upstreamIssuer,
      aud: this.provider.upstream?.clientId,
      iat: now,
      exp: now + 120,
      jti: `jti-${now}`,
      sub: 'sub-1',
      sid: 'sid-1',
      events: { [logoutEvent]: {} },
    });
    return signCompact(header, JSON.stringify(claims), this.signWith);
  }

  judgeLogout(token: string, checks?: LogoutChecks): Promise<LogoutVerdict> {
    const { upstream } = this.provider;
    if (upstream === undefined) throw new Error('no upstream');
    return judgeLogoutToken(this.reader, { ...this.provider, upstream }, token, this.now, checks);
  }

  /** What the hub asked for: pushed, or in the address. */
  get request(): URLSearchParams {
    return this.#pushed;
  }

  async begin(wish: Partial<Wish> = {}): Promise<Departure> {
    const departure = await this.connector.begin(
      this.provider,
      { required: 'low', fresh: false, state: 's'.repeat(43), ...wish },
      this.now,
    );
    if (departure.kind === 'redirect') {
      const { searchParams } = new URL(departure.url);
      if (!searchParams.has('request_uri')) this.#pushed = searchParams;
    }
    return departure;
  }

  /** A whole login: away, and back with what the provider sends. */
  async login(wish: Partial<Wish> = {}): Promise<ConnectorAnswer> {
    const departure = await this.begin(wish);
    if (departure.kind === 'refused') return departure;
    return await this.back(departure.memo);
  }

  back(memo: Readonly<Record<string, unknown>>): Promise<ConnectorAnswer> {
    const parameters = this.response({ code: 'code-1', state: 's'.repeat(43), iss: upstreamIssuer });
    return this.connector.reply(this.provider, { kind: 'redirect', parameters, memo, ip: '192.0.2.1' }, this.now);
  }

  /** Claims of the client assertion that an endpoint was sent last. */
  assertion(path: string): JsonObject {
    const sent = this.asked.findLast(({ url }) => url.endsWith(path))?.form.get('client_assertion') ?? '';
    const reading = readClaims(Buffer.from(sent.split('.')[1] ?? '', 'base64url'));
    return reading.ok ? reading.claims.all : {};
  }
}
