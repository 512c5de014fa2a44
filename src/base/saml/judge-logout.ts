// Judges LogoutRequest and LogoutResponse: pure, with all that they depend on as arguments.
import type { KeyObject } from 'node:crypto';
import { decryptElement, isNamed, type XmlElement } from '../xml/index.ts';
import { freshUntil } from './freshness.ts';
import {
  isEncryptedId,
  type LogoutRequest,
  type LogoutResponse,
  type ReceivedLogout,
  readLogoutRequest,
  readLogoutResponse,
} from './logout.ts';
import {
  inResponseToRule,
  instantRule,
  issuerRule,
  type MessageFacts,
  messageFacts,
  type PeerExpected,
  signatureRule,
  signedRule,
} from './message-rules.ts';
import { wrongDestination } from './message-signature.ts';
import { type NameId, readNameId } from './name-id.ts';
import { ns } from './names.ts';
import type { OpeningFault, OpenMessage } from './open-message.ts';
import { namesOf, reading } from './read-element.ts';
import { firstRefusal, hasPassed, type OneUse, type Refused, refuse, type SamlCheck } from './verdict.ts';

/** The peer must always sign (SAML Profiles 4.4.3.1, 4.4.4.2; here by SOAP too). */
export interface LogoutExpected extends PeerExpected {
  /** Where the message came in: our endpoint, as we have it published. */
  readonly endpointUrl: string;
}

export interface LogoutRequestExpected extends LogoutExpected {
  /** Our private keys that a name may be encrypted to; absent where we publish none. */
  readonly decryption?: readonly KeyObject[] | undefined;
}

export interface LogoutResponseExpected extends LogoutExpected {
  readonly requestId: string;
}

export type LogoutCheckName = 'issuer' | 'signature' | 'signed' | 'destination' | 'instant' | 'notOnOrAfter';
export type LogoutResponseCheckName = Exclude<LogoutCheckName, 'notOnOrAfter'> | 'inResponseTo';

export type LogoutRequestVerdict =
  | { readonly accepted: true; readonly request: LogoutRequest; readonly oneUse: OneUse }
  | Refused<OpeningFault | LogoutCheckName | 'decryption'>;

/** Accepted means believed: whether the session ended is in its status (Success, PartialLogout or a failure). */
export type LogoutResponseVerdict =
  | { readonly accepted: true; readonly response: LogoutResponse }
  | Refused<OpeningFault | LogoutResponseCheckName>;

type Common = Pick<LogoutResponse, 'issuer' | 'destination' | 'issueInstant'>;

const commonChecks: readonly SamlCheck<
  MessageFacts<Common>,
  LogoutExpected,
  'issuer' | 'signature' | 'signed' | 'destination' | 'instant'
>[] = [
  issuerRule,
  signatureRule,
  signedRule,
  {
    name: 'destination',
    clause: 'SAML Core 3.2.1, 3.2.2; SAML Bindings 3.4.5.2, 3.5.5.2',
    test: ({ message, signature }, { endpointUrl }) => wrongDestination(message.destination, signature, endpointUrl),
  },
  instantRule,
];

export const logoutRequestChecks: readonly SamlCheck<MessageFacts<ReceivedLogout>, LogoutExpected, LogoutCheckName>[] =
  [
    ...commonChecks,
    {
      name: 'notOnOrAfter',
      clause: 'SAML Core 3.7.1',
      test: ({ message: { notOnOrAfter } }, expected) =>
        notOnOrAfter !== undefined && hasPassed(notOnOrAfter, expected) ? 'the request is over' : undefined,
    },
  ];

export const logoutResponseChecks: readonly SamlCheck<
  MessageFacts<LogoutResponse>,
  LogoutResponseExpected,
  LogoutResponseCheckName
>[] = [...commonChecks, inResponseToRule];

/** Judges by the list. Tests hand in a shorter one to see that each entry counts. */
export function judgeLogoutRequest(
  message: OpenMessage,
  expected: LogoutRequestExpected,
  checks = logoutRequestChecks,
): LogoutRequestVerdict {
  const facts = messageFacts(message, expected.peer, 'LogoutRequest', readLogoutRequest);
  if ('accepted' in facts) return facts;
  const refused = firstRefusal(checks, facts, expected);
  if (refused !== undefined) return refused;
  const { message: received } = facts;
  const oneUse = { issuer: received.issuer, ids: [received.id], until: freshUntil(received.issueInstant, expected) };
  const name = isEncryptedId(received.nameId) ? decryptedName(received.nameId, expected) : received.nameId;
  return 'accepted' in name ? name : { accepted: true, request: { ...received, nameId: name }, oneUse };
}

const saml = namesOf(ns.saml);

/** Only when the message is believed: no key of ours is used for strangers. By AES-GCM alone (S10). */
function decryptedName(
  holder: XmlElement,
  { decryption }: LogoutRequestExpected,
): NameId | Refused<'structure' | 'decryption'> {
  if (decryption === undefined) return refuse('structure', 'a name that is encrypted, and to no key of ours');
  const result = decryptElement(holder, { keys: decryption });
  if (!result.ok) return refuse('decryption', result.reason);
  const { root } = result.document;
  const read = reading(() => (isNamed(root, saml('NameID')) ? readNameId(root) : undefined));
  return read.ok && read.value !== undefined ? read.value : refuse('structure', 'what was encrypted is no name');
}

export function judgeLogoutResponse(
  message: OpenMessage,
  expected: LogoutResponseExpected,
  checks = logoutResponseChecks,
): LogoutResponseVerdict {
  const facts = messageFacts(message, expected.peer, 'LogoutResponse', readLogoutResponse);
  if ('accepted' in facts) return facts;
  return firstRefusal(checks, facts, expected) ?? { accepted: true, response: facts.message };
}
