// One certificate revocation list (RFC 5280 section 5), walked once and indexed by serial number without making an object per entry.
import { Problem } from '../problem.ts';
import type { Certificate } from './certificate.ts';
import { readAuthorityKeyId } from './constraint-extensions.ts';
import {
  contentOf,
  DerCursor,
  type DerElement,
  elementAt,
  encodingOf,
  malformed,
  onlyChildOf,
  readRoot,
  tags,
} from './der.ts';
import { readIntegerBytes, readSmallInteger, readTime, serialHex } from './der-values.ts';
import {
  type DistributionPoint,
  type IssuingPoint,
  readDistributionPoints,
  readIssuingPoint,
} from './distribution-point.ts';
import { extensionOids, type RawExtension, readExtensions } from './extensions.ts';
import { type GeneralName, nameKey, readGeneralNames } from './general-name.ts';
import { type DistinguishedName, readName, sameName } from './name.ts';
import { SerialIndex } from './serial-index.ts';
import { readSignedParts, type SignedParts, verifySigned } from './signature.ts';

export interface Revocation {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** RFC 5280 5.3.1 reason code; 0 (unspecified) when the entry has none. */
  readonly reason: number;
}

export interface Crl extends SignedParts {
  readonly issuer: DistinguishedName;
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  /** Hexadecimal cRLNumber, when there is one. */
  readonly number: string | undefined;
  readonly authorityKeyId: string | undefined;
  /** What the list covers; undefined when it has no issuing distribution point and so covers all of its issuer. */
  readonly issuingPoint: IssuingPoint | undefined;
  /** Hexadecimal number of the whole list that this delta list changes; undefined for a whole list. */
  readonly deltaOf: string | undefined;
  /** Where delta lists to it lie (RFC 5280 5.2.6). */
  readonly freshest: readonly DistributionPoint[];
  readonly entries: number;
  readonly bytes: number;
  /**
   * The entry for the certificate with this serial (lower-case hexadecimal), or undefined. `issuer` is needed for an
   * indirect list, which has entries of several issuers; otherwise every entry is of the list's own.
   */
  readonly isRevoked: (serial: string, issuer?: DistinguishedName) => Revocation | undefined;
}

export type CrlReading =
  | { readonly ok: true; readonly crl: Crl }
  | { readonly ok: false; readonly reason: CrlFault; readonly detail: string };

/** `crlScope`: a list with a critical extension that we do not know: it can clear nobody. */
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
function readEntry(entry: DerElement, indirect: boolean): Revocation & { readonly issuer?: DistinguishedName } {
  const cursor = new DerCursor(entry);
  if (readIntegerBytes(cursor.next()).length > longestSerial) throw malformed('serial number out of range');
  const at = readTime(cursor.next());
  let reason = 0;
  let issuer: DistinguishedName | undefined;
  if (!cursor.done) {
    for (const { oid, critical, value } of readExtensions(cursor.next(tags.sequence))) {
      if (oid === extensionOids.certificateIssuer && indirect)
        issuer = directoryOf(readGeneralNames(readRoot(value, tags.sequence)));
      // RFC 5280 5.3: a list with a critical entry extension that we do not process must not be used at all.
      else if (oid === extensionOids.certificateIssuer || (critical && !entryExtensions.has(oid)))
        throw outOfScope(`entry extension ${oid}`);
      if (oid === extensionOids.reasonCode) reason = contentOf(readRoot(value, tags.enumerated))[0] ?? 0;
    }
    cursor.end();
  }
  return { at, reason, ...(issuer === undefined ? {} : { issuer }) };
}

function directoryOf(names: readonly GeneralName[]): DistinguishedName {
  const found = names.find((name) => name.kind === 'directory');
  if (found?.kind !== 'directory') throw malformed('certificate issuer without a name');
  return found.name;
}

// A listed certificate is revoked even when its entry's date does not exist (31 February passes the usual form).
function revocationAt(der: Buffer, offset: number, begun: number): Revocation {
  try {
    const { at, reason } = readEntry(elementAt(der, offset, der.length, 0), true);
    return { at, reason };
  } catch {
    return { at: begun, reason: 0 };
  }
}

