// Wires the web faces: login pages, the OpenID provider, portal, health; where links go.
import type pg from 'pg';
import type { Registry } from 'prom-client';
import type { Route } from '../../base/http/index.ts';
import { deriveKey, type Keyring } from '../../base/sealing/index.ts';
import { Secret } from '../../base/secret.ts';
import { adminApi, type Brand, sizedLogo } from '../../core/catalogue/index.ts';
import type { PersonReader } from '../../core/directory/index.ts';
import {
  type BackchannelDesk,
  type BrowserFace,
  createOidcFrontend,
  type DeviceDesk,
  type LogoutTarget,
  type OidcFrontend,
  removedWatchCookie,
} from '../../edge/frontends/oidc/index.ts';
import { createSamlFrontend } from '../../edge/frontends/saml/index.ts';
import { type AdminDesk, adminApiRoutes } from '../../edge/web/admin-api/index.ts';
import { newCardLabel } from '../../edge/web/card/index.ts';
import { healthRoutes, type ReadyCheck } from '../../edge/web/health/index.ts';
import {
  type AssignmentLabel,
  assetRoutes,
  browserCookie,
  browserOf,
  createFailurePage,
  createTurnAnswer,
  framed,
  type LoginPorts,
  languageRoute,
  localeOfRequest,
  loginPath,
  loginRoutes,
  problemPage,
  removedSessionCookie,
  sessionCookie,
} from '../../edge/web/login/index.ts';
import {
  loggedOutPath,
  logoutCookieName,
  type PortalPorts,
  passingOn,
  portalAnswer,
  upstreamBackPath,
  upstreamRows,
} from '../../edge/web/portal/index.ts';
import type { FailurePage } from '../../edge/web/server/index.ts';
import { samlLogoutRoutes, upstreamLogoutRoutes, wrongTries } from '../../edge/web/upstream/index.ts';
import { usageRoutes } from '../../edge/web/usage-api/index.ts';
import { brandOf, loginBrand, ownPagesBrand, plainBrand } from './brands.ts';
import type { Core } from './compose.ts';
import { stillOpen } from './logout-progress.ts';
import { metricsReaders } from './metrics-readers.ts';
import { samlLogoutPath, samlMetadataRoute, samlUnasked } from './saml-login.ts';
import { samlLogoutPorts } from './saml-logout.ts';
import type { BootSettings } from './settings.ts';
import { clientKeysRoute } from './upstream.ts';
import { upstreamLogoutPorts } from './upstream-logout.ts';
import { pageAfterLogout, upstreamLogoutsOf } from './upstream-logouts.ts';
import { usagePorts } from './usage.ts';

export interface WebFaces {
  readonly routes: readonly Route[];
  readonly failurePage: FailurePage;
}

/** Names of assignments for the page that lets a person choose. */
async function assignmentLabels(
  people: PersonReader,
  ids: readonly string[],
  person: string | undefined,
): Promise<readonly AssignmentLabel[]> {
  const facts = person === undefined ? undefined : await people.facts(person);
  if (!facts) return [];
  return ids.flatMap((id): AssignmentLabel[] => {
    const found = facts.assignments.find((assignment) => assignment.id === id);
    if (!found) return [];
    return [
      {
        id,
        organisation: facts.organisations.get(found.organisation)?.name ?? found.organisation,
        unit:
          found.unit === undefined ? found.commission?.unit?.name : (facts.units.get(found.unit)?.name ?? found.unit),
        purpose: found.commission?.purpose ?? found.commission?.name,
        role: found.title ?? found.role,
      },
    ];
  });
}

/** What makes a browser forget its session: also what the session iframe looks at. */
const forgotten = (): readonly string[] => [removedSessionCookie(), removedWatchCookie];

/** A logout's target as the portal's pages carry it. */
const targetFields = (to: LogoutTarget | undefined): [string, string][] =>
  to === undefined
    ? []
    : [
        ['application', to.application],
        ['uri', to.uri],
        ...(to.state === undefined ? [] : [['state', to.state] as [string, string]]),
      ];

/** Cookies and pages as the OpenID provider sees them. */
function browserFace(origin: string, csrfKey: LoginPorts['csrfKey']): BrowserFace {
  return {
    read: browserOf,
    cookies: (turn) => {
      if (turn.kind === 'interact') return turn.browserToken === undefined ? [] : [browserCookie(turn.browserToken)];
      return turn.cookie ? [sessionCookie(turn.cookie)] : turn.forgetSession ? forgotten() : [];
    },
    forget: forgotten,
    loginUrl: (journey) => `${origin}${loginPath(journey)}`,
    deviceUrl: (code) => `${origin}/device${code === undefined ? '' : `?user_code=${encodeURIComponent(code)}`}`,
    deviceEndUrl: (end) => `${origin}/device/${end}`,
    requestsUrl: (end) => `${origin}/requests${end === undefined ? '' : `/${end}`}`,
    confirmLogoutUrl: (to) => {
      const fields = targetFields(to);
      return `${origin}/logout${fields.length === 0 ? '' : `?${new URLSearchParams(fields)}`}`;
    },
    loggedOutUrl: (session, to) => origin + loggedOutPath({ csrfKey }, [session], [...targetFields(to), passingOn]),
  };
}

