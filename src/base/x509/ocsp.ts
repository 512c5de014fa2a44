// One OCSP response as typed facts (RFC 6960 4.2), and which certificate an answer in it is about; nothing is decided here.
import { createHash } from 'node:crypto';
import { Problem } from '../problem.ts';
import { type Certificate, readCertificate } from './certificate.ts';
import {
  childrenOf,
  contentOf,
  DerCursor,
  type DerElement,
  encodingOf,
  malformed,
  onlyChildOf,
  readRoot,
  tags,
} from './der.ts';
import { readIntegerBytes, readOid, readSmallInteger, readTime, serialHex } from './der-values.ts';
import { extensionOids, type RawExtension, readExtensions } from './extensions.ts';
import { type DistinguishedName, readName } from './name.ts';
import { nonceOid } from './ocsp-request.ts';
import { publicKeyBits, readSignedParts, type SignedParts } from './signature.ts';

export type OcspStatus =
  | { readonly kind: 'good' }
  | { readonly kind: 'revoked'; readonly at: number; readonly reason: number }
  | { readonly kind: 'unknown' };

/** A SingleResponse: what is said of one certificate. */
export interface OcspAnswer {
  /** Undefined for a hash outside SHA-1, SHA-256, 384 and 512: it is about nobody. */
  readonly hash: string | undefined;
  readonly issuerNameHash: Buffer;
  readonly issuerKeyHash: Buffer;
  /** Lower-case hexadecimal, without the sign octet. */
  readonly serial: string;
  readonly status: OcspStatus;
  readonly thisUpdate: number;
  readonly nextUpdate: number | undefined;
}

export interface OcspResponse extends SignedParts {
  readonly responder:
    | { readonly kind: 'name'; readonly name: DistinguishedName }
    | { readonly kind: 'key'; readonly hash: Buffer };
  readonly producedAt: number;
  readonly answers: readonly OcspAnswer[];
  /** Hexadecimal value of the nonce extension (RFC 9654). */
  readonly nonce: string | undefined;
  /** Certificates that came along and could be read. */
  readonly certificates: readonly Certificate[];
}

/** What a responder says in place of an answer (RFC 6960 4.2.1), or what is wrong with its octets. */
export type OcspFault =
  | 'ocspMalformed'
  | 'ocspScope'
  | 'malformedRequest'
  | 'internalError'
  | 'tryLater'
  | 'sigRequired'
  | 'unauthorized';

export type OcspReading =
  | { readonly ok: true; readonly response: OcspResponse }
  | { readonly ok: false; readonly reason: OcspFault; readonly detail: string };

