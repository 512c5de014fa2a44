// One certificate revocation list (RFC 5280 section 5), walked once and indexed by serial number without making an object per entry.
import { Problem } from '../problem.ts';
import type { Certificate } from './certificate.ts';
import { contentOf, DerCursor, type DerElement, elementAt, encodingOf, malformed, readRoot, tags } from './der.ts';
import { readBoolean, readIntegerBytes, readOctetBits, readSmallInteger, readTime, serialHex } from './der-values.ts';
import { distributionUrls, extensionOids, type RawExtension, readExtensions } from './extensions.ts';
import { type DistinguishedName, readName, sameName } from './name.ts';
import { readSignatureAlgorithm, type SignatureAlgorithm, verifySigned } from './signature.ts';

export interface Revocation {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** RFC 5280 5.3.1 reason code; 0 (unspecified) when the entry has none. */
  readonly reason: number;
}

export interface Crl {
  readonly issuer: DistinguishedName;
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  /** Hexadecimal cRLNumber, when there is one. */
  readonly number: string | undefined;
  readonly authorityKeyId: string | undefined;
  /** URLs of the issuing distribution point; undefined when the list has none and so covers all of the issuer. */
  readonly distributionUrls: readonly string[] | undefined;
  readonly entries: number;
  readonly bytes: number;
  readonly signed: Buffer;
  readonly signature: Buffer;
  readonly algorithm: SignatureAlgorithm;
  /** The revocation of the certificate with this serial (lower-case hexadecimal), or undefined. */
  readonly isRevoked: (serial: string) => Revocation | undefined;
}

export type CrlReading =
  | { readonly ok: true; readonly crl: Crl }
  | { readonly ok: false; readonly reason: CrlFault; readonly detail: string };

/** `crlScope`: a delta, indirect or partial list, or one with a critical extension we do not know: it can clear nobody. */
export type CrlFault = 'crlMalformed' | 'crlScope';

const outOfScope = (detail: string): Problem<'x509.crlScope'> =>
  new Problem({ kind: 'invalid', code: 'x509.crlScope', detail });

