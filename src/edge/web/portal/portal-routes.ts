// The routes of the hub's own pages, and how a login for them ends.
import { type HttpResponse, type Route, seeOther } from '../../../base/http/index.ts';
import type { LoginOutcome, LoginRequest } from '../../../core/journey/index.ts';
import { devicePage, setDevice } from './device-page.ts';
import { askLogout, doLogout, loggedOut } from './logout-pages.ts';
import { endOwnSessions, ownSessionsPage } from './own-sessions.ts';
import { maxBodyBytes } from './portal-page.ts';
import type { PortalPorts } from './ports.ts';
import { startPage } from './start-page.ts';
import { trailPage } from './trail-page.ts';

/** All routes; the demo's device switch and trail are among them only when their ports are there. */
export function portalRoutes(ports: PortalPorts): readonly Route[] {
  const { device, trail } = ports;
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
  ];
  return [
    { method: 'GET', path: '/', handle: (request) => startPage(ports, request) },
    { method: 'GET', path: '/portal', handle: (request) => ownSessionsPage(ports, request) },
    { method: 'POST', path: '/portal/end', maxBodyBytes, handle: (request) => endOwnSessions(ports, request) },
    { method: 'GET', path: '/logout', handle: (request) => askLogout(ports, request) },
    { method: 'POST', path: '/logout', maxBodyBytes, handle: (request) => doLogout(ports, request) },
    { method: 'GET', path: '/logged-out', handle: (request) => loggedOut(ports, request) },
    { method: 'GET', path: '/logged-out/:sessions/:proof', handle: (request) => loggedOut(ports, request) },
    ...demo,
  ];
}

/** The login request of the hub's own pages. */
export const portalLogin = (issuer: string, back: string): LoginRequest => ({
  frontend: 'portal',
  issuer,
  application: 'portal',
  fresh: false,
  passive: false,
  chooseAgain: false,
  locales: [],
  memo: { back },
});

/** How the portal answers a login: on to the page that asked for it, or to what went wrong. */
export function portalAnswer(request: LoginRequest, outcome: LoginOutcome): HttpResponse {
  if (outcome.kind === 'granted') return seeOther(request.memo.back === '/portal' ? '/portal' : '/');
  if (outcome.error === 'cancelled') return seeOther('/');
  return seeOther(`/problem/${outcome.reason}?code=${encodeURIComponent(outcome.reference)}`);
}
