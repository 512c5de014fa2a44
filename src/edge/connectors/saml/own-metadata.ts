// Our metadata as a service provider: signed, with every key that counts now, so that providers change keys as we do.
import { hourMs } from '../../../base/clock.ts';
import type { SigningKey } from '../../../base/jose/index.ts';
import {
  attributeNameFormats,
  bindings,
  type KeyDescriptor,
  metadataPublisher,
  nameIdFormats,
  type PublishedMetadata,
  type RequestedAttribute,
} from '../../../base/saml/index.ts';
import { loadXml } from '../../../base/xml/index.ts';
import { type SamlFact, type SizedLogo, samlAttributes } from '../../../core/catalogue/index.ts';
import { type LocalizedText, locales, localized } from '../../../wire/codes/index.ts';
import type { OwnEntity } from './ports.ts';

export interface OwnMetadataFacts {
  readonly own: OwnEntity;
  readonly name: LocalizedText;
  readonly logo: SizedLogo | undefined;
  /** Keys that we sign with, the present one first; keys that assertions may be encrypted to. DER. */
  readonly signing: readonly Buffer[];
  readonly encryption: readonly Buffer[];
  /** Whether some provider may encrypt by AES-CBC: to the others it is not offered. */
  readonly allowsCbc: boolean;
  readonly key: SigningKey;
}

/** What a person is known and shown by here; each provider sends what it has of it. */
const asked: readonly SamlFact[] = ['givenName', 'familyName', 'displayName', 'personalNumber', 'hsaId', 'affiliation'];
const friendlyNames: Partial<Readonly<Record<SamlFact, string>>> = {
  givenName: 'givenName',
  familyName: 'sn',
  displayName: 'displayName',
  personalNumber: 'personalIdentityNumber',
  hsaId: 'employeeHsaId',
  affiliation: 'orgAffiliation',
};

const requested = asked.map(
  (fact): RequestedAttribute => ({
    name: samlAttributes[fact][0],
    nameFormat: attributeNameFormats.uri,
    friendlyName: friendlyNames[fact],
    values: [],
    isRequired: false,
  }),
);

const oaep = 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p';
const gcm = 'http://www.w3.org/2009/xmlenc11#aes256-gcm';
const cbc = 'http://www.w3.org/2001/04/xmlenc#aes256-cbc';

const published = metadataPublisher();

/**
 * SAML Metadata 2.4.4; Sweden Connect deployment profile 2. To be read again every six hours; without an end, for some
 * providers keep a copy that nobody renews.
 */
export async function ownMetadata(facts: OwnMetadataFacts): Promise<PublishedMetadata> {
  const { own, name, logo, signing, encryption, allowsCbc, key } = facts;
  await loadXml();
  const texts = locales.map((language) => ({ language, text: localized(name, language) }));
  const keys: readonly KeyDescriptor[] = [
    ...signing.map((der) => ({ use: 'signing' as const, certificates: [der], encryptionMethods: [] })),
    ...encryption.map((der) => ({
      use: 'encryption' as const,
      certificates: [der],
      encryptionMethods: [gcm, ...(allowsCbc ? [cbc] : []), oaep].map((algorithm) => ({ algorithm })),
    })),
  ];
  const entity = {
    entityId: own.entityId,
    cacheDurationMs: 6 * hourMs,
    entityAttributes: [],
    contacts: [],
    sp: {
      authnRequestsSigned: true,
      wantAssertionsSigned: true,
      keys,
      uiInfo: {
        displayNames: texts,
        descriptions: [],
        informationUrls: [],
        privacyStatementUrls: [],
        keywords: [],
        logos: logo === undefined ? [] : [logo],
      },
      scopes: [],
      nameIdFormats: [nameIdFormats.persistent, nameIdFormats.transient],
      singleLogout: [
        { binding: bindings.redirect, location: own.logoutUrl },
        { binding: bindings.post, location: own.logoutUrl },
        { binding: bindings.soap, location: own.logoutUrl },
      ],
      artifactResolution: [],
      assertionConsumer: [
        { binding: bindings.post, location: own.consumerUrl, index: 0, isDefault: true },
        { binding: bindings.artifact, location: own.artifactUrl, index: 1, isDefault: false },
      ],
      attributeConsuming: [
        { index: 0, isDefault: true, names: texts, descriptions: [], requestedAttributes: requested },
      ],
      discoveryResponse: [],
    },
  };
  return published(entity, { key, certificate: signing[0] });
}
