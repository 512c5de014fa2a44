// The web face over fakes: all routes of login and portal, with a scripted dispatcher behind them.
import { type Route, seeOther } from '../../src/base/http/index.ts';
import { Secret } from '../../src/base/secret.ts';
import type { Session } from '../../src/core/sessions/index.ts';
import {
  assetRoutes,
  browserOf,
  createFailurePage,
  createTurnAnswer,
  deviceCookieName,
  framed,
  type LoginPorts,
  languageRoute,
  loginRoutes,
  problemPage,
  removedSessionCookie,
} from '../../src/edge/web/login/index.ts';
import {
  type LogoutRow,
  type PortalPorts,
  portalAnswer,
  portalLogin,
  portalRoutes,
  type UpstreamLogout,
} from '../../src/edge/web/portal/index.ts';
import type { Assurance } from '../../src/wire/codes/index.ts';
import { fakeSessions } from './listed-sessions.ts';
import { anna, brand, catalogue, sessionOf } from './login-steps.ts';
import { ownLogins } from './own-logins.ts';
import { personalRequests } from './personal-requests.ts';
import { type FakeDispatcher, fakeDispatcher } from './scripted-dispatcher.ts';
import { shownAccounts } from './shown-accounts.ts';
import { shownCards } from './shown-cards.ts';
import { shownCutoffs } from './shown-cutoffs.ts';
import { shownDevices } from './shown-devices.ts';
import { shownDrafts } from './shown-drafts.ts';
import { shownDrift } from './shown-drift.ts';
import { shownHeld } from './shown-held.ts';
import { shownRenewals } from './shown-renewals.ts';
import { shownTrail } from './shown-trail.ts';
import { trailEvents } from './trail-events.ts';

const now = Date.UTC(2027, 0, 4, 9, 15);
/** Proven a minute ago, so strongly. */
const freshly = (assurance: Assurance): Partial<Session> => ({
  evidence: sessionOf('', '').evidence.map((each) => ({ ...each, assurance, provenAt: now - 60_000 })),
});

export interface WebFace {
  readonly routes: readonly Route[];
  readonly dispatcher: FakeDispatcher;
  readonly sessions: ReturnType<typeof fakeSessions>;
  readonly loginPorts: LoginPorts;
  portalPorts: PortalPorts;
  readonly failurePage: ReturnType<typeof problemPage>;
  /** Kinds that the demo's switch was set to. */
  readonly deviceKinds: string[];
  /** Session -> providers that hear of its end. */
  readonly upstream: Map<string, readonly UpstreamLogout[]>;
  /** Browsers that were sent on to a provider or came back: session, provider, step. */
  readonly passedOn: readonly string[];
  /** What was answered to the request of a device. */
  readonly deviceAnswers: string[];
  /** What was decided of drafts of clients. */
  readonly draftDecisions: string[];
  /** Steps of cards: what was asked, and what they are told. */
  readonly cards: ReturnType<typeof shownCards>;
  /** Renewals of many: what was asked, and what the next step is told. */
  readonly renewals: ReturnType<typeof shownRenewals>;
  /** Changes that wait, and what was decided of them. */
  readonly held: ReturnType<typeof shownHeld>;
  /** Accounts in other systems, and what was done to them. */
  readonly accounts: ReturnType<typeof shownAccounts>;
  /** Accounts that differ, and what was asked to be mended. */
  readonly drift: ReturnType<typeof shownDrift>;
  /** What was asked of the trail, and the questions that are kept. */
  readonly trail: ReturnType<typeof shownTrail>;
}

/** What the fake sessions reached; `told` and `front` end well, the others do not. */
function logoutRows(session: string, here: boolean): readonly LogoutRow[] {
  const row = (id: string, status: LogoutRow['status'], frame?: string): LogoutRow => ({
    session,
    to: { kind: 'application', id },
    status,
    frame,
  });
  if (session === 's1') return [row('ehr', 'told'), row('core', 'pending')];
  if (session === 's2') return [row('ehr', 'failing'), row('core', 'untold')];
  if (session === 'told') return [row('ehr', 'told')];
  if (session === 'front')
    return [row('ehr', here ? 'asked' : 'untold', here ? 'https://ehr.example/out?sid=front' : undefined)];
  return [];
}