// Offsets of entries in open addressing by a hash of the serial's octets: 8 bytes an entry instead of an object.
class SerialIndex {
  readonly #bytes: Buffer;
  readonly #slots: Uint32Array;
  constructor(bytes: Buffer, offsets: readonly number[]) {
    this.#bytes = bytes;
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(offsets.length * 2 + 2)));
    for (const offset of offsets) {
      let slot = this.#hash(this.#serialAt(offset)) & (this.#slots.length - 1);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (this.#slots.length - 1);
      this.#slots[slot] = offset;
    }
  }
  #serialAt(offset: number): Buffer {
    const entry = elementAt(this.#bytes, offset, this.#bytes.length, 0);
    const content = contentOf(elementAt(this.#bytes, entry.content, entry.end, 1));
    return content.length > 1 && content[0] === 0 ? content.subarray(1) : content;
  }
  #hash(serial: Buffer): number {
    let hash = 0x811c9dc5;
    for (const octet of serial) hash = Math.imul(hash ^ octet, 0x01000193);
    return (hash ^ (hash >>> 15)) >>> 0;
  }
  find(serial: Buffer): number | undefined {
    let slot = this.#hash(serial) & (this.#slots.length - 1);
    for (let offset = this.#slots[slot]; offset; offset = this.#slots[slot]) {
      if (this.#serialAt(offset).equals(serial)) return offset;
      slot = (slot + 1) & (this.#slots.length - 1);
    }
    return undefined;
  }
}

const entryExtensions: ReadonlySet<string> = new Set([extensionOids.reasonCode, extensionOids.invalidityDate]);

// Reads one entry whole, so that a fault in it is found when the list is read and not at a login.
function readEntry(entry: DerElement): Revocation {
  const cursor = new DerCursor(entry);
  readIntegerBytes(cursor.next());
  const at = readTime(cursor.next());
  let reason = 0;
  if (!cursor.done) {
    for (const { oid, critical, value } of readExtensions(cursor.next(tags.sequence))) {
      // RFC 5280 5.3: a list with a critical entry extension that we do not process must not be used at all.
      if (oid === extensionOids.certificateIssuer || (critical && !entryExtensions.has(oid)))
        throw outOfScope(`entry extension ${oid}`);
      if (oid === extensionOids.reasonCode) reason = contentOf(readRoot(value, tags.enumerated))[0] ?? 0;
    }
    cursor.end();
  }
  return { at, reason };
}

// Accepts only a point that names where the full list lies; any narrowing of its scope is refused (RFC 5280 5.2.5).
function readDistributionPoint(value: Buffer): string[] {
  const cursor = new DerCursor(readRoot(value, tags.sequence));
  const name = cursor.optional(0xa0);
  while (!cursor.done) {
    const field = cursor.next();
    const narrowed = field.tag === 0x83 || readBoolean({ ...field, tag: tags.boolean });
    if (narrowed) throw outOfScope('partial or indirect list');
  }
  return name === undefined ? [] : distributionUrls(name);
}

function understand(extensions: readonly RawExtension[]) {
  let number: string | undefined;
  let authorityKeyId: string | undefined;
  let points: string[] | undefined;
  for (const { oid, critical, value } of extensions) {
    if (oid === extensionOids.crlNumber) number = serialHex(readIntegerBytes(readRoot(value, tags.integer)));
    else if (oid === extensionOids.issuingDistributionPoint) points = readDistributionPoint(value);
    else if (oid === extensionOids.deltaCrlIndicator) throw outOfScope('delta list');
    else if (oid === extensionOids.authorityKeyIdentifier) {
      const id = new DerCursor(readRoot(value, tags.sequence)).optional(0x80);
      authorityKeyId = id && contentOf(id).toString('hex');
    } else if (critical) throw outOfScope(`extension ${oid}`);
  }
  return { number, authorityKeyId, distributionUrls: points };
}

function parse(der: Buffer): Crl {
  const outer = new DerCursor(readRoot(der, tags.sequence));
  const tbs = outer.next(tags.sequence);
  const algorithm = readSignatureAlgorithm(outer.next(tags.sequence));
  const signature = readOctetBits(outer.next());
  outer.end();

  const cursor = new DerCursor(tbs);
  const version = cursor.optional(tags.integer);
  if (version !== undefined && readSmallInteger(version) !== 1) throw malformed('not version 2');
  if (!encodingOf(cursor.next(tags.sequence)).equals(algorithm.der)) throw malformed('two signature algorithms');
  const issuer = readName(cursor.next());
  const thisUpdate = readTime(cursor.next());
  const next = cursor.optional(tags.utcTime) ?? cursor.optional(tags.generalizedTime);
  if (next === undefined) throw malformed('no nextUpdate'); // RFC 5280 5.1.2.5: it must be there
  const list = cursor.optional(tags.sequence);
  const extensions = cursor.optional(0xa0);
  cursor.end();
  if (version === undefined && extensions !== undefined) throw malformed('extensions in version 1');

  const offsets: number[] = [];
  if (list !== undefined) {
    const walk = new DerCursor(list);
    while (!walk.done) {
      const entry = walk.next(tags.sequence);
      readEntry(entry);
      offsets.push(entry.start);
    }
  }
  const index = new SerialIndex(der, offsets);
  return {
    issuer,
    thisUpdate,
    nextUpdate: readTime(next),
    ...understand(extensions === undefined ? [] : readExtensions(new DerCursor(extensions).next())),
    entries: offsets.length,
    bytes: der.length,
    signed: encodingOf(tbs),
    signature,
    algorithm,
    isRevoked: (serial) => {
      const offset = index.find(Buffer.from(serial, 'hex'));
      return offset === undefined ? undefined : readEntry(elementAt(der, offset, der.length, 0));
    },
  };
}

/** Facts of one DER list. Never throws for any bytes; an unusable list says whether it is broken or of another scope. */
export function readCrl(der: Buffer): CrlReading {
  try {
    return { ok: true, crl: parse(der) };
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    if (thrown.code === 'x509.crlScope') return { ok: false, reason: 'crlScope', detail: thrown.detail ?? '' };
    if (thrown.code === 'x509.malformed') return { ok: false, reason: 'crlMalformed', detail: thrown.detail ?? '' };
    throw thrown;
  }
}

/** Whether `issuer` itself issued the list: its name, its key, and its right to sign lists (RFC 5280 6.3.3 f and g). */
export function crlSignedBy(crl: Crl, issuer: Certificate): boolean {
  if (!sameName(crl.issuer, issuer.subject)) return false;
  if (
    crl.authorityKeyId !== undefined &&
    issuer.subjectKeyId !== undefined &&
    crl.authorityKeyId !== issuer.subjectKeyId
  )
    return false;
  if (issuer.keyUsage !== undefined && !issuer.keyUsage.has('cRLSign')) return false;
  return verifySigned(crl, issuer.publicKey);
}
