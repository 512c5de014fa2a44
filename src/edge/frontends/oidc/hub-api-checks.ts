// What a call of an API of the hub itself is judged by: a live ticket of the hub's own, for that API, bound to a key that is shown.
import type { Api, Issuer, OidcApplication } from '../../../core/catalogue/index.ts';
import { type Check, type Grant, refuseIf, type TokenState } from '../../../core/grants/index.ts';
import { isLive, type ReadAccessToken } from './access-token.ts';
import { type BoundTicketFacts, boundTicketChecks } from './bound-ticket-checks.ts';

export interface HubApiFacts extends BoundTicketFacts {
  /** Which of the hub's APIs is called; absent: an address for tickets that name no API. */
  readonly api: Pick<Api, 'audience'> | undefined;
  /** Scopes of which the ticket must have one. */
  readonly scopes: readonly string[];
  /** Only an application as itself may call. */
  readonly machine: boolean;
  /** Whose ticket it is. */
  readonly issuer: Issuer;
  readonly state: TokenState | undefined;
  /** Behind a ticket about a person. */
  readonly grant: Grant | undefined;
  readonly application: OidcApplication | undefined;
}

const tokenOf = ({ reading }: HubApiFacts): ReadAccessToken | undefined =>
  reading?.ok === true ? reading.token : undefined;

export const hubApiChecks: readonly Check<HubApiFacts>[] = [
  ...boundTicketChecks('hubApi'),
  {
    name: 'hubApi.audience',
    clause: 'RFC 9068 4; RFC 8707 3 (a ticket for another API opens nothing here)',
    test: (facts) =>
      refuseIf(
        tokenOf(facts)?.audience !== (facts.api?.audience ?? facts.issuer.url),
        'invalid_token',
        `the access token is for another API; ask for one ${facts.api === undefined ? 'without resource' : `with resource=${facts.api.audience}`}`,
      ),
  },
  {
    name: 'hubApi.scope',
    clause: 'RFC 6750 3.1',
    test: (facts) =>
      refuseIf(
        tokenOf(facts)?.scope.some((scope) => facts.scopes.includes(scope)) !== true,
        'insufficient_scope',
        `the access token needs the scope ${facts.scopes.join(' or ')}`,
      ),
  },
  {
    name: 'hubApi.live',
    clause: 'RFC 7009 2.2 (a revoked token, an ended session, a closed person get nothing)',
    test: ({ state }) => refuseIf(!isLive(state), 'invalid_token', 'the access token was revoked or its session ended'),
  },
  {
    name: 'hubApi.holder',
    clause: 'RFC 9068 2.2 (either the application as itself, or a person by a grant that is there)',
    test: (facts) => {
      const token = tokenOf(facts);
      const asItself = token?.grant === undefined && token?.subject === token?.client;
      return refuseIf(!asItself && facts.grant === undefined, 'invalid_token', 'the access token is about nobody');
    },
  },
  {
    name: 'hubApi.machine',
    clause: 'RFC 9068 2.2 (a ticket about a person is not the application itself)',
    test: (facts) =>
      refuseIf(
        facts.machine && (tokenOf(facts)?.grant !== undefined || tokenOf(facts)?.subject !== tokenOf(facts)?.client),
        'insufficient_scope',
        'the access token is about a person; use client_credentials',
      ),
  },
  {
    name: 'hubApi.acting',
    clause: 'RFC 8693 4.1 (an API that acts for a person administers nothing)',
    test: (facts) =>
      refuseIf(
        tokenOf(facts)?.claims['act'] !== undefined,
        'insufficient_scope',
        'the access token was exchanged; administration is done by the application that the person is at',
      ),
  },
  {
    name: 'hubApi.application',
    clause: 'a closed application, one of another issuer, or one whose scope was taken away gets nothing',
    test: ({ application, issuer, scopes }) =>
      refuseIf(
        application === undefined ||
          application.closed ||
          application.issuer !== issuer.id ||
          !scopes.some((scope) => application.scopes.includes(scope)),
        'invalid_token',
        'the application may not do this any more',
      ),
  },
];
