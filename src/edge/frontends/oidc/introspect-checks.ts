// Who may introspect, and when a token is active for whoever asks.
import type { Api, CatalogueSnapshot, OidcApplication } from '../../../core/catalogue/index.ts';
import { type Check, refuseIf, type TokenState } from '../../../core/grants/index.ts';
import { type AccessTokenReading, isLive } from './access-token.ts';
import { clientChecks, type WithClient } from './client.ts';
import { type ParameterFacts, parameterChecks } from './parameters.ts';

export type IntrospectFacts = ParameterFacts & WithClient;

export const introspectChecks: readonly Check<IntrospectFacts>[] = [
  ...parameterChecks,
  ...clientChecks,
  {
    name: 'introspect.allowed',
    clause: 'RFC 7662 2.1 and 4 (only the resource server of an API)',
    test: ({ client }) =>
      refuseIf(
        (client.application?.introspects.length ?? 0) === 0,
        'unauthorized_client',
        'the application is not registered as the resource server of an API (introspects)',
      ),
  },
  {
    name: 'introspect.token',
    clause: 'RFC 7662 2.1',
    test: ({ parameters }) => refuseIf(parameters.get('token') === undefined, 'invalid_request', 'token is missing'),
  },
];

export interface ActiveFacts {
  readonly asking: OidcApplication;
  readonly catalogue: CatalogueSnapshot;
  readonly reading: AccessTokenReading | undefined;
  readonly state: TokenState | undefined;
}

/** When any of these refuses, the answer is `{"active": false}` and nothing else (RFC 7662 2.2). */
export const activeChecks: readonly Check<ActiveFacts>[] = [
  {
    name: 'active.token',
    clause: 'RFC 7662 4; RFC 9068 4',
    test: ({ reading }) => refuseIf(reading?.ok !== true, 'invalid_token', 'not a token of ours, or expired'),
  },
  {
    name: 'active.audience',
    clause: 'RFC 7662 4 (nothing of another API; A13)',
    test: ({ reading, asking, catalogue }) =>
      refuseIf(
        reading?.ok === true && !ownApis(asking, catalogue).some((api) => api.audience === reading.token.audience),
        'invalid_token',
        'for another API',
      ),
  },
  {
    name: 'active.live',
    clause: 'RFC 7662 4 (revoked tokens; ended sessions)',
    test: ({ state }) => refuseIf(!isLive(state), 'invalid_token', 'revoked, or its session ended'),
  },
  {
    name: 'active.client',
    clause: 'a closed application gets nothing',
    test: ({ reading, catalogue }) =>
      refuseIf(
        reading?.ok === true && catalogue.clients.get(reading.token.client)?.closed !== false,
        'invalid_token',
        'its application is closed',
      ),
  },
];

function ownApis(asking: OidcApplication, catalogue: CatalogueSnapshot): readonly Api[] {
  return asking.introspects.flatMap((id) => catalogue.apis.get(id) ?? []);
}
