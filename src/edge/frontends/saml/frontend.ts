// The SAML identity provider as a value: its routes for every issuer, and the answer at the end of a login.
import type { HttpRequest, HttpResponse, Route } from '../../../base/http/index.ts';
import type { Issuer } from '../../../core/catalogue/index.ts';
import type { LoginOutcome, LoginRequest } from '../../../core/journey/index.ts';
import { answerLogin } from './answer.ts';
import type { SamlContext } from './call.ts';
import { type SamlChecks, samlChecks } from './checks.ts';
import { logout, logoutBySoap, logoutDone } from './logout.ts';
import { metadata } from './metadata.ts';
import { type SamlPage, samlPath } from './paths.ts';
import type { SamlPorts } from './ports.ts';
import { resolveArtifact } from './resolve-artifact.ts';
import { resumeSignOn, signOn } from './sign-on.ts';
import { initiate } from './unsolicited.ts';

export interface SamlFrontend {
  /** Routes of the issuers that the catalogue had when the frontend was made. */
  readonly routes: readonly Route[];
  /** Answers the application when its journey ended on the hub's own pages. Throws a Problem where that cannot be. */
  readonly answer: (request: LoginRequest, outcome: LoginOutcome) => Promise<HttpResponse>;
}

type Handler = (context: SamlContext, issuer: Issuer, request: HttpRequest) => Promise<HttpResponse> | HttpResponse;

const formBytes = 65_536;

/** The identity provider. `checks` is an argument so that a test can leave one out. */
export function createSamlFrontend(ports: SamlPorts, checks: SamlChecks = samlChecks): SamlFrontend {
  const context: SamlContext = { ports, checks };
  return {
    routes: [...ports.catalogue().issuers.values()].flatMap((issuer) => routesOf(context, issuer)),
    answer: (request, outcome) => answerLogin(context, request, outcome),
  };
}

function routesOf(context: SamlContext, issuer: Issuer): readonly Route[] {
  const base = new URL(issuer.url).pathname.replace(/\/$/, '');
  const { id } = issuer;
  // The issuer's record may change while the hub runs; its id and its path do not.
  const route = (method: Route['method'], page: SamlPage, handler: Handler, more: Partial<Route> = {}): Route => ({
    method,
    path: base + samlPath(page),
    handle: (request) => handler(context, context.ports.catalogue().issuers.get(id) ?? issuer, request),
    ...more,
  });
  const post = { maxBodyBytes: formBytes };
  return [
    route('GET', 'metadata', metadata),
    route('GET', 'sso', signOn),
    route('POST', 'sso', signOn, post),
    route('GET', 'sso-continue', resumeSignOn),
    route('GET', 'init', initiate, { path: `${base}${samlPath('init')}/:application` }),
    route('GET', 'slo', logout),
    route('POST', 'slo', logout, post),
    route('POST', 'slo-soap', logoutBySoap, post),
    route('GET', 'slo-done', logoutDone),
    route('POST', 'artifact', resolveArtifact, post),
  ];
}