export interface WebParts {
  readonly core: Core;
  readonly people: PersonReader;
  /** Brands of an organisation and those above it, the nearest first. */
  readonly brandsUpwards: (organisation: string) => Promise<readonly string[]>;
  readonly keyring: Keyring;
  readonly settings: BootSettings;
  readonly registry: Registry;
  readonly checks: readonly ReadyCheck[];
  readonly adminDesk: AdminDesk;
  readonly portal: (parts: PortalParts) => readonly Route[];
  readonly progress: PortalPorts['logoutProgress'];
  readonly pool: pg.Pool;
}

/** What the portal is wired with. */
export interface PortalParts {
  readonly login: LoginPorts;
  readonly brand: (cookie: string | undefined) => Promise<Brand>;
  /** `Set-Cookie` lines that make the browser forget its session. */
  readonly forget: () => readonly string[];
  readonly devices: DeviceDesk;
  readonly backchannel: BackchannelDesk;
}

/** Every route of the hub's own listener for the catalogue as it is now. */
export function composeWeb(parts: WebParts): WebFaces & { readonly oidc: OidcFrontend } {
  const { core, settings } = parts;
  const origin = new URL(settings.hubUrl).origin;
  const catalogue = core.catalogue.snapshot;
  const brand = () => brandOf(catalogue());
  const csrfKey = new Secret(deriveKey(parts.keyring.current, 'csrf', ''));
  const face = browserFace(origin, csrfKey);
  const oidc = createOidcFrontend(core.oidcPorts(face));
  const upstreamLogouts = upstreamLogoutsOf(core);
  const isOpen = stillOpen(parts.progress, (...about) => upstreamRows({ csrfKey, upstreamLogouts }, ...about));
  const saml = createSamlFrontend(core.samlPorts({ browser: face, stillOpen: isOpen, wrongTries: wrongTries() }));
  const turnAnswer = createTurnAnswer({ oidc: oidc.answer, saml: saml.answer, portal: portalAnswer }, forgotten);
  const demo = () => catalogue().settings.demo;
  const showFailure = createFailurePage({ frame: framed, brand, demo });
  const sessionOf = (cookie: string) => core.sessions.find(cookie, core.clock());
  const ownBrand = ownPagesBrand(catalogue, parts.brandsUpwards, sessionOf, parts.people);
  const card = new URL(settings.cardUrl);
  const login: LoginPorts = {
    dispatcher: core.dispatcher,
    catalogue,
    brand: loginBrand(catalogue, parts.brandsUpwards),
    assignmentLabels: (ids, person) => assignmentLabels(parts.people, ids, person),
    origin,
    csrfKey,
    cardUrl: (token, populations) => `https://${newCardLabel(populations)}.${card.host}/card/${token}`,
    startOfUnasked: samlUnasked(catalogue),
    turnAnswer,
    frame: framed,
    showFailure,
    browserOf,
  };
  return {
    oidc,
    routes: [
      ...healthRoutes({
        checks: parts.checks,
        registry: parts.registry,
        allowed: () => metricsReaders(settings, catalogue()),
      }),
      ...assetRoutes((id) => catalogue().brands.get(id) ?? (id === plainBrand.id ? plainBrand : undefined)),
      languageRoute(origin),
      ...loginRoutes(login),
      clientKeysRoute(core.keys),
      ...samlLogoutRoutes({
        ...samlLogoutPorts({
          clock: core.clock,
          keys: core.keys,
          partners: core.partners,
          hubUrl: settings.hubUrl,
          catalogue,
          sessions: core.sessionPorts,
          seals: parts.keyring,
          stillOpen: isOpen,
        }),
        origin,
        path: samlLogoutPath,
        page: pageAfterLogout(core.sessionPorts.store, csrfKey, forgotten),
        stateCookie: logoutCookieName,
        backPath: upstreamBackPath,
        overPath: '/logged-out',
        localeOf: localeOfRequest,
        showFailure: (request, { reason }) => showFailure(request, { reason }),
      }),
      samlMetadataRoute(core.keys, settings.hubUrl, catalogue, () => ({
        name: { en: brand().name },
        logo: sizedLogo(brand()),
      })),
      ...upstreamLogoutRoutes(
        upstreamLogoutPorts({
          clock: core.clock,
          catalogue,
          sessions: core.sessionPorts,
          judge: core.upstream.judgeLogout,
          origin,
        }),
      ),
      ...usageRoutes(usagePorts({ pool: parts.pool, core, guard: oidc.hubApi, keyring: parts.keyring, origin })),
      ...adminApiRoutes({
        guard: (request, wish) => oidc.hubApi(request, { ...wish, api: adminApi, origin }),
        desk: parts.adminDesk,
      }),
      ...parts.portal({
        login,
        brand: ownBrand,
        forget: forgotten,
        devices: oidc.devices,
        backchannel: oidc.backchannel,
      }),
      ...oidc.routes,
      ...saml.routes,
    ],
    failurePage: problemPage(showFailure),
  };
}
