// A client of HelseID on the wire, written with fetch, jose and the facts alone: every part of a request can be bent.
import { createHash, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

type Fields = Readonly<Record<string, string | readonly string[] | undefined>>;
type Claims = Readonly<Record<string, unknown>>;
export interface WireAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

const verifier = 'a-verifier-of-more-than-forty-three-characters-0123456789';
const challenge = createHash('sha256').update(verifier).digest('base64url');
const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const without = <T extends Claims>(claims: T): Record<string, unknown> =>
  Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));

function encoded(fields: Fields): URLSearchParams {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(fields))
    for (const each of value === undefined ? [] : [value].flat()) pairs.append(name, each);
  return pairs;
}

/** A key pair as a client of HelseID keeps it. */
export async function wireKey(alg = 'ES256') {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid: randomUUID(), alg, use: 'sig' } };
}
export type WireKey = Awaited<ReturnType<typeof wireKey>>;

export class WireClient {
  readonly issuer: string;
  readonly id: string;
  readonly key: WireKey;
  readonly proofKey: WireKey;
  readonly metadata: Readonly<Record<string, string>>;

  private constructor(issuer: string, id: string, key: WireKey, proofKey: WireKey, metadata: Record<string, string>) {
    [this.issuer, this.id, this.key, this.proofKey, this.metadata] = [issuer, id, key, proofKey, metadata];
  }

  /** The client, after it read the issuer's document. */
  static async at(issuer: string, id: string, key: WireKey): Promise<WireClient> {
    const document = await fetch(`${issuer}/.well-known/openid-configuration`);
    return new WireClient(issuer, id, key, await wireKey(), (await document.json()) as Record<string, string>);
  }

  get seconds(): number {
    return Math.floor(Date.now() / 1000);
  }

  url(endpoint: string): string {
    return this.metadata[endpoint] ?? this.metadata[`${endpoint}_endpoint`] ?? '';
  }

  get redirectUri(): string {
    return `https://${this.id}.example/cb`;
  }

  /** A client assertion; `claims` and `header` bend it, undefined members take the default away. */
  assertion(claims: Claims = {}, header: Claims = {}): Promise<string> {
    const now = this.seconds;
    const usual = {
      iss: this.id,
      sub: this.id,
      aud: this.issuer,
      jti: randomUUID(),
      iat: now,
      nbf: now,
      exp: now + 30,
    };
    const headers = { alg: this.key.alg, kid: this.key.publicJwk.kid, typ: 'client-authentication+jwt', ...header };
    return new SignJWT(without({ ...usual, ...claims }))
      .setProtectedHeader(without(headers) as never)
      .sign(this.key.privateKey);
  }

  /** A signed request with nothing of its own but `claims`. */
  requestObject(claims: Claims): Promise<string> {
    return this.assertion({ sub: undefined, ...claims }, { typ: 'JWT' });
  }

  proof(url: string, claims: Claims = {}, method = 'POST'): Promise<string> {
    const { kid: _kid, use: _use, alg, ...jwk } = this.proofKey.publicJwk as JWK;
    return new SignJWT(without({ jti: randomUUID(), htm: method, htu: url, ...claims }))
      .setIssuedAt()
      .setProtectedHeader({ typ: 'dpop+jwt', alg: alg ?? '', jwk })
      .sign(this.proofKey.privateKey);
  }

  get thumbprint(): Promise<string> {
    return calculateJwkThumbprint(this.proofKey.publicJwk);
  }

  /** Posts a form with the client's assertion. */
  async post(endpoint: string, form: Fields = {}, headers: Record<string, string> = {}): Promise<WireAnswer> {
    const own = {
      client_id: this.id,
      client_assertion_type: jwtBearer,
      client_assertion: 'client_assertion' in form ? undefined : await this.assertion(),
    };
    const body = encoded({ ...own, ...form });
    return answerOf(await fetch(this.url(endpoint), { method: 'POST', body, headers, redirect: 'error' }));
  }

