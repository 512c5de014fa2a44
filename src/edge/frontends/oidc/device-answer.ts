// The end of a login that was begun for a device: kept for its next poll; the person is told to go back to it.
import { type HttpResponse, seeOther } from '../../../base/http/index.ts';
import { Problem } from '../../../base/problem.ts';
import { claimDecision, denyDevice, type Refused, saveCode } from '../../../core/grants/index.ts';
import type { LoginOutcome } from '../../../core/journey/index.ts';
import type { ReasonCode } from '../../../wire/codes/index.ts';
import { type Call, commonOf, type OidcContext } from './endpoint.ts';
import { codeOfLogin, refusedLogin } from './login-code.ts';
import type { OidcMemo } from './memo.ts';
import { refusedRecord } from './records.ts';

type Device = NonNullable<OidcMemo['device']>;

/** Decides a device's request by how its login ended (RFC 8628 3.3). Throws a Problem where it is too late. */
export async function answerDevice(
  context: OidcContext,
  issuerId: string,
  { request }: OidcMemo,
  device: Device,
  outcome: LoginOutcome,
): Promise<HttpResponse> {
  const { ports } = context;
  const { reference } = outcome;
  const catalogue = ports.catalogue();
  const issuer = catalogue.issuers.get(issuerId);
  if (issuer === undefined || outcome.kind === 'loginAdded')
    throw problem('internal', reference, 'no login for a device');
  const now = ports.clock();
  const call: Call = { issuer, endpoint: 'device-authorization', now, catalogue, reference };
  if (outcome.kind === 'refused') {
    await denyRequest(context, call, request.client, device, refusedLogin(outcome), outcome.reason);
    if (outcome.error === 'cancelled') return seeOther(ports.browser.deviceEndUrl('stopped'));
    throw problem(outcome.reason, reference, 'the login for a device was refused');
  }
  if (now >= device.expiresAt) throw problem('request.expired', reference, 'the device code expired during the login');
  const made = await codeOfLogin(context, call, request, outcome, device.hash);
  if (made.refused !== undefined) {
    await denyRequest(context, call, request.client, device, made.refused);
    throw problem('forbidden', reference, made.refused.description);
  }
  const { code, record } = made;
  const committed = await ports.commit({
    claims: [claimDecision(device)],
    // The device comes for it by itself, so it lives as long as the device may ask.
    writes: [saveCode({ ...code, expiresAt: device.expiresAt })],
    ifWon: [{ ...record, body: { ...record.body, device: device.hash } }],
    ifLost: [refusedRecord(commonOf(call, request.client), decidedBefore, { grant: code.grant })],
  });
  if (!committed.won) throw problem('request.expired', reference, decidedBefore.description);
  return seeOther(ports.browser.deviceEndUrl('done'));
}

const decidedBefore: Refused = {
  check: 'singleUse',
  error: 'invalid_grant',
  description: 'the device request was decided before',
};

/** Says no to a device, once; nothing changes when it was decided before. */
export async function denyRequest(
  context: OidcContext,
  call: Call,
  client: string,
  device: Device,
  refused: Refused,
  reason?: ReasonCode,
): Promise<void> {
  const record = refusedRecord(commonOf(call, client), refused, { reason });
  await context.ports.commit({
    claims: [claimDecision(device)],
    writes: [denyDevice(device.hash, call.now)],
    ifWon: [{ ...record, body: { ...record.body, device: device.hash } }],
    ifLost: [refusedRecord(commonOf(call, client), decidedBefore)],
  });
}

const problem = (code: ReasonCode, reference: string, detail: string) =>
  new Problem({ kind: 'invalid', code, public: { reference }, detail });
