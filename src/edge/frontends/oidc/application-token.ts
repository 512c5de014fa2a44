// An application's own ticket at an address of the hub beside the issuers' endpoints: which application calls, or the refusal.
import type { HttpRequest, HttpResponse } from '../../../base/http/index.ts';
import { accessTokenHash } from '../../../base/jose/index.ts';
import type { Issuer, OidcApplication } from '../../../core/catalogue/index.ts';
import { type Check, firstRefusal, refuseIf, type TokenState } from '../../../core/grants/index.ts';
import { type AccessTokenReading, isLive, readAccessToken, stateOf } from './access-token.ts';
import {
  type DpopFacts,
  dpopClaims,
  gatherDpop,
  nonceHeader,
  proofCheck,
  proofRequiredCheck,
  provenKey,
} from './dpop.ts';
import { callOf, commitOrReplay, type OidcContext, ourKeys, replayed } from './endpoint.ts';
import { presentedToken, type Scheme } from './presented-token.ts';
import { challenge, refuseAtResource } from './resource-refusal.ts';

export interface ApplicationTokenFacts {
  readonly tokens: number;
  readonly scheme: Scheme | undefined;
  readonly reading: AccessTokenReading | undefined;
  readonly dpop: DpopFacts;
  readonly state: TokenState | undefined;
  readonly application: OidcApplication | undefined;
  readonly issuer: Issuer;
  /** The scope that the address wants. */
  readonly scope: string;
}

const tokenOf = ({ reading }: ApplicationTokenFacts) => (reading?.ok === true ? reading.token : undefined);

export const applicationTokenChecks: readonly Check<ApplicationTokenFacts>[] = [
  {
    name: 'applicationToken.header',
    clause: 'RFC 9449 7.1 (in the Authorization header, once, with the scheme DPoP)',
    test: ({ tokens, scheme }) =>
      refuseIf(tokens !== 1 || scheme !== 'DPoP', 'invalid_token', 'send one access token, as Authorization: DPoP'),
  },
  {
    name: 'applicationToken.token',
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
    name: 'applicationToken.proof',
    clause: 'RFC 9449 7.1 (a token that is bound to no key opens nothing here)',
    test: (facts) =>
      refuseIf(
        tokenOf(facts)?.jkt === undefined || provenKey(facts.dpop) !== tokenOf(facts)?.jkt,
        'invalid_token',
        'the access token is not bound to the key of the DPoP proof',
      ),
  },
  {
    name: 'applicationToken.audience',
    clause: 'RFC 9068 4 (a ticket for an API is not for the hub)',
    test: (facts) =>
      refuseIf(
        tokenOf(facts)?.audience !== facts.issuer.url,
        'invalid_token',
        'the access token is for an API; ask for one without resource',
      ),
  },
  {
    name: 'applicationToken.scope',
    clause: 'RFC 6750 3.1',
    test: (facts) =>
      refuseIf(
        tokenOf(facts)?.scope.includes(facts.scope) !== true,
        'insufficient_scope',
        `the access token needs the scope ${facts.scope}`,
      ),
  },
  {
    name: 'applicationToken.machine',
    clause: 'RFC 9068 2.2 (a ticket about a person is not the application itself)',
    test: (facts) =>
      refuseIf(
        tokenOf(facts)?.grant !== undefined || tokenOf(facts)?.subject !== tokenOf(facts)?.client,
        'insufficient_scope',
        'the access token is about a person; use client_credentials',
      ),
  },
  {
    name: 'applicationToken.live',
    clause: 'RFC 7009 2.2 (a revoked token gets nothing)',
    test: ({ state }) => refuseIf(!isLive(state), 'invalid_token', 'the access token was revoked'),
  },
  {
    name: 'applicationToken.application',
    clause: 'a closed application, or one whose scope was taken away, gets nothing',
    test: ({ application, issuer, scope }) =>
      refuseIf(
        application === undefined ||
          application.closed ||
          application.issuer !== issuer.id ||
          !application.scopes.includes(scope),
        'invalid_token',
        'the application may not do this any more',
      ),
  },
];

/** Which application calls; otherwise the answer that tells why not, which is in the trail. */
export type CallingApplication =
  | {
      readonly ok: true;
      readonly application: OidcApplication;
      /** The next nonce, for every answer (RFC 9449 8.2). */
      readonly headers: Readonly<Record<string, string>>;
    }
  | { readonly ok: false; readonly answer: HttpResponse };

/** Judges the ticket of a request to `uri`, which must have the scope. Its proof is spent by this. */
export async function callingApplication(
  context: OidcContext,
  request: HttpRequest,
  wanted: { readonly uri: string; readonly scope: string },
): Promise<CallingApplication> {
  const { ports } = context;
  const { scheme, text, tokens } = presentedToken(request);
  const issuers = [...ports.catalogue().issuers.values()];
  const [first] = issuers;
  if (first === undefined) throw new Error('there is no issuer');
  const now = ports.clock();
  const catalogue = ports.catalogue();
  const readBy = (issuer: Issuer): AccessTokenReading | undefined =>
    text === undefined
      ? undefined
      : readAccessToken(text, { issuer: issuer.url, keys: ourKeys(context, issuer), now, catalogue });
  // The ticket says which issuer made it; that issuer's keys say whether it is true.
  const found = issuers
    .map((issuer) => ({ issuer, reading: readBy(issuer) }))
    .find(({ reading }) => reading?.ok === true || (reading?.ok === false && reading.failed !== 'issuer'));
  const { issuer, reading } = found ?? { issuer: first, reading: readBy(first) };
  const call = callOf(context, issuer, 'usage-events');
  const token = reading?.ok === true ? reading.token : undefined;
  const application = token === undefined ? undefined : catalogue.clients.get(token.client);
  const ath = text === undefined ? undefined : accessTokenHash(text);
  const dpop = gatherDpop({ request, uri: wanted.uri, required: true, application, now, catalogue, ath }, ports.nonces);
  const state = await stateOf(ports.reads, reading, now);
  const { scope } = wanted;
  const facts: ApplicationTokenFacts = { tokens, scheme, reading, dpop, state, application, issuer, scope };
  const refused = firstRefusal(context.checks.applicationToken, facts);
  if (refused !== undefined || application === undefined) {
    const why = refused ?? { check: 'applicationToken.token', error: 'invalid_token', description: 'no ticket' };
    const about = { client: application?.id, presented: tokens > 0, scheme: 'DPoP' } as const;
    return { ok: false, answer: await refuseAtResource(context, call, why, about) };
  }
  const committed = await commitOrReplay(context, call, application.id, {
    claims: dpopClaims(dpop),
    writes: [],
    ifWon: [],
  });
  if (!committed.won)
    return { ok: false, answer: challenge(context, call, replayed(committed.lost), { scheme: 'DPoP' }) };
  return { ok: true, application, headers: nonceHeader(ports.nonces, now) };
}
