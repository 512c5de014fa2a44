// Polls of programs whose person is asked elsewhere (RFC 8628 3.4, CIBA Core 10.1): what was decided, and the first tickets once.
import type { HttpResponse } from '../../../base/http/index.ts';
import { conditionsOfDetails } from '../../../core/context/index.ts';
import {
  backchannelGrant,
  decideRedemption,
  deviceGrant,
  firstRefusal,
  type Grant,
  type OAuthError,
  type PollFacts,
  redemptionTarget,
  type WaitedFacts,
} from '../../../core/grants/index.ts';
import { explanationOf } from '../../../core/journey/index.ts';
import { authReqIdHash } from './backchannel-authentication.ts';
import { decideAgain, holderOf } from './code-context.ts';
import { deviceHash } from './device-authorization.ts';
import { type OidcContext, refusalAnswer } from './endpoint.ts';
import type { TokenCall } from './token.ts';
import { refuseToken } from './token-answer.ts';
import { firstTickets, takeDown } from './token-code.ts';

/** No failures, and too many to write down: the program asks again. */
const waiting: readonly OAuthError[] = ['authorization_pending', 'slow_down'];

/** What each grant polls with, how that is stored, and the list that judges it. */
const kinds = {
  [deviceGrant]: { parameter: 'device_code', hashOf: deviceHash, list: 'deviceRedemption' },
  [backchannelGrant]: { parameter: 'auth_req_id', hashOf: authReqIdHash, list: 'backchannelRedemption' },
} as const;

/** Answers a poll. */
export async function redeemWaiting(
  context: OidcContext,
  call: TokenCall,
  grantType: keyof typeof kinds,
): Promise<HttpResponse> {
  const { ports } = context;
  const { application, issuer, catalogue, parameters, now, jkt } = call;
  const { parameter, hashOf, list } = kinds[grantType];
  const code = parameters.get(parameter);
  const hash = code === undefined ? undefined : hashOf(code);
  const found = hash === undefined ? undefined : await ports.waiting.poll(hash, now);
  const stored = hash === undefined || found === undefined ? undefined : await ports.reads.code(hash, now);
  const facts: PollFacts = {
    now,
    application,
    issuer,
    catalogue,
    code,
    redirectUri: undefined,
    codeVerifier: undefined,
    resources: parameters.all('resource'),
    jkt,
    stored,
    waiting: found,
  };
  const redemption = decideRedemption(facts, context.checks[list]);
  if (redemption.kind === 'redeemed') {
    const { grant } = redemption;
    const again = await lookAgain(context, call, grant);
    const objection = firstRefusal(context.checks.waited, again);
    if (objection !== undefined) {
      const explanation = again.decision && explanationOf(again.decision);
      return refuseToken(context, call, objection, { grant, explanation });
    }
    return firstTickets(context, call, { ...redemption.stored, grant }, redemptionTarget(facts).api, grantType);
  }
  const { refused, revoke } = redemption;
  if (revoke !== undefined) return takeDown(context, call, revoke, refused);
  if (waiting.includes(refused.error))
    return refusalAnswer(context, call, refused, { client: call.client, dpop: jkt !== undefined });
  return refuseToken(context, call, refused, { grant: stored?.grant });
}

/** A yes lives longer than a code of a browser, so whom it is about is looked at once more. */
async function lookAgain(context: OidcContext, call: TokenCall, grant: Grant): Promise<WaitedFacts> {
  const holder = await holderOf(context, grant);
  const conditions = grant.context?.conditions ?? conditionsOfDetails([], call.application);
  const decision = decideAgain(context, call, grant, holder, conditions);
  return { now: call.now, holder: { grant, ...holder }, decision };
}
