// What the request of a device must be like (RFC 8628 3.1): as a pushed one, but for what has to do with a redirect.
import { mustBind } from '../../../core/catalogue/index.ts';
import { type Check, deviceGrant, refuseIf } from '../../../core/grants/index.ts';
import { clientChecks, type WithClient } from './client.ts';
import { proofCheck, type WithDpop } from './dpop.ts';
import { type ParameterFacts, parameterChecks } from './parameters.ts';
import { clientIdCheck, notNestedCheck, requestContentChecks, requestOriginChecks } from './request-checks.ts';
import type { RequestFacts } from './request-facts.ts';

export type DeviceAuthorizationFacts = ParameterFacts & WithClient & WithDpop & { readonly request: RequestFacts };

/** Of answers through a browser, which there is none of; and the grant of codes. */
const ofRedirects: ReadonlySet<string> = new Set([
  'request.redirectUri',
  'request.grant',
  'request.responseType',
  'request.responseMode',
  'request.challenge',
]);

const ofRequest = (checks: readonly Check<RequestFacts>[]): readonly Check<DeviceAuthorizationFacts>[] =>
  checks
    .filter(({ name }) => !ofRedirects.has(name))
    .map(({ name, clause, test }) => ({ name, clause, test: ({ request }) => test(request) }));

export const deviceAuthorizationChecks: readonly Check<DeviceAuthorizationFacts>[] = [
  ...parameterChecks,
  ...clientChecks,
  {
    name: 'device.grant',
    clause: 'RFC 8628 3.1; off until the application is registered for it (O9)',
    test: ({ client }) =>
      refuseIf(
        client.application?.grants.includes(deviceGrant) !== true,
        'unauthorized_client',
        `the application is not registered for ${deviceGrant}`,
      ),
  },
  proofCheck,
  ...ofRequest([notNestedCheck, ...requestOriginChecks, clientIdCheck, ...requestContentChecks]),
  {
    name: 'device.bound',
    clause: 'FAPI 2.0 SP 5.3.2.1 clause 5; RFC 9449 10 (the key is told before anybody is asked)',
    test: ({ client, request }) =>
      refuseIf(
        mustBind(client.application) && request.provenKey() === undefined && request.get('dpop_jkt') === undefined,
        'invalid_request',
        'send dpop_jkt, or a DPoP proof: the key that the tickets will be bound to',
      ),
  },
  {
    name: 'device.asks',
    clause: 'RFC 8628 3.3 (somebody is always asked)',
    test: ({ request }) =>
      refuseIf(
        (request.get('prompt') ?? '').split(' ').includes('none'),
        'invalid_request',
        'prompt=none has no place where a person types a code',
      ),
  },
];
