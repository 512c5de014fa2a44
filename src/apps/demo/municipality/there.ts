// What the municipality's operator writes: its own people, and the region's hub as an application of theirs.
import { demoFiles } from '../place.ts';
import { municipalities } from './people.ts';

/** The attribute that names a municipality's person to the region (uid). */
export const namingAttribute = 'urn:oid:0.9.2342.19200300.100.1.1';

/**
 * The municipality's catalogue and directory. Each of the two municipalities is an issuer of the same program, with metadata
 * for the region before that gives its own (`regionMetadata`, a file).
 */
export function municipalityCatalogue(municipalityUrl: string, regionMetadata?: string) {
  return {
    brands: municipalities.map(({ id, name, colours }) => ({ id, name, ...colours, contact: 'Tel. 12 34 56 70' })),
    issuers: municipalities.map(({ id, path }) => ({ id, url: municipalityUrl + path, brand: id, saml: true })),
    providers: [
      {
        id: 'password',
        connector: 'password',
        name: { en: 'Password', sv: 'Lösenord', nb: 'Passord', nn: 'Passord', nl: 'Wachtwoord' },
        maximumAssurance: 'low',
        order: 1,
      },
    ],
    samlApplications: (regionMetadata === undefined ? [] : municipalities).map(({ id, name }) => ({
      id: `region-${id}`,
      issuer: id,
      name: { en: `Demo Region (${name})` },
      organisation: id,
      minimumAssurance: 'low',
      attributes: [
        { name: namingAttribute, friendlyName: 'uid', from: 'personId' },
        { name: 'urn:oid:2.5.4.10', friendlyName: 'organisationName', from: 'organisationName' },
      ],
      metadata: { file: regionMetadata },
    })),
    settings: { demo: true },
    organisations: municipalities.map(({ id, name, number }) => ({ id, name, number, brand: id })),
    people: municipalities.map(({ id, person: { username, role, title, ...person } }) => ({
      ...person,
      locale: 'nb',
      username,
      passwordFile: demoFiles('').password(username).slice(1),
      assignments: [{ id: `${username}-there`, organisation: id, role, title }],
    })),
  };
}
