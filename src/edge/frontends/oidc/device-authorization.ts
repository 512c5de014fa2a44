// The device authorization endpoint (RFC 8628 3.1): an authenticated program gets a code for itself and one to show.
import { type HttpRequest, type HttpResponse, json } from '../../../base/http/index.ts';
import { newToken, tokenHash } from '../../../base/ids.ts';
import { type Keyring, keyedHash, keyedHashes } from '../../../base/sealing/index.ts';
import type { Issuer } from '../../../core/catalogue/index.ts';
import {
  newUserCode,
  pollSeconds,
  saveWaiting,
  shownUserCode,
  type WaitingRequest,
  waitingSeconds,
} from '../../../core/grants/index.ts';
import { commitDirect, gatherDirect, judgeDirect } from './direct-request.ts';
import { callOf, commonOf, type OidcContext } from './endpoint.ts';
import { doneRecord } from './records.ts';
import { waitingBody, withoutRedirect } from './waiting-request.ts';

/** What a device code is stored as: a hash of its own kind, so that it is never taken for an authorization code. */
export const deviceHash = (code: string): string => tokenHash(`device_code ${code}`);

const purpose = 'device user code';
const userHash = (keyring: Keyring, code: string): string => keyedHash(keyring, purpose, code);

/** Every hash that a user code may be stored as. */
export const userHashes = (keyring: Keyring, code: string): readonly string[] => keyedHashes(keyring, purpose, code);

/** Answers POST /device_authorization. */
export async function authorizeDevice(
  context: OidcContext,
  issuer: Issuer,
  request: HttpRequest,
): Promise<HttpResponse> {
  const call = callOf(context, issuer, 'device-authorization');
  const { ports } = context;
  const { now } = call;
  const facts = await gatherDirect(context, call, request, 'pushed');
  const judged = await judgeDirect(context, call, facts, context.checks.deviceAuthorization);
  if (judged.refused !== undefined) return judged.refused;
  const deviceCode = newToken(32, ports.random);
  const userCode = newUserCode(ports.random);
  const device: WaitingRequest = {
    hash: deviceHash(deviceCode),
    userHash: userHash(ports.nonces, userCode),
    request: withoutRedirect(judged.kept),
    from: request.ip,
    createdAt: now,
    expiresAt: now + waitingSeconds * 1000,
  };
  const shown = shownUserCode(userCode);
  return commitDirect(
    context,
    call,
    facts,
    {
      writes: [saveWaiting(device)],
      ifWon: [
        doneRecord('ticket.pushed', commonOf(call, device.request.client), {
          ...waitingBody(device),
          context: judged.trail,
        }),
      ],
    },
    json(200, {
      device_code: deviceCode,
      user_code: shown,
      verification_uri: ports.browser.deviceUrl(),
      verification_uri_complete: ports.browser.deviceUrl(shown),
      expires_in: waitingSeconds,
      interval: pollSeconds,
    }),
  );
}
