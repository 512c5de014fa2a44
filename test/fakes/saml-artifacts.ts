// The artifacts of a SAML identity provider in memory: it keeps a message, sends a reference, and gives the message out once.
import { randomBytes } from 'node:crypto';
import type { SigningKey } from '../../src/base/jose/index.ts';
import {
  type ArtifactResponse,
  artifactForm,
  artifactText,
  judgeArtifactResolve,
  openMessage,
  signMessage,
  soapEnvelope,
  sourceIdOf,
  statusCodes,
  writeArtifactResponse,
} from '../../src/base/saml/index.ts';
import { readXml, type XmlElement } from '../../src/base/xml/index.ts';
import type { SamlUpstream } from '../../src/core/catalogue/index.ts';
import type { AwayForm } from '../../src/core/journey/index.ts';
import type { SamlFake } from './saml-provider.ts';

/** What a test changes of how an artifact is resolved. */
export interface Resolving {
  /** The answer itself, before it is signed; and its envelope, after. */
  readonly response?: (right: ArtifactResponse) => ArtifactResponse;
  readonly changed?: (response: XmlElement) => XmlElement;
  readonly signedBy?: SigningKey | 'nobody';
  /** What comes instead of an answer. */
  readonly answer?: () => Promise<{ readonly status: number; readonly body: Buffer }>;
}

export class SamlArtifacts {
  readonly there: SamlFake;
  resolving: Resolving = {};
  /** Times that somebody asked. */
  asked = 0;

  readonly #kept = new Map<string, XmlElement>();

  constructor(there: SamlFake) {
    this.there = there;
  }

  get place(): string {
    return `${this.there.url}/artifact`;
  }

  /** What our record of it says of artifacts. */
  record(): Pick<SamlUpstream, 'artifactResolution' | 'answerBinding'> {
    return {
      artifactResolution: [{ binding: 'soap', location: this.place, index: 3 }],
      answerBinding: 'artifact',
    };
  }

  /** Keeps the message of a form by POST, and sends a reference to it instead. */
  instead(
    { action, fields }: AwayForm,
    change: { readonly entityId?: string; readonly index?: number } = {},
  ): AwayForm {
    const found = new Map(fields);
    const read = readXml(Buffer.from(found.get('SAMLResponse') ?? '', 'base64'));
    if (!read.ok) throw new Error(read.reason);
    const artifact = artifactText({
      endpointIndex: change.index ?? 3,
      sourceId: sourceIdOf(change.entityId ?? this.there.entityId),
      messageHandle: randomBytes(20),
    });
    this.#kept.set(artifact, read.document.root);
    return artifactForm({ location: action, artifact, relayState: found.get('RelayState') });
  }

  /** Its ArtifactResolutionService: gives the message to us alone, once. */
  async post(uri: string, body: Buffer, now: number): Promise<{ readonly status: number; readonly body: Buffer }> {
    this.asked += 1;
    const { answer, response = (right) => right, changed = (right) => right, signedBy } = this.resolving;
    if (answer !== undefined) return await answer();
    if (uri !== this.place) throw new Error(`nobody resolves artifacts at ${uri}`);
    const opening = openMessage({ binding: 'soap', xml: body });
    if (!opening.ok) throw new Error(opening.because);
    const verdict = judgeArtifactResolve(opening.message, {
      now,
      endpointUrl: uri,
      peer: { entityId: this.there.own?.entityId ?? '', keys: this.there.ownKeys.map(({ publicKey }) => publicKey) },
      own: { entityId: this.there.entityId, endpoints: [3] },
    });
    if (!verdict.accepted) throw new Error(`${verdict.reason}: ${verdict.because}`);
    const { id, artifact } = verdict.resolve;
    const message = this.#kept.get(artifact);
    this.#kept.delete(artifact);
    const element = writeArtifactResponse(
      response({
        id: `_resolved-${this.asked}`,
        issueInstant: now,
        issuer: this.there.entityId,
        inResponseTo: id,
        status: { code: statusCodes.success },
        message,
      }),
    );
    const signed = signedBy === 'nobody' ? element : signMessage(element, signedBy ?? this.there.key);
    return { status: 200, body: soapEnvelope(changed(signed)) };
  }
}
