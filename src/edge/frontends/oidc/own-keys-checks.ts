// What a call about an application's own keys is judged by: a bound ticket of the application itself, for nothing else.
import { type Issuer, mayRotateKeys, type OidcApplication, ownKeyScopes } from '../../../core/catalogue/index.ts';
import { type Check, refuseIf, type TokenState } from '../../../core/grants/index.ts';
import { type AccessTokenReading, isLive, type ReadAccessToken } from './access-token.ts';
import { type DpopFacts, proofCheck, proofRequiredCheck, provenKey } from './dpop.ts';
import type { Scheme } from './presented-token.ts';

export interface OwnKeysFacts {
  readonly tokens: number;
  readonly scheme: Scheme | undefined;
  readonly reading: AccessTokenReading | undefined;
  readonly dpop: DpopFacts;
  readonly state: TokenState | undefined;
  readonly application: OidcApplication | undefined;
  readonly issuer: Issuer;
}

const tokenOf = ({ reading }: OwnKeysFacts): ReadAccessToken | undefined =>
  reading?.ok === true ? reading.token : undefined;

export const ownKeysChecks: readonly Check<OwnKeysFacts>[] = [
  {
    name: 'clientKeys.header',
    clause: 'RFC 9449 7.1 (in the Authorization header, once, with the scheme DPoP)',
    test: ({ tokens, scheme }) =>
      refuseIf(tokens !== 1 || scheme !== 'DPoP', 'invalid_token', 'send one access token, as Authorization: DPoP'),
  },
  {
    name: 'clientKeys.token',
    clause: 'RFC 9068 4',
    test: ({ reading }) =>
      refuseIf(
        reading?.ok !== true,
        'invalid_token',
        `the access token is refused (${reading?.ok === false ? reading.failed : 'absent'})`,
      ),
  },
  proofRequiredCheck,
  proofCheck,
  {
    name: 'clientKeys.proof',
    clause: 'RFC 9449 7.1 (a token that is bound to no key opens nothing here)',
    test: (facts) =>
      refuseIf(
        provenKey(facts.dpop) !== tokenOf(facts)?.jkt || tokenOf(facts)?.jkt === undefined,
        'invalid_token',
        'the access token is not bound to the key of the DPoP proof',
      ),
  },
  {
    name: 'clientKeys.audience',
    clause: 'RFC 9068 4; RFC 8707 3 (a ticket for an API changes no key)',
    test: (facts) =>
      refuseIf(
        tokenOf(facts)?.audience !== facts.issuer.url,
        'invalid_token',
        'the access token is for an API; ask for one without resource',
      ),
  },
  {
    name: 'clientKeys.scope',
    clause: 'RFC 6750 3.1',
    test: (facts) =>
      refuseIf(
        tokenOf(facts)?.scope.some((scope) => ownKeyScopes.includes(scope)) !== true,
        'insufficient_scope',
        `the access token needs the scope ${ownKeyScopes.join(' or ')}`,
      ),
  },
  {
    name: 'clientKeys.machine',
    clause: 'RFC 9068 2.2 (a ticket about a person is not the application itself)',
    test: (facts) =>
      refuseIf(
        tokenOf(facts)?.grant !== undefined || tokenOf(facts)?.subject !== tokenOf(facts)?.client,
        'insufficient_scope',
        'the access token is about a person; use client_credentials',
      ),
  },
  {
    name: 'clientKeys.live',
    clause: 'RFC 7009 2.2 (a revoked token gets nothing)',
    test: ({ state }) => refuseIf(!isLive(state), 'invalid_token', 'the access token was revoked'),
  },
  {
    name: 'clientKeys.application',
    clause: 'a closed application, or one whose self-service was turned off, gets nothing',
    test: ({ application, issuer }) =>
      refuseIf(
        application === undefined ||
          application.closed ||
          application.issuer !== issuer.id ||
          !mayRotateKeys(application),
        'invalid_token',
        'the application may not change its keys',
      ),
  },
];
