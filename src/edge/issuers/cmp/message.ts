// The envelope of a CMP message (RFC 4210 5.1): header, one body, protection over both, and certificates beside it.
import { Problem } from '../../../base/problem.ts';
import {
  childrenOf,
  contentOf,
  DerCursor,
  type DerElement,
  der,
  derBits,
  derInteger,
  derOctets,
  derSequence,
  encodingOf,
  malformed,
  readOctetBits,
  readRoot,
  readSmallInteger,
  tags,
} from '../../../base/x509/index.ts';
import type { Protection } from './protection.ts';

/** Tags of the bodies that are used here (RFC 4210 5.1.2). */
export const bodyTags = {
  cp: 0xa3,
  p10cr: 0xa4,
  rr: 0xab,
  rp: 0xac,
  pkiconf: 0xb3,
  error: 0xb7,
  certConf: 0xb8,
  pollReq: 0xb9,
  pollRep: 0xba,
} as const;
export type BodyName = keyof typeof bodyTags;

export interface MessageToWrite {
  readonly body: BodyName;
  /** Encoded content of the body. */
  readonly content: Buffer;
  readonly transactionId: Buffer;
  readonly senderNonce: Buffer;
  readonly recipNonce?: Buffer | undefined;
  /** Name of who is written to, encoded. */
  readonly recipient: Buffer;
}

export interface CmpMessage {
  readonly body: BodyName;
  /** The single element inside the body. */
  readonly content: DerElement;
  readonly transactionId: Buffer | undefined;
  readonly senderNonce: Buffer | undefined;
  readonly recipNonce: Buffer | undefined;
  /** AlgorithmIdentifier; undefined = unprotected. */
  readonly protectionAlgorithm: DerElement | undefined;
  readonly protection: Buffer | undefined;
  /** What the protection is over: the DER of SEQUENCE { header, body } (RFC 4210 5.1.3). */
  readonly protectedPart: Buffer;
  readonly extraCertificates: readonly Buffer[];
}

export type MessageReading =
  | { readonly ok: true; readonly message: CmpMessage }
  | { readonly ok: false; readonly reason: string };

export const mostMessageBytes = 256 * 1024;
const pvno = 2; // cmp2000
const directoryName = (name: Uint8Array): Buffer => der(0xa4, name);

/** A protected message, with this side's certificates beside it. */
export function writeMessage(fields: MessageToWrite, protection: Protection): Buffer {
  const header = derSequence(
    derInteger(pvno),
    directoryName(protection.sender),
    directoryName(fields.recipient),
    der(0xa1, protection.algorithm),
    ...(protection.senderKid === undefined ? [] : [der(0xa2, derOctets(protection.senderKid))]),
    der(0xa4, derOctets(fields.transactionId)),
    der(0xa5, derOctets(fields.senderNonce)),
    ...(fields.recipNonce === undefined ? [] : [der(0xa6, derOctets(fields.recipNonce))]),
  );
  const body = der(bodyTags[fields.body], fields.content);
  const value = protection.protect(derSequence(header, body));
  const extra = protection.certificates;
  return derSequence(
    header,
    body,
    der(0xa0, derBits(value)),
    ...(extra.length === 0 ? [] : [der(0xa1, derSequence(...extra))]),
  );
}

const only = (element: DerElement): DerElement => {
  const cursor = new DerCursor(element);
  const inside = cursor.next();
  cursor.end();
  return inside;
};
const octets = (element: DerElement | undefined): Buffer | undefined => {
  if (element === undefined) return undefined;
  const inside = only(element);
  if (inside.tag !== tags.octetString) throw malformed('expected octets');
  return contentOf(inside);
};

function parse(bytes: Buffer): CmpMessage {
  if (bytes.length > mostMessageBytes) throw malformed('message too large');
  const outer = new DerCursor(readRoot(bytes, tags.sequence));
  const header = outer.next(tags.sequence);
  const body = outer.next();
  const name = (Object.keys(bodyTags) as BodyName[]).find((each) => bodyTags[each] === body.tag);
  if (name === undefined) throw malformed('a body of another kind');
  const protection = outer.optional(0xa0);
  const extra = outer.optional(0xa1);
  outer.end();

  const cursor = new DerCursor(header);
  const version = readSmallInteger(cursor.next());
  if (version !== 2 && version !== 3) throw malformed('another version');
  cursor.next(); // sender and recipient say what the protection proves or nothing
  cursor.next();
  cursor.optional(0xa0);
  const algorithm = cursor.optional(0xa1);
  cursor.optional(0xa2);
  cursor.optional(0xa3);
  const transactionId = octets(cursor.optional(0xa4));
  const senderNonce = octets(cursor.optional(0xa5));
  const recipNonce = octets(cursor.optional(0xa6));
  cursor.optional(0xa7);
  cursor.optional(0xa8);
  cursor.end();
  return {
    body: name,
    content: only(body),
    transactionId,
    senderNonce,
    recipNonce,
    protectionAlgorithm: algorithm && only(algorithm),
    protection: protection && readOctetBits(only(protection)),
    protectedPart: derSequence(encodingOf(header), encodingOf(body)),
    extraCertificates: extra === undefined ? [] : childrenOf(only(extra), 20).map(encodingOf),
  };
}

/** One message as typed facts; nothing is verified. Never throws for any bytes. */
export const readMessage = (bytes: Buffer): MessageReading => {
  const read = readOrReason(() => parse(Buffer.from(bytes)));
  return read.ok ? { ok: true, message: read.value } : read;
};

/** What a reader answers, or what is malformed in it. */
export function readOrReason<T>(
  read: () => T,
): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string } {
  try {
    return { ok: true, value: read() };
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === 'x509.malformed')
      return { ok: false, reason: thrown.detail ?? thrown.code };
    throw thrown;
  }
}
