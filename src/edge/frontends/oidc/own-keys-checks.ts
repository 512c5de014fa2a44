// What a call about an application's own keys is judged by: a bound ticket of the application itself, for nothing else.
import { type Issuer, mayRotateKeys, type OidcApplication, ownKeyScopes } from '../../../core/catalogue/index.ts';
import { type Check, refuseIf, type TokenState } from '../../../core/grants/index.ts';
import { isLive, type ReadAccessToken } from './access-token.ts';
import { type BoundTicketFacts, boundTicketChecks } from './bound-ticket-checks.ts';

export interface OwnKeysFacts extends BoundTicketFacts {
  readonly state: TokenState | undefined;
  readonly application: OidcApplication | undefined;
  readonly issuer: Issuer;
}

const tokenOf = ({ reading }: OwnKeysFacts): ReadAccessToken | undefined =>
  reading?.ok === true ? reading.token : undefined;

export const ownKeysChecks: readonly Check<OwnKeysFacts>[] = [
  ...boundTicketChecks('clientKeys'),
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
