// The address by which an application is told of a logout in the person's own browser (OIDC Front-Channel Logout 1.0).
import type { CatalogueSnapshot } from '../../../core/catalogue/index.ts';
import { withQuery } from './authorization-response.ts';

/**
 * What a hidden frame of the page after logout opens: the registered URI, with `iss` and `sid` unless the application
 * wants neither (section 3: both or none). Undefined when the application is gone, another issuer's, or has no such URI.
 */
export function frontchannelLogoutUrl(
  catalogue: CatalogueSnapshot,
  about: { readonly application: string; readonly issuer: string; readonly session: string },
): string | undefined {
  const application = catalogue.clients.get(about.application);
  const issuer = catalogue.issuers.get(about.issuer);
  const uri = application?.frontchannelLogoutUri;
  if (uri === undefined || issuer === undefined || application?.issuer !== issuer.id) return undefined;
  const said: [string, string][] = [
    ['iss', issuer.url],
    ['sid', about.session],
  ];
  return application.frontchannelLogoutSessionRequired === false ? uri : withQuery(uri, said);
}
