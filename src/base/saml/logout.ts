// LogoutRequest and LogoutResponse as typed values, read and written.
import type { EpochMs } from '../clock.ts';
import { elementMaker, type XmlElement } from '../xml/index.ts';
import { issuerContent, issuerOf, messageAttributes, readMessageParts } from './message-parts.ts';
import { type NameId, readNameId, writeNameId } from './name-id.ts';
import { ns } from './names.ts';
import { filledText, namesOf, optionalInstant } from './read-element.ts';
import { readStatusResponse, type StatusResponse, writeStatusResponse } from './response.ts';
import { instantText } from './time-values.ts';

const write = elementMaker('samlp', ns.samlp);
const saml = namesOf(ns.saml);
const samlp = namesOf(ns.samlp);

/** SAML Core 3.7.1. */
export interface LogoutRequest {
  readonly id: string;
  readonly issueInstant: EpochMs;
  readonly issuer: string;
  readonly destination?: string | undefined;
  readonly consent?: string | undefined;
  readonly nameId: NameId;
  /** None: every session of the person with the issuer. */
  readonly sessionIndexes: readonly string[];
  readonly notOnOrAfter?: EpochMs | undefined;
  readonly reason?: string | undefined;
}

/** SAML Core 3.7.2. */
export type LogoutResponse = StatusResponse;

/** As it came: its principal named in the clear, or in an EncryptedID that only its judge opens (SAML Core 2.2.4). */
export interface ReceivedLogout extends Omit<LogoutRequest, 'nameId'> {
  readonly nameId: NameId | XmlElement;
}

/** Whether the principal is encrypted still. */
export const isEncryptedId = (nameId: NameId | XmlElement): nameId is XmlElement => 'content' in nameId;

/** Reads a LogoutRequest. */
export function readLogoutRequest(element: XmlElement): ReceivedLogout {
  const { parts, other, rest } = readMessageParts(element, ['NotOnOrAfter', 'Reason']);
  const nameId = rest.optional(saml('EncryptedID')) ?? readNameId(rest.one(saml('NameID')));
  const sessionIndexes = rest.many(samlp('SessionIndex')).map(filledText);
  rest.end();
  return {
    ...parts,
    issuer: issuerOf(parts),
    nameId,
    sessionIndexes,
    notOnOrAfter: optionalInstant(other.NotOnOrAfter, 'NotOnOrAfter'),
    reason: other.Reason,
  };
}

export function writeLogoutRequest(request: LogoutRequest): XmlElement {
  const { notOnOrAfter, reason } = request;
  return write(
    'LogoutRequest',
    {
      ...messageAttributes(request),
      NotOnOrAfter: notOnOrAfter === undefined ? undefined : instantText(notOnOrAfter),
      Reason: reason,
    },
    ...issuerContent(request.issuer),
    writeNameId(request.nameId),
    ...request.sessionIndexes.map((index) => write('SessionIndex', {}, index)),
  );
}

export function readLogoutResponse(element: XmlElement): LogoutResponse {
  const { response, rest } = readStatusResponse(element);
  rest.end();
  return response;
}

export const writeLogoutResponse = (response: LogoutResponse): XmlElement =>
  writeStatusResponse('LogoutResponse', response);
