// Every step of a login as a page would meet it: a small catalogue, sessions in memory.

import type { Brand, CatalogueSnapshot, HubSettings } from '../../src/core/catalogue/index.ts';
import { defaultLifetimes } from '../../src/core/catalogue/index.ts';
import type { Ask, Journey, LoginRequest, StepView } from '../../src/core/journey/index.ts';
import type { Session } from '../../src/core/sessions/index.ts';
import { listedCutoffs } from './listed-cutoffs.ts';
import { staffCard } from './shown-cards.ts';

import { upstreamProvider } from './upstream-provider.ts';
import { apart, clientsAlone } from './ward.ts';

export const brand: Brand = {
  id: 'fjord',
  name: 'Fjordkysten helse',
  logo: `data:image/svg+xml;base64,${Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" rx="9" fill="#14506e"/><path d="M20 9v22M9 20h22" stroke="#fff" stroke-width="6" stroke-linecap="round"/></svg>').toString('base64')}`,
  primary: '#14506e',
  accent: '#0e7c7b',
  contact: '+46 40 123 45 67',
};

export const settings: HubSettings = {
  lifetimes: defaultLifetimes,
  trustedProxies: [],
  linkAssurance: 'substantial',
  sharedSignals: { withinMinutes: 15, networks: true, devices: true },
  publishSystems: false,
  demo: true,
};

const application = (id: string, en: string, sv: string) => ({
  id,
  issuer: 'main',
  name: { en, sv },
  profile: 'fapi2' as const,
  closed: false,
  redirectUris: [`https://${id}.example/callback`],
  postLogoutRedirectUris: [],
  authentication: { method: 'private_key_jwt' as const, jwks: { keys: [] } },
  grants: [],
  scopes: [],
  apis: [],
  minimumAssurance: 'low' as const,
  requireAssignment: false,
  requireSignedRequest: false,
  idTokenAlgorithm: 'ES256' as const,
  homeUrl: `https://${id}.example/`,
  introspects: [],
});

const provider = (
  id: string,
  connector: 'smartcard' | 'password' | 'directoryPassword',
  order: number,
  name: Record<string, string>,
  populations: readonly string[] = [],
) => ({
  id,
  connector,
  name: { en: id, ...name },
  maximumAssurance: 'high' as const,
  populations,
  order,
});

const upstream = (id: string, order: number, en: string) => ({
  ...upstreamProvider({}, { id, order }),
  name: { en, sv: en },
});
/** Organisations whose people log in at home: more than one sees at a glance. */
export const regionIds = Array.from({ length: 12 }, (_, n) => `region-${n + 1}`);
const regionNames = ['Örebro', 'Ålesund', 'Skåne', 'Västernorrlandsregionens gemensamma inloggningstjänst'];

export const catalogue = {
  revision: 1,
  assignmentConflicts: new Map([['two-insurers', apart()]]),
  methodCutoffs: listedCutoffs,
  preconditions: new Map([
    [
      'link-order',
      {
        id: 'link-order',
        name: { en: 'The region’s list' },
        applications: ['ehr'],
        order: {
          what: { en: 'Access' },
          from: { en: 'The head of your unit', sv: 'Din enhetschef' },
          url: 'https://order.region.example/cosmic-link',
        },
      },
    ],
  ]),
  ...clientsAlone(
    new Map([
      ['ehr', application('ehr', 'Patient record', 'Patientjournalen')],
      ['core', application('core', 'National core record', 'Nationell patientöversikt')],
    ]),
  ),
  providers: new Map(
    [
      provider(
        'card',
        'smartcard',
        1,
        {
          en: 'Work card',
          sv: 'Tjänstekort',
          nb: 'Ansattkort',
          nn: 'Tilsettkort',
          nl: 'Zorgpas',
        },
        ['siths', 'advanced'],
      ),
      provider('advanced', 'smartcard', 2, { en: 'Work card' }, ['advanced']),
      provider('password', 'password', 3, {
        en: 'Password',
        sv: 'Lösenord',
        nb: 'Passord',
        nn: 'Passord',
        nl: 'Wachtwoord',
      }),
      provider('directory', 'directoryPassword', 3, {
        en: 'Computer password',
        sv: 'Datorlösenord',
        nb: 'PC-passord',
        nn: 'PC-passord',
        nl: 'Computerwachtwoord',
      }),
      upstream('eid', 4, 'ID-porten'),
      upstream('down', 5, 'BankID'),
      ...regionIds.map((id, n) => upstream(id, 10 + n, regionNames[n] ?? `Region ${n + 1}`)),
    ].map((one) => [one.id, one]),
  ),
  populations: new Map([
    [
      'advanced',
      {
        id: 'advanced',
        identifiers: [{}],
        name: {
          en: 'your advanced card',
          sv: 'ditt avancerade kort',
          nb: 'det avanserte kortet ditt',
          nn: 'det avanserte kortet ditt',
          nl: 'uw geavanceerde pas',
        },
      },
    ],
    ['siths', { id: 'siths', identifiers: [{}], name: { en: 'E-id card', sv: 'E-id-kort' } }],
  ]),
  rules: new Map([
    ['advanced-holders', { id: 'advanced-holders', title: 'Holders of advanced cards log in with the card' }],
    [
      'core-level',
      {
        id: 'core-level',
        title: 'Core record: highest level',
        shown: { en: 'The core record asks for the highest level', nb: 'Kjernejournalen krever det høyeste nivået' },
      },
    ],
    ['on-duty', { id: 'on-duty', title: 'Only for those on duty' }],
  ]),
  brands: new Map([[brand.id, brand]]),
  clientSystems: new Map(),
  certificateIssuers: new Map(),
  cardProfiles: new Map([[staffCard.id, staffCard]]),
  settings,
} as unknown as CatalogueSnapshot;

