// oidc-provider set as near to our protocol profiles as it can be: fapi2 for clients that must use DPoP, else basic.
import { randomBytes } from 'node:crypto';
import { type ClientMetadata, type Configuration, errors, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { mapAdapter } from './map-adapter.ts';

export interface PeerApi {
  readonly audience: string;
  readonly scope: string;
}

/** A provider over memory. `clients` are its own metadata; those with dpop_bound_access_tokens are held to FAPI 2.0. */
export function createPeer(given: {
  readonly issuer: string;
  readonly clients: readonly ClientMetadata[];
  readonly signingJwk: Record<string, unknown>;
  readonly apis: readonly PeerApi[];
  readonly acrValues?: readonly string[];
}): Provider {
  const isFapi = (ctx: KoaContextWithOIDC): boolean => ctx.oidc.client?.dpopBoundAccessTokens === true;
  const configuration: Configuration = {
    adapter: mapAdapter(),
    clients: [...given.clients],
    jwks: { keys: [given.signingJwk as never] },
    scopes: ['openid', 'profile', 'offline_access'],
    ...(given.acrValues ? { acrValues: [...given.acrValues] } : {}),
    claims: { openid: ['sub', 'acr', 'amr', 'auth_time', 'sid'], profile: ['name'] },
    responseTypes: ['code'],
    clientAuthMethods: ['private_key_jwt', 'client_secret_basic', 'client_secret_post'],
    clockTolerance: 10,
    allowOmittingSingleRegisteredRedirectUri: false,
    pkce: { required: () => true },
    enabledJWA: {
      clientAuthSigningAlgValues: ['ES256', 'PS256', 'EdDSA', 'Ed25519'],
      idTokenSigningAlgValues: ['ES256', 'PS256', 'EdDSA'],
      requestObjectSigningAlgValues: ['ES256', 'PS256', 'EdDSA'],
      dPoPSigningAlgValues: ['ES256', 'PS256', 'EdDSA', 'Ed25519'],
    },
    features: {
      devInteractions: { enabled: false },
      fapi: { enabled: true, profile: (ctx: KoaContextWithOIDC) => (isFapi(ctx) ? '2.0' : undefined) } as never,
      dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
      pushedAuthorizationRequests: { enabled: true },
      requestObjects: { enabled: true },
      claimsParameter: { enabled: true },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true } as never,
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => [] as never,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, resource) => {
          const api = given.apis.find(({ audience }) => audience === resource);
          if (api === undefined) throw new errors.InvalidTarget();
          return {
            scope: api.scope,
            audience: api.audience,
            accessTokenTTL: 600,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'ES256' } },
          };
        },
      },
    },
    rotateRefreshToken: (ctx) => !isFapi(ctx),
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    ttl: {
      AccessToken: 600,
      ClientCredentials: 600,
      AuthorizationCode: 60,
      IdToken: 300,
      RefreshToken: 36_000,
      Grant: 36_000,
      Session: 36_000,
      Interaction: 900,
    },
    interactions: { url: (_ctx, interaction) => `/login/${interaction.uid}` },
    findAccount: (_ctx, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: 'Bench Person' }),
    }),
    loadExistingGrant: async (ctx) => {
      const known = ctx.oidc.session?.grantIdFor(ctx.oidc.client?.clientId ?? '');
      const found = known ? await ctx.oidc.provider.Grant.find(known) : undefined;
      if (found) return found;
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client?.clientId ?? '',
        accountId: ctx.oidc.session?.accountId ?? '',
      });
      grant.addOIDCScope('openid profile offline_access');
      for (const api of given.apis) grant.addResourceScope(api.audience, api.scope);
      await grant.save();
      return grant;
    },
  };
  return new Provider(given.issuer, configuration);
}

/** Saves a session as after a login; answers the value of the cookie `_session`. */
export async function saveSession(provider: Provider, accountId: string, acr?: string): Promise<string> {
  const session = new provider.Session();
  session.loginAccount({ accountId, amr: ['pwd'], acr, loginTs: Math.floor(Date.now() / 1000) });
  await session.save(36_000);
  return session.jti;
}
