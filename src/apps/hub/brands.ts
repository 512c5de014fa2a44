// Which brand a page wears: that of its application's organisation, the nearest upwards that has one, else the issuer's.
import type { Brand, CatalogueSnapshot } from '../../core/catalogue/index.ts';
import type { PersonReader } from '../../core/directory/index.ts';
import type { LoginRequest } from '../../core/journey/index.ts';
import type { Session } from '../../core/sessions/index.ts';

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

/**
 * The brand of the hub's own pages: of the organisation that the person is at in this session, or of the only one there
 * is; nobody's where they have several and chose none. Pages of a failure wear the hub's: they must not need a database.
 */
export const ownPagesBrand =
  (
    catalogue: () => CatalogueSnapshot,
    brandsUpwards: (organisation: string) => Promise<readonly string[]>,
    sessionOf: (cookie: string) => Promise<Session | undefined>,
    people: Pick<PersonReader, 'facts'>,
  ) =>
  async (cookie: string | undefined): Promise<Brand> => {
    const session = cookie === undefined ? undefined : await sessionOf(cookie);
    const assignments = (session && (await people.facts(session.person)))?.assignments ?? [];
    const chosen = assignments.find(({ id }) => id === session?.assignment)?.organisation;
    const all = new Set(assignments.map(({ organisation }) => organisation));
    const organisation = chosen ?? (all.size === 1 ? [...all][0] : undefined);
    return brandOf(catalogue(), undefined, organisation === undefined ? [] : await brandsUpwards(organisation));
  };
