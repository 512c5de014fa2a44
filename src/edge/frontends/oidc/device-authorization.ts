// The device authorization endpoint (RFC 8628 3.1): an authenticated program gets a code for itself and one to show.
import { type HttpRequest, type HttpResponse, json, readForm } from '../../../base/http/index.ts';
import { newToken, tokenHash } from '../../../base/ids.ts';
import { type Keyring, keyedHash, keyedHashes } from '../../../base/sealing/index.ts';
import type { Issuer } from '../../../core/catalogue/index.ts';
import {
  deviceSeconds,
  firstRefusal,
  newUserCode,
  pollSeconds,
  saveDevice,
  shownUserCode,
} from '../../../core/grants/index.ts';
import { clientClaims, gatherClient } from './client.ts';
import { contextOfRequest } from './context.ts';
import { dpopClaims, gatherDpop, nonceHeader, provenKey } from './dpop.ts';
import {
  callOf,
  commitOrReplay,
  commonOf,
  knownClient,
  type OidcContext,
  ourKeys,
  refusalAnswer,
  refuse,
  replayed,
} from './endpoint.ts';
import { endpointUrl } from './endpoint-paths.ts';
import { parametersOf } from './parameters.ts';
import { pushedBody, requestObjectClaims } from './push.ts';
import { doneRecord } from './records.ts';
import { gatherRequest, requestOf } from './request-facts.ts';

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
  const { now, catalogue } = call;
  const parameters = parametersOf(readForm(request));
  const uri = endpointUrl(issuer, 'device-authorization');
  const client = await gatherClient(
    { request, parameters, issuer, endpoint: uri, catalogue, now },
    { keys: context.clientKeys, verifySecret: ports.verifySecret },
  );
  const { application } = client;
  const dpop = gatherDpop({ request, uri, required: false, application, now, catalogue }, ports.nonces);
  const asked = await gatherRequest(
    {
      channel: 'pushed',
      now,
      issuer,
      catalogue,
      application,
      outer: parameters,
      provenKey: () => provenKey(dpop),
      ourKeys: () => ourKeys(context, issuer),
    },
    context.clientKeys,
  );
  const refused = firstRefusal(context.checks.deviceAuthorization, { parameters, client, dpop, request: asked });
  if (refused !== undefined) return refuse(context, call, refused, { client, dpop: dpop.present });

  // There is no answer through a browser: whatever was said of one is not kept.
  const plain = { ...requestOf(asked), redirectUri: '', state: undefined, codeChallenge: undefined };
  const said = await contextOfRequest(context, call, asked, plain, client);
  if (said.refused !== undefined) return refuse(context, call, said.refused, { client, dpop: dpop.present });
  const kept = { ...plain, context: said.stored };
  const deviceCode = newToken(32, ports.random);
  const userCode = newUserCode(ports.random);
  const device = {
    hash: deviceHash(deviceCode),
    userHash: userHash(ports.nonces, userCode),
    request: kept,
    from: request.ip,
    createdAt: now,
    expiresAt: now + deviceSeconds * 1000,
  };
  const committed = await commitOrReplay(context, call, knownClient(client), {
    claims: [...clientClaims(client), ...dpopClaims(dpop), ...requestObjectClaims(asked)],
    writes: [saveDevice(device)],
    ifWon: [
      doneRecord('ticket.pushed', commonOf(call, kept.client), {
        ...pushedBody(kept),
        redirectUri: undefined,
        device: device.hash,
        from: request.ip,
        context: said.trail,
      }),
    ],
  });
  if (!committed.won) return refusalAnswer(context, call, replayed(committed.lost), { client, dpop: dpop.present });
  const shown = shownUserCode(userCode);
  const answer = json(200, {
    device_code: deviceCode,
    user_code: shown,
    verification_uri: ports.browser.deviceUrl(),
    verification_uri_complete: ports.browser.deviceUrl(shown),
    expires_in: deviceSeconds,
    interval: pollSeconds,
  });
  return dpop.present ? { ...answer, headers: { ...answer.headers, ...nonceHeader(ports.nonces, now) } } : answer;
}
