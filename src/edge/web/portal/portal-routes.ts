// The routes of the hub's own pages, and how a login for them ends.
import { type HttpResponse, type Route, seeOther } from '../../../base/http/index.ts';
import type { LoginOutcome, LoginRequest } from '../../../core/journey/index.ts';
import { accountBack, accountRoutes, directoryPage, directoryPath } from './accounts/index.ts';
import { auditBack, auditRoutes } from './audit/index.ts';
import { cardBack, cardRoutes } from './cards/index.ts';
import { decideDraft, draftBack, draftPage, draftsPage, draftsPath } from './client-draft-pages.ts';
import { cutoffBack, cutoffRoutes } from './cutoffs/index.ts';
import { deviceCodeRoutes } from './device-code-pages.ts';
import { devicePage, setDevice } from './device-page.ts';
import { deviceBack, enrolledDeviceRoutes } from './devices/index.ts';
import { driftBack, driftRoutes } from './drift/index.ts';
import { heldBack, heldRoutes } from './held/index.ts';
import { askLogout, doLogout, loggedOut } from './logout-pages.ts';
import { addOwnLogin, removeOwnLogin } from './own-logins.ts';
import { endOwnSessions, ownSessionsPage } from './own-sessions.ts';
import { maxBodyBytes } from './portal-page.ts';
import type { PortalPorts } from './ports.ts';
import type { WantedProof } from './proven.ts';
import { renewalRoutes } from './renewals/index.ts';
import { requestRoutes, requestsPath } from './request-pages.ts';
import { startPage } from './start-page.ts';
import { trailPage } from './trail-page.ts';
import { backFromProvider, upstreamBackPath } from './upstream-logout.ts';

/** All routes; the demo's device switch and trail are among them only when their ports are there. */
export function portalRoutes(ports: PortalPorts): readonly Route[] {
  const { device, trail, directory } = ports;
  const demo: readonly Route[] = [
    ...(device
      ? ([
          { method: 'GET', path: '/demo/device', handle: (request) => devicePage(ports, device, request) },
          {
            method: 'POST',
            path: '/demo/device',
            maxBodyBytes,
            handle: (request) => setDevice(ports, device, request),
          },
        ] satisfies readonly Route[])
      : []),
    ...(trail
      ? ([{ method: 'GET', path: '/demo/trail', handle: (request) => trailPage(ports, trail, request) }] satisfies [
          Route,
        ])
      : []),
    ...(directory
      ? ([
          { method: 'GET', path: directoryPath, handle: (request) => directoryPage(ports, directory, request) },
        ] satisfies [Route])
      : []),
  ];
  return [
    { method: 'GET', path: '/', handle: (request) => startPage(ports, request) },
    { method: 'GET', path: '/portal', handle: (request) => ownSessionsPage(ports, request) },
    { method: 'POST', path: '/portal/end', maxBodyBytes, handle: (request) => endOwnSessions(ports, request) },
    { method: 'POST', path: '/portal/logins/add', maxBodyBytes, handle: (request) => addOwnLogin(ports, request) },
    {
      method: 'POST',
      path: '/portal/logins/remove',
      maxBodyBytes,
      handle: (request) => removeOwnLogin(ports, request),
    },
    { method: 'GET', path: '/logout', handle: (request) => askLogout(ports, request) },
    { method: 'POST', path: '/logout', maxBodyBytes, handle: (request) => doLogout(ports, request) },
    { method: 'GET', path: '/logged-out', handle: (request) => loggedOut(ports, request) },
    { method: 'GET', path: upstreamBackPath, handle: (request) => backFromProvider(ports, request) },
    { method: 'GET', path: '/logged-out/:sessions/:proof', handle: (request) => loggedOut(ports, request) },
    { method: 'GET', path: draftsPath, handle: (request) => draftsPage(ports, request) },
    { method: 'GET', path: '/confirm-client/:id', handle: (request) => draftPage(ports, request) },
    { method: 'POST', path: '/confirm-client/:id', maxBodyBytes, handle: (request) => decideDraft(ports, request) },
    ...cardRoutes(ports),
    ...renewalRoutes(ports),
    ...enrolledDeviceRoutes(ports),
    ...heldRoutes(ports),
    ...accountRoutes(ports),
    ...driftRoutes(ports),
    ...cutoffRoutes(ports),
    ...auditRoutes(ports),
    ...deviceCodeRoutes(ports),
    ...requestRoutes(ports),
    ...demo,
  ];
}

/** The login request of the hub's own pages; `proof` = how strong and how new the proof must be. */
export const portalLogin = (issuer: string, back: string, proof?: WantedProof): LoginRequest => ({
  frontend: 'portal',
  issuer,
  application: 'portal',
  fresh: false,
  passive: false,
  chooseAgain: false,
  locales: [],
  memo: { back },
  ...(proof === undefined
    ? {}
    : { assurance: proof.minimum, maxAge: proof.proofSeconds, onlyProviders: proof.onlyProviders }),
});

/** Pages that a login of the portal goes back to. */
const isBack = (back: unknown): back is string =>
  typeof back === 'string' &&
  (['/portal', '/portal?proved=1', requestsPath].includes(back) ||
    [draftBack, cardBack, deviceBack, heldBack, accountBack, driftBack, cutoffBack, auditBack].some((pattern) =>
      pattern.test(back),
    ));

/** How the portal answers a login: on to the page that asked for it, or to what went wrong. */
export function portalAnswer(request: LoginRequest, outcome: LoginOutcome): HttpResponse {
  const { back } = request.memo;
  if (outcome.kind === 'loginAdded') return seeOther('/portal?added=1');
  if (outcome.kind === 'granted') return seeOther(isBack(back) ? back : '/');
  // Whoever was adding a login has read why not, and still has the session that it began with.
  if (request.adds !== undefined) return seeOther('/portal');
  if (outcome.error === 'cancelled') return seeOther('/');
  return seeOther(`/problem/${outcome.reason}?code=${encodeURIComponent(outcome.reference)}`);
}
