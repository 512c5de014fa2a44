// The demo's catalogue and directory as the file that `npx tillit apply` takes.
import { createPublicKey, type KeyObject } from 'node:crypto';
import { authorityHierarchy } from './authority-cards.ts';
import { demoCutoffs } from './cutoffs.ts';
import { coreRecordAudience, ehrAudience } from './grounds.ts';

import { demoOrganisations, demoPeople, demoUnits } from './people.ts';
import { coreRecordClient, type DemoPlace, ehrClient } from './place.ts';
import {
  hostAndPort,
  lookAlikePopulations,
  type TestPki,
  type TestPopulation,
  testPopulations,
} from './test-ca/index.ts';
import { applicationNames } from './texts.ts';

const smartcardName = { en: 'Smart card', sv: 'Smartkort', nb: 'Smartkort', nn: 'Smartkort', nl: 'Pas (smartcard)' };
const staffCardName = {
  en: 'Staff card',
  sv: 'Tjänstekort',
  nb: 'Tjenestekort',
  nn: 'Tenestekort',
  nl: 'Personeelspas',
};
const shiftName = {
  en: 'Tablet for a shift',
  sv: 'Platta för ett pass',
  nb: 'Nettbrett for en vakt',
  nn: 'Nettbrett for ei vakt',
  nl: 'Tablet voor een dienst',
};
const passwordName = { en: 'Password', sv: 'Lösenord', nb: 'Passord', nn: 'Passord', nl: 'Wachtwoord' };

