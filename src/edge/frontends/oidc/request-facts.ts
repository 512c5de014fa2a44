// An authorization request before it is believed: its parameters, plain or out of a signed request object.
import type { EpochMs } from '../../../base/clock.ts';
import {
  checkRequestObject,
  isJsonObject,
  type JsonValue,
  parseRequestObject,
  type VerifyKey,
} from '../../../base/jose/index.ts';
import { requestedAssurance } from '../../../core/catalogue/assurance-names.ts';
import { type CatalogueSnapshot, type Issuer, type OidcApplication, profileOf } from '../../../core/catalogue/index.ts';
import { type CarriedDetails, detailNames } from '../../../core/context/index.ts';
import { type AuthorizationRequest, scopesOf } from '../../../core/grants/index.ts';
import { higherOf } from '../../../wire/codes/index.ts';
import { type ClaimsReading, readClaimsParameter } from './claims-parameter.ts';
import type { ClientKeys } from './client-keys.ts';
import { type IdTokenHint, readIdTokenHint } from './id-token-hint.ts';
import { once, type Parameters } from './parameters.ts';

type ObjectVerdict =
  | {
      readonly ok: true;
      readonly values: ReadonlyMap<string, string>;
      readonly resources: readonly string[];
      /** What it says of the request beside parameters (core/context). */
      readonly details: CarriedDetails;
      /** Set when the object says until when it lives and has an id: it counts once. */
      readonly singleUse?: { readonly jti: string; readonly until: EpochMs } | undefined;
    }
  | { readonly ok: false; readonly failed: string };

/** Where a request came in: pushed by an authenticated client, as CIBA asks, or through the browser. */
export type Channel = 'pushed' | 'backchannel' | 'browser';

export interface RequestFacts {
  readonly channel: Channel;
  readonly now: EpochMs;
  readonly issuer: Issuer;
  readonly catalogue: CatalogueSnapshot;
  readonly application: OidcApplication | undefined;
  /** As sent, outside any request object. */
  readonly outer: Parameters;
  /** The judged request object; undefined when none was sent. */
  readonly object: () => ObjectVerdict | undefined;
  /** A parameter that counts: from the request object alone when there is one (RFC 9101 6.3), or from it first, by profile. */
  readonly get: (name: string) => string | undefined;
  readonly resources: () => readonly string[];
  readonly claims: () => ClaimsReading;
  readonly hint: () => IdTokenHint | undefined;
  /** Thumbprint of the key of the DPoP proof that came along. */
  readonly provenKey: () => string | undefined;
}

/** Gathers an authorization request. */
export async function gatherRequest(
  given: Omit<RequestFacts, 'object' | 'get' | 'resources' | 'claims' | 'hint'> & {
    readonly ourKeys: () => readonly VerifyKey[];
  },
  clientKeys: ClientKeys,
): Promise<RequestFacts> {
  const { channel, outer, application, issuer, catalogue, now } = given;
  const token = outer.get('request');
  const parsed = token === undefined ? undefined : parseRequestObject(token);
  const loading =
    application === undefined || parsed?.ok !== true ? [] : clientKeys(application, parsed.request.jws.header.kid, now);
  const keys = loading instanceof Promise ? await loading : loading;

  // An object that must be there says all; one that may be there, in a profile that takes it so, is added to the rest.
  const merged = profileOf(application).requestObject === 'first' && application?.requireSignedRequest === false;
  const object = once((): ObjectVerdict | undefined => {
    if (parsed === undefined) return undefined;
    if (!parsed.ok) return { ok: false, failed: parsed.reason };
    const { timedRequests, clientAlgorithms } = profileOf(application);
    const verdict = checkRequestObject(parsed.request, {
      clientId: application?.id ?? '',
      issuer: issuer.url,
      keys,
      now,
      // CIBA Core 7.1.1: dated, and the client is named by `iss` alone.
      timesRequired: timedRequests || channel === 'backchannel',
      clientIdRequired: !merged && channel !== 'backchannel',
      subjectAllowed: merged,
      algorithms: clientAlgorithms,
    });
    if (!verdict.ok) return verdict;
    const { jti, exp } = verdict.claims;
    const singleUse = jti === undefined || exp === undefined ? undefined : { jti, until: Math.ceil(exp * 1000) };
    const texts = textsOf(verdict.parameters);
    return texts.ok ? { ...texts, singleUse } : texts;
  });
  const get = (name: string): string | undefined => {
    const inside = object();
    if (inside === undefined) return outer.get(name);
    if (!inside.ok) return undefined;
    return inside.values.get(name) || (merged ? outer.get(name) : undefined);
  };
  return {
    ...given,
    object,
    get,
    resources: () => {
      const inside = object();
      if (inside === undefined) return outer.all('resource');
      if (!inside.ok) return [];
      return inside.resources.length === 0 && merged ? outer.all('resource') : inside.resources;
    },
    claims: once(() => readClaimsParameter(get('claims'))),
    hint: once(() => {
      const hint = get('id_token_hint');
      return hint === undefined
        ? undefined
        : readIdTokenHint(hint, { issuer: issuer.url, client: application?.id, keys: given.ourKeys(), catalogue });
    }),
  };
}

