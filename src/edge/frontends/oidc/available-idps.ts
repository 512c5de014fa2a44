// The ways in at an issuer, for clients that draw a choice of their own (`available_idps`, HelseID).
import { acrOf, type CatalogueSnapshot, type Issuer, type OidcApplication } from '../../../core/catalogue/index.ts';
import { securityLevelOf } from '../../../core/issuing/index.ts';
import { candidatesFor } from '../../../core/policy/index.ts';
import { assuranceLevels, type LocalizedText, reaches } from '../../../wire/codes/index.ts';

export interface AvailableIdp {
  /** What `acr_values=idp:…` takes. */
  readonly id: string;
  readonly name: string;
  readonly names: LocalizedText;
  /** Levels that it can reach, in HelseID's numbers, and in our own names. */
  readonly levels: readonly string[];
  readonly acr_values: readonly string[];
}

/** Open applications of the issuer that people log in to. */
export const openForLogin = (issuer: Issuer, { clients }: CatalogueSnapshot): readonly OidcApplication[] =>
  [...clients.values()].filter(
    (each) => each.issuer === issuer.id && !each.closed && each.grants.includes('authorization_code'),
  );

/** Providers that at least one open application of the issuer allows, in the order to show them. */
export function availableIdps(issuer: Issuer, catalogue: CatalogueSnapshot): readonly AvailableIdp[] {
  const open = openForLogin(issuer, catalogue);
  const maximum = new Map(
    open.flatMap((each) => candidatesFor(each, catalogue)).map((candidate) => [candidate.provider, candidate.maximum]),
  );
  return [...catalogue.providers.values()]
    .sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1))
    .flatMap(({ id, name }) => {
      const best = maximum.get(id);
      if (best === undefined) return [];
      const levels = assuranceLevels.filter((level) => reaches(best, level));
      return [{ id, name: name.en, names: name, levels: levels.map(securityLevelOf), acr_values: levels.map(acrOf) }];
    });
}
