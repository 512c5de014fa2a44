// Requests and answers of logout with one thing wrong: who may end whose sessions is as much as who may begin them.
import {
  type LogoutRequest,
  type LogoutResponse,
  logoutReasons,
  nameIdFormats,
  signMessage,
  statusCodes,
  writeLogoutRequest,
  writeLogoutResponse,
} from '../../src/base/saml/index.ts';
import { withContent, writeXml, type XmlElement } from '../../src/base/xml/index.ts';
import { applicationId, type Case, keys, minuteMs, now, saml, secondMs, sloUrl, withAttribute } from './ground.ts';

export const goodLogoutRequest: LogoutRequest = {
  id: '_logout1',
  issueInstant: now - secondMs,
  issuer: applicationId,
  destination: sloUrl,
  nameId: { value: 'AAdzZWNyZXQx', format: nameIdFormats.persistent },
  sessionIndexes: ['_session1'],
  notOnOrAfter: now + 5 * minuteMs,
  reason: logoutReasons.user,
};

export const goodLogoutResponse: LogoutResponse = {
  id: '_logout2',
  issueInstant: now - secondMs,
  issuer: applicationId,
  destination: sloUrl,
  inResponseTo: '_logout0',
  status: { code: statusCodes.success },
};

type Key = typeof keys.provider.key;
const signed = (element: XmlElement, key: Key | undefined): string =>
  writeXml(key === undefined ? element : signMessage(element, key));
const request = (
  reason: string,
  changed: Partial<LogoutRequest>,
  key: Key | undefined = keys.application.key,
  change = (element: XmlElement): XmlElement => element,
): Case => ({
  kind: 'logout-request',
  xml: signed(change(writeLogoutRequest({ ...goodLogoutRequest, ...changed })), key),
  expect: { reason },
});
const response = (
  reason: string,
  changed: Partial<LogoutResponse>,
  key: Key | undefined = keys.application.key,
): Case => ({
  kind: 'logout-response',
  xml: signed(writeLogoutResponse({ ...goodLogoutResponse, ...changed }), key),
  expect: { reason },
});
const another = 'https://other.example/sp';
const unsigned = (kind: Case['kind'], element: XmlElement): Case => ({
  kind,
  xml: writeXml(element),
  expect: { reason: 'signed' },
});
const encryptedId = (element: XmlElement): XmlElement =>
  withContent(
    element,
    element.content.map((node) => (typeof node !== 'string' && node.local === 'NameID' ? saml('EncryptedID') : node)),
  );

export const spoiltLogouts: Readonly<Record<string, Case>> = {
  'logout-request-not-signed': unsigned('logout-request', writeLogoutRequest(goodLogoutRequest)),
  'logout-request-signed-by-another-key': request('signature', {}, keys.attacker.key),
  'logout-request-of-another-issuer': request('issuer', { issuer: another }),
  'logout-request-to-another-destination': request('destination', { destination: another }),
  'logout-request-to-no-destination': request('destination', { destination: undefined }),
  'logout-request-too-old': request('instant', { issueInstant: now - 6 * minuteMs }),
  'logout-request-of-the-future': request('instant', { issueInstant: now + 61 * secondMs }),
  'logout-request-over': request('notOnOrAfter', { notOnOrAfter: now - 60 * secondMs }),
  'logout-request-with-an-encrypted-name': request('structure', {}, keys.application.key, encryptedId),
  'logout-request-version-1.1': request('version', {}, keys.application.key, withAttribute('Version', '1.1')),
  'logout-request-that-is-a-response': {
    ...response('wrongMessage', {}),
    kind: 'logout-request',
  },
  'logout-response-not-signed': unsigned('logout-response', writeLogoutResponse(goodLogoutResponse)),
  'logout-response-signed-by-another-key': response('signature', {}, keys.attacker.key),
  'logout-response-of-another-issuer': response('issuer', { issuer: another }),
  'logout-response-to-another-destination': response('destination', { destination: another }),
  'logout-response-too-old': response('instant', { issueInstant: now - 6 * minuteMs }),
  'logout-response-to-another-request': response('inResponseTo', { inResponseTo: '_logout9' }),
  'logout-response-to-no-request': response('inResponseTo', { inResponseTo: undefined }),
};
