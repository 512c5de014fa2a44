// An application that is told of logouts, made with openid-client and docs/integrate/example/logout.mjs: slow or away on demand.
import { createServer, type RequestListener, type Server } from 'node:http';
import { createLocalJWKSet, exportJWK, generateKeyPair, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import * as oidc from 'openid-client';
import { ask, type HttpBrowser } from './http-browser.ts';
import { logInWithPassword } from './password-login.ts';
import { freePort } from './port.ts';

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

type Receiver = (given: {
  readonly issuer: string;
  readonly clientId: string;
  readonly keys: JWTVerifyGetKey;
  readonly end: (sid: string) => void;
}) => { readonly backchannel: RequestListener; readonly frontchannel: RequestListener };

const example = new URL('../../docs/integrate/example/logout.mjs', import.meta.url);
const { logoutReceiver } = (await import(example.href)) as { readonly logoutReceiver: Receiver };

/** The hub as the application must know it. */
interface HubOfApplication {
  readonly hubUrl: string;
  readonly rootPem: string;
}

export interface LoggedIn {
  readonly sid: string;
  readonly idToken: string;
  readonly refreshToken: string;
}

/** One application on loopback. `open()` lets it be reached; `slowMs` is how long it takes with a logout. */
export class LogoutApplication {
  readonly id: string;
  readonly url: string;
  slowMs = 0;
  /** Sessions that it was told of by a logout token that it could verify, and how often any came. */
  readonly ended: string[] = [];
  tries = 0;
  readonly #hub: HubOfApplication;
  readonly #key: KeyPair;
  readonly #jwk: object;
  #server: Server | undefined;
  #config: oidc.Configuration | undefined;

  private constructor(hub: HubOfApplication, id: string, url: string, key: KeyPair, jwk: object) {
    this.#hub = hub;
    this.id = id;
    this.url = url;
    this.#key = key;
    this.#jwk = jwk;
  }

  static async make(hub: HubOfApplication, id: string): Promise<LogoutApplication> {
    const key = await generateKeyPair('ES256', { extractable: true });
    const jwk = { ...(await exportJWK(key.publicKey)), kid: id, alg: 'ES256', use: 'sig' };
    return new LogoutApplication(hub, id, `http://127.0.0.1:${await freePort()}`, key, jwk);
  }

  /** Its entry in the catalogue. */
  entry(change: object = {}): object {
    return {
      id: this.id,
      issuer: 'hub',
      profile: 'basic',
      name: { en: `The ${this.id} one` },
      redirectUris: [`${this.url}/cb`],
      postLogoutRedirectUris: [`${this.url}/bye`],
      backchannelLogoutUri: `${this.url}/backchannel`,
      authentication: { method: 'private_key_jwt', jwks: { keys: [this.#jwk] } },
      grants: ['authorization_code', 'refresh_token'],
      scopes: ['openid', 'profile'],
      minimumAssurance: 'low',
      ...change,
    };
  }

  async open(): Promise<void> {
    const { issuer, jwks_uri: jwks = '' } = (await this.config()).serverMetadata();
    const keys: JWTVerifyGetKey = async (...given) => {
      const { body } = await ask(new URL(jwks), { root: this.#hub.rootPem });
      return createLocalJWKSet(JSON.parse(body) as JSONWebKeySet)(...given);
    };
    const end = (sid: string): void => void this.ended.push(sid);
    const { backchannel } = logoutReceiver({ issuer, clientId: this.id, keys, end });
    const server = createServer((request, response) => {
      this.tries += 1;
      if (request.method !== 'POST' || request.url !== '/backchannel') return void response.writeHead(404).end();
      setTimeout(() => backchannel(request, response), this.slowMs);
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(Number(new URL(this.url).port), '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => (this.#server ? this.#server.close(resolve) : resolve(undefined)));
  }

  async config(): Promise<oidc.Configuration> {
    const fetch: oidc.CustomFetch = async (url, init) => {
      const body = init.body === undefined || init.body === null ? undefined : String(init.body);
      const answer = await ask(new URL(url), { ...init, body, root: this.#hub.rootPem });
      const headers = new Headers();
      for (const [name, value] of Object.entries(answer.headers))
        for (const one of [value ?? []].flat()) headers.append(name, one);
      return new Response(answer.body, { status: answer.status, headers });
    };
    this.#config ??= await oidc.discovery(
      new URL(this.#hub.hubUrl),
      this.id,
      { id_token_signed_response_alg: 'ES256' },
      oidc.PrivateKeyJwt({ key: this.#key.privateKey, kid: this.id }),
      { [oidc.customFetch]: fetch },
    );
    return this.#config;
  }

  /** Logs somebody in on this browser. */
  async logIn(browser: HttpBrowser, user: { readonly username: string; readonly password: string }): Promise<LoggedIn> {
    const config = await this.config();
    const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
    const [expectedState, expectedNonce] = [oidc.randomState(), oidc.randomNonce()];
    const url = oidc.buildAuthorizationUrl(config, {
      redirect_uri: `${this.url}/cb`,
      scope: 'openid profile',
      code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: expectedState,
      nonce: expectedNonce,
    });
    const page = await logInWithPassword(browser, url, user, ({ origin }) => origin === this.url);
    if (page.url.origin !== this.url) throw new Error(`the login of ${this.id} did not end:\n${page.body}`);
    const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true };
    const tokens = await oidc.authorizationCodeGrant(config, page.url, checks);
    const { id_token: idToken = '', refresh_token: refreshToken = '' } = tokens;
    return { sid: String(tokens.claims()?.sid), idToken, refreshToken };
  }

  /** Where it sends the browser to log out everywhere. */
  async logoutUrl(parameters: Record<string, string>): Promise<URL> {
    return oidc.buildEndSessionUrl(await this.config(), parameters);
  }
}