function understand(extensions: readonly RawExtension[]) {
  let number: string | undefined;
  let authorityKeyId: string | undefined;
  let issuingPoint: IssuingPoint | undefined;
  let deltaOf: string | undefined;
  let freshest: readonly DistributionPoint[] = [];
  const wholeNumber = (value: Buffer) => serialHex(readIntegerBytes(readRoot(value, tags.integer)));
  for (const { oid, critical, value } of extensions) {
    if (oid === extensionOids.crlNumber) number = wholeNumber(value);
    else if (oid === extensionOids.issuingDistributionPoint) issuingPoint = readIssuingPoint(value);
    else if (oid === extensionOids.deltaCrlIndicator) deltaOf = wholeNumber(value);
    else if (oid === extensionOids.freshestCrl) freshest = readDistributionPoints(readRoot(value, tags.sequence));
    else if (oid === extensionOids.authorityKeyIdentifier)
      authorityKeyId = readAuthorityKeyId(readRoot(value, tags.sequence));
    else if (critical) throw outOfScope(`extension ${oid}`);
  }
  return { number, authorityKeyId, issuingPoint, deltaOf, freshest };
}

type FindEntry = (serial: Buffer, of: DistinguishedName) => number | undefined;

const entryAt = (list: DerElement, at: number): DerElement => {
  const entry = elementAt(list.bytes, at, list.end, list.depth + 1);
  if (entry.tag !== tags.sequence) throw malformed('expected an entry');
  return entry;
};

/** Walks the entries of a list of one issuer; finds their offsets by serial number. */
function indexOwn(list: DerElement): { entries: number; find: FindEntry } {
  const offsets: number[] = [];
  for (let at = list.content; at < list.end; ) {
    offsets.push(at);
    if (isUsualEntry(list.bytes, at, list.end)) at += 2 + (list.bytes[at + 1] as number);
    else {
      const entry = entryAt(list, at);
      readEntry(entry, false);
      at = entry.end;
    }
  }
  const index = new SerialIndex(list.bytes, offsets);
  return { entries: offsets.length, find: (serial) => index.find(serial) };
}

/** Each costs an object, unlike those of a list of one issuer. */
const mostIndirect = 100_000;

/** The same of an indirect list: an entry that names no issuer is of the same as the one before it (RFC 5280 5.3.3). */
function indexIndirect(list: DerElement, issuer: DistinguishedName): { entries: number; find: FindEntry } {
  const offsets = new Map<string, number>();
  const key = (serial: Buffer, of: string) => `${serial.toString('hex')} ${of}`;
  let of = nameKey(issuer);
  let entries = 0;
  for (let at = list.content; at < list.end; entries++) {
    const entry = entryAt(list, at);
    const { issuer: named } = readEntry(entry, true);
    if (named !== undefined) of = nameKey(named);
    if (entries === mostIndirect) throw malformed('too many entries of several issuers');
    offsets.set(key(readIntegerBytes(new DerCursor(entry).next()), of), at);
    at = entry.end;
  }
  return { entries, find: (serial, whose) => offsets.get(key(serial, nameKey(whose))) };
}

const noEntries: { entries: number; find: FindEntry } = { entries: 0, find: () => undefined };

/** Content octets of the INTEGER with this magnitude. */
const integerOctets = (serial: string): Buffer =>
  Buffer.from(Number.parseInt(serial.slice(0, 2), 16) >= 0x80 ? `00${serial}` : serial, 'hex');

function parse(der: Buffer): Crl {
  const outer = new DerCursor(readRoot(der, tags.sequence));
  const { content: cursor, parts } = readSignedParts(outer);
  outer.end();
  const version = cursor.optional(tags.integer);
  if (version !== undefined && readSmallInteger(version) !== 1) throw malformed('not version 2');
  if (!encodingOf(cursor.next(tags.sequence)).equals(parts.algorithm.der)) throw malformed('two signature algorithms');
  const issuer = readName(cursor.next());
  const begun = readTime(cursor.next());
  const next = cursor.optional(tags.utcTime) ?? cursor.optional(tags.generalizedTime);
  if (next === undefined) throw malformed('no nextUpdate'); // RFC 5280 5.1.2.5: it must be there
  const list = cursor.optional(tags.sequence);
  const extensions = cursor.optional(0xa0);
  cursor.end();
  if (version === undefined && extensions !== undefined) throw malformed('extensions in version 1');

  const facts = understand(extensions === undefined ? [] : readExtensions(onlyChildOf(extensions)));
  const { entries, find } =
    list === undefined ? noEntries : facts.issuingPoint?.indirect ? indexIndirect(list, issuer) : indexOwn(list);
  return {
    issuer,
    thisUpdate: begun,
    nextUpdate: readTime(next),
    ...facts,
    entries,
    bytes: der.length,
    ...parts,
    isRevoked: (serial, of = issuer) => {
      const offset = find(integerOctets(serial), of);
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