/** Everything that the demo configures. `keys` are the applications' own private keys. */
export function demoCatalogue(place: DemoPlace, pki: TestPki, keys: Readonly<Record<string, KeyObject>>) {
  const populations = testPopulations(pki, place.crlUrl).map((population) =>
    population.id === 'simple' ? withOwnAuthority(population, place) : population,
  );
  const shift = shiftPopulation(place);
  const own = new Set(populations.map(({ id }) => id));
  const lookAlikes = lookAlikePopulations(pki, place.crlUrl).filter(({ id }) => !own.has(id));
  const application = (id: string, url: string, rest: Record<string, unknown>) => ({
    id,
    issuer: 'hub',
    profile: 'fapi2',
    redirectUris: [`${url}/callback`],
    postLogoutRedirectUris: [`${url}/`],
    backchannelLogoutUri: `${url}/backchannel-logout`,
    homeUrl: `${url}/`,
    authentication: { method: 'private_key_jwt', jwks: { keys: [publicJwk(id, keys[id])] } },
    grants: ['authorization_code', 'refresh_token'],
    scopes: ['openid', 'profile', 'assignment', 'offline_access'],
    requireAssignment: true,
    ...rest,
  });
  return {
    brands: [
      {
        id: 'demo',
        name: 'Demo Region',
        primary: '#0b5d57',
        accent: '#0a4a6b',
        contact: 'Tel. 12 34 56 78',
      },
      {
        id: 'norrsken',
        name: 'Region Norrsken',
        primary: '#3b2f7a',
        accent: '#7a2f5d',
        contact: 'Tel. 010-123 45 67',
      },
    ],
    issuers: [{ id: 'hub', url: place.hubUrl, brand: 'demo' }],
    apis: [
      {
        id: 'ehr-api',
        audience: ehrAudience,
        name: { en: 'EHR' },
        scopes: [],
        claims: ['name', 'organisation', 'unit', 'role'],
      },
      {
        id: 'core-record-api',
        audience: coreRecordAudience,
        name: { en: 'National core record' },
        scopes: [],
        claims: ['name', 'organisation', 'unit', 'role', 'hsa_id', 'hpr_number'],
        contextTypes: ['nhn:tillitsrammeverk:parameters'],
      },
    ],
    populations: [...populations, ...lookAlikes, ...shift],
    // Cards are made here where the demo has an authority that signs for them.
    cardProfiles:
      place.caUrl === undefined
        ? []
        : [
            {
              id: 'staff-card',
              name: staffCardName,
              population: 'simple',
              certificates: [
                {
                  profile: 'login',
                  fields: ['country', 'organization', 'commonName', 'surname', 'givenName', 'serialNumber', 'title'],
                },
              ],
              approval: false,
              // Nobody at home has a program that writes chips.
              softCard: true,
              identifier: 'staff-id',
              identityDocuments: ['passport', 'nationalIdCard', 'drivingLicence'],
              country: 'NO',
              endsBy: ['employmentEnded'],
              nameChange: 'replace',
            },
          ],
    providers: [
      {
        id: 'smartcard',
        connector: 'smartcard',
        name: smartcardName,
        maximumAssurance: 'high',
        populations: [
          ...populations.filter(({ identifiers }) => identifiers.length > 0),
          // Not those of the level high: the pages say that one card is stronger than the others.
          ...lookAlikes.filter(({ preset }) => preset.startsWith('siths-')),
          ...shift,
        ].map(({ id }) => id),
        order: 1,
      },
      { id: 'password', connector: 'password', name: passwordName, maximumAssurance: 'low', order: 2 },
    ],
    networks: [
      {
        id: 'this-machine',
        name: 'This machine (demo: counts as a fixed PC)',
        cidrs: ['127.0.0.0/8', '::1/128'],
        deviceKind: 'fixed',
      },
    ],
    rules: [
      {
        id: 'h4-advanced-certificate',
        title: 'Holders of an advanced certificate log in with the card',
        shown: {
          en: 'Holders of an advanced certificate log in with the card.',
          sv: 'Den som har ett avancerat certifikat loggar in med kortet.',
          nb: 'Den som har et avansert sertifikat, logger inn med kortet.',
          nn: 'Den som har eit avansert sertifikat, loggar inn med kortet.',
          nl: 'Wie een geavanceerd certificaat heeft, logt in met de pas.',
        },
        owner: 'Information security',
        when: { person: { certificateClass: ['advanced'] } },
        // biome-ignore lint/suspicious/noThenProperty: a rule reads "when … then …"
        then: { kind: 'requireMethods', methods: ['smartcard'] },
      },
      {
        id: 'h4-portable',
        title: 'On a portable computer you log in with the card',
        shown: {
          en: 'On a laptop you log in with the card.',
          sv: 'På en bärbar dator loggar man in med kortet.',
          nb: 'På en bærbar maskin logger man inn med kortet.',
          nn: 'På ei berbar maskin loggar ein inn med kortet.',
          nl: 'Op een laptop logt u in met de pas.',
        },
        owner: 'Information security',
        when: { devices: ['portable'] },
        // biome-ignore lint/suspicious/noThenProperty: a rule reads "when … then …"
        then: { kind: 'requireMethods', methods: ['smartcard'] },
      },
      {
        id: 'n4-treatment',
        title: 'Treatment as grounds needs a health profession',
        shown: {
          en: 'Only health personnel open the core record for treatment.',
          sv: 'Bara legitimerad vårdpersonal öppnar patientöversikten för vård och behandling.',
          nb: 'Bare helsepersonell åpner kjernejournalen for behandling.',
          nn: 'Berre helsepersonell opnar kjernejournalen for behandling.',
          nl: 'Alleen zorgverleners openen het landelijk dossier voor een behandeling.',
        },
        owner: 'National core record',
        when: { applications: [ehrClient], professions: ['none'], purposes: ['TREAT', 'ETREAT'] },
        // biome-ignore lint/suspicious/noThenProperty: a rule reads "when … then …"
        then: { kind: 'deny' },
      },
    ],
    methodCutoffs: demoCutoffs,
    applications: [
      application(ehrClient, place.ehrUrl, {
        name: applicationNames.ehr,
        minimumAssurance: 'low',
        apis: ['ehr-api', 'core-record-api'],
        represents: {
          tenancy: 'single',
          parent: numberOf('demo-region'),
          children: [numberOf('fjord-hospital')],
          allowChild: true,
        },
      }),
      application(coreRecordClient, place.coreRecordUrl, {
        name: applicationNames.record,
        minimumAssurance: 'high',
        apis: ['core-record-api'],
        // It serves the API, and reports as itself who read what with which ticket.
        introspects: ['core-record-api'],
        grants: ['authorization_code', 'refresh_token', 'client_credentials'],
        scopes: ['openid', 'profile', 'assignment', 'offline_access', 'usage:report'],
      }),
    ],
    // What is revoked is refused within a minute (H2).
    settings: { demo: true, lifetimes: { cardRecheck: 45 } },
    organisations: demoOrganisations,
    units: demoUnits,
    people: demoPeople.map(({ cards: _cards, username, ...person }) => ({
      ...person,
      ...(username ? { username, passwordFile: `secrets/${username}.password` } : {}),
    })),
  };
}