const mostBytes = 256 * 1024;
const mostAnswers = 64;
const mostCertificates = 8;
const basicResponse = '1.3.6.1.5.5.7.48.1.1';
const errors = new Map<number, OcspFault>([
  [1, 'malformedRequest'],
  [2, 'internalError'],
  [3, 'tryLater'],
  [5, 'sigRequired'],
  [6, 'unauthorized'],
]);
const hashes = new Map([
  ['1.3.14.3.2.26', 'sha1'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
]);

const outOfScope = (detail: string): Problem<'x509.ocspScope'> =>
  new Problem({ kind: 'invalid', code: 'x509.ocspScope', detail });

const generalizedTime = (element: DerElement): number => {
  if (element.tag !== tags.generalizedTime) throw malformed('expected GeneralizedTime');
  return readTime(element);
};

function readStatus(element: DerElement): OcspStatus {
  if (element.tag === 0xa1) {
    const cursor = new DerCursor(element);
    const at = generalizedTime(cursor.next());
    const reason = cursor.optional(0xa0);
    cursor.end();
    const code = reason && onlyChildOf(reason);
    if (code !== undefined && code.tag !== tags.enumerated) throw malformed('expected a reason');
    return { kind: 'revoked', at, reason: (code && contentOf(code)[0]) ?? 0 };
  }
  if (contentOf(element).length > 0) throw malformed('status not NULL');
  if (element.tag === 0x80) return { kind: 'good' };
  if (element.tag === 0x82) return { kind: 'unknown' };
  throw malformed('no such status');
}

/** Extensions of a response or an answer; a critical one that is not known makes it unusable. */
function extensionsIn(wrapper: DerElement | undefined, known: readonly string[]): readonly RawExtension[] {
  if (wrapper === undefined) return [];
  const found = readExtensions(onlyChildOf(wrapper));
  const stranger = found.find(({ oid, critical }) => critical && !known.includes(oid));
  if (stranger !== undefined) throw outOfScope(`extension ${stranger.oid}`);
  return found;
}

function readAnswer(element: DerElement): OcspAnswer {
  const cursor = new DerCursor(element);
  const id = new DerCursor(cursor.next(tags.sequence));
  const algorithm = new DerCursor(id.next(tags.sequence));
  const hash = hashes.get(readOid(algorithm.next()));
  algorithm.optional(tags.null);
  algorithm.end();
  const issuerNameHash = contentOf(id.next(tags.octetString));
  const issuerKeyHash = contentOf(id.next(tags.octetString));
  const serial = readIntegerBytes(id.next());
  id.end();
  const status = readStatus(cursor.next());
  const thisUpdate = generalizedTime(cursor.next());
  const next = cursor.optional(0xa0);
  extensionsIn(cursor.optional(0xa1), [extensionOids.invalidityDate, extensionOids.reasonCode]);
  cursor.end();
  return {
    hash,
    issuerNameHash,
    issuerKeyHash,
    // A negative number is no certificate's that we read, so it gets a text that none has.
    serial: (serial[0] as number) >= 0x80 ? `-${serial.toString('hex')}` : serialHex(serial),
    status,
    thisUpdate,
    nextUpdate: next && generalizedTime(onlyChildOf(next)),
  };
}

function readResponder(element: DerElement): OcspResponse['responder'] {
  const inside = onlyChildOf(element);
  if (element.tag === 0xa1) return { kind: 'name', name: readName(inside) };
  if (element.tag !== 0xa2 || inside.tag !== tags.octetString) throw malformed('no such responder');
  return { kind: 'key', hash: contentOf(inside) };
}

function parseBasic(der: Buffer): OcspResponse {
  const outer = new DerCursor(readRoot(der, tags.sequence));
  const { content: cursor, parts } = readSignedParts(outer);
  const wrapped = outer.optional(0xa0);
  outer.end();
  // Version 1 is the default, which DER leaves out; there is no other.
  if (cursor.optional(0xa0) !== undefined) throw malformed('not version 1');
  const responder = readResponder(cursor.next());
  const producedAt = generalizedTime(cursor.next());
  const answers = childrenOf(cursor.next(tags.sequence), mostAnswers).map(readAnswer);
  const nonce = extensionsIn(cursor.optional(0xa1), [nonceOid]).find(({ oid }) => oid === nonceOid);
  cursor.end();
  const certificates = wrapped === undefined ? [] : childrenOf(onlyChildOf(wrapped), mostCertificates);
  return {
    responder,
    producedAt,
    answers,
    nonce: nonce && contentOf(readRoot(nonce.value, tags.octetString)).toString('hex'),
    certificates: certificates.flatMap((each) => {
      const reading = readCertificate(encodingOf(each));
      return reading.ok ? [reading.certificate] : [];
    }),
    ...parts,
  };
}

function parse(der: Buffer): OcspReading {
  if (der.length > mostBytes) throw malformed('response too large');
  const cursor = new DerCursor(readRoot(der, tags.sequence));
  const status = readSmallInteger({ ...cursor.next(tags.enumerated), tag: tags.integer });
  const bytes = cursor.optional(0xa0);
  cursor.end();
  const error = errors.get(status);
  if (error !== undefined) return { ok: false, reason: error, detail: `the responder says ${error}` };
  if (status !== 0 || bytes === undefined) throw malformed('no such response status');
  const inside = new DerCursor(onlyChildOf(bytes));
  if (readOid(inside.next()) !== basicResponse) throw outOfScope('response type');
  const content = contentOf(inside.next(tags.octetString));
  inside.end();
  return { ok: true, response: parseBasic(content) };
}

/** Facts of one DER OCSPResponse. Never throws for any bytes. */
export function readOcspResponse(der: Buffer): OcspReading {
  try {
    return parse(Buffer.from(der));
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    const detail = thrown.detail ?? '';
    if (thrown.code === 'x509.ocspScope') return { ok: false, reason: 'ocspScope', detail };
    if (thrown.code === 'x509.malformed') return { ok: false, reason: 'ocspMalformed', detail };
    throw thrown;
  }
}

const digest = (hash: string, bytes: Buffer): Buffer => createHash(hash).update(bytes).digest();

/** Whether an answer is about this certificate of this issuer (RFC 6960 4.1.1, CertID). */
export function isAnswerAbout(answer: OcspAnswer, certificate: Certificate, issuer: Certificate): boolean {
  const { hash } = answer;
  return (
    hash !== undefined &&
    answer.serial === certificate.serial &&
    answer.issuerNameHash.equals(digest(hash, certificate.issuer.der)) &&
    answer.issuerKeyHash.equals(digest(hash, publicKeyBits(issuer.publicKey.der)))
  );
}

/** Whether a response names this certificate as its responder's (RFC 6960 4.2.2.3); says nothing about its signature. */
export function isResponder({ responder }: OcspResponse, certificate: Certificate): boolean {
  if (responder.kind === 'name') return responder.name.der.equals(certificate.subject.der);
  // KeyHash is SHA-1 by definition: it picks a key, it does not protect one.
  return responder.hash.equals(digest('sha1', publicKeyBits(certificate.publicKey.der)));
}