  /** The token endpoint as the clients call it: first without a nonce, then once more with the nonce of the answer. */
  async token(form: Fields, nonce?: string): Promise<WireAnswer> {
    const dpop = await this.proof(this.url('token'), { nonce });
    const first = await this.post('token', form, { dpop });
    if (nonce !== undefined || first.body.error !== 'use_dpop_nonce') return first;
    return this.token(form, first.headers.get('dpop-nonce') ?? '');
  }

  /** Parameters of a login. */
  loginForm(form: Fields = {}): Fields {
    return {
      response_type: 'code',
      redirect_uri: this.redirectUri,
      scope: 'openid profile offline_access journal/read',
      code_challenge: challenge,
      code_challenge_method: 'S256',
      state: 'state-1',
      nonce: 'nonce-1',
      ...form,
    };
  }

  push(form: Fields = {}): Promise<WireAnswer> {
    return this.post('pushed_authorization_request', this.loginForm(form));
  }

  /** Where the browser ends up. */
  async browse(
    form: Fields,
  ): Promise<{ readonly status: number; readonly location: string | undefined; page: string }> {
    const url = `${this.url('authorization')}?${encoded({ client_id: this.id, ...form })}`;
    const answer = await fetch(url, { redirect: 'manual' });
    return {
      status: answer.status,
      location: answer.headers.get('location') ?? undefined,
      page: await answer.text(),
    };
  }

  /** Pushes, browses, and answers what came back to the redirect URI. */
  async authorize(form: Fields = {}): Promise<URLSearchParams> {
    const pushed = await this.push(form);
    if (pushed.status !== 201) throw new Error(JSON.stringify(pushed.body));
    const back = await this.browse({ request_uri: String(pushed.body.request_uri) });
    return new URL(back.location ?? 'https://nowhere.example').searchParams;
  }

  async code(form: Fields = {}): Promise<Fields> {
    const code = (await this.authorize(form)).get('code') ?? '';
    return { grant_type: 'authorization_code', code, redirect_uri: this.redirectUri, code_verifier: verifier };
  }

  async login(form: Fields = {}, atToken: Fields = {}): Promise<WireAnswer> {
    return this.token({ ...(await this.code(form)), ...atToken });
  }

  refresh(from: WireAnswer, form: Fields = {}): Promise<WireAnswer> {
    return this.token({ grant_type: 'refresh_token', refresh_token: String(from.body.refresh_token), ...form });
  }

  machine(form: Fields = {}): Promise<WireAnswer> {
    return this.token({ grant_type: 'client_credentials', ...form });
  }

  /** What a client assertion says of the request besides who sends it. */
  async saying(details: unknown, name = 'assertion_details'): Promise<Fields> {
    return { client_assertion: await this.assertion({ [name]: details }) };
  }

  /** Userinfo, with a proof or as Bearer. */
  async userinfo(token: unknown, scheme: 'DPoP' | 'Bearer' = 'DPoP', nonce?: string): Promise<WireAnswer> {
    const url = this.url('userinfo');
    const ath = createHash('sha256').update(String(token)).digest('base64url');
    const dpop = scheme === 'DPoP' ? { dpop: await this.proof(url, { ath, nonce }, 'GET') } : {};
    const answer = await answerOf(await fetch(url, { headers: { authorization: `${scheme} ${token}`, ...dpop } }));
    if (nonce !== undefined || answer.body.error !== 'use_dpop_nonce') return answer;
    return this.userinfo(token, scheme, answer.headers.get('dpop-nonce') ?? '');
  }
}

async function answerOf(answer: Response): Promise<WireAnswer> {
  const text = await answer.text();
  let body: Record<string, unknown> = {};
  try {
    body = JSON.parse(text) as Record<string, unknown>;
  } catch {
    body = { text };
  }
  return { status: answer.status, headers: answer.headers, body };
}