function numberOf(organisation: string): string {
  const found = demoOrganisations.find(({ id }) => id === organisation);
  if (!found) throw new Error(`no organisation ${organisation}`);
  return found.number;
}

function publicJwk(kid: string, key: KeyObject | undefined) {
  if (!key) throw new Error(`no key for ${kid}`);
  const { kty, crv, x, y } = createPublicKey(key).export({ format: 'jwk' });
  return { kty, crv, x, y, kid, alg: 'ES256', use: 'sig' };
}

/** Certificates of tablets, made by the demo's authority after a login with a card of it or an advanced one (H8). */
function shiftPopulation(place: DemoPlace) {
  const own = authorityHierarchy(place);
  if (own === undefined || place.caUrl === undefined) return [];
  return [
    {
      id: 'shift',
      name: shiftName,
      certificateClass: 'other',
      anchors: [own.root],
      intermediates: [own.staff],
      issuers: ['Demo Region Staff CA'],
      policyOids: ['1.3.6.1.4.1.32473.1.2'],
      identifiers: [{ attribute: '2.5.4.5', pattern: 'custom', custom: '^T[0-9]{5}$', namespace: 'staff-id' }],
      assurance: 'substantial',
      derived: {
        from: ['simple', 'advanced'],
        fields: ['country', 'organization', 'commonName', 'surname', 'givenName', 'serialNumber', 'title'],
        identifier: 'staff-id',
        country: 'NO',
      },
      revocation: {
        mode: 'crl',
        overrides: overridesOf(own, place),
        allowedHosts: [hostAndPort(new URL(place.pkiUrl))],
      },
    },
  ];
}

/** Where the lists of the demo's authority are, when it has moved since its certificates were made. */
function overridesOf({ publishUrl }: { readonly publishUrl: string }, { pkiUrl }: DemoPlace): Record<string, string> {
  const moved = publishUrl === pkiUrl ? [] : ['root', 'staff'];
  return Object.fromEntries(moved.map((id) => [`${publishUrl}/crl/${id}.crl`, `${pkiUrl}/crl/${id}.crl`]));
}

/** Own cards are those of the authority; the test CA's own simple cards stay, for what no authority would make (an expired one). */
function withOwnAuthority(population: TestPopulation, place: DemoPlace): TestPopulation {
  const own = authorityHierarchy(place);
  if (own === undefined) return population;
  const { revocation } = population;
  return {
    ...population,
    anchors: [own.root, ...population.anchors],
    intermediates: [own.staff, ...population.intermediates],
    issuers: ['Demo Region Staff CA', ...population.issuers],
    revocation: {
      ...revocation,
      overrides: { ...revocation.overrides, ...overridesOf(own, place) },
      allowedHosts: [...revocation.allowedHosts, hostAndPort(new URL(place.pkiUrl))],
    },
  };
}
