// What every address judges first that takes a ticket with the scheme DPoP alone: one ticket, good, and bound to the key that is shown.
import { type Check, refuseIf } from '../../../core/grants/index.ts';
import type { AccessTokenReading } from './access-token.ts';
import { type DpopFacts, proofCheck, proofRequiredCheck, provenKey } from './dpop.ts';
import type { Scheme } from './presented-token.ts';

export interface BoundTicketFacts {
  /** How many access tokens the request carries. */
  readonly tokens: number;
  readonly scheme: Scheme | undefined;
  readonly reading: AccessTokenReading | undefined;
  readonly dpop: DpopFacts;
}

/** The checks, by the name of the list that they begin. */
export const boundTicketChecks = (list: string): readonly Check<BoundTicketFacts>[] => [
  {
    name: `${list}.header`,
    clause: 'RFC 9449 7.1 (in the Authorization header, once, with the scheme DPoP)',
    test: ({ tokens, scheme }) =>
      refuseIf(tokens !== 1 || scheme !== 'DPoP', 'invalid_token', 'send one access token, as Authorization: DPoP'),
  },
  {
    name: `${list}.token`,
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
    name: `${list}.proof`,
    clause: 'RFC 9449 7.1 (a token that is bound to no key opens nothing here)',
    test: ({ reading, dpop }) => {
      const key = reading?.ok === true ? reading.token.jkt : undefined;
      return refuseIf(
        key === undefined || provenKey(dpop) !== key,
        'invalid_token',
        'the access token is not bound to the key of the DPoP proof',
      );
    },
  },
];
