// One certificate revocation list (RFC 5280 section 5), walked once and indexed by serial number without making an object per entry.
import { Problem } from '../problem.ts';
import type { Certificate } from './certificate.ts';
import { contentOf, DerCursor, type DerElement, elementAt, encodingOf, malformed, readRoot, tags } from './der.ts';
import { readBoolean, readIntegerBytes, readOctetBits, readSmallInteger, readTime, serialHex } from './der-values.ts';
import { distributionUrls, extensionOids, type RawExtension, readExtensions } from './extensions.ts';
import { type DistinguishedName, readName, sameName } from './name.ts';
import { SerialIndex } from './serial-index.ts';
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

const entryExtensions: ReadonlySet<string> = new Set([extensionOids.reasonCode, extensionOids.invalidityDate]);

const longestSerial = 64;
// 06 03 55 1d 15 04 03 0a 01: reasonCode with an ENUMERATED of one octet, in its two SEQUENCEs.
const usualReason = Buffer.from('300c300a0603551d1504030a01', 'hex');

/**
 * True for an entry of the usual form (short lengths, UTCTime, at most a reason code), which nearly all are: checked
 * in place, since 100,000 of them are read at once. Any other form is for `readEntry` to judge.
 */
function isUsualEntry(bytes: Buffer, start: number, limit: number): boolean {
  const length = bytes[start + 1] as number;
  const end = start + 2 + length;
  if (bytes[start] !== tags.sequence || length >= 0x80 || end > limit || bytes[start + 2] !== tags.integer)
    return false;
  const size = bytes[start + 3] as number;
  const [first, second] = [bytes[start + 4] as number, bytes[start + 5] as number];
  if (size < 1 || size > 21 || first >= 0x80 || (size > 1 && first === 0 && second < 0x80)) return false;
  const time = start + 4 + size;
  if (bytes[time] !== tags.utcTime || bytes[time + 1] !== 13 || bytes[time + 14] !== 0x5a) return false;
  for (let at = time + 2; at < time + 14; at++)
    if ((bytes[at] as number) < 0x30 || (bytes[at] as number) > 0x39) return false;
  const rest = time + 15;
  return (
    rest === end ||
    (end - rest === usualReason.length + 1 && bytes.compare(usualReason, 0, usualReason.length, rest, end - 1) === 0)
  );
}

// Reads one entry whole, so that a fault in it is found when the list is read and not at a login.
function readEntry(entry: DerElement): Revocation {
  const cursor = new DerCursor(entry);
  if (readIntegerBytes(cursor.next()).length > longestSerial) throw malformed('serial number out of range');
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

// A listed certificate is revoked even when its entry's date does not exist (31 February passes the usual form).
function revocationAt(der: Buffer, offset: number, begun: number): Revocation {
  try {
    return readEntry(elementAt(der, offset, der.length, 0));
  } catch {
    return { at: begun, reason: 0 };
  }
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
  const begun = readTime(cursor.next());
  const next = cursor.optional(tags.utcTime) ?? cursor.optional(tags.generalizedTime);
  if (next === undefined) throw malformed('no nextUpdate'); // RFC 5280 5.1.2.5: it must be there
  const list = cursor.optional(tags.sequence);
  const extensions = cursor.optional(0xa0);
  cursor.end();
  if (version === undefined && extensions !== undefined) throw malformed('extensions in version 1');

  const offsets: number[] = [];
  if (list !== undefined) {
    for (let at = list.content; at < list.end; ) {
      offsets.push(at);
      if (isUsualEntry(der, at, list.end)) at += 2 + (der[at + 1] as number);
      else {
        const entry = elementAt(der, at, list.end, list.depth + 1);
        if (entry.tag !== tags.sequence) throw malformed('expected an entry');
        readEntry(entry);
        at = entry.end;
      }
    }
  }
  const index = new SerialIndex(der, offsets);
  return {
    issuer,
    thisUpdate: begun,
    nextUpdate: readTime(next),
    ...understand(extensions === undefined ? [] : readExtensions(new DerCursor(extensions).next())),
    entries: offsets.length,
    bytes: der.length,
    signed: encodingOf(tbs),
    signature,
    algorithm,
    isRevoked: (serial) => {
      const offset = index.find(Buffer.from(serial, 'hex'));
      return offset === undefined ? undefined : revocationAt(der, offset, begun);
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
