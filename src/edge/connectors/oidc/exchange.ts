// The requests to a provider: pushed request, code for tokens, UserInfo; made by oauth4webapi over the bounded port.
import * as oauth from 'oauth4webapi';
import { type JsonObject, parseJsonObject } from '../../../base/jose/index.ts';
import { clientProof } from './client-proof.ts';
import { errorWord, UpstreamFailure } from './failure.ts';
import type { OidcConnectorPorts, Outgoing, UpstreamProvider } from './ports.ts';
import type { ProviderMetadata } from './provider-metadata.ts';

export interface Tokens {
  readonly idToken: string;
  readonly accessToken: string;
  /** The access token is bound to our key (RFC 9449 5). */
  readonly bound: boolean;
}

export interface Exchange {
  /** RFC 9126: the `request_uri` to send the browser with. */
  push(provider: UpstreamProvider, metadata: ProviderMetadata, parameters: URLSearchParams): Promise<string>;
  /** RFC 6749 4.1.3 with PKCE (RFC 7636), and DPoP (RFC 9449) where the provider offers it. */
  redeem(
    provider: UpstreamProvider,
    metadata: ProviderMetadata,
    given: { readonly code: string; readonly verifier: string; readonly redirectUri: string },
  ): Promise<Tokens>;
  /** OIDC Core 5.3; its answer counts only with the `sub` of the ID token (5.3.2). */
  userinfo(provider: UpstreamProvider, metadata: ProviderMetadata, tokens: Tokens): Promise<JsonObject>;
}

/** As `fetch`, over the bounded port. */
function fetchOver(send: Outgoing, privateNetwork: boolean) {
  return async (
    url: string,
    given: { readonly method: string; readonly headers: Record<string, string>; readonly body?: unknown },
  ): Promise<Response> => {
    const answer = await send(url, {
      method: given.method === 'GET' ? 'GET' : 'POST',
      headers: given.headers,
      body: given.body === undefined || given.body === null ? undefined : String(given.body),
      privateNetwork,
    }).catch((thrown: unknown) => {
      throw new UpstreamFailure('unavailable', `no answer: ${thrown instanceof Error ? thrown.message : 'unknown'}`);
    });
    const nonce = answer.headers['dpop-nonce'];
    const type = answer.headers['content-type'];
    const status = answer.status >= 200 && answer.status <= 599 ? answer.status : 502;
    return new Response([204, 205, 304].includes(status) ? null : new Uint8Array(answer.body), {
      status,
      headers: {
        ...(typeof nonce === 'string' ? { 'dpop-nonce': nonce } : {}),
        ...(typeof type === 'string' ? { 'content-type': type } : {}),
      },
    });
  };
}

/** The JSON object of an answer; a refusal is thrown: 5xx is a disturbance, all else an answer that we cannot use. */
async function bodyOf(response: Response, what: string, good: readonly number[]): Promise<JsonObject> {
  const parsed = parseJsonObject(Buffer.from(await response.arrayBuffer()));
  if (good.includes(response.status) && parsed.ok) return parsed.value;
  const error = parsed.ok ? errorWord(parsed.value.error) : 'unreadable';
  const kind = response.status >= 500 || response.status === 429 || error === 'temporarily_unavailable';
  throw new UpstreamFailure(kind ? 'unavailable' : 'invalid', `${what} answered ${response.status} ${error}`);
}

const wantsNonce = async (response: Response): Promise<boolean> => {
  if (response.status !== 400 && response.status !== 401) return false;
  if (!response.headers.has('dpop-nonce')) return false;
  const parsed = parseJsonObject(Buffer.from(await response.clone().arrayBuffer()));
  return response.status === 401 || (parsed.ok && parsed.value.error === 'use_dpop_nonce');
};

/** The same metadata under the name that oauth4webapi has for it. */
const serverOf = (metadata: ProviderMetadata): oauth.AuthorizationServer => ({ ...metadata });

export function createExchange(ports: OidcConnectorPorts): Exchange {
  // One key a process: tokens are used at once and never kept, so nothing outlives it.
  let keyPair: Promise<oauth.CryptoKeyPair> | undefined;
  const proofs = new Map<string, { readonly handle: oauth.DPoPHandle }>();

  const options = ({ upstream }: UpstreamProvider) => ({
    [oauth.customFetch]: fetchOver(ports.send, upstream.privateNetwork),
    // Plain HTTP is for this machine alone: the port itself holds that.
    [oauth.allowInsecureRequests]: upstream.privateNetwork,
  });
  const client = ({ upstream }: UpstreamProvider): oauth.Client => ({ client_id: upstream.clientId });

  async function proofOf(metadata: ProviderMetadata): Promise<oauth.DPoPHandle | undefined> {
    if (!metadata.dpop_signing_alg_values_supported?.includes('ES256')) return undefined;
    keyPair ??= oauth.generateKeyPair('ES256');
    const known = proofs.get(metadata.issuer) ?? {
      handle: oauth.DPoP({}, await keyPair),
    };
    proofs.set(metadata.issuer, known);
    return known.handle;
  }

  /** Sends; once more when the provider wants its nonce in the proof (RFC 9449 8). */
  async function withProof(
    metadata: ProviderMetadata,
    send: (proof: { readonly DPoP?: oauth.DPoPHandle }) => Promise<Response>,
  ): Promise<Response> {
    const handle = await proofOf(metadata);
    const proof = handle === undefined ? {} : { DPoP: handle };
    const response = await send(proof);
    return handle !== undefined && (await wantsNonce(response)) ? await send(proof) : response;
  }

  return {
    async push(provider, metadata, parameters) {
      const response = await oauth.pushedAuthorizationRequest(
        serverOf(metadata),
        client(provider),
        clientProof(ports, provider),
        parameters,
        options(provider),
      );
      const body = await bodyOf(response, 'pushed request', [200, 201]);
      const { request_uri: uri } = body;
      if (typeof uri !== 'string' || uri.length > 1000)
        throw new UpstreamFailure('invalid', 'pushed request: no request_uri');
      return uri;
    },

    async redeem(provider, metadata, given) {
      const parameters = { code: given.code, redirect_uri: given.redirectUri, code_verifier: given.verifier };
      const response = await withProof(metadata, (proof) =>
        oauth.genericTokenEndpointRequest(
          serverOf(metadata),
          client(provider),
          clientProof(ports, provider),
          'authorization_code',
          parameters,
          { ...options(provider), ...proof },
        ),
      );
      const body = await bodyOf(response, 'token', [200]);
      const { id_token: idToken, access_token: accessToken } = body;
      if (typeof idToken !== 'string') throw new UpstreamFailure('invalid', 'token: no id_token');
      return {
        idToken,
        accessToken: typeof accessToken === 'string' ? accessToken : '',
        bound: String(body.token_type).toLowerCase() === 'dpop',
      };
    },

    async userinfo(provider, metadata, { accessToken, bound }) {
      const ask = (proof: { readonly DPoP?: oauth.DPoPHandle }) =>
        oauth.userInfoRequest(serverOf(metadata), client(provider), accessToken, { ...options(provider), ...proof });
      const response = bound ? await withProof(metadata, ask) : await ask({});
      return await bodyOf(response, 'userinfo', [200]);
    },
  };
}
