// Which ways in a request leaves open (SAML Core 3.4.1.2 Scoping): the providers that it lists, and whether others may be asked.
import type { AuthnRequest } from '../../../base/saml/index.ts';
import type { CatalogueSnapshot, Issuer, Provider, SamlApplication } from '../../../core/catalogue/index.ts';
import { entityIdOf } from './paths.ts';

export interface WaysAsked {
  /** Providers are listed: others are not acceptable. */
  readonly listed: boolean;
  /** Nobody but us may be asked (ProxyCount 0). */
  readonly direct: boolean;
  /** Ids of the providers that are listed and known here, or of all. */
  readonly known: readonly string[];
  /** Those of them that the application lets in, and that may be asked. */
  readonly open: readonly string[];
}

/** What is proven here and not by others' word: cards and passwords. */
const isOwn = ({ upstream, saml }: Provider): boolean => upstream === undefined && saml === undefined;

/** Our own entity ID in the list means what we prove ourselves. */
export function waysAsked(
  { providers }: CatalogueSnapshot,
  issuer: Issuer,
  application: SamlApplication,
  { scoping }: AuthnRequest,
): WaysAsked {
  const entities = new Set((scoping?.idpList ?? []).map(({ providerId }) => providerId));
  const listed = entities.size > 0;
  const direct = scoping?.proxyCount === 0;
  const isListed = (provider: Provider) =>
    entities.has(provider.saml?.entityId ?? provider.upstream?.issuer ?? entityIdOf(issuer));
  const known = [...providers.values()].filter((provider) => !listed || isListed(provider));
  const letsIn = ({ id }: Provider) => application.providers === undefined || application.providers.includes(id);
  const open = known.filter((provider) => letsIn(provider) && (!direct || isOwn(provider)));
  return { listed, direct, known: known.map(({ id }) => id), open: open.map(({ id }) => id) };
}
