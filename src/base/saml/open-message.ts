// Opens a received message so that its issuer can be looked up: read once, of a known kind, and not yet believed.
import {
  attributeOf,
  isSigned,
  onlyChild,
  readXml,
  type Verified,
  type XmlDocument,
  type XmlElement,
  type XmlFault,
} from '../xml/index.ts';
import { readArtifactResponse } from './artifact.ts';
import type { MessageParameter } from './message-encoding.ts';
import { readIssuer } from './name-id.ts';
import { type BindingName, ns } from './names.ts';
import { idOf, malformed, namesOf, reading } from './read-element.ts';
import type { ReceivedMessage } from './received-message.ts';
import { readSoapBody } from './soap.ts';
import { firstRefusal, type SamlCheck } from './verdict.ts';

const saml = namesOf(ns.saml);

const parameters = {
  AuthnRequest: 'SAMLRequest',
  LogoutRequest: 'SAMLRequest',
  ArtifactResolve: 'SAMLRequest',
  Response: 'SAMLResponse',
  LogoutResponse: 'SAMLResponse',
  ArtifactResponse: 'SAMLResponse',
} as const satisfies Readonly<Record<string, MessageParameter>>;

export type MessageKind = keyof typeof parameters;

/** A message that was read. What is called claimed stands in it, and anybody may have written it. */
export interface OpenMessage {
  readonly kind: MessageKind;
  readonly claimedId: string;
  readonly claimedIssuer?: string | undefined;
  readonly claimedInResponseTo?: string | undefined;
  readonly received: ReceivedMessage;
  readonly document: XmlDocument;
  /** Where the message around it was signed by whom it must be from: the proof, and this message as that covers it. */
  readonly around?: { readonly verified: Verified; readonly element: XmlElement } | undefined;
}

/**
 * `structure`: XML that the schema or we forbid. `wrongMessage`: no message, or not one that its parameter or binding
 * may carry. `version`: not 2.0.
 */
export type OpeningFault = XmlFault | 'structure' | OpeningCheckName;
export type OpeningCheckName = 'wrongMessage' | 'version';

export type Opening =
  | { readonly ok: true; readonly message: OpenMessage }
  | { readonly ok: false; readonly reason: OpeningFault; readonly because: string };

const refused = (reason: OpeningFault, because: string): Opening => ({ ok: false, reason, because });

interface OpeningFacts {
  readonly kind: MessageKind;
  readonly root: XmlElement;
}

export const openingChecks: readonly SamlCheck<OpeningFacts, ReceivedMessage, OpeningCheckName>[] = [
  {
    name: 'wrongMessage',
    clause: 'SAML Bindings 3.4.4, 3.5.4: the parameter says whether it asks or answers; SAML Profiles 4.1.2, 5.1',
    test: ({ kind }, { parameter, binding }) => {
      if (parameter !== undefined && parameters[kind] !== parameter) return `${kind} in ${parameter}`;
      return mayCarry(binding, kind) ? undefined : `${kind} by ${binding}`;
    },
  },
  {
    name: 'version',
    clause: 'SAML Core 4.1.3',
    test: ({ root }) => (attributeOf(root, 'Version') === '2.0' ? undefined : 'not SAML 2.0'),
  },
];

/**
 * Reads what a binding delivered. Never throws on what others sent. Tests hand in a shorter list to see that each
 * entry counts.
 */
export function openMessage(received: ReceivedMessage, checks = openingChecks): Opening {
  const read = readXml(received.xml);
  if (!read.ok) return refused(read.reason, 'the document cannot be read');
  if (received.binding !== 'soap') return openRoot(received, read.document, checks);
  const body = reading(() => readSoapBody(read.document.root));
  return body.ok ? openRoot(received, within(read.document, body.value), checks) : refused('structure', body.because);
}

/**
 * The message inside an ArtifactResponse, as if its own binding had delivered it; undefined when there is none. It is
 * believed no more than before: it is judged by its own signature, or by what is said to be around it.
 */
export function openArtifactContent(response: OpenMessage): Opening | undefined {
  const read = reading(() => readArtifactResponse(response.document.root));
  if (!read.ok) return refused('structure', read.because);
  const { message } = read.value;
  if (message === undefined) return undefined;
  return openRoot({ binding: 'artifact', xml: response.received.xml }, within(response.document, message));
}

/** A part of a document as a document of its own: it keeps the scope of namespaces that it was read in. */
const within = ({ commented }: XmlDocument, root: XmlElement): XmlDocument => ({ root, commented });

function openRoot(received: ReceivedMessage, document: XmlDocument, checks = openingChecks): Opening {
  const { root } = document;
  const kind = (Object.keys(parameters) as MessageKind[]).find((each) => each === root.local);
  if (root.namespace !== ns.samlp || kind === undefined) return refused('wrongMessage', 'no message of SAML');
  const found = firstRefusal(checks, { kind, root }, received);
  if (found !== undefined) return refused(found.reason, found.because);
  const claims = reading(() => claimsOf(root, received));
  return claims.ok
    ? { ok: true, message: { kind, ...claims.value, received, document } }
    : refused('structure', claims.because);
}

/** SAML Profiles 4.1.2: a Response does not come by Redirect; 5.1: artifacts are resolved by SOAP alone. */
function mayCarry(binding: BindingName, kind: MessageKind): boolean {
  if (kind === 'ArtifactResolve' || kind === 'ArtifactResponse') return binding === 'soap';
  if (binding === 'soap') return kind === 'LogoutRequest' || kind === 'LogoutResponse';
  return !(kind === 'Response' && binding === 'redirect');
}

function claimsOf(root: XmlElement, { binding }: ReceivedMessage) {
  if (binding === 'redirect' && isSigned(root)) throw malformed('a signature inside, where it stands beside');
  const issuer = onlyChild(root, saml('Issuer'));
  const inResponseTo = attributeOf(root, 'InResponseTo');
  return {
    claimedId: idOf(attributeOf(root, 'ID'), 'ID'),
    claimedIssuer: issuer && readIssuer(issuer),
    claimedInResponseTo: inResponseTo === undefined ? undefined : idOf(inResponseTo, 'InResponseTo'),
  };
}
