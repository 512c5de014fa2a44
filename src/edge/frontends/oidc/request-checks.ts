// What an authorization request must be like: one list for pushed requests and for those through the browser.

import { requestedAssurance } from '../../../core/catalogue/assurance-names.ts';
import { mustPush } from '../../../core/catalogue/index.ts';
import { type Check, refuseIf, scopeRefusal, scopesOf } from '../../../core/grants/index.ts';
import { hasControlCharacter } from './parameters.ts';
import type { RequestFacts } from './request-facts.ts';

const thumbprintForm = /^[A-Za-z0-9_-]{43}$/;
const prompts: ReadonlySet<string> = new Set(['none', 'login', 'consent', 'select_account']);
const languageTag = /^[A-Za-z0-9-]{1,35}$/;

/** Greatest lengths of what is kept with a request, in characters. */
const longest: Readonly<Record<string, number>> = {
  state: 2048,
  nonce: 512,
  login_hint: 320,
  scope: 2048,
  redirect_uri: 2048,
  acr_values: 1024,
  ui_locales: 360,
  claims: 8192,
};

/** At the PAR endpoint alone: a pushed request cannot name another one. */
export const notNestedCheck: Check<RequestFacts> = {
  name: 'request.nested',
  clause: 'RFC 9126 2.1; RFC 9101 5 (never fetched: O10)',
  test: ({ outer }) =>
    refuseIf(
      outer.get('request_uri') !== undefined,
      'request_uri_not_supported',
      'request_uri must be one that the PAR endpoint gave out; other URIs are never fetched',
    ),
};

/** At the PAR endpoint alone: at the authorization endpoint nothing goes on without a client. */
export const clientIdCheck: Check<RequestFacts> = {
  name: 'request.clientId',
  clause: 'RFC 9126 2.1 (client_id is required as in RFC 6749 4.1.1, beside an assertion too)',
  test: ({ get }) => refuseIf(get('client_id') === undefined, 'invalid_request', 'client_id is missing'),
};

/** At the authorization endpoint alone: plain parameters are for applications that need not push. */
export const pushedOnlyCheck: Check<RequestFacts> = {
  name: 'request.pushed',
  clause: 'FAPI 2.0 SP 5.3.2.2 clause 3 (only pushed requests)',
  test: ({ channel, application }) =>
    refuseIf(
      channel === 'browser' && mustPush(application),
      'invalid_request',
      'the application must push the request to the PAR endpoint first',
    ),
};

/** The first part: who asks, and whether the answer may go back. Through the browser a refusal here is a page, never a redirect. */
export const requestOriginChecks: readonly Check<RequestFacts>[] = [
  {
    name: 'request.object',
    clause: 'RFC 9101 6; FAPI 2.0 Message Signing 5.3',
    test: ({ object }) => {
      const verdict = object();
      return verdict === undefined || verdict.ok
        ? undefined
        : { error: 'invalid_request_object', description: `the request object is refused (${verdict.failed})` };
    },
  },
  {
    name: 'request.redirectUri',
    clause: 'RFC 9700 2.1; FAPI 2.0 SP 5.3.2.2 (exact match)',
    test: ({ get, application }) => {
      const uri = get('redirect_uri');
      return refuseIf(
        uri === undefined || application?.redirectUris.includes(uri) !== true,
        'invalid_request',
        'redirect_uri must be, character for character, one that is registered for the application',
      );
    },
  },
];

/** By which clients of HelseID choose a person of its test provider. */
const testPerson = ['test_pid', 'test_security_level', 'test_hpr_number'] as const;

