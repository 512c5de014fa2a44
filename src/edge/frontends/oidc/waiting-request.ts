// What requests whose person is asked elsewhere have in common at their endpoints: checks, what is kept, and the trail.
import { type GrantType, mustBind } from '../../../core/catalogue/index.ts';
import { type AuthorizationRequest, type Check, refuseIf, type WaitingRequest } from '../../../core/grants/index.ts';
import { clientChecks } from './client.ts';
import type { DirectFacts } from './direct-request.ts';
import { proofCheck } from './dpop.ts';
import { parameterChecks } from './parameters.ts';
import { pushedBody } from './push.ts';
import { notNestedCheck, requestContentChecks, requestOriginChecks } from './request-checks.ts';
import type { RequestFacts } from './request-facts.ts';

/** Of answers through a browser, which there is none of; and the grant of codes. */
const ofRedirects: ReadonlySet<string> = new Set([
  'request.redirectUri',
  'request.grant',
  'request.responseType',
  'request.responseMode',
  'request.challenge',
]);

export const ofRequest = (checks: readonly Check<RequestFacts>[]): readonly Check<DirectFacts>[] =>
  checks
    .filter(({ name }) => !ofRedirects.has(name))
    .map(({ name, clause, test }) => ({ name, clause, test: ({ request }) => test(request) }));

/** As a pushed request is judged, but for what has to do with a redirect. `name` is the first part of each check's name. */
export const waitingRequestChecks = (name: string, grant: GrantType, clause: string): readonly Check<DirectFacts>[] => [
  ...parameterChecks,
  ...clientChecks,
  {
    name: `${name}.grant`,
    clause: `${clause}; off until the application is registered for it (O9)`,
    test: ({ client }) =>
      refuseIf(
        client.application?.grants.includes(grant) !== true,
        'unauthorized_client',
        `the application is not registered for ${grant}`,
      ),
  },
  proofCheck,
  ...ofRequest([notNestedCheck, ...requestOriginChecks, ...requestContentChecks]),
  {
    name: `${name}.bound`,
    clause: 'FAPI 2.0 SP 5.3.2.1 clause 5; RFC 9449 10 (the key is told before anybody is asked)',
    test: ({ client, request }) =>
      refuseIf(
        mustBind(client.application) && request.provenKey() === undefined && request.get('dpop_jkt') === undefined,
        'invalid_request',
        'send dpop_jkt, or a DPoP proof: the key that the tickets will be bound to',
      ),
  },
  {
    name: `${name}.asks`,
    clause: 'RFC 8628 3.3, CIBA Core 7.3 (somebody is always asked)',
    test: ({ request }) =>
      refuseIf(
        (request.get('prompt') ?? '').split(' ').includes('none'),
        'invalid_request',
        'prompt=none has no place where the person is asked elsewhere',
      ),
  },
];

/** There is no answer through a browser: whatever was said of one is not kept. */
export const withoutRedirect = (request: AuthorizationRequest): AuthorizationRequest => ({
  ...request,
  redirectUri: '',
  state: undefined,
  codeChallenge: undefined,
});

/** What the trail keeps of a waiting request. */
export const waitingBody = ({ request, hash, from }: WaitingRequest) => ({
  ...pushedBody(request),
  redirectUri: undefined,
  waiting: hash,
  from,
});
