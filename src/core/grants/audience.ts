// Scopes and the one audience of a token (RFC 8707): which API a request is for, and whether the scopes fit it.
import type { Api, Application, CatalogueSnapshot } from '../catalogue/index.ts';
import { type Refusal, refusal } from './check.ts';

/** The scopes of a `scope` parameter, each once, in order (RFC 6749 3.3). */
export const scopesOf = (text: string | undefined): readonly string[] =>
  text === undefined ? [] : [...new Set(text.split(' ').filter((scope) => scope !== ''))];

/** The APIs that an application may get tokens for, its default first. */
export function apisOf(application: Application, catalogue: CatalogueSnapshot): readonly Api[] {
  const apis: Api[] = [];
  for (const id of application.apis) {
    const api = catalogue.apis.get(id);
    if (api !== undefined) apis.push(api);
  }
  return apis;
}

/**
 * The API that the token is for: the one named by `resource`; else the first whose scopes hold every API scope that is
 * asked for; else the application's default. Undefined when the application has none (tokens for userinfo alone).
 */
export function chosenApi(
  application: Application,
  catalogue: CatalogueSnapshot,
  scope: readonly string[],
  resource: string | undefined,
): Api | undefined {
  const apis = apisOf(application, catalogue);
  if (resource !== undefined) return apis.find((api) => api.audience === resource);
  const wanted = scope.filter((each) => apis.some((api) => api.scopes.includes(each)));
  return apis.find((api) => wanted.every((each) => api.scopes.includes(each))) ?? apis[0];
}

/** Why `scope` and `resource` cannot be granted to this application, or undefined. */
export function scopeRefusal(
  application: Application,
  catalogue: CatalogueSnapshot,
  scope: readonly string[],
  resource: string | undefined,
): Refusal | undefined {
  const unknown = scope.filter((each) => !application.scopes.includes(each));
  if (unknown.length > 0)
    return refusal('invalid_scope', `the application is not registered for the scope ${shown(unknown)}`);
  const api = chosenApi(application, catalogue, scope, resource);
  if (resource !== undefined && api === undefined)
    return refusal('invalid_target', 'resource is not the audience of an API that the application is registered for');
  const foreign = scope.filter((each) => !isIdentityScope(each, catalogue) && api?.scopes.includes(each) !== true);
  if (foreign.length > 0) {
    return refusal(
      'invalid_scope',
      `the scope ${shown(foreign)} belongs to another API; ask for it in a request of its own with resource`,
    );
  }
  return undefined;
}

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
