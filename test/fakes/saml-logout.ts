// The logouts of a SAML provider in memory: reads ours, answers it, and sends its own.
import { newToken, systemRandom } from '../../src/base/ids.ts';
import type { SigningKey } from '../../src/base/jose/index.ts';
import {
  judgeLogoutRequest,
  judgeLogoutResponse,
  type LogoutRequest,
  nameIdFormats,
  openMessage,
  readRedirect,
  redirectUrl,
  type Status,
  signMessage,
  soapEnvelope,
  statusCodes,
  writeLogoutRequest,
  writeLogoutResponse,
} from '../../src/base/saml/index.ts';
import { writeXml } from '../../src/base/xml/index.ts';
import type { SamlFake } from './saml-provider.ts';

const ownOf = ({ own }: SamlFake) => {
  if (own === undefined) throw new Error('it does not know us');
  return own;
};

function opened(there: SamlFake, url: string) {
  const read = readRedirect(new URL(url).search.slice(1));
  if (!read.ok) throw new Error(read.reason);
  const opening = openMessage(read.received);
  if (!opening.ok) throw new Error(opening.because);
  const keys = there.ownKeys.map(({ publicKey }) => publicKey);
  const peer = { entityId: ownOf(there).entityId, keys };
  return {
    message: opening.message,
    relayState: read.received.relayState,
    expected: { now: Date.now(), endpointUrl: `${there.url}/slo`, peer },
  };
}

/** Our request in an address; signed by us, for this endpoint, now. */
export function askedToLogOut(there: SamlFake, url: string) {
  const { message, relayState, expected } = opened(there, url);
  const verdict = judgeLogoutRequest(message, expected);
  if (!verdict.accepted) throw new Error(`${verdict.reason}: ${verdict.because}`);
  return { request: verdict.request, relayState };
}

/** Our answer in an address, to the request of this id. */
export function answerToLogout(there: SamlFake, url: string, requestId: string) {
  const { message, relayState, expected } = opened(there, url);
  const verdict = judgeLogoutResponse(message, { ...expected, requestId });
  if (!verdict.accepted) throw new Error(`${verdict.reason}: ${verdict.because}`);
  return { response: verdict.response, relayState };
}

/** The address that answers our request. */
export function loggedOutUrl(
  there: SamlFake,
  { request, relayState }: ReturnType<typeof askedToLogOut>,
  said: { readonly status?: Status; readonly signedBy?: SigningKey } = {},
): string {
  const { logoutUrl } = ownOf(there);
  const message = writeLogoutResponse({
    id: `_${newToken(16, systemRandom)}`,
    issueInstant: Date.now(),
    issuer: there.entityId,
    destination: logoutUrl,
    inResponseTo: request.id,
    status: said.status ?? { code: statusCodes.success },
  });
  const xml = Buffer.from(writeXml(message));
  return redirectUrl({
    location: logoutUrl,
    parameter: 'SAMLResponse',
    xml,
    relayState,
    key: said.signedBy ?? there.key,
  });
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

export const logoutBySoap = (request: LogoutRequest, key: SigningKey | undefined): Buffer => {
  const message = writeLogoutRequest(request);
  return soapEnvelope(key === undefined ? message : signMessage(message, key));
};
