// What is inside the CMP messages that are used here (RFC 4210 5.2 and 5.3), written and read; nothing is decided.
import {
  childrenOf,
  contentOf,
  DerCursor,
  type DerElement,
  der,
  derInteger,
  derOctets,
  derOid,
  derSequence,
  encodingOf,
  malformed,
  readIntegerBytes,
  readNamedBits,
  readSmallInteger,
  tags,
} from '../../../base/x509/index.ts';
import { issuerWords } from '../../../core/ordering/index.ts';

/** PKIStatus (RFC 4210 5.2.3). */
export const pkiStatus = { accepted: 0, grantedWithMods: 1, rejection: 2, waiting: 3 } as const;
/** Bits of PKIFailureInfo that are told apart. */
export const failure = {
  badMessageCheck: 1,
  badTime: 3,
  badCertId: 4,
  certRevoked: 10,
  signerNotTrusted: 20,
  transactionIdInUse: 21,
  systemUnavail: 24,
  systemFailure: 25,
} as const;

export interface StatusInfo {
  readonly status: number;
  /** Fit for a log and a page. */
  readonly text: string;
  readonly failures: ReadonlySet<number>;
}

export interface CertResponse {
  /** Content octets of certReqId: -1 or 0 for a PKCS#10 request, echoed as it came. */
  readonly requestId: Buffer;
  readonly status: StatusInfo;
  readonly certificate: Buffer | undefined;
}

const sequence = (element: DerElement): DerCursor => {
  if (element.tag !== tags.sequence) throw malformed('expected a SEQUENCE');
  return new DerCursor(element);
};

/** PKIFreeText, cut short and without control characters. */
function freeText(element: DerElement | undefined): string {
  if (element === undefined) return '';
  const lines = childrenOf(element, 20).map((line) => contentOf(line).subarray(0, 400).toString('utf8'));
  return issuerWords(lines.join(' '));
}

export function readStatus(element: DerElement): StatusInfo {
  const cursor = sequence(element);
  const status = readSmallInteger(cursor.next());
  const text = freeText(cursor.optional(tags.sequence));
  const bits = cursor.optional(tags.bitString);
  cursor.end();
  return { status, text, failures: bits === undefined ? new Set() : readNamedBits(bits) };
}

/** CertRepMessage with one answer (RFC 4210 5.3.4). */
export function readCertRep(content: DerElement): CertResponse {
  const cursor = sequence(content);
  cursor.optional(0xa1); // caPubs: the CA is configured, not learned
  const answers = childrenOf(cursor.next(tags.sequence), 1);
  cursor.end();
  const [answer] = answers;
  if (answer === undefined) throw malformed('no answer');
  const fields = sequence(answer);
  const requestId = Buffer.from(readIntegerBytes(fields.next()));
  const status = readStatus(fields.next());
  const pair = fields.optional(tags.sequence);
  fields.optional(tags.octetString);
  fields.end();
  const choice = pair && new DerCursor(pair).next();
  if (choice === undefined) return { requestId, status, certificate: undefined };
  // [1] is a certificate encrypted to its key, for keys that cannot sign: not asked for.
  if (choice.tag !== 0xa0) throw malformed('an encrypted certificate');
  const inside = new DerCursor(choice);
  const certificate = encodingOf(inside.next(tags.sequence));
  inside.end();
  return { requestId, status, certificate };
}

/** CertConfirmContent (RFC 4210 5.3.18): taken, or not. */
export const writeCertConf = (certHash: Buffer, requestId: Buffer, taken: boolean): Buffer =>
  derSequence(
    derSequence(
      derOctets(certHash),
      der(tags.integer, requestId),
      ...(taken ? [] : [derSequence(derInteger(pkiStatus.rejection))]),
    ),
  );

/** PollReqContent (RFC 4210 5.3.22). */
export const writePollReq = (requestId: Buffer): Buffer => derSequence(derSequence(der(tags.integer, requestId)));

/** Seconds until the next pollReq. */
export function readPollRep(content: DerElement): number {
  const [answer] = childrenOf(content, 1);
  if (answer === undefined) throw malformed('no answer');
  const cursor = sequence(answer);
  readIntegerBytes(cursor.next());
  const seconds = readSmallInteger(cursor.next());
  cursor.optional(tags.sequence);
  cursor.end();
  return seconds;
}

/** RevReqContent for one certificate (RFC 4210 5.3.9), named by issuer and serial number (CertTemplate of RFC 4211 5). */
export const writeRevocation = (issuer: Buffer, serial: Buffer, reason: number): Buffer =>
  derSequence(
    derSequence(
      derSequence(der(0x81, contentOfInteger(serial)), der(0xa3, issuer)),
      derSequence(derSequence(derOid('2.5.29.21'), derOctets(der(tags.enumerated, Buffer.from([reason]))))),
    ),
  );

const contentOfInteger = (magnitude: Buffer): Buffer =>
  (magnitude[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), magnitude]) : magnitude;

/** RevRepContent for one certificate (RFC 4210 5.3.10). */
export function readRevocationRep(content: DerElement): StatusInfo {
  const cursor = sequence(content);
  const [status] = childrenOf(cursor.next(tags.sequence), 1);
  if (status === undefined) throw malformed('no answer');
  return readStatus(status);
}

/** ErrorMsgContent (RFC 4210 5.3.21). */
export function readError(content: DerElement): StatusInfo {
  const cursor = sequence(content);
  const info = readStatus(cursor.next());
  cursor.optional(tags.integer);
  const details = freeText(cursor.optional(tags.sequence));
  cursor.end();
  return { ...info, text: [info.text, details].filter((each) => each !== '').join('; ') };
}
