// What the region's operator writes: the municipalities as providers, the federation that shares Cosmic Link, and their people.
import { bindingNamed, type EntityDescriptor, type IdpRole } from '../../../base/saml/index.ts';
import { toPem } from '../../../base/x509/index.ts';
import { demoOrganisations } from '../people.ts';
import { cosmicLinkApplication } from '../place.ts';
import { applicationNames } from '../texts.ts';
import { type Municipality, municipalities } from './people.ts';
import { namingAttribute } from './there.ts';

const federation = 'shared-care';
/** The directory that Cosmic Link stands on: here a list of the hub's own, elsewhere an Active Directory. */
const directory = 'region-directory';
/** Short, so that its end can be seen coming. */
const accountSeconds = 600;
const yearMs = 365 * 24 * 3_600_000;

export interface SharedGiven {
  readonly cosmicLinkUrl: string;
  /** File with Cosmic Link's metadata. */
  readonly cosmicLinkMetadata: string;
  /** Metadata of the municipalities' providers. */
  readonly entities: Readonly<Record<Municipality['id'], EntityDescriptor>>;
  readonly now: number;
}

/** The region's additions to its catalogue and directory. */
export function sharedCare({ cosmicLinkUrl, cosmicLinkMetadata, entities, now }: SharedGiven) {
  const [ended] = new Date(now - yearMs).toISOString().split('-');
  return {
    organisations: municipalities.map(({ id, name, number }) => ({ id, name, number })),
    federations: [
      {
        id: federation,
        name: { en: 'Shared care', sv: 'Delad vård', nb: 'Felles omsorg', nn: 'Felles omsorg', nl: 'Gedeelde zorg' },
        members: [
          ...demoOrganisations.map(({ id }) => ({ organisation: id })),
          ...municipalities.map(({ id, isFormer }) => ({
            organisation: id,
            ...(isFormer ? { until: `${ended}-01-01` } : {}),
          })),
        ],
      },
    ],
    providers: municipalities.map((one, index) => ({
      id: one.id,
      connector: 'saml',
      name: { en: one.name },
      maximumAssurance: 'substantial',
      order: 10 + index,
      saml: upstream(one, entities[one.id]),
    })),
    samlApplications: [
      {
        id: cosmicLinkApplication,
        issuer: 'hub',
        name: applicationNames.link,
        minimumAssurance: 'low',
        federation,
        requireAssignment: true,
        homeUrl: `${cosmicLinkUrl}/`,
        metadata: { file: cosmicLinkMetadata },
        encrypts: 'always',
        attributes: [
          { name: 'urn:oid:2.5.4.10', friendlyName: 'organisationName', from: 'organisationName' },
          { name: 'urn:oid:2.5.4.97', friendlyName: 'organisationNumber', from: 'organisationNumber' },
          { name: 'urn:oid:2.5.4.12', friendlyName: 'title', from: 'roleTitle' },
          { name: 'urn:oid:1.2.840.113556.1.4.656', friendlyName: 'userPrincipalName', from: 'upn' },
        ],
      },
    ],
    accountTargets: [
      {
        id: directory,
        name: {
          en: 'The region’s directory',
          sv: 'Regionens katalog',
          nb: 'Regionens katalog',
          nn: 'Katalogen til regionen',
          nl: 'De directory van de regio',
        },
        kind: 'builtIn',
        principalSuffix: 'region.example',
        // Nobody of these has an HSA-ID.
        identifier: 'person',
        deleteAfterDays: 7,
      },
    ],
    accountRules: [
      {
        id: 'cosmic-link-users',
        name: {
          en: 'Users of Cosmic Link',
          sv: 'Användare av Cosmic Link',
          nb: 'Brukere av Cosmic Link',
          nn: 'Brukarar av Cosmic Link',
          nl: 'Gebruikers van Cosmic Link',
        },
        target: directory,
        applications: [cosmicLinkApplication],
        container: 'OU=External,DC=region,DC=example',
        attributes: [
          { name: 'displayName', value: '{displayName} ({organisation})' },
          { name: 'company', value: '{organisation}' },
          { name: 'title', value: '{title}' },
        ],
        groups: ['CN=Cosmic Link,OU=Groups,DC=region,DC=example'],
        lifetimeSeconds: accountSeconds,
      },
    ],
    people: municipalities.map(({ id, person: { username, role, title, ...person } }) => ({
      ...person,
      locale: 'nb',
      identities: [{ namespace: `saml:${id}`, value: person.id }],
      assignments: [{ id: `${username}-here`, organisation: id, role, title }],
    })),
  };
}

/** The record of a provider, from its metadata. It proves its own organisation's people alone. */
function upstream({ id }: Municipality, { entityId, idp }: EntityDescriptor) {
  if (idp === undefined) throw new Error(`${entityId} is no identity provider`);
  return {
    entityId,
    preset: 'generic',
    organisation: id,
    singleSignOn: endpoints(idp.singleSignOn),
    singleLogout: endpoints(idp.singleLogout),
    keys: { signing: certificates(idp), encryption: [] },
    subjectAttribute: namingAttribute,
    levels: { 'urn:tillit:loa:low': 'low', 'urn:tillit:loa:substantial': 'substantial' },
    mustEncrypt: true,
    passLogout: true,
  };
}

const endpoints = (all: IdpRole['singleSignOn']) =>
  all.flatMap(({ binding, location, responseLocation }) => {
    const name = bindingNamed(binding);
    return name === undefined ? [] : [{ binding: name, location, ...(responseLocation ? { responseLocation } : {}) }];
  });

const certificates = ({ keys }: IdpRole): readonly string[] =>
  keys.filter(({ use }) => use !== 'encryption').flatMap((one) => one.certificates.map((der) => toPem(der)));
