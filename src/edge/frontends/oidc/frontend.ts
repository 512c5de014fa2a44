// The OpenID provider as a value: its routes for every issuer, and the answer at the end of a login.
import type { HttpRequest, HttpResponse, Route } from '../../../base/http/index.ts';
import { Problem } from '../../../base/problem.ts';
import type { Issuer } from '../../../core/catalogue/index.ts';
import type { LoginOutcome, LoginRequest } from '../../../core/journey/index.ts';
import { answerLogin } from './answer.ts';
import { authorize } from './authorize.ts';
import { availableIdps } from './available-idps.ts';
import { authenticateBackchannel } from './backchannel-authentication.ts';
import { type BackchannelDesk, backchannelDesk } from './backchannel-desk.ts';
import { checkSessionPage } from './check-session.ts';
import { type OidcChecks, oidcChecks } from './checks.ts';
import { draftClient } from './client-drafts.ts';
import { clientKeys } from './client-keys.ts';
import { authorizeDevice } from './device-authorization.ts';
import { type DeviceDesk, deviceDesk } from './device-desk.ts';
import { endSession } from './end-session.ts';
import type { OidcContext } from './endpoint.ts';
import { endpointPath, hasHelseidPages, helseidPath, type IssuerPage } from './endpoint-paths.ts';
import { entityConfiguration, entityConfigurationPath } from './entity-configuration.ts';
import { type HubApiGuard, hubApiGuard } from './hub-api.ts';
import { introspect } from './introspect.ts';
import { expiredKeySet, keySet, metadata, publicJson } from './metadata.ts';
import { addKey, clientStatus, listKeys, removeKey } from './own-keys.ts';
import type { OidcPorts } from './ports.ts';
import { push } from './push.ts';
import { revoke } from './revoke.ts';
import { token } from './token.ts';
import { userinfo } from './userinfo.ts';

export interface OidcFrontend {
  /** Routes of the issuers that the catalogue had when the frontend was made. */
  readonly routes: readonly Route[];
  /** Answers the application when its journey ended on the hub's own pages. Throws a Problem where that cannot be. */
  readonly answer: (request: LoginRequest, outcome: LoginOutcome) => Promise<HttpResponse>;
  /** The guard of the hub's own APIs. */
  readonly hubApi: HubApiGuard;
  /** What the page asks where a person types the code of a device. */
  readonly devices: DeviceDesk;
  /** What the portal asks for a person whom programs wait for. */
  readonly backchannel: BackchannelDesk;
}

type Handler = (context: OidcContext, issuer: Issuer, request: HttpRequest) => Promise<HttpResponse> | HttpResponse;

const formBytes = 65_536;
const tokenBytes = 32_768;
const keyBytes = 16_384;
const metadataSeconds = 300;

/** The provider. `checks` is an argument so that a test can leave one out. */
export function createOidcFrontend(ports: OidcPorts, checks: OidcChecks = oidcChecks): OidcFrontend {
  const context: OidcContext = { ports, checks, clientKeys: clientKeys(ports.fetchJwks, ports.registeredKeys) };
  const routes: Route[] = [];
  const paths = new Set<string>();
  for (const issuer of ports.catalogue().issuers.values()) {
    for (const route of routesOf(context, issuer)) {
      const key = `${route.method} ${route.path}`;
      if (paths.has(key)) {
        throw new Problem({
          kind: 'invalid',
          code: 'issuer.samePath',
          public: { issuer: issuer.id, path: route.path },
        });
      }
      paths.add(key);
      routes.push(route);
    }
  }
  return {
    routes,
    answer: (request, outcome) => answerLogin(context, request, outcome),
    hubApi: hubApiGuard(context),
    devices: deviceDesk(context),
    backchannel: backchannelDesk(context),
  };
}

/** Path of an issuer's URL, without a slash at its end: empty for an issuer at the root. */
export const issuerPath = (issuer: Issuer): string => new URL(issuer.url).pathname.replace(/\/$/, '');

function routesOf(context: OidcContext, issuer: Issuer): readonly Route[] {
  const base = issuerPath(issuer);
  const { id } = issuer;
  // The issuer's record may change while the hub runs; its id and its path do not.
  const with_ =
    (handler: Handler) =>
    (request: HttpRequest): Promise<HttpResponse> | HttpResponse =>
      handler(context, context.ports.catalogue().issuers.get(id) ?? issuer, request);
  const about: Handler = ({ ports }, now) => publicJson(metadata(now, ports.catalogue()), metadataSeconds);
  const get = (at: string, handler: Handler): Route => ({ method: 'GET', path: at, handle: with_(handler) });
  const path = (page: IssuerPage): string => base + endpointPath(issuer, page);
  const post = (page: IssuerPage, maxBodyBytes: number, handler: Handler): Route => ({
    method: 'POST',
    path: path(page),
    maxBodyBytes,
    handle: with_(handler),
  });
  return [
    get(`${base}/.well-known/openid-configuration`, about),
    get(`/.well-known/oauth-authorization-server${base}`, about), // RFC 8414 3.1
    get(base + entityConfigurationPath, ({ ports }, now) =>
      entityConfiguration(now, ports.keys, ports.catalogue(), ports.clock()),
    ),
    get(path('jwks'), ({ ports }, now) => keySet(ports.keys, now)),
    post('par', formBytes, push),
    get(path('authorize'), authorize),
    post('authorize', formBytes, authorize),
    post('device-authorization', formBytes, authorizeDevice),
    post('backchannel-authentication', formBytes, authenticateBackchannel),
    post('token', tokenBytes, token),
    get(path('userinfo'), userinfo),
    post('userinfo', tokenBytes, userinfo),
    post('introspect', tokenBytes, introspect),
    post('revoke', tokenBytes, revoke),
    get(path('end-session'), endSession),
    post('end-session', formBytes, endSession),
    get(path('client-keys'), listKeys),
    post('client-keys', keyBytes, addKey),
    { method: 'DELETE', path: `${path('client-keys')}/:thumbprint`, handle: with_(removeKey) },
    get(path('client-status'), clientStatus),
    post('client-drafts', keyBytes, draftClient),
    ...(hasHelseidPages(issuer) ? helseidRoutes(base, get) : []),
  ];
}

/** Pages of HelseID's own. */
const helseidRoutes = (base: string, get: (at: string, handler: Handler) => Route): readonly Route[] => [
  get(base + helseidPath('check-session'), ({ ports }, now) => checkSessionPage(now, ports.catalogue())),
  get(base + helseidPath('expired-jwks'), ({ ports }, now) => expiredKeySet(ports.keys, now)),
  get(base + helseidPath('available-idps'), ({ ports }, now) =>
    publicJson(availableIdps(now, ports.catalogue()), metadataSeconds),
  ),
];
