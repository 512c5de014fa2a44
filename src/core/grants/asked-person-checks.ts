// Which requests a person may answer (CIBA Core 7.1): those that name this person, that wait, and a few of each application.
import type { EpochMs } from '../../base/clock.ts';
import type { OidcApplication } from '../catalogue/index.ts';
import { type Check, firstRefusal, refuseIf } from './check.ts';
import { type AskedRequest, backchannelGrant } from './waiting.ts';

/** Requests for one person that one application may have waiting; a no counts as long as the request would have lived. */
export const mostWaiting = 3;

export interface AskedPersonFacts {
  readonly now: EpochMs;
  /** Who is here. */
  readonly person: string;
  readonly waiting: AskedRequest | undefined;
  readonly application: OidcApplication | undefined;
}

export const askedPersonChecks: readonly Check<AskedPersonFacts>[] = [
  {
    name: 'asked.own',
    clause: 'CIBA Core 7.1 (the person of the hint, and nobody else)',
    test: ({ waiting, person }) =>
      refuseIf(waiting?.person !== person, 'invalid_grant', 'no request waits for this person there'),
  },
  {
    name: 'asked.fresh',
    clause: 'CIBA Core 7.3 (expires_in)',
    test: ({ waiting, now }) =>
      refuseIf(waiting !== undefined && now >= waiting.expiresAt, 'expired_token', 'the request has expired'),
  },
  {
    name: 'asked.undecided',
    clause: 'CIBA Core 10.1 (one decision a request)',
    test: ({ waiting }) =>
      refuseIf(
        waiting?.allowed === true || waiting?.deniedAt !== undefined,
        'invalid_grant',
        'the request was decided before',
      ),
  },
  {
    name: 'asked.application',
    clause: 'a closed application, or one whose grant was taken away, gets nothing (O9)',
    test: ({ application }) =>
      refuseIf(
        application === undefined || application.closed || !application.grants.includes(backchannelGrant),
        'unauthorized_client',
        'the application is closed or has not the back-channel grant any more',
      ),
  },
];

/** Those of a person's requests that a page shows: at most a few of each application, however many it slipped in. */
export function shownRequests(
  person: string,
  requests: readonly AskedRequest[],
  applications: ReadonlyMap<string, OidcApplication>,
  now: EpochMs,
  checks: readonly Check<AskedPersonFacts>[] = askedPersonChecks,
): readonly AskedRequest[] {
  const count = new Map<string, number>();
  return requests.filter((waiting) => {
    const { client } = waiting.request;
    const refused = firstRefusal(checks, { now, person, waiting, application: applications.get(client) });
    // Who says no is not asked the next that slipped in.
    if (refused !== undefined && waiting.deniedAt === undefined) return false;
    const before = count.get(client) ?? 0;
    count.set(client, before + 1);
    return refused === undefined && before < mostWaiting;
  });
}
