// Response and its Status: the envelope of an answer, as a typed value, read and written.
import type { EpochMs } from '../clock.ts';
import { elementMaker, isNamed, type XmlElement } from '../xml/index.ts';
import { issuerContent, messageAttributes, readMessageParts } from './message-parts.ts';
import { ns, statusCodes } from './names.ts';
import { attributesOf, idOf, malformed, namesOf, optionalUri, required, Sequence, wholeText } from './read-element.ts';

const write = elementMaker('samlp', ns.samlp);
const writeSaml = elementMaker('saml', ns.saml);
const saml = namesOf(ns.saml);
const samlp = namesOf(ns.samlp);

/** SAML Core 3.2.2. */
export interface Status {
  /** Top level: one of four. */
  readonly code: string;
  /** Second level: what went wrong, from the standard or from a federation. */
  readonly second?: string | undefined;
  readonly message?: string | undefined;
}

/** What every answer has: SAML Core 3.2.2 StatusResponseType. */
export interface StatusResponse {
  readonly id: string;
  readonly issueInstant: EpochMs;
  readonly issuer?: string | undefined;
  readonly destination?: string | undefined;
  readonly inResponseTo?: string | undefined;
  readonly consent?: string | undefined;
  readonly status: Status;
}

/** A Response with what it holds still as elements: each is judged before it is read. */
export interface ResponseEnvelope extends StatusResponse {
  readonly assertions: readonly XmlElement[];
  readonly encryptedAssertions: readonly XmlElement[];
}

/** Reads a Response (SAML Core 3.3.3). */
export function readResponse(element: XmlElement): ResponseEnvelope {
  const { response, rest } = readStatusResponse(element);
  const found = rest.manyOf([saml('Assertion'), saml('EncryptedAssertion')]);
  rest.end();
  return {
    ...response,
    assertions: found.filter((each) => isNamed(each, saml('Assertion'))),
    encryptedAssertions: found.filter((each) => isNamed(each, saml('EncryptedAssertion'))),
  };
}

/** Reads what every answer has, and leaves the rest to be read. */
export function readStatusResponse(element: XmlElement): {
  readonly response: StatusResponse;
  readonly rest: Sequence;
} {
  const { parts, other, rest } = readMessageParts(element, ['InResponseTo']);
  const status = readStatus(rest.one(samlp('Status')));
  const { InResponseTo } = other;
  const inResponseTo = InResponseTo === undefined ? undefined : idOf(InResponseTo, 'InResponseTo');
  return { response: { ...parts, inResponseTo, status }, rest };
}

const topLevel: readonly string[] = [
  statusCodes.success,
  statusCodes.requester,
  statusCodes.responder,
  statusCodes.versionMismatch,
];

function readStatus(element: XmlElement): Status {
  attributesOf(element, []);
  const inside = new Sequence(element);
  const [code, second] = readStatusCode(inside.one(samlp('StatusCode')));
  const message = inside.optional(samlp('StatusMessage'));
  inside.optional(samlp('StatusDetail'));
  inside.end();
  if (!topLevel.includes(code)) throw malformed('a top-level status that there is not');
  return { code, second, message: message && wholeText(message) };
}

/** The code and the one below it; what is below that adds nothing that anybody uses. */
function readStatusCode(element: XmlElement): readonly [code: string, below?: string] {
  const { Value } = attributesOf(element, ['Value']);
  const inside = new Sequence(element);
  const below = inside.optional(samlp('StatusCode'));
  inside.end();
  const value = required(optionalUri(Value, 'Value'), 'Value of StatusCode');
  return below === undefined ? [value] : [value, readStatusCode(below)[0]];
}

/** `Response` with at most one assertion, in the clear or as the `EncryptedData` of it. */
export function writeResponse(
  response: StatusResponse & {
    readonly assertion?: XmlElement | undefined;
    readonly encryptedData?: XmlElement | undefined;
  },
): XmlElement {
  const { assertion, encryptedData } = response;
  return writeStatusResponse('Response', response, [
    ...(assertion === undefined ? [] : [assertion]),
    ...(encryptedData === undefined ? [] : [writeSaml('EncryptedAssertion', {}, encryptedData)]),
  ]);
}

export function writeStatusResponse(
  local: 'Response' | 'LogoutResponse' | 'ArtifactResponse',
  response: StatusResponse,
  content: readonly XmlElement[] = [],
): XmlElement {
  return write(
    local,
    { ...messageAttributes(response), InResponseTo: response.inResponseTo },
    ...issuerContent(response.issuer),
    writeStatus(response.status),
    ...content,
  );
}

function writeStatus({ code, second, message }: Status): XmlElement {
  const below = second === undefined ? [] : [write('StatusCode', { Value: second })];
  const words = message === undefined ? [] : [write('StatusMessage', {}, message)];
  return write('Status', {}, write('StatusCode', { Value: code }, ...below), ...words);
}
