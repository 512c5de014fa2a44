// What an identity provider's own metadata says, as members of our record of it.
import type { EntityDescriptor, IdpRole } from '../../base/saml/index.ts';
// The names alone: who reads the catalogue does not load all of SAML.
import { bindingNamed, entityAttributeNames, supportsUserMessage } from '../../base/saml/names.ts';
import { toPem } from '../../base/x509/index.ts';
import type { SamlEndpoint } from './saml-entity.ts';
import type { SamlUpstream } from './saml-provider.ts';

export type ProviderMetadataMembers = Pick<
  SamlUpstream,
  'entityId' | 'singleSignOn' | 'singleLogout' | 'artifactResolution' | 'keys' | 'scopes' | 'userMessage'
>;

/** Sweden Connect declares by the first, others by the second. */
const categoryNames: readonly string[] = [
  entityAttributeNames.entityCategory,
  entityAttributeNames.entityCategorySupport,
];

export type ProviderMetadataTaken =
  | { readonly ok: true; readonly members: ProviderMetadataMembers }
  | { readonly ok: false; readonly because: string };

/** Places by the bindings that we speak there; others are left out. */
function endpointsOf(
  all: IdpRole['singleLogout'],
  spoken: readonly SamlEndpoint['binding'][],
): readonly SamlEndpoint[] {
  return all.flatMap(({ binding, location, responseLocation }): SamlEndpoint[] => {
    const name = spoken.find((one) => one === bindingNamed(binding));
    if (name === undefined) return [];
    return [{ binding: name, location, ...(responseLocation === undefined ? {} : { responseLocation }) }];
  });
}

/** Certificates for a use; a key without one is for both (SAML Metadata 2.4.1.1). */
const certificatesOf = ({ keys }: IdpRole, use: 'signing' | 'encryption'): readonly string[] => [
  ...new Set(
    keys
      .filter((one) => one.use === undefined || one.use === use)
      .flatMap(({ certificates }) => certificates.map((der) => toPem(der))),
  ),
];

/** Scopes that are no pattern, in one spelling. */
export const plainScopes = ({ scopes }: Pick<IdpRole, 'scopes'>): readonly string[] =>
  scopes
    .filter(({ value, regexp }) => !regexp && /^[a-z0-9.-]{1,253}$/i.test(value))
    .map(({ value }) => value.toLowerCase());

/**
 * Takes the identity provider's role over. A scope that is a pattern is left out: we try none. Scopes of which none is
 * left would read as "may speak for anybody", so such metadata needs `ownScopes`: those that the record itself writes.
 */
export function providerMembersOf(
  { entityId, idp, entityAttributes }: EntityDescriptor,
  ownScopes: readonly unknown[] = [],
): ProviderMetadataTaken {
  if (idp === undefined) return { ok: false, because: `${entityId} is no identity provider of SAML 2.0` };
  const scopes = plainScopes(idp);
  if (scopes.length === 0 && idp.scopes.length > 0 && ownScopes.length === 0)
    return {
      ok: false,
      because: `every scope of ${entityId} is a pattern, and none of those is tried: write in \`scopes\` what it may speak for`,
    };
  const shows = entityAttributes.some(
    ({ name, values }) => categoryNames.includes(name) && values.includes(supportsUserMessage),
  );
  const artifactResolution = idp.artifactResolution
    .filter(({ binding }) => bindingNamed(binding) === 'soap')
    .map(({ location, index }) => ({ binding: 'soap', location, index }) as const);
  return {
    ok: true,
    members: {
      entityId,
      singleSignOn: endpointsOf(idp.singleSignOn, ['redirect', 'post']),
      singleLogout: endpointsOf(idp.singleLogout, ['redirect', 'post', 'soap']),
      ...(artifactResolution.length === 0 ? {} : { artifactResolution }),
      keys: { signing: certificatesOf(idp, 'signing'), encryption: certificatesOf(idp, 'encryption') },
      scopes,
      ...(shows ? { userMessage: true } : {}),
    },
  };
}