export const journeyOf = (given: Partial<Journey> = {}): Journey => ({
  id: 'j1',
  version: 3,
  request: {
    frontend: 'oidc',
    issuer: 'main',
    application: 'ehr',
    fresh: false,
    passive: false,
    chooseAgain: false,
    locales: [],
    memo: {},
  } satisfies LoginRequest,
  browser: 'hash',
  createdAt: 0,
  expiresAt: 900_000,
  reference: 'K7QM-2F9X',
  evidence: [],
  ignoreSession: false,
  ended: false,
  ...given,
});

const form: Ask = {
  kind: 'form',
  fields: [
    { name: 'username', type: 'text' },
    { name: 'password', type: 'password' },
  ],
};
export const anna = { id: 'p1', name: 'Anna Lindqvist' };

const refusal = (reason: NonNullable<Journey['refusal']>['reason'], params: Record<string, string | number> = {}) => ({
  refusal: { reason, params },
});
const forCore = { request: { ...journeyOf().request, application: 'core' } };

/** An application with words of its own for the person. */
const withWords = {
  request: {
    ...journeyOf().request,
    message: [
      { language: 'sv', text: 'Skriv under receptet åt Anna Lindqvist.\nKontrollera läkemedlet innan du loggar in.' },
      { language: 'en', text: 'Sign the prescription for Anna Lindqvist.\nLook at the medicine before you log in.' },
    ],
  },
};

/** Every page of a login, by the id of its journey. */
export const steps: Readonly<
  Record<string, Omit<StepView, 'journey' | 'settings'> & { readonly journey?: Partial<Journey> }>
