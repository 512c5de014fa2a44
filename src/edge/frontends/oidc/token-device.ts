// device_code (RFC 8628 3.4): a device polls for what its person decided, and gets the first tickets once.
import type { HttpResponse } from '../../../base/http/index.ts';
import {
  type DeviceRedemptionFacts,
  decideRedemption,
  deviceGrant,
  type OAuthError,
  redemptionTarget,
} from '../../../core/grants/index.ts';
import { deviceHash } from './device-authorization.ts';
import { type OidcContext, refusalAnswer } from './endpoint.ts';
import type { TokenCall } from './token.ts';
import { refuseToken } from './token-answer.ts';
import { firstTickets, takeDown } from './token-code.ts';

/** No failures, and too many to write down: the device asks again. */
const waiting: readonly OAuthError[] = ['authorization_pending', 'slow_down'];

/** Answers a device's poll. */
export async function redeemDevice(context: OidcContext, call: TokenCall): Promise<HttpResponse> {
  const { ports } = context;
  const { application, issuer, catalogue, parameters, now, jkt } = call;
  const code = parameters.get('device_code');
  const hash = code === undefined ? undefined : deviceHash(code);
  const device = hash === undefined ? undefined : await ports.devices.pollDevice(hash, now);
  const stored = hash === undefined || device === undefined ? undefined : await ports.reads.code(hash, now);
  const facts: DeviceRedemptionFacts = {
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
    device,
  };
  const redemption = decideRedemption(facts, context.checks.deviceRedemption);
  if (redemption.kind === 'redeemed') {
    const { grant } = redemption;
    return firstTickets(context, call, { ...redemption.stored, grant }, redemptionTarget(facts).api, deviceGrant);
  }
  const { refused, revoke } = redemption;
  if (revoke !== undefined) return takeDown(context, call, revoke, refused);
  if (waiting.includes(refused.error))
    return refusalAnswer(context, call, refused, { client: call.client, dpop: jkt !== undefined });
  return refuseToken(context, call, refused, { grant: stored?.grant });
}
