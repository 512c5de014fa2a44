// A small hospital as facts, for tests of the core: two organisations, four people, three ways in, two applications.
import {
  type Api,
  type AssignmentConflict,
  type CatalogueSnapshot,
  defaultLifetimes,
  type Federation,
  type OidcApplication,
  type PolicyRule,
  type Population,
  type Provider,
} from '../../src/core/catalogue/index.ts';
import type { Assignment, Organisation, Person, PersonFacts } from '../../src/core/directory/index.ts';
import type { Evidence } from '../../src/core/linking/index.ts';
import { candidatesFor, cutoffsFor, loginRuleH4, type PolicyFacts, rulesFor } from '../../src/core/policy/index.ts';

/** A fixed instant that all facts are told from: 2026-11-22T08:00:00Z. */
export const morning = Date.UTC(2026, 10, 22, 8);
export const minute = 60_000;
export const hour = 60 * minute;

const byId = <Item extends { readonly id: string }>(items: readonly Item[]): ReadonlyMap<string, Item> =>
  new Map(items.map((item) => [item.id, item]));

export function application(id: string, change: Partial<OidcApplication> = {}): OidcApplication {
  return {
    id,
    issuer: 'hub',
    name: { en: id },
    profile: 'fapi2',
    closed: false,
    redirectUris: [`https://${id}.example/callback`],
    postLogoutRedirectUris: [],
    authentication: { method: 'private_key_jwt', jwks: { keys: [] } },
    grants: ['authorization_code'],
    scopes: ['openid', 'profile', 'assignment'],
    apis: [],
    minimumAssurance: 'low',
    requireAssignment: false,
    requireSignedRequest: false,
    idTokenAlgorithm: 'ES256',
    introspects: [],
    ...change,
  };
}

/** An API without limits, for clients of every profile. */
export const api = (id: string, change: Partial<Api> = {}): Api => ({
  id,
  audience: `https://${id}.example`,
  name: { en: id },
  scopes: [],
  claims: [],
  requireBoundTokens: false,
  limits: {},
  ...change,
});

const population = (id: Population['certificateClass'], assurance: Population['assurance']): Population => ({
  id,
  name: { en: id },
  certificateClass: id,
  anchors: [],
  intermediates: [],
  extendedKeyUsages: [],
  identifiers: [],
  assurance,
  revocation: { mode: 'crl', overrides: {}, allowedHosts: [] },
});

const provider = (id: string, change: Partial<Provider>): Provider => ({
  id,
  connector: 'smartcard',
  name: { en: id },
  maximumAssurance: 'high',
  populations: [],
  order: 1,
  ...change,
});

export const providers = [
  provider('card', { populations: ['simple', 'advanced'], order: 1 }),
  provider('password', { connector: 'password', maximumAssurance: 'low', order: 2 }),
];

export const ehr = application('ehr');
export const record = application('record', { minimumAssurance: 'high' });

/** The part of a snapshot that lists applications, for one whose applications all speak OpenID Connect. */
export const clientsAlone = (clients: CatalogueSnapshot['clients']) => ({
  applications: clients,
  clients,
  samlApplications: new Map(),
});

export function snapshot(change: Partial<CatalogueSnapshot> = {}): CatalogueSnapshot {
  return {
    revision: 7,
    issuers: byId([{ id: 'hub', url: 'https://hub.example', brand: 'hub' }]),
    ...clientsAlone(byId([ehr, record])),
    apis: new Map(),
    metadataSources: new Map(),
    certificateIssuers: new Map(),
    cardProfiles: new Map(),
    accountTargets: new Map(),
    accountRules: new Map(),
    personSources: new Map(),
    preconditions: new Map(),
    enrolmentRules: new Map(),
    assignmentConflicts: new Map(),
    methodCutoffs: new Map(),
    providers: byId(providers),
    populations: byId([population('simple', 'substantial'), population('advanced', 'high')]),
    federations: new Map(),
    networks: byId([
      { id: 'ward', name: 'Ward', cidrs: ['10.1.0.0/16'], deviceKind: 'fixed' },
      { id: 'guest', name: 'Guests', cidrs: ['10.9.0.0/16'] },
    ]),
    brands: new Map(),
    clientSystems: new Map(),
    rules: byId([...loginRuleH4]),
    settings: {
      lifetimes: defaultLifetimes,
      trustedProxies: [],
      linkAssurance: 'substantial',
      sharedSignals: { withinMinutes: 15, networks: true, devices: true },
      publishSystems: false,
      demo: false,
    },
    ...change,
  };
}

export const withRules = (...rules: readonly PolicyRule[]): CatalogueSnapshot => snapshot({ rules: byId(rules) });
export const withApplications = (...items: readonly OidcApplication[]): CatalogueSnapshot =>
  snapshot(clientsAlone(byId(items)));