> = {
  // So far back that the page stays for a while before it looks again.
  ready: { step: { kind: 'ready', ask: [] }, before: 120 },
  order: {
    step: { kind: 'fail', reason: 'precondition.missing', rules: [], precondition: 'link-order' },
    journey: {
      checked: [
        {
          precondition: 'link-order',
          at: 0,
          answer: 'missing',
          order: {
            what: {
              sv: 'Behörighet till Cosmic Link med läsning i hela regionen',
              en: 'Cosmic Link, reading in all of the region',
            },
          },
        },
      ],
    },
    sessionPerson: anna,
  },
  tell: {
    step: {
      kind: 'tell',
      news: [
        { link: 'l3', what: 'added', at: Date.UTC(2027, 0, 2, 12, 0), namespace: 'oidc:eid', provider: 'eid' },
        { link: 'l5', what: 'removed', at: Date.UTC(2027, 0, 3, 12, 0), namespace: 'se-personnummer' },
      ],
    },
    sessionPerson: anna,
  },
  choose: { step: { kind: 'choose', providers: ['password', 'card', 'advanced'] } },
  'choose-step-up': {
    step: {
      kind: 'choose',
      providers: ['card', 'advanced'],
      why: { reason: 'policy.methodNotAllowed', rules: ['advanced-holders'] },
    },
    sessionPerson: anna,
  },
  'choose-provider': { step: { kind: 'choose', providers: ['card', 'password', 'directory', 'eid', 'down'] } },
  'choose-long': { step: { kind: 'choose', providers: ['card', ...regionIds] } },
  leave: {
    step: {
      kind: 'prove',
      provider: 'eid',
      alternatives: ['card'],
      why: { reason: 'policy.assuranceTooLow', rules: [] },
    },
    ask: { kind: 'redirect' },
    sessionPerson: anna,
  },
  'provider-down': {
    step: { kind: 'prove', provider: 'down', alternatives: ['card', 'eid', ...regionIds] },
    ask: { kind: 'redirect' },
    journey: refusal('upstream.unavailable', { provider: 'down' }),
  },
  password: { step: { kind: 'prove', provider: 'password', alternatives: ['card'] }, ask: form },
  'password-words': {
    step: { kind: 'prove', provider: 'password', alternatives: ['card'] },
    ask: form,
    journey: withWords,
  },
  'leave-words': {
    step: { kind: 'prove', provider: 'eid', alternatives: ['card'] },
    ask: { kind: 'redirect' },
    journey: withWords,
  },
  'password-wrong': {
    step: { kind: 'prove', provider: 'password', alternatives: [] },
    ask: form,
    journey: refusal('password.wrong'),
  },
  'password-delayed': {
    step: { kind: 'prove', provider: 'password', alternatives: ['card'] },
    ask: form,
    journey: refusal('password.delayed', { seconds: 240 }),
  },
  directory: { step: { kind: 'prove', provider: 'directory', alternatives: ['card'] }, ask: form },
  ...Object.fromEntries(
    (['mustChange', 'locked', 'unavailable'] as const).map((reason) => [
      `directory-${reason}`,
      {
        step: { kind: 'prove', provider: 'directory', alternatives: ['card'] },
        ask: form,
        journey: refusal(`directory.${reason}`),
      } as const,
    ]),
  ),
  card: {
    step: { kind: 'prove', provider: 'card', alternatives: ['password'] },
    ask: { kind: 'card', populations: ['siths'] },
  },
  'card-step-up': {
    step: {
      kind: 'prove',
      provider: 'advanced',
      alternatives: [],
      why: { reason: 'policy.assuranceTooLow', rules: ['core-level'] },
    },
    ask: { kind: 'card', populations: ['advanced'] },
    sessionPerson: anna,
    journey: forCore,
  },
  'cutoff-step-up': {
    step: {
      kind: 'prove',
      provider: 'card',
      alternatives: [],
      why: { reason: 'policy.methodCutOff', rules: [], cutoffs: [{ cutoff: 'no-passwords', order: [0] }] },
    },
    ask: { kind: 'card', populations: ['siths', 'advanced'] },
    sessionPerson: anna,
    journey: forCore,
  },
  'cutoff-fail': {
    step: { kind: 'fail', reason: 'policy.methodCutOff', rules: [], cutoffs: [{ cutoff: 'no-passwords', order: [0] }] },
    journey: forCore,
  },
  'card-none': {
    step: { kind: 'prove', provider: 'card', alternatives: ['password'] },
    ask: { kind: 'card', populations: ['siths'] },
    journey: refusal('card.noCertificate'),
  },
  'card-revoked': {
    step: { kind: 'prove', provider: 'card', alternatives: [] },
    ask: { kind: 'card', populations: ['siths'] },
    journey: refusal('card.revoked'),
  },
  again: {
    step: { kind: 'prove', provider: 'password', alternatives: [], why: { reason: 'policy.tooOld', rules: [] } },
    ask: form,
    sessionPerson: anna,
  },
  assignment: { step: { kind: 'chooseAssignment', assignments: ['a1', 'a2'] }, sessionPerson: anna },
  fail: {
    step: { kind: 'fail', reason: 'policy.noAssignment', rules: ['on-duty'] },
    sessionPerson: anna,
  },
};

export const sessionOf = (id: string, person: string, given: Partial<Session> = {}): Session => ({
  id,
  person,
  startedAt: Date.UTC(2027, 0, 4, 6, 55),
  seenAt: Date.UTC(2027, 0, 4, 9, 12),
  idleUntil: Date.UTC(2027, 0, 4, 10, 12),
  absoluteUntil: Date.UTC(2027, 0, 4, 16, 55),
  evidence: [
    {
      id: 'e1',
      connector: 'smartcard',
      provider: 'card',
      subject: { namespace: 'hsa-id', value: 'x' },
      alternates: [],
      methods: ['hwk', 'pin'],
      assurance: 'substantial',
      provenAt: 0,
    },
  ],
  device: 'fixed',
  agent: 'Chrome, Windows',
  ...given,
});
