// LogoutResponse as it leaves: signed, to the application's registered place alone, or in the envelope that asked.
import { type HttpResponse, seeOther, selfPostingForm } from '../../../base/http/index.ts';
import { postForm, redirectUrl, type Status, writeLogoutResponse } from '../../../base/saml/index.ts';
import { writeXml } from '../../../base/xml/index.ts';
import type { SamlApplication } from '../../../core/catalogue/index.ts';
import { samlIssuerKeyOwner } from '../../../core/issuing/index.ts';
import { backWords } from '../../../wire/texts/index.ts';
import { type Call, newMessageId } from './call.ts';
import type { LogoutWay } from './logout-target.ts';
import { logoutPlace } from './partner.ts';
import { entityIdOf } from './paths.ts';
import { type Responding, signed } from './respond.ts';
import { soapAnswer } from './soap-answer.ts';

const placeFor = (application: SamlApplication, posted: boolean) =>
  posted ? logoutPlace(application, 'post', 'redirect') : logoutPlace(application, 'redirect', 'post');

/** Whether the application has a place that an answer can go to through the browser. */
export const canAnswer = (application: SamlApplication): boolean => placeFor(application, false) !== undefined;

const responseOf = ({ random }: Responding, call: Call, requestId: string, status: Status, destination?: string) =>
  writeLogoutResponse({
    id: newMessageId(random),
    issueInstant: call.now,
    issuer: entityIdOf(call.issuer),
    destination,
    inResponseTo: requestId,
    status,
  });

/** Through the browser, by the binding that it was asked by where there is a place for it; undefined when there is none. */
export function logoutAnswer(
  parts: Responding,
  call: Call,
  application: SamlApplication,
  { requestId, relayState, posted }: LogoutWay,
  status: Status,
): HttpResponse | undefined {
  const place = placeFor(application, posted);
  if (place === undefined) return undefined;
  const location = place.responseLocation ?? place.location;
  const response = responseOf(parts, call, requestId, status, location);
  const parameter = 'SAMLResponse' as const;
  if (place.binding === 'redirect') {
    const key = parts.keys.signing(samlIssuerKeyOwner(call.issuer.id), 'RS256');
    return seeOther(redirectUrl({ location, parameter, xml: Buffer.from(writeXml(response)), relayState, key }));
  }
  const xml = Buffer.from(writeXml(signed(parts, call, response)));
  const { action, fields } = postForm({ location, parameter, xml, relayState });
  return selfPostingForm(action, fields, backWords([]));
}

/** In the answer to a SOAP request. */
export const soapLogoutAnswer = (parts: Responding, call: Call, requestId: string, status: Status): HttpResponse =>
  soapAnswer(signed(parts, call, responseOf(parts, call, requestId, status)));