const organisations: readonly Organisation[] = [
  { id: 'region', name: 'Region', closed: false },
  { id: 'hospital', name: 'Hospital', number: '2321000156', parent: 'region', closed: false },
  { id: 'clinic', name: 'Clinic', closed: false },
  { id: 'shut', name: 'Shut', closed: true },
];

export const assignment = (person: string, organisation: string, change: Partial<Assignment> = {}): Assignment => ({
  id: `${person}@${organisation}`,
  person,
  organisation,
  role: 'doctor',
  ...change,
});

export function person(
  id: string,
  change: { readonly person?: Partial<Person>; readonly assignments?: readonly Assignment[] } = {},
): PersonFacts {
  return {
    person: {
      id,
      givenName: id,
      familyName: 'Example',
      closed: false,
      protectedIdentity: false,
      attributes: {},
      ...change.person,
    },
    assignments: change.assignments ?? [assignment(id, 'hospital')],
    organisations: byId(organisations),
    units: byId([{ id: 'er', organisation: 'hospital', name: 'Emergency' }]),
    namespaces: [],
  };
}

/** Holds an advanced certificate. */
export const anna = person('anna', { person: { attributes: { certificateClass: 'simple advanced' } } });
/** Holds a simple one. */
export const bo = person('bo', { person: { attributes: { certificateClass: 'simple' } } });
/** Works at two places. */
export const cecilia = person('cecilia', {
  assignments: [assignment('cecilia', 'hospital'), assignment('cecilia', 'clinic', { role: 'nurse' })],
});
export const closedDan = person('dan', { person: { closed: true } });

let made = 0;
/** Evidence of `holder`, by default a password proven at `morning`. */
export function proof(
  holder: string,
  kind: 'password' | 'simple' | 'advanced',
  change: Partial<Evidence> = {},
): Evidence {
  made += 1;
  const shared = { id: `evidence-${made}`, alternates: [], provenAt: morning };
  if (kind === 'password') {
    return {
      ...shared,
      connector: 'password',
      provider: 'password',
      subject: { namespace: 'username', value: holder },
      methods: ['pwd'],
      assurance: 'low',
      ...change,
    };
  }
  return {
    ...shared,
    connector: 'smartcard',
    provider: 'card',
    subject: { namespace: 'hsa-id', value: holder },
    methods: ['sc', 'pin'],
    assurance: kind === 'simple' ? 'substantial' : 'high',
    certificate: {
      population: kind,
      certificateClass: kind,
      fingerprint: 'f'.repeat(64),
      issuer: 'CN=Test',
      serial: '1',
      notAfter: morning + 1000 * hour,
      chain: [],
      statusCheckedAt: morning,
    },
    ...change,
  };
}

/** Facts of a decision about `who` at the EHR, from a fixed device; evidence belongs to `who` unless said otherwise. */
/** A rule that keeps an assignment at the hospital and one at the clinic apart. */
export const apart = (change: Partial<AssignmentConflict> = {}): AssignmentConflict => ({
  id: 'two-insurers',
  name: { en: 'Nobody works for both', sv: 'Ingen arbetar för båda' },
  between: ['hospital', 'clinic'].map((organisation) => ({ organisations: [organisation], roles: [] })),
  effect: 'block',
  owner: 'Legal department',
  reason: 'Neither may learn what the other knows',
  ...change,
});
/** A federation with these members. */
export const care = (...members: string[]): Federation => ({
  id: 'care',
  name: { en: 'Care' },
  members: members.map((organisation) => ({ organisation })),
});
/** The ways in to the EHR, of which these prove the clinic's own people. */
export const ofClinic = (...providers: string[]) =>
  candidatesFor(ehr, withRules()).map((one) =>
    providers.includes(one.provider) ? { ...one, organisation: 'clinic' } : one,
  );

export function policyFacts(
  who: PersonFacts | undefined,
  evidence: readonly Evidence[],
  change: Partial<PolicyFacts> & { readonly catalogue?: CatalogueSnapshot } = {},
): PolicyFacts {
  const { catalogue = snapshot(), ...rest } = change;
  const app = rest.application ?? ehr;
  const apis = rest.apis ?? [];
  return {
    application: app,
    fresh: false,
    since: morning,
    person: who,
    evidence,
    holders: new Map(evidence.map(({ id }) => [id, who?.person.id ?? ''])),
    device: 'fixed',
    deviceSource: 'network',
    network: 'ward',
    apis,
    scopes: [],
    rules: rulesFor(catalogue, apis),
    assignmentConflicts: [...catalogue.assignmentConflicts.values()],
    cutoffs: cutoffsFor(catalogue, app.id),
    candidates: candidatesFor(app, catalogue),
    highReuseSeconds: catalogue.settings.lifetimes.highReuse,
    catalogueRevision: catalogue.revision,
    ...rest,
  };
}