/** All routes over fakes. `origin` is read at each use, so that it may be known after the server has started. */
export function webFace(origin: () => string): WebFace {
  const dispatcher = fakeDispatcher();
  const sessions = fakeSessions([
    sessionOf('s1', 'p1'),
    sessionOf('s2', 'p1', { agent: 'Firefox, Linux', device: 'portable' }),
    sessionOf('other', 'p2'),
    sessionOf('admin', 'administrator', freshly('substantial')),
    sessionOf('stranger', 'p2', freshly('high')),
    sessionOf('weak', 'administrator', freshly('low')),
  ]);
  const csrfKey = new Secret(Buffer.alloc(32, 5));
  const showFailure = createFailurePage({ frame: framed, brand: () => brand, demo: () => true });
  const turnAnswer = createTurnAnswer({
    oidc: (request, outcome) => seeOther(`https://${request.application}.example/callback?outcome=${outcome.kind}`),
    portal: portalAnswer,
    saml: (request, outcome) => seeOther(`https://${request.application}.example/acs?outcome=${outcome.kind}`),
  });
  const loginPorts: LoginPorts = {
    dispatcher,
    catalogue: () => catalogue,
    brand: () => Promise.resolve(brand),
    assignmentLabels: (ids) =>
      Promise.resolve(
        ids.map((id, index) =>
          index === 0
            ? {
                id,
                organisation: 'Skogsbygdens vårdcentral',
                unit: 'Läkarmottagningen',
                purpose: 'Vård och behandling',
                role: 'Läkare',
              }
            : { id, organisation: 'Kustsjukhuset', role: 'Jourläkare' },
        ),
      ),
    get origin() {
      return origin();
    },
    csrfKey,
    cardUrl: (token, populations) => `https://label-${populations.join('-')}.card.localhost:8444/card/${token}`,
    startOfUnasked: async ({ SAMLResponse }) => (SAMLResponse === 'unasked' ? 'https://ehr.example/' : undefined),
    turnAnswer,
    frame: framed,
    showFailure,
    browserOf,
  };
  const deviceKinds: string[] = [];
  const upstream = new Map<string, readonly UpstreamLogout[]>();
  const passedOn: string[] = [];
  const deviceAnswers: string[] = [];
  const draftDecisions: string[] = [];
  const cards = shownCards();
  const renewals = shownRenewals();
  const held = shownHeld();
  const accounts = shownAccounts(() => now);
  const drift = shownDrift();
  const trail = shownTrail();
  const portalPorts: PortalPorts = {
    cards: cards.desk,
    renewals: renewals.desk,
    enrolled: shownDevices(),
    held: held.desk,
    accounts: accounts.desk,
    directory: accounts.directory,
    drift: drift.desk,
    cutoffs: shownCutoffs,
    audit: trail.desk,
    frame: framed,
    showFailure,
    brand: async () => brand,
    demo: () => true,
    catalogue: () => catalogue,
    get origin() {
      return origin();
    },
    csrfKey,
    clock: () => now,
    timeZone: 'Europe/Stockholm',
    browserOf,
    sessions,
    personName: (person) => Promise.resolve(person === 'p1' ? anna.name : undefined),
    startLogin: async (request, back, proof) =>
      turnAnswer(await dispatcher.start(portalLogin('main', back, proof), browserOf(request))),
    ownLogins: (person) => Promise.resolve(person === 'p1' ? ownLogins : []),
    addLogin: async (request, provider) => {
      const given = { issuer: 'main', provider, back: '/portal' };
      const done = await dispatcher.addLogin(given, browserOf(request));
      return done.kind === 'proveFirst' || done.kind === 'problem' ? done : turnAnswer(done);
    },
    removeLogin: (request, link) => dispatcher.removeLogin(link, browserOf(request)),
    recentLogins: () =>
      Promise.resolve([
        { at: Date.UTC(2027, 0, 4, 6, 55), application: 'ehr', connector: 'smartcard', granted: true },
        {
          at: Date.UTC(2027, 0, 3, 7, 2),
          application: 'core',
          connector: 'password',
          granted: false,
          reason: 'policy.assuranceTooLow',
          reference: 'K7QM-2F9X',
        },
      ]),
    logoutTarget: (fields) =>
      fields.get('application') === 'ehr' && fields.get('uri') === 'https://ehr.example/bye'
        ? `https://ehr.example/bye?state=${fields.get('state')}`
        : undefined,
    passedOn: async (session, provider, step) => void passedOn.push(`${session} ${provider} ${step}`),
    leftOpen: async () => [],
    upstreamLogouts: (session) => Promise.resolve(upstream.get(session) ?? []),
    startUrl: () => undefined,
    logoutProgress: ({ sessions, here }) => Promise.resolve(sessions.flatMap((id) => logoutRows(id, id === here))),
    forget: () => [removedSessionCookie(), '__Host-watch=; Max-Age=0'],
    startContent: () => ({
      steps: [
        {
          title: { en: 'Open the patient record', sv: 'Öppna patientjournalen' },
          text: {
            en: 'Open the patient record and log in as anna with the password.',
            sv: 'Öppna patientjournalen och logga in som anna med lösenordet.',
          },
          href: 'https://ehr.example/',
        },
        {
          title: { en: 'Open the national core record', sv: 'Öppna den nationella patientöversikten' },
          typed: ['/var/lib/tillit/demo/secrets/anna.password'],
          text: {
            en: 'Open the national core record. It asks for the advanced card.',
            sv: 'Öppna den nationella patientöversikten. Den kräver det avancerade kortet.',
          },
        },
      ],
      people: [
        {
          name: anna.name,
          note: { en: 'Doctor', sv: 'Läkare' },
          files: [{ href: '/demo/cards/anna.p12', label: { en: 'Card file', sv: 'Kortfil' } }],
        },
      ],
      trust: {
        href: '/demo/ca.pem',
        fingerprint: '3F:7A:11:90:CC:0D:52:9B:6E:1F:23:88:AB:41:7C:D0:3F:7A:11:90:CC:0D:52:9B:6E:1F:23:88:AB:41:7C:D0',
      },
      links: [
        { href: '/.well-known/openid-configuration', label: { en: 'OpenID discovery', sv: 'OpenID-konfiguration' } },
      ],
    }),
    devices: {
      offered: () => true,
      find: async (typed) => {
        if (typed === 'TOO-MANY') return 'tooMany';
        if (typed !== 'BCDF-GHJK') return 'unknown';
        const answered = (answer: string) => async () => {
          deviceAnswers.push(answer);
          return { status: 303, headers: { location: '/device/done' }, body: '' };
        };
        return {
          application: { name: { en: 'Ward <scanner>', sv: 'Avdelningens <läsare>' } },
          code: 'BCDF-GHJK',
          from: '192.0.2.9',
          network: 'Hospital network',
          at: Date.UTC(2026, 0, 5, 7, 30),
          allow: answered('allow'),
          deny: async () => void (await answered('deny')()),
        };
      },
    },
    requests: personalRequests(deviceAnswers),
    organisationName: (id) => Promise.resolve(id === 'region' ? 'Region & City' : undefined),
    drafts: shownDrafts(draftDecisions),
    device: {
      kindOf: () => Promise.resolve({ kind: 'fixed', by: 'network' }),
      set: (_browser, kind) => {
        deviceKinds.push(kind);
        return Promise.resolve([`${deviceCookieName}=device-1; Path=/; Secure; HttpOnly; SameSite=Lax`]);
      },
    },
    trail: { latest: () => Promise.resolve({ events: trailEvents, sealed: 41 }) },
  };
  return {
    dispatcher,
    sessions,
    loginPorts,
    portalPorts,
    deviceKinds,
    upstream,
    passedOn,
    deviceAnswers,
    draftDecisions,
    cards,
    renewals,
    held,
    accounts,
    drift,
    trail,
    failurePage: problemPage(showFailure),
    routes: [
      ...loginRoutes(loginPorts),
      ...portalRoutes(portalPorts),
      ...assetRoutes((id) => (id === brand.id ? brand : undefined)),
      {
        method: 'POST',
        path: '/language',
        maxBodyBytes: 1024,
        handle: (request) => languageRoute(origin()).handle(request),
      },
    ],
  };
}
