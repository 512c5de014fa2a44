// Artifacts, and the two messages that resolve them, read and written.
import { hash } from 'node:crypto';
import type { EpochMs } from '../clock.ts';
import { elementMaker, type XmlElement } from '../xml/index.ts';
import { decodeBase64, encodeBase64 } from './message-encoding.ts';
import { issuerContent, issuerOf, messageAttributes, readMessageParts } from './message-parts.ts';
import { ns } from './names.ts';
import { filledText, malformed, namesOf } from './read-element.ts';
import { readStatusResponse, type StatusResponse, writeStatusResponse } from './response.ts';

const write = elementMaker('samlp', ns.samlp);
const samlp = namesOf(ns.samlp);

/** SAML Bindings 3.6.4: type 4, the only one of SAML 2.0. */
export interface Artifact {
  readonly endpointIndex: number;
  /** SHA-1 of the issuer's entity ID: a name, not a proof. */
  readonly sourceId: Buffer;
  /** 20 bytes that nobody can guess. */
  readonly messageHandle: Buffer;
}

const artifactBytes = 44;
const typeCode = 4;

/** Reads `SAMLart`, or answers undefined when it is no artifact of type 4. */
export function parseArtifact(text: string): Artifact | undefined {
  const bytes = decodeBase64(text, artifactBytes);
  if (bytes?.length !== artifactBytes || bytes.readUInt16BE(0) !== typeCode) return undefined;
  return {
    endpointIndex: bytes.readUInt16BE(2),
    sourceId: bytes.subarray(4, 24),
    messageHandle: bytes.subarray(24),
  };
}

export function artifactText({ endpointIndex, sourceId, messageHandle }: Artifact): string {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(typeCode, 0);
  head.writeUInt16BE(endpointIndex, 2);
  const bytes = Buffer.concat([head, sourceId, messageHandle]);
  if (bytes.length !== artifactBytes) throw malformed('an artifact of another length');
  return encodeBase64(bytes);
}

/** The SourceID of an entity: what tells whom to ask. SHA-1 by the standard, and no proof of anything. */
export const sourceIdOf = (entityId: string): Buffer => hash('sha1', entityId, 'buffer');

/** SAML Core 3.5.1. */
export interface ArtifactResolve {
  readonly id: string;
  readonly issueInstant: EpochMs;
  readonly issuer: string;
  readonly destination?: string | undefined;
  readonly consent?: string | undefined;
  readonly artifact: string;
}

export function readArtifactResolve(element: XmlElement): ArtifactResolve {
  const { parts, rest } = readMessageParts(element, []);
  const artifact = filledText(rest.one(samlp('Artifact')));
  rest.end();
  return { ...parts, issuer: issuerOf(parts), artifact };
}

export const writeArtifactResolve = (resolve: ArtifactResolve): XmlElement =>
  write(
    'ArtifactResolve',
    messageAttributes(resolve),
    ...issuerContent(resolve.issuer),
    write('Artifact', {}, resolve.artifact),
  );

/** SAML Core 3.5.2: a success without a message is an artifact that is unknown, used or old. */
export interface ArtifactResponse extends StatusResponse {
  readonly message?: XmlElement | undefined;
}

export function readArtifactResponse(element: XmlElement): ArtifactResponse {
  const { response, rest } = readStatusResponse(element);
  const [message, another] = rest.while((next) => next.namespace === ns.samlp);
  rest.end();
  if (another !== undefined) throw malformed('two messages in ArtifactResponse');
  return { ...response, message };
}

export const writeArtifactResponse = ({ message, ...response }: ArtifactResponse): XmlElement =>
  writeStatusResponse('ArtifactResponse', response, message === undefined ? [] : [message]);