/** The checked request as a record. Only for facts that passed every check. */
export function requestOf(facts: RequestFacts): AuthorizationRequest {
  const { get, application, issuer } = facts;
  const claims = facts.claims();
  const wish = claims.ok ? claims.wish : undefined;
  const byAcrValues = requestedAssurance(scopesOf(get('acr_values'))).level;
  const byClaims = requestedAssurance(wish?.acr?.values ?? []).level;
  const maxAge = get('max_age');
  const hint = facts.hint();
  return {
    client: application?.id ?? '',
    issuer: issuer.id,
    redirectUri: get('redirect_uri') ?? '',
    scope: scopesOf(get('scope')),
    state: get('state'),
    nonce: get('nonce'),
    codeChallenge: get('code_challenge'),
    dpopJkt: facts.provenKey() ?? get('dpop_jkt'),
    prompt: scopesOf(get('prompt')) as AuthorizationRequest['prompt'],
    maxAge: maxAge === undefined ? undefined : Number(maxAge),
    assurance:
      byAcrValues === undefined || byClaims === undefined ? (byAcrValues ?? byClaims) : higherOf(byAcrValues, byClaims),
    assuranceEssential: wish?.acr?.essential === true,
    loginHint: get('login_hint'),
    uiLocales: scopesOf(get('ui_locales')),
    responseMode: get('response_mode') === 'form_post' ? 'form_post' : 'query',
    resources: [...new Set(facts.resources())],
    resource: facts.resources()[0],
    idTokenClaims: wish?.idToken ?? [],
    userinfoClaims: wish?.userinfo ?? [],
    expectedSubject: wish?.subject ?? (hint?.ok === true ? hint.subject : undefined),
    expectedHprNumber: wish?.hprNumber,
    wishedProviders: wishesIn(get('acr_values'), 'idp:'),
    wishedMethods: [...wishesIn(get('acr_values'), 'amr:'), ...wishesIn(get('acr_values'), 'bp:amr:', 'whole')],
    onBehalfOf: get('on_behalf_of'),
  };
}

/** Values of `acr_values` that wish for a way in (HelseID: `idp:NAME`, `amr:NAME`, `bp:amr:NAME`), at most a handful. */
const wishesIn = (acrValues: string | undefined, prefix: string, kept: 'name' | 'whole' = 'name'): readonly string[] =>
  scopesOf(acrValues)
    .filter((value) => value.startsWith(prefix) && value.length > prefix.length)
    .map((value) => (kept === 'whole' ? value : value.slice(prefix.length)))
    .slice(0, 10);

/** Parameters of a request object as the texts that they would be outside (RFC 9101 4: numbers and JSON stand as such). */
function textsOf(parameters: ReadonlyMap<string, JsonValue>): ObjectVerdict {
  const values = new Map<string, string>();
  let resources: readonly string[] = [];
  const details: Record<string, JsonValue> = {};
  for (const [name, value] of parameters) {
    if ((detailNames as readonly string[]).includes(name)) details[name] = value;
    else if (name === 'resource' && Array.isArray(value)) {
      const texts = value.filter((each) => typeof each === 'string');
      if (texts.length !== value.length) return { ok: false, failed: 'resource' };
      resources = texts;
    } else if (typeof value === 'string') values.set(name, value);
    else if (typeof value === 'number' && Number.isSafeInteger(value)) values.set(name, String(value));
    else if (name === 'claims' && isJsonObject(value)) values.set(name, JSON.stringify(value));
    else if (value !== null) return { ok: false, failed: name.slice(0, 40).replace(/[^a-z_]/g, '?') };
  }
  const one = values.get('resource');
  return { ok: true, values, resources: one === undefined ? resources : [one], details };
}
