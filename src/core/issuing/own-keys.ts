// Keys of the hub that are no issuer's: with which it is a client of others, and with which it speaks in federations.
import { dayMs } from '../../base/clock.ts';
import type { AlgorithmName } from '../../base/jose/index.ts';
import type { CatalogueSnapshot } from '../catalogue/snapshot.ts';
import type { KeySchedule } from './key-schedule.ts';

/** Owner of the keys that prove us to upstream providers. No issuer's id has a space. */
export const clientKeyOwner = 'upstream client';
/** Owner of an issuer's federation keys: apart from what signs tickets (OpenID Federation 1.0, 3.1.1 `jwks`). */
export const federationKeyOwner = (issuer: string): string => `federation ${issuer}`;

/** Owner of the keys that an issuer signs assertions with. */
export const samlIssuerKeyOwner = (issuer: string): string => `saml issuer ${issuer}`;
/** Owner of the keys that we sign with as a SAML service provider. */
export const samlLoginKeyOwner = 'saml login';
/** Owner of the keys that assertions for us are encrypted to. */
export const samlDecryptionKeyOwner = 'saml decryption';

/** Some providers have our keys entered by hand, and federations are told ahead: these keys live long and are shown early. */
export const lastingKeySchedule: KeySchedule = {
  rotationMs: 365 * dayMs,
  publishedBeforeMs: 30 * dayMs,
  madeBeforeMs: 45 * dayMs,
};

/** Ids of the issuers that speak SAML: those that say so, and those with an application of it. */
export const samlIssuers = ({ issuers, samlApplications }: CatalogueSnapshot): ReadonlySet<string> =>
  new Set([
    ...[...issuers.values()].filter(({ saml }) => saml === true).map(({ id }) => id),
    ...[...samlApplications.values()].map(({ issuer }) => issuer),
  ]);

/** Whether we are a SAML service provider: a provider speaks it, or an issuer prepares for it. */
export const asksSaml = ({ issuers, providers }: CatalogueSnapshot): boolean =>
  [...providers.values()].some(({ saml, samlMembers }) => (saml ?? samlMembers) !== undefined) ||
  [...issuers.values()].some(({ saml }) => saml === true);

/** The keys of this kind that the catalogue needs. */
export function lastingKeyUses(
  snapshot: CatalogueSnapshot,
): readonly { readonly issuer: string; readonly algorithm: AlgorithmName }[] {
  const algorithms = new Set<AlgorithmName>();
  for (const { upstream } of snapshot.providers.values()) {
    if (upstream?.authentication.method === 'private_key_jwt') algorithms.add(upstream.authentication.algorithm);
  }
  const federated = [...snapshot.issuers.values()].filter(({ federation }) => federation !== undefined);
  return [
    ...[...algorithms].map((algorithm) => ({ issuer: clientKeyOwner, algorithm })),
    ...[
      ...[...samlIssuers(snapshot)].map(samlIssuerKeyOwner),
      ...(asksSaml(snapshot) ? [samlLoginKeyOwner, samlDecryptionKeyOwner] : []),
    ].map((owner) => ({ issuer: owner, algorithm: 'RS256' as const })),
    ...federated.map(({ id }) => ({ issuer: federationKeyOwner(id), algorithm: 'ES256' as const })),
  ];
}
