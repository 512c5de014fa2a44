// Whom an application speaks for, and HelseID's claims that say so.
import type { Representation } from '../../catalogue/index.ts';
import type { NamedOrganisation } from './organisation-value.ts';

/** Whom the application speaks for: what was named, else what its record says. */
export function representedBy(
  represents: Representation | undefined,
  asked: NamedOrganisation = {},
): NamedOrganisation {
  const own = represents?.tenancy === 'single' ? represents.parent : undefined;
  return { parent: asked.parent ?? own, child: asked.child ?? represents?.child };
}

const tenancyNames = { single: 'single-tenant', multi: 'multi-tenant', none: 'none' } as const;
const prefix = 'helseid://claims/client';

/** Claims about a client and whom it speaks for (names as in HelseID's discovery document). */
export function organisationClaims(
  represents: Representation | undefined,
  { parent, child }: NamedOrganisation,
): Readonly<Record<string, unknown>> {
  if (represents === undefined) return {};
  const { tenancy, supplier } = represents;
  return {
    [`${prefix}/client_tenancy`]: tenancyNames[tenancy],
    ...(parent === undefined ? {} : { [`${prefix}/claims/orgnr_parent`]: parent }),
    ...(child === undefined ? {} : { [`${prefix}/claims/orgnr_child`]: child }),
    ...(tenancy === 'multi' && supplier !== undefined ? { [`${prefix}/claims/orgnr_supplier`]: supplier } : {}),
  };
}