/** The second part: what is asked for. Through the browser a refusal here goes back to the application. */
export const requestContentChecks: readonly Check<RequestFacts>[] = [
  {
    name: 'request.grant',
    clause: 'a grant that the application does not have is refused (O9)',
    test: ({ application }) =>
      refuseIf(
        application?.grants.includes('authorization_code') !== true,
        'unauthorized_client',
        'the application is not registered for authorization_code',
      ),
  },
  {
    name: 'request.signed',
    clause: 'RFC 9101 10.5 (require_signed_request_object)',
    test: ({ application, outer }) =>
      refuseIf(
        application?.requireSignedRequest === true && outer.get('request') === undefined,
        'invalid_request',
        'the application must send a signed request object in request',
      ),
  },
  {
    name: 'request.registration',
    clause: 'OIDC Core 7.2.1',
    test: ({ get }) =>
      refuseIf(get('registration') !== undefined, 'registration_not_supported', 'registration is not supported'),
  },
  {
    name: 'request.responseType',
    clause: 'FAPI 2.0 SP 5.3.2.2 clause 1 (code)',
    test: ({ get }) =>
      get('response_type') === 'code'
        ? undefined
        : get('response_type') === undefined
          ? { error: 'invalid_request', description: 'response_type is missing; it must be code' }
          : { error: 'unsupported_response_type', description: 'response_type must be code' },
  },
  {
    name: 'request.responseMode',
    clause: 'OAuth 2.0 Multiple Response Types 2.1; Form Post Response Mode 2',
    test: ({ get }) =>
      refuseIf(
        !['query', 'form_post'].includes(get('response_mode') ?? 'query'),
        'invalid_request',
        'response_mode must be query or form_post',
      ),
  },
  {
    name: 'request.bounds',
    clause: 'RFC 6749 appendix A; nothing unbounded is kept',
    test: ({ get }) => {
      const bad = Object.entries(longest).find(([name, most]) => {
        const value = get(name) ?? '';
        return value.length > most || hasControlCharacter(value);
      });
      return refuseIf(
        bad !== undefined,
        'invalid_request',
        `${bad?.[0]} is longer than ${bad?.[1]} characters or holds control characters`,
      );
    },
  },
  {
    name: 'request.challenge',
    clause: 'FAPI 2.0 SP 5.3.2.2 clause 5 (PKCE S256); RFC 9700 2.1.1',
    test: ({ get }) =>
      refuseIf(
        get('code_challenge_method') !== 'S256' || !thumbprintForm.test(get('code_challenge') ?? ''),
        'invalid_request',
        'code_challenge with code_challenge_method S256 is needed (PKCE)',
      ),
  },
  {
    name: 'request.scope',
    clause: 'RFC 6749 3.3; RFC 8707 2; N5 (what the owner of the API approved)',
    test: ({ get, application, catalogue, resources }) =>
      application === undefined ? undefined : scopeRefusal(application, catalogue, scopesOf(get('scope')), resources()),
  },
  {
    name: 'request.resources',
    clause: 'RFC 8707 2; nothing unbounded is kept',
    test: ({ resources }) => refuseIf(resources().length > 20, 'invalid_target', 'ask for at most 20 resources'),
  },
  {
    name: 'request.dpopKey',
    clause: 'RFC 9449 10 and 10.1',
    test: ({ get, provenKey }) => {
      const asked = get('dpop_jkt');
      if (asked === undefined) return undefined;
      const proven = provenKey();
      return refuseIf(
        !thumbprintForm.test(asked) || (proven !== undefined && proven !== asked),
        'invalid_dpop_proof',
        'dpop_jkt is not the thumbprint of the key of the DPoP proof',
      );
    },
  },
  {
    name: 'request.prompt',
    clause: 'OIDC Core 3.1.2.1',
    test: ({ get }) => {
      const asked = scopesOf(get('prompt'));
      return refuseIf(
        asked.some((each) => !prompts.has(each)) || (asked.includes('none') && asked.length > 1),
        'invalid_request',
        'prompt takes none alone, or login, consent and select_account',
      );
    },
  },
  {
    name: 'request.maxAge',
    clause: 'OIDC Core 3.1.2.1',
    test: ({ get }) =>
      refuseIf(!/^\d{1,9}$/.test(get('max_age') ?? '0'), 'invalid_request', 'max_age must be a number of seconds'),
  },
  {
    name: 'request.locales',
    clause: 'OIDC Core 3.1.2.1; RFC 5646',
    test: ({ get }) =>
      refuseIf(
        scopesOf(get('ui_locales')).some((each) => !languageTag.test(each)),
        'invalid_request',
        'ui_locales must be language tags',
      ),
  },
  {
    name: 'request.claims',
    clause: 'OIDC Core 5.5',
    test: ({ claims }) => refuseIf(!claims().ok, 'invalid_request', 'claims is not a claims request (OIDC Core 5.5)'),
  },
  {
    name: 'request.essentialAcr',
    clause: 'OIDC Core 5.5.1.1',
    test: ({ claims }) => {
      const reading = claims();
      const acr = reading.ok ? reading.wish.acr : undefined;
      return refuseIf(
        acr?.essential === true && acr.values.length > 0 && requestedAssurance(acr.values).level === undefined,
        'unmet_authentication_requirements',
        'none of the essential acr values is known; see acr_values_supported',
      );
    },
  },
  {
    name: 'request.hint',
    clause: 'OIDC Core 3.1.2.1 (id_token_hint)',
    test: ({ hint }) => {
      const found = hint();
      return found === undefined || found.ok
        ? undefined
        : { error: 'invalid_request', description: `id_token_hint is not one of our ID tokens (${found.failed})` };
    },
  },
  {
    name: 'request.onBehalfOf',
    clause: 'HelseID, on behalf of: the organisations of the application’s record',
    test: ({ get, application }) => {
      const organisation = get('on_behalf_of');
      return refuseIf(
        organisation !== undefined && !Object.hasOwn(application?.onBehalfOf ?? {}, organisation),
        'invalid_request',
        'on_behalf_of is none of the organisations that the application is registered to ask for',
      );
    },
  },
  {
    name: 'request.testPerson',
    clause: 'HelseID’s test provider (test_pid …): no request says who is logged in',
    test: ({ get }) =>
      refuseIf(
        testPerson.some((name) => get(name) !== undefined),
        'invalid_request',
        `${testPerson.join(', ')} are parameters of another test environment; take them out`,
      ),
  },
  {
    name: 'request.oneSubject',
    clause: 'OIDC Core 3.1.2.1 and 5.5.1 (a login is of one person: neither wish may be dropped for the other)',
    test: ({ claims, hint }) => {
      const reading = claims();
      const wished = reading.ok ? reading.wish.subject : undefined;
      const found = hint();
      return refuseIf(
        wished !== undefined && found?.ok === true && found.subject !== wished,
        'invalid_request',
        'claims asks for another sub than that of id_token_hint; send one of the two',
      );
    },
  },
];
