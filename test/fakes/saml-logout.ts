// The logouts of a SAML provider in memory: reads ours, answers it, and sends its own.
import type { KeyObject } from 'node:crypto';
import { newToken, systemRandom } from '../../src/base/ids.ts';
import type { SigningKey } from '../../src/base/jose/index.ts';
import {
  judgeLogoutRequest,
  judgeLogoutResponse,
  type LogoutRequest,
  nameIdFormats,
  openMessage,
  postForm,
  readPost,
  readRedirect,
  redirectUrl,
  type Status,
  signMessage,
  soapEnvelope,
  statusCodes,
  writeLogoutRequest,
  writeLogoutResponse,
} from '../../src/base/saml/index.ts';
import {
  type EncryptionOptions,
  encryptElement,
  withContent,
  writeXml,
  type XmlElement,
} from '../../src/base/xml/index.ts';
import type { SamlFake } from './saml-provider.ts';

const ownOf = ({ own }: SamlFake) => {
  if (own === undefined) throw new Error('it does not know us');
  return own;
};

type Form = ReturnType<typeof postForm>;

/** What came in an address, or in a form. */
function opened(there: SamlFake, at: string | Pick<Form, 'fields'>, now = Date.now()) {
  const read = typeof at === 'string' ? readRedirect(new URL(at).search.slice(1)) : readPost(at.fields);
  if (!read.ok) throw new Error(read.reason);
  const opening = openMessage(read.received);
  if (!opening.ok) throw new Error(opening.because);
  const keys = there.ownKeys.map(({ publicKey }) => publicKey);
  const peer = { entityId: ownOf(there).entityId, keys };
  return {
    message: opening.message,
    relayState: read.received.relayState,
    expected: { now, endpointUrl: `${there.url}/slo`, peer },
  };
}

/** Our request in an address or a form; signed by us, for this endpoint, now. */
export function askedToLogOut(there: SamlFake, at: string | Pick<Form, 'fields'>) {
  const { message, relayState, expected } = opened(there, at);
  const verdict = judgeLogoutRequest(message, expected);
  if (!verdict.accepted) throw new Error(`${verdict.reason}: ${verdict.because}`);
  return { request: verdict.request, relayState };
}

/** Our answer in an address or a form, to the request of this id. */
export function answerToLogout(there: SamlFake, at: string | Pick<Form, 'fields'>, requestId: string, now?: number) {
  const { message, relayState, expected } = opened(there, at, now);
  const verdict = judgeLogoutResponse(message, { ...expected, requestId });
  if (!verdict.accepted) throw new Error(`${verdict.reason}: ${verdict.because}`);
  return { response: verdict.response, relayState };
}

interface Said {
  readonly status?: Status;
  readonly signedBy?: SigningKey;
}

function answerOf(there: SamlFake, requestId: string, said: Said) {
  return writeLogoutResponse({
    id: `_${newToken(16, systemRandom)}`,
    issueInstant: Date.now(),
    issuer: there.entityId,
    destination: ownOf(there).logoutUrl,
    inResponseTo: requestId,
    status: said.status ?? { code: statusCodes.success },
  });
}

/** The address that answers our request. */
export function loggedOutUrl(
  there: SamlFake,
  { request, relayState }: ReturnType<typeof askedToLogOut>,
  said: Said = {},
): string {
  const xml = Buffer.from(writeXml(answerOf(there, request.id, said)));
  const location = ownOf(there).logoutUrl;
  return redirectUrl({ location, parameter: 'SAMLResponse', xml, relayState, key: said.signedBy ?? there.key });
}

/** The form that answers it. */
export function loggedOutForm(
  there: SamlFake,
  { request, relayState }: ReturnType<typeof askedToLogOut>,
  said: Said = {},
): Form {
  const signed = signMessage(answerOf(there, request.id, said), said.signedBy ?? there.key);
  const xml = Buffer.from(writeXml(signed));
  return postForm({ location: ownOf(there).logoutUrl, parameter: 'SAMLResponse', xml, relayState });
}

/** What it says when it ends a login by itself. */
export function logoutOf(there: SamlFake, change: Partial<LogoutRequest> = {}): LogoutRequest {
  return {
    id: `_${newToken(16, systemRandom)}`,
    issueInstant: Date.now(),
    issuer: there.entityId,
    destination: ownOf(there).logoutUrl,
    nameId: { value: 'anna', format: nameIdFormats.persistent },
    sessionIndexes: [there.session],
    ...change,
  };
}

export const logoutByRedirect = (there: SamlFake, request: LogoutRequest, key: SigningKey = there.key): string =>
  redirectUrl({
    location: ownOf(there).logoutUrl,
    parameter: 'SAMLRequest',
    xml: Buffer.from(writeXml(writeLogoutRequest(request))),
    relayState: 'theirs',
    key,
  });

export const logoutByPost = (there: SamlFake, request: LogoutRequest, key: SigningKey = there.key): Form =>
  postForm({
    location: ownOf(there).logoutUrl,
    parameter: 'SAMLRequest',
    xml: Buffer.from(writeXml(signMessage(writeLogoutRequest(request), key))),
    relayState: 'theirs',
  });

/** A request whose name is encrypted to this key; `change` spoils what is encrypted. */
export function encryptedNameIn(
  request: LogoutRequest,
  recipient: KeyObject,
  change: (name: XmlElement) => XmlElement = (name) => name,
  content: EncryptionOptions['content'] = 'aes256-gcm',
): XmlElement {
  const element = writeLogoutRequest(request);
  const hidden = (name: XmlElement) =>
    withContent({ ...name, local: 'EncryptedID', attributes: [] }, [
      encryptElement(change(name), { recipient, content }),
    ]);
  const parts = element.content.map((node) =>
    typeof node !== 'string' && node.local === 'NameID' ? hidden(node) : node,
  );
  return withContent(element, parts);
}

export const logoutBySoap = (request: LogoutRequest, key: SigningKey | undefined): Buffer => {
  const message = writeLogoutRequest(request);
  return soapEnvelope(key === undefined ? message : signMessage(message, key));
};
