// What a logout by an application is judged by; each refusal is a page, never a redirect.
import type { OidcApplication } from '../../../core/catalogue/index.ts';
import { type Check, refuseIf } from '../../../core/grants/index.ts';
import type { IdTokenHint } from './id-token-hint.ts';
import { type ParameterFacts, parameterChecks } from './parameters.ts';

export interface EndSessionFacts extends ParameterFacts {
  readonly issuer: string;
  /** The ID token that came along, if it is ours. */
  readonly hint: IdTokenHint | undefined;
  /** The application by `client_id` or by the hint. */
  readonly application: OidcApplication | undefined;
}

export const endSessionChecks: readonly Check<EndSessionFacts>[] = [
  ...parameterChecks,
  {
    name: 'logout.client',
    clause: 'RP-Initiated Logout 2 (client_id)',
    test: ({ parameters, application, issuer }) =>
      refuseIf(
        parameters.get('client_id') !== undefined && (application === undefined || application.issuer !== issuer),
        'invalid_request',
        'no such client at this issuer',
      ),
  },
  {
    name: 'logout.sameClient',
    clause: 'RP-Initiated Logout 2 (client_id must be the audience of the hint)',
    test: ({ parameters, hint }) =>
      refuseIf(
        hint?.ok === true && (parameters.get('client_id') ?? hint.client) !== hint.client,
        'invalid_request',
        'client_id is not the audience of id_token_hint',
      ),
  },
  {
    name: 'logout.redirectUri',
    clause: 'RP-Initiated Logout 3 (exact match; O11)',
    test: ({ parameters, application }) => {
      const uri = parameters.get('post_logout_redirect_uri');
      return refuseIf(
        uri !== undefined && application?.postLogoutRedirectUris.includes(uri) !== true,
        'invalid_request',
        'post_logout_redirect_uri must be registered, character for character; send client_id or id_token_hint with it',
      );
    },
  },
];

/** A logout that an ID token of ours asks for: who is named in it, and whose browser it is. */
export interface LogoutFacts {
  readonly hint: Extract<IdTokenHint, { ok: true }>;
  /** Session of the browser, when its cookie came along. */
  readonly browserSession: string | undefined;
}

/** When any of these refuses, the person is asked first, as without a valid ID token (logout CSRF: O11). */
export const silentLogoutChecks: readonly Check<LogoutFacts>[] = [
  {
    name: 'logout.session',
    clause: 'RP-Initiated Logout 2 (the hint must be about the session of this browser)',
    test: ({ hint, browserSession }) =>
      refuseIf(
        browserSession !== undefined && browserSession !== hint.session,
        'interaction_required',
        'the ID token is about another session than that of this browser',
      ),
  },
];
