// The end of a login whose program waits elsewhere: kept for its next poll; the person is told to go back to it.
import { type HttpResponse, seeOther } from '../../../base/http/index.ts';
import { Problem } from '../../../base/problem.ts';
import { recordOnly } from '../../../core/commit/index.ts';
import { claimDecision, denyWaiting, type Refused, saveCode } from '../../../core/grants/index.ts';
import type { LoginOutcome } from '../../../core/journey/index.ts';
import type { AuditKind, ReasonCode } from '../../../wire/codes/index.ts';
import { type Call, commonOf, type OidcContext } from './endpoint.ts';
import { codeOfLogin, refusedLogin } from './login-code.ts';
import type { OidcMemo } from './memo.ts';
import { refusedRecord } from './records.ts';

type Waiting = NonNullable<OidcMemo['waiting']>;

/**
 * Decides a waiting request by how its login ended (RFC 8628 3.3, CIBA Core 7.3). Throws a Problem where it is too late,
 * or where it was not for the person who logged in: then it goes on waiting for the one who was asked.
 */
export async function answerWaiting(
  context: OidcContext,
  issuerId: string,
  { request }: OidcMemo,
  waiting: Waiting,
  outcome: LoginOutcome,
): Promise<HttpResponse> {
  const { ports } = context;
  const { reference } = outcome;
  const catalogue = ports.catalogue();
  const issuer = catalogue.issuers.get(issuerId);
  if (issuer === undefined || outcome.kind === 'loginAdded')
    throw problem('internal', reference, 'no login for a waiting request');
  const now = ports.clock();
  const endpoint = waiting.person === undefined ? 'device-authorization' : 'backchannel-authentication';
  const call: Call = { issuer, endpoint, now, catalogue, reference };
  if (outcome.kind === 'refused') return refusedAnswer(context, call, request.client, waiting, outcome);
  if (now >= waiting.expiresAt) throw problem('request.expired', reference, 'the request expired during the login');
  const made = await codeOfLogin(context, call, request, outcome, { hash: waiting.hash, askedPerson: waiting.person });
  if (made.refused !== undefined) {
    await (made.refused.check === 'answer.person'
      ? ports.commit(recordOnly([refusedRecord(commonOf(call, request.client), made.refused)]))
      : denyRequest(context, call, request.client, waiting, made.refused));
    throw problem('forbidden', reference, made.refused.description);
  }
  const { code, record } = made;
  const committed = await ports.commit({
    claims: [claimDecision(waiting)],
    // The program comes for it by itself, so it lives as long as the program may ask.
    writes: [saveCode({ ...code, expiresAt: waiting.expiresAt })],
    ifWon: [{ ...record, body: { ...record.body, waiting: waiting.hash } }],
    ifLost: [refusedRecord(commonOf(call, request.client), decidedBefore, { grant: code.grant })],
  });
  if (!committed.won) throw problem('request.expired', reference, decidedBefore.description);
  return seeOther(
    waiting.person === undefined ? ports.browser.deviceEndUrl('done') : ports.browser.requestsUrl('done'),
  );
}

/**
 * A login that ended without a Permit. A device hears so. Through the back channel only policy's word about the person
 * who was asked is heard; whoever stops, or is another person, leaves the request as it is.
 */
async function refusedAnswer(
  context: OidcContext,
  call: Call,
  client: string,
  waiting: Waiting,
  outcome: Extract<LoginOutcome, { kind: 'refused' }>,
): Promise<HttpResponse> {
  const { browser } = context.ports;
  const ofDevice = waiting.person === undefined;
  if (ofDevice || outcome.person === waiting.person)
    await denyRequest(context, call, client, waiting, refusedLogin(outcome), { reason: outcome.reason });
  if (outcome.error === 'cancelled')
    return seeOther(ofDevice ? browser.deviceEndUrl('stopped') : browser.requestsUrl());
  throw problem(outcome.reason, call.reference, 'the login for a waiting request was refused');
}

const decidedBefore: Refused = {
  check: 'singleUse',
  error: 'invalid_grant',
  description: 'the request was decided before',
};

/** Says no to a waiting program, once. False: it was decided before, and nothing changes. */
export async function denyRequest(
  context: OidcContext,
  call: Call,
  client: string,
  waiting: Waiting,
  refused: Refused,
  more: { readonly reason?: ReasonCode; readonly kind?: AuditKind } = {},
): Promise<boolean> {
  const record = refusedRecord(commonOf(call, client), refused, more);
  const { won } = await context.ports.commit({
    claims: [claimDecision(waiting)],
    writes: [denyWaiting(waiting.hash, call.now)],
    ifWon: [{ ...record, person: waiting.person, body: { ...record.body, waiting: waiting.hash } }],
    ifLost: [refusedRecord(commonOf(call, client), decidedBefore)],
  });
  return won;
}

const problem = (code: ReasonCode, reference: string, detail: string) =>
  new Problem({ kind: 'invalid', code, public: { reference }, detail });
