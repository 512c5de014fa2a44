// What a call of the userinfo endpoint is judged by.
import type { OidcApplication } from '../../../core/catalogue/index.ts';
import { type Check, type Grant, refuseIf, type TokenState } from '../../../core/grants/index.ts';
import { type AccessTokenReading, isLive, type ReadAccessToken } from './access-token.ts';
import { type DpopFacts, proofCheck, proofRequiredCheck, provenKey } from './dpop.ts';

export interface UserinfoFacts {
  /** How many access tokens the request carries, wherever they stand. */
  readonly tokens: number;
  readonly scheme: 'DPoP' | 'Bearer' | undefined;
  readonly reading: AccessTokenReading | undefined;
  readonly dpop: DpopFacts;
  readonly state: TokenState | undefined;
  readonly grant: Grant | undefined;
  readonly application: OidcApplication | undefined;
}

const tokenOf = ({ reading }: UserinfoFacts): ReadAccessToken | undefined =>
  reading?.ok === true ? reading.token : undefined;

export const userinfoChecks: readonly Check<UserinfoFacts>[] = [
  {
    name: 'userinfo.header',
    clause: 'RFC 6750 2 and 2.1; FAPI 2.0 SP 5.3.4 (in the Authorization header alone)',
    test: ({ tokens, scheme }) =>
      refuseIf(
        tokens > 1 || (tokens === 1 && scheme === undefined),
        'invalid_request',
        'send the access token once, in the Authorization header',
      ),
  },
  {
    name: 'userinfo.present',
    clause: 'RFC 6750 3.1',
    test: ({ tokens }) => refuseIf(tokens === 0, 'invalid_token', 'an access token is needed'),
  },
  {
    name: 'userinfo.token',
    clause: 'RFC 9068 4',
    test: ({ reading }) =>
      refuseIf(
        reading?.ok !== true,
        'invalid_token',
        `the access token is refused (${reading?.ok === false ? reading.failed : 'absent'})`,
      ),
  },
  {
    name: 'userinfo.scheme',
    clause: 'RFC 9449 7.1 and 7.2 (a bound token is never taken as Bearer)',
    test: (facts) =>
      refuseIf(
        (tokenOf(facts)?.jkt !== undefined) !== (facts.scheme === 'DPoP'),
        'invalid_token',
        'use the scheme that the token was issued with (token_type)',
      ),
  },
  proofRequiredCheck,
  proofCheck,
  {
    name: 'userinfo.proof',
    clause: 'RFC 9449 7.1',
    test: (facts) =>
      refuseIf(
        tokenOf(facts)?.jkt !== undefined && provenKey(facts.dpop) !== tokenOf(facts)?.jkt,
        'invalid_token',
        'the access token is bound to another DPoP key',
      ),
  },
  {
    name: 'userinfo.live',
    clause: 'OIDC Core 5.3; a revoked token or an ended session gets nothing',
    test: ({ state }) => refuseIf(!isLive(state), 'invalid_token', 'the access token was revoked or its session ended'),
  },
  {
    name: 'userinfo.client',
    clause: 'a closed application gets nothing',
    test: ({ application }) =>
      refuseIf(application === undefined || application.closed, 'invalid_token', 'the application is closed'),
  },
  {
    name: 'userinfo.scope',
    clause: 'OIDC Core 5.3.1 and 3.1.2.1',
    test: (facts) =>
      refuseIf(
        tokenOf(facts)?.scope.includes('openid') !== true || facts.grant === undefined,
        'insufficient_scope',
        'the access token needs the scope openid',
      ),
  },
];
