// A client of the OpenID provider in memory, written from the specifications: every part of a request can be bent.
import { createHash, hash, randomUUID } from 'node:crypto';
import type { HttpResponse } from '../../src/base/http/index.ts';
import {
  type AlgorithmName,
  accessTokenHash,
  type SigningKey,
  signCompact,
  thumbprint,
} from '../../src/base/jose/index.ts';
import { type Issuer, mustBind } from '../../src/core/catalogue/index.ts';
import { endpointUrl, type IssuerPage } from '../../src/edge/frontends/oidc/endpoint-paths.ts';
import { issuerUrl, keyOf, type OidcHub, type Sent, secret } from './oidc-hub.ts';

export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
export const verifier = 'a-verifier-of-more-than-forty-three-characters-0123456789';
export const challenge = createHash('sha256').update(verifier).digest('base64url');

type Fields = Record<string, string | readonly string[]>;
export type Answer = Record<string, unknown> & { readonly status: number; readonly headers: HttpResponse['headers'] };

/** Undefined members take the default away. */
type Bent<T> = { readonly [name in keyof T]?: T[name] | undefined };

const without = (fields: Readonly<Record<string, unknown>>): Record<string, never> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Record<string, never>;

export class OidcClient {
  readonly hub: OidcHub;
  readonly id: string;
  readonly key: SigningKey;
  readonly dpopKey: SigningKey;

  constructor(hub: OidcHub, id: string, options: { alg?: AlgorithmName; dpop?: string; dpopAlg?: AlgorithmName } = {}) {
    this.hub = hub;
    this.id = id;
    this.key = keyOf(id, options.alg);
    this.dpopKey = keyOf(options.dpop ?? `dpop of ${id}`, options.dpopAlg);
  }

  get seconds(): number {
    return Math.floor(this.hub.now / 1000);
  }

  get jkt(): string {
    return thumbprint(this.dpopKey.publicJwk);
  }

  /** The issuer that the client is registered at. */
  get issuer(): Issuer {
    const { clients, issuers } = this.hub.catalogue;
    const found = issuers.get(clients.get(this.id)?.issuer ?? 'hub');
    // Clients that are registered elsewhere knock at the first issuer all the same: tests of refusals.
    return found?.id === 'second' || found === undefined ? { id: 'hub', url: issuerUrl, brand: 'hub' } : found;
  }

  url(endpoint: string): string {
    return endpointUrl(this.issuer, endpoint as IssuerPage);
  }

  get redirectUri(): string {
    return this.hub.catalogue.clients.get(this.id)?.redirectUris[0] ?? '';
  }

  get fapi(): boolean {
    return mustBind(this.hub.catalogue.clients.get(this.id));
  }

  assertion(claims: Record<string, unknown> = {}, header: Record<string, string> = {}, key = this.key): string {
    const all = {
      iss: this.id,
      sub: this.id,
      aud: this.issuer.url,
      jti: randomUUID(),
      iat: this.seconds,
      exp: this.seconds + 50,
      ...claims,
    };
    return signCompact(header, JSON.stringify(without(all)), key);
  }

