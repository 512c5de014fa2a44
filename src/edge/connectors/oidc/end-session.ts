// Where the browser goes to end the login at a provider too (OpenID Connect RP-Initiated Logout 1.0).
import type { Provider, Upstream } from '../../../core/catalogue/index.ts';
import type { UpstreamFacts } from '../../../core/linking/index.ts';
import { UpstreamFailure } from './failure.ts';
import type { MetadataReader } from './provider-metadata.ts';

/** Makes the address for a `state`. */
export type EndSessionAddress = (state: string) => string;

/**
 * The provider's end of a login (RP-Initiated Logout 2): its ID token as the hint, back to one registered address of ours
 * with `state`. Undefined when the provider publishes no such endpoint (2.1), or does not answer now.
 */
export async function endSessionAddress(
  reader: MetadataReader,
  { upstream }: Provider & { readonly upstream: Upstream },
  { idToken }: UpstreamFacts & { readonly idToken: string },
  back: string,
): Promise<EndSessionAddress | undefined> {
  const endpoint = await reader.of(upstream).then(
    ({ metadata }) => metadata.end_session_endpoint,
    (failure: unknown) => {
      if (failure instanceof UpstreamFailure) return undefined;
      throw failure;
    },
  );
  if (endpoint === undefined) return undefined;
  return (state) => {
    const url = new URL(endpoint);
    url.searchParams.set('id_token_hint', idToken);
    url.searchParams.set('client_id', upstream.clientId);
    url.searchParams.set('post_logout_redirect_uri', back);
    url.searchParams.set('state', state);
    return url.href;
  };
}
