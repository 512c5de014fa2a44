// The API of one token: which of the grant's resources it is for, and what that API asks of every token (RFC 8707 2.2).
import type { Api, CatalogueSnapshot, OidcApplication } from '../catalogue/index.ts';
import { apisOf } from './audience.ts';
import type { AuthorizationRequest, Grant } from './grant.ts';

/** Audiences that the grant is good for; the first is that of a token which names none. Reads grants from before there were several. */
export const resourcesOf = ({ resources, audience }: Pick<Grant, 'resources' | 'audience'>): readonly string[] =>
  resources ?? (audience === undefined ? [] : [audience]);

/** Audiences that an authorization request names. Reads requests from before there were several. */
export const resourcesAsked = ({
  resources,
  resource,
}: Pick<AuthorizationRequest, 'resources' | 'resource'>): readonly string[] =>
  resources ?? (resource === undefined ? [] : [resource]);

/** What a token is for: undefined audience = our own userinfo alone. */
export interface Target {
  readonly audience: string | undefined;
  /** Undefined when the API is gone, or the application is no longer registered for it. */
  readonly api: Api | undefined;
}

/**
 * The target of a token: the resource that is named; else the first of the grant's whose API has every API scope that
 * is asked for; else the first of the grant's.
 */
export function targetOf(
  grant: Pick<Grant, 'resources' | 'audience'> | undefined,
  asked: { readonly resources: readonly string[]; readonly scope?: readonly string[] },
  application: OidcApplication,
  catalogue: CatalogueSnapshot,
): Target {
  const registered = apisOf(application, catalogue);
  const targets = (grant === undefined ? [] : resourcesOf(grant)).map(
    (audience): Target => ({ audience, api: registered.find((api) => api.audience === audience) }),
  );
  const [named] = asked.resources;
  const none: Target = { audience: undefined, api: undefined };
  if (named !== undefined) return targets.find(({ audience }) => audience === named) ?? none;
  const wanted = (asked.scope ?? []).filter((scope) => targets.some(({ api }) => api?.scopes.includes(scope) === true));
  return targets.find(({ api }) => wanted.every((scope) => api?.scopes.includes(scope) === true)) ?? targets[0] ?? none;
}

/** Whether the resources named at the token endpoint are not exactly one of the grant's, or its API is gone. */
export const isForeign = (
  grant: Pick<Grant, 'resources' | 'audience'> | undefined,
  named: readonly string[],
  { audience, api }: Target,
): boolean =>
  named.some((each) => grant === undefined || !resourcesOf(grant).includes(each)) ||
  (audience !== undefined && api === undefined);

/** Whether the API takes no token that is not bound to a key, and no key was proven (RFC 9449 5). */
export const lacksKey = (api: Api | undefined, jkt: string | undefined): boolean =>
  api?.requireBoundTokens === true && jkt === undefined;

export const lacksKeyText = 'the API takes only tokens that are bound to a key: send a DPoP proof in the DPoP header';
