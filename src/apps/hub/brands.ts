// Which brand a page wears: that of its application's organisation, the nearest upwards that has one, else the issuer's.
import type { Brand, CatalogueSnapshot } from '../../core/catalogue/index.ts';
import type { LoginRequest } from '../../core/journey/index.ts';

/** Worn where the catalogue names no brand: a hub that nothing was applied to yet. */
export const plainBrand: Brand = {
  id: 'tillit',
  name: 'Tillit',
  primary: '#0b4f6c',
  accent: '#145c3b',
  contact: '',
};

/** The brand of a login, or of the hub's own pages when there is none; `ofOrganisation`: brand ids, the nearest first. */
export function brandOf(
  snapshot: CatalogueSnapshot,
  request?: LoginRequest | undefined,
  ofOrganisation: readonly string[] = [],
): Brand {
  const application = request && snapshot.applications.get(request.application);
  const issuer =
    snapshot.issuers.get(application?.issuer ?? request?.issuer ?? '') ?? snapshot.issuers.values().next().value;
  const wished = [...ofOrganisation, ...(issuer ? [issuer.brand] : [])];
  const found = wished.map((id) => snapshot.brands.get(id)).find((brand) => brand !== undefined);
  return found ?? snapshot.brands.values().next().value ?? plainBrand;
}

/** The brand of a login, with its application's organisation looked up. */
export const loginBrand =
  (catalogue: () => CatalogueSnapshot, brandsUpwards: (organisation: string) => Promise<readonly string[]>) =>
  async (request: LoginRequest): Promise<Brand> => {
    const organisation = catalogue().applications.get(request.application)?.organisation;
    return brandOf(catalogue(), request, organisation === undefined ? [] : await brandsUpwards(organisation));
  };
