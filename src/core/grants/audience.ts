// Scopes and audiences (RFC 8707): which APIs a request is for, whether the scopes fit them, and the one of each token.
import { type Api, approves, type CatalogueSnapshot, type OidcApplication } from '../catalogue/index.ts';
import { type Refusal, refusal } from './check.ts';

/** The scopes of a `scope` parameter, each once, in order (RFC 6749 3.3). */
export const scopesOf = (text: string | undefined): readonly string[] =>
  text === undefined ? [] : [...new Set(text.split(' ').filter((scope) => scope !== ''))];

/** The APIs that an application is registered for, its default first. */
export function apisOf(application: OidcApplication, catalogue: CatalogueSnapshot): readonly Api[] {
  const apis: Api[] = [];
  for (const id of application.apis) {
    const api = catalogue.apis.get(id);
    if (api !== undefined) apis.push(api);
  }
  return apis;
}

/**
 * The first API whose scopes hold every API scope that is asked for; else the first. One that has not approved the
 * application is passed over, so that an application that waits for approval can still log people in.
 */
function defaultApi(apis: readonly Api[], application: OidcApplication, scope: readonly string[]): Api | undefined {
  const wanted = scope.filter((each) => apis.some((api) => api.scopes.includes(each)));
  const approving = apis.filter((api) => approves(api, application.id));
  return approving.find((api) => wanted.every((each) => api.scopes.includes(each))) ?? approving[0];
}

/**
 * The APIs that a request is for, the first being that of a token which names none: those named by `resource`; without
 * any, one by the scopes. Empty when the application has none (tokens for userinfo alone).
 */
export function wantedApis(
  application: OidcApplication,
  catalogue: CatalogueSnapshot,
  scope: readonly string[],
  resources: readonly string[],
): readonly Api[] {
  const apis = apisOf(application, catalogue);
  if (resources.length > 0)
    return [...new Set(resources)].flatMap((resource) => apis.find(({ audience }) => audience === resource) ?? []);
  const one = defaultApi(apis, application, scope);
  return one === undefined ? [] : [one];
}

/** Why `scope` and `resource` cannot be granted to this application, or undefined. */
export function scopeRefusal(
  application: OidcApplication,
  catalogue: CatalogueSnapshot,
  scope: readonly string[],
  resources: readonly string[],
): Refusal | undefined {
  const unknown = scope.filter((each) => !application.scopes.includes(each));
  if (unknown.length > 0)
    return refusal('invalid_scope', `the application is not registered for the scope ${shown(unknown)}`);
  const registered = apisOf(application, catalogue);
  if (resources.some((resource) => !registered.some(({ audience }) => audience === resource)))
    return refusal('invalid_target', 'resource is not the audience of an API that the application is registered for');
  const apis = wantedApis(application, catalogue, scope, resources);
  const foreign = scope.filter(
    (each) => !isIdentityScope(each, catalogue) && !apis.some((api) => api.scopes.includes(each)),
  );
  return unapproved(application, resources.length > 0 ? apis : registered, scope, resources) ?? foreignRefusal(foreign);
}

const foreignRefusal = (foreign: readonly string[]): Refusal | undefined =>
  foreign.length === 0
    ? undefined
    : refusal('invalid_scope', `the scope ${shown(foreign)} belongs to another API; name each API with resource`);

/** RFC 6749 4.1.2.1: the owner of an API approves the clients, and the scopes of each. */
function unapproved(
  application: OidcApplication,
  apis: readonly Api[],
  scope: readonly string[],
  resources: readonly string[],
): Refusal | undefined {
  for (const api of apis) {
    const by = (limit: string): string => `(api.${api.id}.${limit})`;
    if (resources.includes(api.audience) && !approves(api, application.id))
      return refusal('invalid_target', `the owner of the API has not approved the application ${by('clients')}`);
    const scopes = scope.filter((each) => api.scopes.includes(each) && !approves(api, application.id, each));
    if (scopes.length > 0)
      return refusal(
        'invalid_scope',
        `the owner of the API has not approved the application for ${shown(scopes)} ${by('clients')}`,
      );
  }
  return undefined;
}

/** The scopes that a token for this API carries: its own, and those about the person. */
export const scopesFor = (
  api: Api | undefined,
  catalogue: CatalogueSnapshot,
  granted: readonly string[],
): readonly string[] =>
  granted.filter((each) => api?.scopes.includes(each) === true || isIdentityScope(each, catalogue));

/** A scope that no API owns is about the person: openid, profile … */
export function isIdentityScope(scope: string, catalogue: CatalogueSnapshot): boolean {
  return !apiScopes(catalogue).has(scope);
}

const known = new WeakMap<CatalogueSnapshot['apis'], ReadonlySet<string>>();
function apiScopes(catalogue: CatalogueSnapshot): ReadonlySet<string> {
  let scopes = known.get(catalogue.apis);
  if (scopes === undefined) {
    scopes = new Set([...catalogue.apis.values()].flatMap((api) => api.scopes));
    known.set(catalogue.apis, scopes);
  }
  return scopes;
}

/** Scope tokens as they may stand in an error_description (RFC 6749 3.3 and 5.2 allow the same characters but the backslash). */
const shown = (scopes: readonly string[]): string =>
  scopes
    .slice(0, 5)
    .map((scope) => scope.replace(/[^\x21\x23-\x5b\x5d-\x7e]/g, '?').slice(0, 64))
    .join(' ');