  proof(
    endpoint: string,
    change: { method?: string; token?: string; key?: SigningKey; claims?: Record<string, unknown> } = {},
  ): string {
    const key = change.key ?? this.dpopKey;
    const claims = {
      jti: randomUUID(),
      htm: change.method ?? 'POST',
      htu: this.url(endpoint),
      iat: this.seconds,
      nonce: this.hub.nonce(),
      ath: change.token === undefined ? undefined : accessTokenHash(change.token),
      ...change.claims,
    };
    const input = [{ typ: 'dpop+jwt', alg: key.alg, jwk: { ...key.publicJwk } }, without(claims)]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${input}.${key.sign(Buffer.from(input)).toString('base64url')}`;
  }

  /** How this client authenticates, by its registration. */
  credentials(): { readonly form: Fields; readonly headers: Record<string, string> } {
    const method = this.hub.catalogue.clients.get(this.id)?.authentication.method;
    if (method === 'client_secret_basic') {
      const pair = `${encodeURIComponent(this.id)}:${encodeURIComponent(secret)}`;
      return { form: {}, headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } };
    }
    if (method === 'client_secret_post') return { form: { client_id: this.id, client_secret: secret }, headers: {} };
    return {
      form: { client_id: this.id, client_assertion_type: assertionType, client_assertion: this.assertion() },
      headers: {},
    };
  }

  /** Posts to an endpoint with this client's credentials; `form` and `headers` bend them. */
  async post(endpoint: string, form: Bent<Fields> = {}, sent: Omit<Sent, 'form'> = {}): Promise<Answer> {
    const { form: own, headers } = this.credentials();
    const fields = without({ ...own, ...form });
    return parsed(
      await this.hub.call('POST', this.url(endpoint), {
        ...sent,
        form: fields,
        headers: { ...headers, ...sent.headers },
      }),
    );
  }

  /** What an authorization request says by default. */
  request(change: Bent<Fields> = {}): Fields {
    return without({
      response_type: 'code',
      redirect_uri: this.redirectUri,
      scope: 'openid profile journal/read',
      state: 'state-1',
      nonce: 'nonce-1',
      code_challenge: challenge,
      code_challenge_method: 'S256',
      ...change,
    });
  }

  push(change: Bent<Fields> = {}, sent: Omit<Sent, 'form'> = {}): Promise<Answer> {
    return this.post('par', { ...this.request(change), ...change }, sent);
  }

  authorizeUrl(requestUri: unknown): string {
    return `${new URL(this.url('authorize')).pathname}?${new URLSearchParams({ client_id: this.id, request_uri: String(requestUri) })}`;
  }

  /** Pushes and goes through the browser; answers what came back to the redirect URI. */
  async authorize(change: Bent<Fields> = {}): Promise<URLSearchParams> {
    const pushed = await this.push(change);
    if (pushed.status !== 201) throw new Error(`not pushed: ${JSON.stringify(pushed)}`);
    return backOf(await this.hub.call('GET', this.authorizeUrl(pushed.request_uri)));
  }

  async code(change: Bent<Fields> = {}): Promise<string> {
    const back = await this.authorize(change);
    const code = back.get('code');
    if (code === null) throw new Error(`no code: ${back}`);
    return code;
  }

  /** Calls the token endpoint, with a proof in the fapi2 profile. */
  token(form: Bent<Fields>, headers: Record<string, string | readonly string[] | undefined> = {}): Promise<Answer> {
    const proof = this.fapi ? { dpop: this.proof('token') } : {};
    return this.post('token', form, { headers: { ...proof, ...headers } });
  }

  redeem(
    code: string,
    change: Bent<Fields> = {},
    headers: Record<string, string | readonly string[] | undefined> = {},
  ): Promise<Answer> {
    const form = { grant_type: 'authorization_code', code, redirect_uri: this.redirectUri, code_verifier: verifier };
    return this.token({ ...form, ...change }, headers);
  }

  refresh(token: unknown, change: Bent<Fields> = {}, headers: Record<string, string> = {}): Promise<Answer> {
    return this.token({ grant_type: 'refresh_token', refresh_token: String(token), ...change }, headers);
  }

  machine(change: Bent<Fields> = {}, headers: Record<string, string | undefined> = {}): Promise<Answer> {
    return this.token({ grant_type: 'client_credentials', scope: 'journal/read', ...change }, headers);
  }

  /** A whole login: the token response. */
  async login(change: Bent<Fields> = {}): Promise<Answer> {
    const answer = await this.redeem(await this.code(change));
    if (answer.status !== 200) throw new Error(`no tokens: ${JSON.stringify(answer)}`);
    return answer;
  }

  async userinfo(
    token: unknown,
    headers: Record<string, string | readonly string[] | undefined> = {},
  ): Promise<Answer> {
    const text = String(token);
    const proof = this.proof('userinfo', { method: 'GET', token: text });
    const own: Record<string, string> = this.fapi
      ? { authorization: `DPoP ${text}`, dpop: proof }
      : { authorization: `Bearer ${text}` };
    return parsed(await this.hub.call('GET', this.url('userinfo'), { headers: { ...own, ...headers } }));
  }
}

/** The parameters that came back to the application by redirect. */
export function backOf(answer: HttpResponse): URLSearchParams {
  if (answer.status !== 303) throw new Error(`no redirect: ${answer.status} ${answer.body}`);
  return new URL(String(answer.headers.location)).searchParams;
}

export function parsed(answer: HttpResponse): Answer {
  const text = String(answer.body ?? '');
  const value = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : { text };
  return { ...value, status: answer.status, headers: answer.headers };
}

/** Claims of a JWT, not verified. */
export const claimsOf = (token: unknown): Record<string, unknown> =>
  JSON.parse(Buffer.from(String(token).split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
export const headerOf = (token: unknown): Record<string, unknown> =>
  JSON.parse(Buffer.from(String(token).split('.')[0] ?? '', 'base64url').toString()) as Record<string, unknown>;
export const sha256 = (text: string): string => hash('sha256', text, 'base64url');
