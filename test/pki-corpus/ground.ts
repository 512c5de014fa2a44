// What the cases are made from: authorities under fixed keys, and surgery on DER that leaves the signature right.
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  childrenOf,
  contentOf,
  der,
  derSequence,
  encodingOf,
  keyAlgorithm,
  readRoot,
  signedDer,
  tags,
  toPem,
  writeName,
} from '../../src/base/x509/index.ts';
import {
  authority,
  dayMs,
  extension,
  fullName,
  general,
  now,
  type Party,
  person,
  points,
  responderOf,
  type Wanted,
} from '../fakes/pkix.ts';
import type { Case, Cases } from './kinds.ts';

const pems = JSON.parse(readFileSync(new URL('keys.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, string>
>;
export function keyOf(name: string): KeyObject {
  const pem = pems[name];
  if (pem === undefined) throw new Error(`no key ${name}`);
  return createPrivateKey(pem);
}

export const unknownOid = '1.3.6.1.4.1.32473.9';
export const unknownCritical = extension(unknownOid, derSequence(), true);
export const root = authority('Corpus Root', undefined, { key: keyOf('root'), notAfter: now + 90 * dayMs });
const issuingWanted: Wanted = { key: keyOf('issuing'), notAfter: now + 60 * dayMs };
export const issuing = authority('Corpus Issuing', root, issuingWanted);
export const issuingWith = (wanted: Wanted): Party =>
  authority('Corpus Issuing', root, { ...issuingWanted, ...wanted });
export const other = authority('Corpus Other', root, { key: keyOf('other') });
/** Another authority that bears the name of ours. */
export const namesake = authority('Corpus Issuing', root, { key: keyOf('stranger') });
export const leaf = (wanted: Wanted = {}, by: Party = issuing): Party =>
  person(by, { key: keyOf('person'), ...wanted });
export const card = leaf();
/** Its lists are in parts; this one names part one. */
export const partCard = leaf({
  extensions: [points(derSequence(fullName(general.uri('http://crl.example/one.crl'))))],
});
export const responder = (wanted: Wanted = {}, by: Party = issuing): Party =>
  responderOf(by, { key: keyOf('responder'), ...wanted });
export const bmp = (text: string): Buffer => der(tags.bmpString, Buffer.from(text, 'utf16le').swap16());
export const commonName = (value: string | Buffer): Buffer =>
  writeName([
    ['2.5.4.6', 'SE'],
    ['2.5.4.3', value],
  ]);

/** The encoding with the element at `path` changed and every length around it right; an OCTET STRING has one child, its content. */
export function edited(bytes: Buffer, path: readonly number[], change: (old: Buffer) => Buffer): Buffer {
  const [index, ...rest] = path;
  if (index === undefined) return change(bytes);
  const element = readRoot(bytes, bytes[0] as number);
  const parts = element.tag === tags.octetString ? [contentOf(element)] : childrenOf(element).map(encodingOf);
  return der(element.tag, ...parts.map((part, at) => (at === index ? edited(part, rest, change) : part)));
}

/** A signed structure whose signed part was changed, signed again: but for the change it is as good as before. */
export function resigned(bytes: Buffer, key: KeyObject, path: readonly number[], change: (old: Buffer) => Buffer) {
  const [before] = childrenOf(readRoot(bytes, tags.sequence)).map(encodingOf);
  const signed = edited(before as Buffer, path, change);
  const { identifier, hash } = keyAlgorithm(key);
  return signedDer(signed, identifier, sign(hash, signed, key));
}

export const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
export const to = (text: string) => (): Buffer => hex(text);
/** Puts more octets inside an element, at its end. */
export const withMore =
  (...more: readonly Buffer[]) =>
  (old: Buffer): Buffer =>
    der(old[0] as number, contentOf(readRoot(old, old[0] as number)), ...more);
/** The octets with the one at `at` (from the end when negative) changed. */
export function flipped(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  const index = at < 0 ? bytes.length + at : at;
  changed[index] = (changed[index] as number) ^ 1;
  return changed;
}
/** The same content under an outer SEQUENCE of indefinite length (BER). */
export const indefinite = (bytes: Buffer): Buffer =>
  Buffer.concat([hex('3080'), contentOf(readRoot(bytes, tags.sequence)), hex('0000')]);
/** The same with its outer length in one octet more than it needs. */
export function longLength(bytes: Buffer): Buffer {
  const content = contentOf(readRoot(bytes, tags.sequence));
  return Buffer.concat([hex('3083'), hex(content.length.toString(16).padStart(6, '0')), content]);
}
/** Faults that any of the four kinds may have, as the strict reader names them. */
export function brokenDer(good: Buffer, attack: string, check: string, prefix = ''): Cases {
  const fault = (blocks: Buffer, because: string): Case => ({
    blocks: [blocks],
    attack,
    check,
    because: `${prefix}${because}`,
  });
  return {
    'no-der': fault(Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'content cut short'),
    'one-octet': fault(hex('30'), 'element cut short'),
    'cut-short': fault(good.subarray(0, -1), 'content cut short'),
    'octet-after-the-end': fault(Buffer.concat([good, hex('00')]), 'bytes after the end'),
    'twice-in-a-row': fault(Buffer.concat([good, good]), 'bytes after the end'),
    'indefinite-length': fault(indefinite(good), 'indefinite length'),
    'length-not-minimal': fault(longLength(good), 'length not minimal'),
    'length-of-four-gigabytes': fault(Buffer.concat([hex('3084ffffffff'), good.subarray(4)]), 'content cut short'),
    'length-of-nine-octets': fault(Buffer.concat([hex('3089'), good.subarray(2)]), 'length cut short'),
    'high-tag-number': fault(Buffer.concat([hex('3f'), good.subarray(1)]), 'high tag number'),
    'set-in-place-of-a-sequence': fault(Buffer.concat([hex('31'), good.subarray(1)]), 'unexpected outer type'),
    'empty-sequence': fault(hex('3000'), 'element cut short'),
  };
}

/** What whoever judges the files needs to know. */
export const ground = () => ({
  at: new Date(now).toISOString(),
  root: toPem(root.certificate.der),
  issuing: toPem(issuing.certificate.der),
  card: toPem(card.certificate.der),
  partCard: toPem(partCard.certificate.der),
});
