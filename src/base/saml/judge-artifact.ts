// Judges artifacts, and the two messages that resolve them: pure, with all that they depend on as arguments.
import { isSigned, type XmlElement } from '../xml/index.ts';
import {
  type Artifact,
  type ArtifactResolve,
  type ArtifactResponse,
  parseArtifact,
  readArtifactResolve,
  readArtifactResponse,
  sourceIdOf,
} from './artifact.ts';
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
import { statusCodes } from './names.ts';
import { type OpeningFault, type OpenMessage, openArtifactContent } from './open-message.ts';
import { assertionsIn } from './response-checks.ts';
import { firstRefusal, type Refused, refuse, type SamlCheck } from './verdict.ts';

/** Whose artifact it must be, and where that party resolves its artifacts. */
export interface ArtifactExpected {
  readonly entityId: string;
  /** Indexes of its ArtifactResolutionServices. */
  readonly endpoints: readonly number[];
}

export type ArtifactCheckName = 'sourceId' | 'endpointIndex';

export const artifactChecks: readonly SamlCheck<Artifact, ArtifactExpected, ArtifactCheckName>[] = [
  {
    name: 'sourceId',
    clause: 'SAML Bindings 3.6.4.2: the SourceID is the SHA-1 of the entity ID of who made it',
    test: ({ sourceId }, { entityId }) =>
      sourceId.equals(sourceIdOf(entityId)) ? undefined : 'made by another entity',
  },
  {
    name: 'endpointIndex',
    clause: 'SAML Bindings 3.6.4.1; SAML Metadata 2.2.3: one of the places that are registered for it',
    test: ({ endpointIndex }, { endpoints }) =>
      endpoints.includes(endpointIndex) ? undefined : 'to be resolved at a place that is not registered',
  },
];

/** `artifact`: no artifact of type 4 at all (SAML Bindings 3.6.4). */
export type ArtifactVerdict =
  | { readonly accepted: true; readonly artifact: Artifact }
  | Refused<'artifact' | ArtifactCheckName>;

/** Judges by the list. Tests hand in a shorter one to see that each entry counts. */
export function judgeArtifact(text: string, expected: ArtifactExpected, checks = artifactChecks): ArtifactVerdict {
  const artifact = parseArtifact(text);
  if (artifact === undefined) return refuse('artifact', 'no artifact of type 4');
  return firstRefusal(checks, artifact, expected) ?? { accepted: true, artifact };
}

export interface ArtifactResolveExpected extends PeerExpected {
  /** Where the message came in: our ArtifactResolutionService, as we have it published. */
  readonly endpointUrl: string;
  /** Ourselves: it asks for an artifact that we made. */
  readonly own: ArtifactExpected;
}

export type ArtifactResolveCheckName = 'issuer' | 'signature' | 'signed' | 'destination' | 'instant' | 'ownArtifact';

export const artifactResolveChecks: readonly SamlCheck<
  MessageFacts<ArtifactResolve>,
  ArtifactResolveExpected,
  ArtifactResolveCheckName
>[] = [
  issuerRule,
  signatureRule,
  signedRule,
  {
    name: 'destination',
    clause: 'SAML Core 3.2.1: of another destination none; SOAP asks for none to be named (SAML Bindings 3.2)',
    test: ({ message: { destination } }, { endpointUrl }) =>
      destination === undefined || destination === endpointUrl ? undefined : 'for another destination',
  },
  instantRule,
  {
    name: 'ownArtifact',
    clause: 'SAML Bindings 3.6.4.2; SAML Core 3.5.3',
    test: ({ message: { artifact } }, { own }) => {
      const verdict = judgeArtifact(artifact, own);
      return verdict.accepted ? undefined : verdict.because;
    },
  },
];

export type ArtifactResolveVerdict =
  | { readonly accepted: true; readonly resolve: ArtifactResolve }
  | Refused<OpeningFault | ArtifactResolveCheckName>;

/** Judges by the list. What the artifact stands for, and that it is given out once, is for the caller. */
export function judgeArtifactResolve(
  message: OpenMessage,
  expected: ArtifactResolveExpected,
  checks = artifactResolveChecks,
): ArtifactResolveVerdict {
  const facts = messageFacts(message, expected.peer, 'ArtifactResolve', readArtifactResolve);
  if ('accepted' in facts) return facts;
  return firstRefusal(checks, facts, expected) ?? { accepted: true, resolve: facts.message };
}

export interface ArtifactResponseExpected extends PeerExpected {
  /** ID of our ArtifactResolve. */
  readonly requestId: string;
}

interface ArtifactResponseFacts extends MessageFacts<ArtifactResponse> {
  /** The ArtifactResponse as it came, signed or not. */
  readonly root: XmlElement;
}

export type ArtifactResponseCheckName =
  | 'issuer'
  | 'signature'
  | 'signedSomewhere'
  | 'inResponseTo'
  | 'instant'
  | 'resolveStatus'
  | 'resolvedMessage'
  | 'strayAssertion';

export const artifactResponseChecks: readonly SamlCheck<
  ArtifactResponseFacts,
  ArtifactResponseExpected,
  ArtifactResponseCheckName
>[] = [
  issuerRule,
  signatureRule,
  {
    name: 'signedSomewhere',
    clause: 'SAML Bindings 3.6.5: authenticated by the message, here beside TLS: this answer or the message in it',
    test: ({ message: { message }, signature }) =>
      signature.present || message === undefined || isSigned(message)
        ? undefined
        : 'neither it nor its message is signed',
  },
  inResponseToRule,
  instantRule,
  {
    name: 'resolveStatus',
    clause: 'SAML Core 3.5.2, 3.2.2.2',
    test: ({ message: { status } }) =>
      status.code === statusCodes.success ? undefined : 'the artifact could not be resolved',
  },
  {
    name: 'resolvedMessage',
    clause: 'SAML Core 3.5.3: a success without a message is an artifact that is unknown, used, old or another’s',
    test: ({ message: { message } }) => (message === undefined ? 'the artifact stands for nothing there' : undefined),
  },
  {
    name: 'strayAssertion',
    clause: 'an assertion outside of the message is there to be taken for one in it (S1)',
    test: ({ root, message: { message } }) =>
      message === undefined || assertionsIn(root) === assertionsIn(message) ? undefined : 'an assertion out of place',
  },
];

export type ArtifactResponseVerdict =
  /** The message that the artifact stands for: opened, and to be judged as if it had come by itself. */
  { readonly accepted: true; readonly message: OpenMessage } | Refused<OpeningFault | ArtifactResponseCheckName>;

/** Judges by the list. Its id needs no claim: it answers one request of ours, on the connection that asked. */
export function judgeArtifactResponse(
  message: OpenMessage,
  expected: ArtifactResponseExpected,
  checks = artifactResponseChecks,
): ArtifactResponseVerdict {
  const read = messageFacts(message, expected.peer, 'ArtifactResponse', readArtifactResponse);
  if ('accepted' in read) return read;
  const refused = firstRefusal(checks, { ...read, root: message.document.root }, expected);
  if (refused !== undefined) return refused;
  const content = openArtifactContent(message);
  if (content === undefined) return refuse('structure', 'no message in it');
  if (!content.ok) return refuse(content.reason, content.because);
  const { verified } = read.signature;
  const element = read.message.message;
  const around = verified === undefined || element === undefined ? undefined : { verified, element };
  return { accepted: true, message: { ...content.message, around } };
}
