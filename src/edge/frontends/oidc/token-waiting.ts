// Polls of programs whose person is asked elsewhere (RFC 8628 3.4, CIBA Core 10.1): what was decided, and the first tickets once.
import type { HttpResponse } from '../../../base/http/index.ts';
import {
  backchannelGrant,
  decideRedemption,
  deviceGrant,
  type OAuthError,
  type PollFacts,
  redemptionTarget,
} from '../../../core/grants/index.ts';
import { authReqIdHash } from './backchannel-authentication.ts';
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
    return firstTickets(context, call, { ...redemption.stored, grant }, redemptionTarget(facts).api, grantType);
  }
  const { refused, revoke } = redemption;
  if (revoke !== undefined) return takeDown(context, call, revoke, refused);
  if (waiting.includes(refused.error))
    return refusalAnswer(context, call, refused, { client: call.client, dpop: jkt !== undefined });
  return refuseToken(context, call, refused, { grant: stored?.grant });
}
