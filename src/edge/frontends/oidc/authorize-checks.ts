// What the authorization endpoint judges before it knows where an answer may go: each refusal is a page, never a redirect.
import type { EpochMs } from '../../../base/clock.ts';
import type { Issuer, OidcApplication } from '../../../core/catalogue/index.ts';
import { type Check, type PushedRequest, refuseIf } from '../../../core/grants/index.ts';
import type { ReasonCode } from '../../../wire/codes/index.ts';
import { type ParameterFacts, parameterChecks } from './parameters.ts';

export interface AuthorizeFacts extends ParameterFacts {
  readonly now: EpochMs;
  readonly issuer: Issuer;
  readonly application: OidcApplication | undefined;
  readonly requestUri: string | undefined;
  /** Whether the request_uri has the form that we give out. */
  readonly ours: boolean;
  readonly pushed: (PushedRequest & { readonly spent: boolean }) | undefined;
}

const byUri = ({ requestUri, ours }: AuthorizeFacts): boolean => requestUri !== undefined && ours;

export const authorizeChecks: readonly Check<AuthorizeFacts>[] = [
  ...parameterChecks,
  {
    name: 'authorize.client',
    clause: 'RFC 6749 4.1.2.1 (unknown client: no redirect)',
    test: ({ application, issuer }) =>
      refuseIf(
        application === undefined || application.issuer !== issuer.id,
        'invalid_client',
        'no such client at this issuer',
      ),
  },
  {
    name: 'authorize.open',
    clause: 'a closed application gets nothing',
    test: ({ application }) => refuseIf(application?.closed === true, 'invalid_client', 'the application is closed'),
  },
  {
    name: 'authorize.requestUri',
    clause: 'RFC 9126 4; never fetched (O10)',
    test: ({ requestUri, ours }) =>
      refuseIf(
        requestUri !== undefined && !ours,
        'request_uri_not_supported',
        'request_uri must be one that the PAR endpoint gave out; other URIs are never fetched',
      ),
  },
  {
    name: 'authorize.oneRequest',
    clause: 'RFC 9101 5 (request and request_uri must not be used together)',
    test: ({ requestUri, parameters }) =>
      refuseIf(
        requestUri !== undefined && parameters.get('request') !== undefined,
        'invalid_request',
        'send request or request_uri, not both',
      ),
  },
  {
    name: 'authorize.pushed',
    clause: 'RFC 9126 4',
    test: (facts) =>
      refuseIf(byUri(facts) && facts.pushed === undefined, 'invalid_request', 'the request_uri is unknown or expired'),
  },
  {
    name: 'authorize.pushedClient',
    clause: 'RFC 9126 2.2 (bound to the client that pushed it)',
    test: (facts) =>
      refuseIf(
        byUri(facts) &&
          (facts.pushed?.request.client !== facts.application?.id || facts.pushed?.request.issuer !== facts.issuer.id),
        'invalid_request',
        'the request_uri was given to another client',
      ),
  },
  {
    name: 'authorize.pushedFresh',
    clause: 'RFC 9126 2.2; FAPI 2.0 SP 5.3.2.2 (shorter than 600 seconds)',
    test: ({ pushed, now }) =>
      refuseIf(pushed !== undefined && now >= pushed.expiresAt, 'invalid_request', 'the request_uri has expired'),
  },
  {
    name: 'authorize.unspent',
    clause: 'RFC 9126 4 (once; a reload before the code is issued still works)',
    test: ({ pushed }) =>
      refuseIf(pushed?.spent === true, 'invalid_request', 'the request_uri was used; start again in the application'),
  },
  {
    name: 'authorize.redirectUri',
    clause: 'RFC 9700 2.1 (still registered)',
    test: ({ pushed, application }) =>
      refuseIf(
        pushed !== undefined && application?.redirectUris.includes(pushed.request.redirectUri) !== true,
        'invalid_request',
        'redirect_uri is no longer registered for the application',
      ),
  },
];

const reasons: Readonly<Record<string, ReasonCode>> = {
  'authorize.client': 'request.unknownApplication',
  'authorize.open': 'policy.applicationClosed',
  'authorize.pushed': 'request.expired',
  'authorize.pushedFresh': 'request.expired',
  'authorize.unspent': 'request.expired',
  'authorize.redirectUri': 'request.redirectUri',
  'request.redirectUri': 'request.redirectUri',
  'logout.redirectUri': 'request.redirectUri',
  'logout.client': 'request.unknownApplication',
};

/** What the person is told when a check refuses without an application to go back to. */
export const pageReason = (check: string): ReasonCode => reasons[check] ?? 'request.malformed';
