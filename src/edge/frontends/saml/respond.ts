// The Response as it leaves: signed and encrypted as the application's record says, in a form to its registered place.
import { type HttpResponse, selfPostingForm } from '../../../base/http/index.ts';
import type { Random } from '../../../base/ids.ts';
import { postForm, type Status, signMessage, statusCodes, writeResponse } from '../../../base/saml/index.ts';
import { encryptElement, writeXml, type XmlElement } from '../../../base/xml/index.ts';
import { answerRulesOf, type SamlApplication } from '../../../core/catalogue/index.ts';
import { samlIssuerKeyOwner } from '../../../core/issuing/index.ts';
import { backWords } from '../../../wire/texts/index.ts';
import { type Call, newMessageId } from './call.ts';
import type { SamlMemo } from './memo.ts';
import { recipientOf } from './partner.ts';
import { entityIdOf } from './paths.ts';
import type { SamlKeyStore, SamlPorts } from './ports.ts';
import { sendArtifact } from './send-artifact.ts';

export interface Responding {
  readonly keys: SamlKeyStore;
  readonly random: Random;
}

type Sending = Responding & Pick<SamlPorts, 'commit'>;

/** Signs a message with the issuer's key of now; its certificate goes along for those who look for one. */
export function signed({ keys }: Pick<Responding, 'keys'>, { issuer }: Pick<Call, 'issuer'>, message: XmlElement) {
  const owner = samlIssuerKeyOwner(issuer.id);
  return signMessage(message, keys.signing(owner, 'RS256'), keys.certificates(owner)[0]);
}

/** The answer with an assertion. */
export async function respond(
  parts: Sending,
  call: Call,
  application: SamlApplication,
  memo: SamlMemo,
  assertion: XmlElement,
): Promise<HttpResponse> {
  const { signs, encrypts } = answerRulesOf(application);
  const whole = signs === 'response' ? assertion : signed(parts, call, assertion);
  const recipient = encrypts === 'never' ? undefined : recipientOf(application);
  const content = recipient === undefined ? { assertion: whole } : { encryptedData: encryptElement(whole, recipient) };
  return await send(parts, call, application, memo, { code: statusCodes.success }, content);
}

/** The answer that there is no assertion. */
export const respondRefusal = (
  parts: Sending,
  call: Call,
  application: SamlApplication,
  memo: SamlMemo,
  status: Status,
): Promise<HttpResponse> => send(parts, call, application, memo, status, {});

/** A refusal is always signed: there is no assertion in it that could be. */
async function send(
  parts: Sending,
  call: Call,
  application: SamlApplication,
  memo: SamlMemo,
  status: Status,
  content: { readonly assertion?: XmlElement; readonly encryptedData?: XmlElement },
): Promise<HttpResponse> {
  const response = writeResponse({
    id: newMessageId(parts.random),
    issueInstant: call.now,
    issuer: entityIdOf(call.issuer),
    destination: memo.answerTo,
    inResponseTo: memo.request?.id,
    status,
    ...content,
  });
  const assertionAlone = answerRulesOf(application).signs === 'assertion' && status.code === statusCodes.success;
  const sent = assertionAlone ? response : signed(parts, call, response);
  const text = writeXml(sent);
  if (memo.answerBinding === 'artifact') return await sendArtifact(parts, call, application, memo, text);
  const xml = Buffer.from(text);
  const { action, fields } = postForm({
    location: memo.answerTo,
    parameter: 'SAMLResponse',
    xml,
    relayState: memo.relayState,
  });
  return selfPostingForm(action, fields, backWords(memo.locales));
}
