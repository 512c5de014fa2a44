// An application as an integrator would build it with oauth4webapi: PAR, PKCE, private_key_jwt and DPoP with nonce retry.
import { createPrivateKey, type webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as oauth from 'oauth4webapi';
import { ask } from './http-browser.ts';

export interface ApplicationSettings {
  readonly issuer: string;
  readonly root: string;
  readonly clientId: string;
  readonly redirectUri: string;
  /** PEM of its private key, P-256. */
  readonly keyFile: string;
  readonly scope?: string;
  /** Another hub behind the same public name. */
  readonly port?: number | undefined;
}

export interface PushedLogin {
  readonly url: URL;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

export interface TestTickets {
  readonly idClaims: Readonly<Record<string, unknown>>;
  readonly accessClaims: Readonly<Record<string, unknown>>;
  readonly accessToken: string;
  readonly idToken: string | undefined;
  readonly refreshToken: string | undefined;
}

/** The demo's EHR, acted by a test: its key lies in the data folder. */
export const demoApplication = (
  hub: { readonly dataFolder: string; readonly hubUrl: string; readonly rootPem: string; readonly ehrUrl: string },
  port?: number,
): ApplicationSettings => ({
  issuer: hub.hubUrl,
  root: hub.rootPem,
  clientId: 'demo-ehr',
  redirectUri: `${hub.ehrUrl}/callback`,
  keyFile: join(hub.dataFolder, 'demo', 'demo-ehr.key'),
  port,
});

const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

export class ApplicationClient {
  readonly settings: ApplicationSettings;
  /** Which hub process answers; may be changed between two calls. */
  port: number | undefined;
  /** When set, every client assertion has this `jti`: a replay. */
  assertionId: string | undefined;
  /** When set, every DPoP proof has this `jti`. */
  proofId: string | undefined;
  /** Their instant when set: a replay is of the same claims, not of a new statement under an old name. Seconds. */
  usedAt = Math.floor(Date.now() / 1000);
  #server: oauth.AuthorizationServer | undefined;
  #dpop: oauth.DPoPHandle | undefined;
  #key: webcrypto.CryptoKey | undefined;

  constructor(settings: ApplicationSettings) {
    this.settings = settings;
    this.port = settings.port;
  }

  /** The same application with the same keys, at another hub process. */
  twin(port: number | undefined): ApplicationClient {
    const twin = new ApplicationClient({ ...this.settings, port });
    twin.#server = this.#server;
    twin.#dpop = this.#dpop;
    twin.#key = this.#key;
    twin.assertionId = this.assertionId;
    twin.proofId = this.proofId;
    twin.usedAt = this.usedAt;
    return twin;
  }

  get client(): oauth.Client {
    return { client_id: this.settings.clientId };
  }

  readonly #fetch = async (url: string, init: oauth.CustomFetchOptions<string, unknown>): Promise<Response> => {
    const body = init.body as URLSearchParams | string | undefined;
    const answer = await ask(new URL(url), {
      method: init.method,
      headers: init.headers,
      body: body === undefined ? undefined : String(body),
      root: this.settings.root,
      port: this.port,
    });
    const headers = new Headers();
    for (const [name, value] of Object.entries(answer.headers))
      for (const one of [value ?? []].flat()) headers.append(name, one);
    return new Response(answer.status === 204 || answer.status === 304 ? null : answer.body, {
      status: answer.status,
      headers,
    });
  };

  get options() {
    return { [oauth.customFetch]: this.#fetch } as const;
  }

  async ready(): Promise<{ server: oauth.AuthorizationServer; dpop: oauth.DPoPHandle; auth: oauth.ClientAuth }> {
    if (this.#server === undefined || this.#key === undefined || this.#dpop === undefined) {
      const issuer = new URL(this.settings.issuer);
      const answer = await oauth.discoveryRequest(issuer, { ...this.options, algorithm: 'oidc' });
      this.#server = await oauth.processDiscoveryResponse(issuer, answer);
      const der = createPrivateKey(readFileSync(this.settings.keyFile)).export({ format: 'der', type: 'pkcs8' });
      const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
      this.#key = await crypto.subtle.importKey('pkcs8', new Uint8Array(der), algorithm, false, ['sign']);
      this.#dpop = oauth.DPoP(this.client, await oauth.generateKeyPair('ES256'), {
        [oauth.modifyAssertion]: (_header, payload) => {
          if (this.proofId !== undefined) Object.assign(payload, { jti: this.proofId, iat: this.usedAt });
        },
      });
    }
    const auth = oauth.PrivateKeyJwt(
      { key: this.#key, kid: this.settings.clientId },
      {
        [oauth.modifyAssertion]: (_header, payload) => {
          if (this.assertionId !== undefined) {
            Object.assign(payload, {
              jti: this.assertionId,
              iat: this.usedAt,
              nbf: this.usedAt,
              exp: this.usedAt + 50,
            });
          }
        },
      },
    );
    return { server: this.#server, dpop: this.#dpop, auth };
  }

  /** Pushes a request; the address is where the user's browser is to go. */
  async push(
    wish: Readonly<Record<string, string>> = {},
    begun: Partial<Omit<PushedLogin, 'url'>> = {},
  ): Promise<PushedLogin> {
    const { server, dpop, auth } = await this.ready();
    const { verifier = oauth.generateRandomCodeVerifier() } = begun;
    const { state = oauth.generateRandomState(), nonce = oauth.generateRandomNonce() } = begun;
    const parameters = new URLSearchParams({
      client_id: this.settings.clientId,
      response_type: 'code',
      redirect_uri: this.settings.redirectUri,
      scope: this.settings.scope ?? 'openid profile assignment',
      state,
      nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...wish,
    });
    const pushed = await this.#twice(async () =>
      oauth.processPushedAuthorizationResponse(
        server,
        this.client,
        await oauth.pushedAuthorizationRequest(server, this.client, auth, parameters, { ...this.options, DPoP: dpop }),
      ),
    );
    const url = new URL(server.authorization_endpoint ?? '');
    url.searchParams.set('client_id', this.settings.clientId);
    url.searchParams.set('request_uri', pushed.request_uri);
    return { url, state, nonce, verifier };
  }

  /** Exchanges what the browser brought back to the redirect URI. Throws what oauth4webapi throws. */
  async complete(back: URL, login: PushedLogin): Promise<TestTickets> {
    const { server, dpop, auth } = await this.ready();
    const parameters = oauth.validateAuthResponse(server, this.client, back, login.state);
    const answer = await this.#twice(async () =>
      oauth.processAuthorizationCodeResponse(
        server,
        this.client,
        await oauth.authorizationCodeGrantRequest(
          server,
          this.client,
          auth,
          parameters,
          this.settings.redirectUri,
          login.verifier,
          { ...this.options, DPoP: dpop },
        ),
        { expectedNonce: login.nonce, requireIdToken: true },
      ),
    );
    return this.#tickets(answer);
  }

  async refresh(token: string): Promise<TestTickets> {
    const { server, dpop, auth } = await this.ready();
    const answer = await this.#twice(async () =>
      oauth.processRefreshTokenResponse(
        server,
        this.client,
        await oauth.refreshTokenGrantRequest(server, this.client, auth, token, { ...this.options, DPoP: dpop }),
      ),
    );
    return this.#tickets(answer);
  }

  /** Revokes a refresh token, and with it its grant (RFC 7009). */
  async revoke(token: string): Promise<void> {
    const { server, auth } = await this.ready();
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(server, this.client, auth, token, this.options),
    );
  }

  #tickets(answer: oauth.TokenEndpointResponse): TestTickets {
    return {
      idClaims: answer.id_token === undefined ? {} : claimsOf(answer.id_token),
      accessClaims: claimsOf(answer.access_token),
      accessToken: answer.access_token,
      idToken: answer.id_token,
      refreshToken: answer.refresh_token,
    };
  }

  /** The first call may be told a DPoP nonce (RFC 9449 8); the second brings it. */
  async #twice<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    try {
      return await call();
    } catch (error) {
      if (!oauth.isDPoPNonceError(error)) throw error;
      return await call();
    }
  }
}
