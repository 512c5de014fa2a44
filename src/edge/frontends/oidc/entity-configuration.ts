// What an issuer says of itself in federations: its entity configuration, signed with keys of their own (OpenID Federation 1.0).
import type { EpochMs } from '../../../base/clock.ts';
import { answerHeaders, type HttpResponse } from '../../../base/http/index.ts';
import { signCompact } from '../../../base/jose/index.ts';
import { Problem } from '../../../base/problem.ts';
import type { CatalogueSnapshot, Issuer } from '../../../core/catalogue/index.ts';
import { federationKeyOwner } from '../../../core/issuing/index.ts';
import { metadata } from './metadata.ts';
import type { IssuerKeys } from './ports.ts';

const lifeSeconds = 24 * 3600;
const cachedSeconds = 300;

/** Where it is, below the entity's identifier (OpenID Federation 1.0, section 9). */
export const entityConfigurationPath = '/.well-known/openid-federation';

/** The claims (section 3.1). Nobody becomes a client by a federation here, so no registration type is listed. */
export function entityClaims(issuer: Issuer, keys: IssuerKeys, catalogue: CatalogueSnapshot, now: EpochMs) {
  const iat = Math.floor(now / 1000);
  const brand = catalogue.brands.get(issuer.brand);
  return {
    iss: issuer.url,
    sub: issuer.url,
    iat,
    exp: iat + lifeSeconds,
    // 3.1.1: the keys that sign this statement; those of tickets are behind `jwks_uri` and sign nothing here.
    jwks: { keys: keys.published(federationKeyOwner(issuer.id)) },
    authority_hints: issuer.federation?.authorityHints,
    metadata: {
      federation_entity: {
        organization_name: brand?.name ?? issuer.id,
        ...(brand?.contact ? { contacts: [brand.contact] } : {}),
      },
      openid_provider: { ...metadata(issuer, catalogue), client_registration_types_supported: [] },
    },
  };
}

/** The signed statement (section 9.2); an issuer whose record names no federation has none. */
export function entityConfiguration(
  issuer: Issuer,
  keys: IssuerKeys,
  catalogue: CatalogueSnapshot,
  now: EpochMs,
): HttpResponse {
  if (issuer.federation === undefined) throw new Problem({ kind: 'notFound', code: 'notFound' });
  const key = keys.signing(federationKeyOwner(issuer.id), 'ES256');
  const claims = entityClaims(issuer, keys, catalogue, now);
  return {
    status: 200,
    headers: {
      ...answerHeaders,
      'content-type': 'application/entity-statement+jwt',
      'cache-control': `public, max-age=${cachedSeconds}`,
    },
    body: signCompact({ typ: 'entity-statement+jwt' }, JSON.stringify(claims), key),
  };
}
