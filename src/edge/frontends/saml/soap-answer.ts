// Answers by SOAP: a message in its envelope, or why a request was not believed.
import { type HttpRequest, type HttpResponse, json } from '../../../base/http/index.ts';
import { soapContentType, soapEnvelope } from '../../../base/saml/index.ts';
import type { XmlElement } from '../../../base/xml/index.ts';
import { recordOnly } from '../../../core/commit/index.ts';
import { type Call, commonOf, type SamlContext } from './call.ts';
import { refusedRecord, type SamlRefusal } from './records.ts';

export const soapAnswer = (message: XmlElement): HttpResponse => ({
  status: 200,
  headers: { 'content-type': soapContentType, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
  body: soapEnvelope(message),
});

/** To whoever sent what is not believed: the trail has the check, and nothing is signed. */
export async function refuseBySoap(
  { ports }: SamlContext,
  call: Call,
  { ip }: HttpRequest,
  application: string | undefined,
  refused: SamlRefusal,
): Promise<HttpResponse> {
  ports.wrongTries.count(ip, call.now);
  await ports.commit(recordOnly([refusedRecord(commonOf(call, application), refused)]));
  return json(400, { error: 'invalid_request', error_description: refused.because, reference: call.reference });
}

/** From a server anybody may call, and each call costs a signature's check: those who err are slowed down. */
export function tooManyRefused(waitMs: number): HttpResponse {
  const answer = json(429, { error: 'too_many_requests', error_description: 'too many requests that were refused' });
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(Math.ceil(waitMs / 1000)) } };
}
