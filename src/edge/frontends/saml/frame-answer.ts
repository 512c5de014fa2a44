// What an application answers in a frame of the page after logout (SAML Profiles 4.4.3.4): believed, it was told.
import { type HttpResponse, noContent } from '../../../base/http/index.ts';
import { judgeLogoutResponse } from '../../../base/saml/index.ts';
import { recordOnly } from '../../../core/commit/index.ts';
import { toldApplication } from '../../../core/sessions/index.ts';
import { type Call, commonOf, type SamlContext } from './call.ts';
import { peerOf } from './partner.ts';
import { samlUrl } from './paths.ts';
import type { Opened } from './received.ts';
import { refusedRecord, type SamlRefusal } from './records.ts';
import { sessionOfFrame } from './sealed.ts';
import { isGone } from './tell-logout.ts';

/**
 * The ID of our request, sealed for this application, says which session; the answer is judged as every other. Nothing is
 * shown for it: the page looks by itself what was told.
 */
export async function answeredInFrame(context: SamlContext, call: Call, opened: Opened): Promise<HttpResponse> {
  const { ports, checks } = context;
  const { message, application } = opened;
  const requestId = message.claimedInResponseTo ?? '';
  const session = sessionOfFrame(ports.seals, application.id, requestId);
  const refuse = async (refused: SamlRefusal): Promise<HttpResponse> => {
    await ports.commit(recordOnly([refusedRecord(commonOf(call, application.id), refused)]));
    return noContent();
  };
  if (session === undefined) return await refuse({ check: 'logout.ours', because: 'an answer to no request of ours' });
  const expected = { now: call.now, endpointUrl: samlUrl(call.issuer, 'slo'), peer: peerOf(application), requestId };
  const verdict = judgeLogoutResponse(message, expected, checks.logoutResponse);
  if (!verdict.accepted) return await refuse({ check: verdict.reason, because: verdict.because });
  const told = isGone(verdict.response.status);
  const record = {
    kind: told ? 'session.logoutSent' : 'session.logoutFailed',
    at: call.now,
    outcome: told ? 'ok' : 'failed',
    application: application.id,
    session,
    reference: call.reference,
    body: { by: 'frame' },
  } as const;
  const writes = told ? [toldApplication(session, application.id, call.now)] : [];
  await ports.commit({ claims: [], writes, ifWon: [record], ifLost: [] });
  return noContent();
}
