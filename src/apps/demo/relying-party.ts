// An application's OpenID Connect side, made with openid-client: PAR, PKCE, private_key_jwt and DPoP (FAPI 2.0).
import type { KeyObject, webcrypto } from 'node:crypto';
import * as oidc from 'openid-client';

export interface RelyingPartySettings {
  readonly issuer: string;
  readonly clientId: string;
  /** The application's own private key (PKCS#8) that proves who it is. */
  readonly key: KeyObject;
  readonly kid: string;
  readonly redirectUri: string;
  readonly homeUrl: string;
  readonly scope: string;
  /** Level that the application asks for, if any. */
  readonly acr?: string | undefined;
  /** APIs that one login is to give tickets for, the usual one first (RFC 8707 2). */
  readonly resources?: readonly string[] | undefined;
}

/** For which API, and from where, as what and why. */
export interface Grounds {
  readonly resource: string;
  readonly details: readonly object[];
  /** Level that the API asked for (RFC 9470 4); high when it named none, for grounds need that in any case. */
  readonly acr?: string | undefined;
}

/** What has to be remembered between sending the user away and their coming back. */
export interface PendingLogin {
  readonly codeVerifier: string;
  readonly state: string;
  readonly nonce: string;
}

/** What a login or a refresh brought. */
export interface Tickets {
  readonly idToken: string;
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  readonly idClaims: Readonly<Record<string, unknown>>;
  readonly accessClaims: Readonly<Record<string, unknown>>;
  readonly tokenType: string;
}

export type RelyingParty = Awaited<ReturnType<typeof createRelyingParty>>;

/** Reads the hub's discovery document; authentication by the application's key, and a DPoP key of this process. */
export async function connectAsClient({
  issuer,
  clientId,
  key,
  kid,
}: Pick<RelyingPartySettings, 'issuer' | 'clientId' | 'key' | 'kid'>) {
  const privateKey = await toCryptoKey(key);
  const config = await oidc.discovery(
    new URL(issuer),
    clientId,
    { id_token_signed_response_alg: 'ES256', use_mtls_endpoint_aliases: false },
    oidc.PrivateKeyJwt({ key: privateKey, kid }),
  );
  const dpop = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256'));
  return { config, dpop, privateKey };
}

/** Reads the hub's discovery document and answers the verbs that an application needs. */
export async function createRelyingParty(settings: RelyingPartySettings) {
  const { config, dpop, privateKey } = await connectAsClient(settings);

  const tickets = (
    answer: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers,
    earlier?: Tickets,
  ): Tickets => ({
    idToken: answer.id_token ?? earlier?.idToken ?? '',
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token ?? earlier?.refreshToken,
    idClaims: answer.claims() ?? earlier?.idClaims ?? {},
    accessClaims: readClaims(answer.access_token),
    tokenType: answer.token_type,
  });

  return {
    /** Where to send the user, and what to remember meanwhile. */
    async begin(
      wish: { prompt?: string; maxAge?: number; locale?: string; grounds?: Grounds } = {},
    ): Promise<{ location: string; pending: PendingLogin }> {
      const pending: PendingLogin = {
        codeVerifier: oidc.randomPKCECodeVerifier(),
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
      };
      const parameters: Record<string, string> = {
        redirect_uri: settings.redirectUri,
        scope: settings.scope,
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(pending.codeVerifier),
        code_challenge_method: 'S256',
        ...(settings.acr ? { acr_values: settings.acr } : {}),
        ...(wish.prompt ? { prompt: wish.prompt } : {}),
        ...(wish.maxAge === undefined ? {} : { max_age: String(wish.maxAge) }),
        ...(wish.locale ? { ui_locales: wish.locale } : {}),
      };
      const { grounds } = wish;
      const pushed = grounds
        ? // Details go in the signed request alone, which then says everything (RFC 9101).
          (
            await oidc.buildAuthorizationUrlWithJAR(
              config,
              {
                ...parameters,
                resource: grounds.resource,
                acr_values: grounds.acr ?? 'urn:tillit:loa:high',
                authorization_details: JSON.stringify(grounds.details),
              },
              { key: privateKey, kid: settings.kid },
            )
          ).searchParams
        : withResources(parameters, settings.resources ?? []);
      const url = await oidc.buildAuthorizationUrlWithPAR(config, pushed, { DPoP: dpop });
      return { location: url.href, pending };
    },

    /** Exchanges the code of the address that the user came back with. Throws what openid-client throws. */
    async complete(currentUrl: URL, pending: PendingLogin): Promise<Tickets> {
      const answer = await oidc.authorizationCodeGrant(
        config,
        currentUrl,
        {
          pkceCodeVerifier: pending.codeVerifier,
          expectedState: pending.state,
          expectedNonce: pending.nonce,
          idTokenExpected: true,
        },
        undefined,
        { DPoP: dpop },
      );
      return tickets(answer);
    },

    /** For the usual API, or another one of the login (RFC 8707 2.2). */
    async refresh(held: Tickets, resource?: string): Promise<Tickets> {
      const wish = resource === undefined ? undefined : { resource };
      const answer = await oidc.refreshTokenGrant(config, held.refreshToken ?? '', wish, { DPoP: dpop });
      return tickets(answer, held);
    },

    /** Asks an API with the access token and a proof. Throws `WWWAuthenticateChallengeError` when it refuses. */
    async fetch(held: Tickets, url: URL, headers: Headers): Promise<Response> {
      return await oidc.fetchProtectedResource(config, held.accessToken, url, 'GET', undefined, headers, {
        DPoP: dpop,
      });
    },

    async userInfo(held: Tickets): Promise<Readonly<Record<string, unknown>>> {
      return await oidc.fetchUserInfo(config, held.accessToken, String(held.idClaims['sub']), { DPoP: dpop });
    },

    /** Where to send the user to end the session everywhere. */
    logoutLocation(held: Tickets | undefined): string {
      const parameters: Record<string, string> = { post_logout_redirect_uri: settings.homeUrl };
      if (held) parameters['id_token_hint'] = held.idToken;
      return oidc.buildEndSessionUrl(config, parameters).href;
    },

    metadata: () => config.serverMetadata(),
  };
}

const withResources = (parameters: Record<string, string>, resources: readonly string[]): URLSearchParams =>
  new URLSearchParams([
    ...Object.entries(parameters),
    ...resources.map((each): [string, string] => ['resource', each]),
  ]);

/** The claims of a JWT, for showing them. An API verifies the signature; a page only shows. */
function readClaims(token: string): Readonly<Record<string, unknown>> {
  const payload = token.split('.')[1];
  if (payload === undefined) return {};
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Record<string, unknown>;
}

async function toCryptoKey(key: KeyObject): Promise<webcrypto.CryptoKey> {
  const pkcs8 = key.export({ format: 'der', type: 'pkcs8' });
  return await crypto.subtle.importKey('pkcs8', new Uint8Array(pkcs8), { name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'sign',
  ]);
}
