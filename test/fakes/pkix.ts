// Certificates, lists and OCSP answers for tests of path validation: right by default, and wrong in whatever way a test asks for.
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import {
  type Certificate,
  type CrlToWrite,
  der,
  derBits,
  derInteger,
  derNull,
  derOctets,
  derOid,
  derSequence,
  type ExtensionToWrite,
  extensionOids,
  type KeyUsage,
  keyIdentifier,
  publicKeyDer,
  readCertificate,
  readCrl,
  readOcspResponse,
  writeCertificate,
  writeCrl,
  writeExtension,
  writeName,
} from '../../src/base/x509/index.ts';

export const now = Date.UTC(2026, 5, 1, 9);
export const dayMs = 86_400_000;
export const clientAuth = '1.3.6.1.5.5.7.3.2';
export const serverAuth = '1.3.6.1.5.5.7.3.1';
export const ocspSigning = '1.3.6.1.5.5.7.3.9';

export interface Party {
  readonly name: Buffer;
  readonly key: KeyObject;
  readonly certificate: Certificate;
}

export const nameOf = (commonName: string, country = 'SE'): Buffer =>
  writeName([
    ['2.5.4.6', country],
    ['2.5.4.3', commonName],
  ]);

// Making keys costs more than all the rest: a test that does not care gets one of a few.
const pool = Array.from({ length: 24 }, () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
let next = 0;
export const anyKey = (): KeyObject => pool[next++ % pool.length] as KeyObject;

let serials = 0x0100;

export interface Wanted {
  readonly key?: KeyObject;
  readonly subject?: Buffer;
  /** In place of the issuer's own. */
  readonly signer?: KeyObject;
  readonly issuer?: Buffer;
  readonly notBefore?: number;
  readonly notAfter?: number;
  readonly serial?: Buffer;
  readonly hash?: 'sha1' | 'sha256';
  /** Put in place of those of the same kind, or added. */
  readonly extensions?: readonly ExtensionToWrite[];
  /** Object identifiers of those left out. */
  readonly without?: readonly string[];
}

function make(usual: readonly ExtensionToWrite[], name: Buffer, by: Party | undefined, wanted: Wanted): Party {
  const key = wanted.key ?? anyKey();
  const publicKey = publicKeyDer(key);
  const signer = wanted.signer ?? by?.key ?? key;
  const instead = wanted.extensions ?? [];
  const left = [
    ...usual,
    writeExtension.subjectKeyId(publicKey),
    ...(by === undefined ? [] : [writeExtension.authorityKeyId(publicKeyDer(by.key))]),
  ].filter(({ oid }) => !wanted.without?.includes(oid) && !instead.some((each) => each.oid === oid));
  serials += 1;
  const subject = wanted.subject ?? name;
  const written = writeCertificate(
    {
      serial: wanted.serial ?? Buffer.from(serials.toString(16).padStart(4, '0'), 'hex'),
      issuer: wanted.issuer ?? by?.name ?? subject,
      subject,
      notBefore: wanted.notBefore ?? now - dayMs,
      notAfter: wanted.notAfter ?? now + dayMs,
      publicKey,
      extensions: [...left, ...instead],
    },
    signer,
    wanted.hash,
  );
  return { name: subject, key, certificate: certificateOf(written) };
}

export function certificateOf(written: Buffer): Certificate {
  const reading = readCertificate(written);
  if (!reading.ok) throw new Error(reading.reason);
  return reading.certificate;
}

/** A CA; without `by` a self-signed root. */
export const authority = (name: string, by?: Party, wanted: Wanted = {}): Party =>
  make(
    [writeExtension.basicConstraints(true), writeExtension.keyUsage(['keyCertSign', 'cRLSign'])],
    nameOf(name),
    by,
    wanted,
  );

/** A person's certificate for logins. */
export const person = (by: Party, wanted: Wanted = {}, name = 'Anna Ek'): Party =>
  make(
    [writeExtension.keyUsage(['digitalSignature']), writeExtension.extendedKeyUsage([clientAuth])],
    nameOf(name),
    by,
    wanted,
  );

/** One that may only do this. */
export const usedFor = (usages: readonly KeyUsage[], extended?: readonly string[]): readonly ExtensionToWrite[] => [
  writeExtension.keyUsage(usages),
  ...(extended === undefined ? [] : [writeExtension.extendedKeyUsage(extended)]),
];

export const extension = (oid: string, value: Buffer, critical = false): ExtensionToWrite => ({ oid, critical, value });

/** GeneralName encodings. */
export const general = {
  dns: (name: string) => der(0x82, Buffer.from(name, 'latin1')),
  email: (name: string) => der(0x81, Buffer.from(name, 'latin1')),
  uri: (name: string) => der(0x86, Buffer.from(name, 'latin1')),
  ip: (octets: readonly number[]) => der(0x87, Buffer.from(octets)),
  directory: (name: Buffer) => der(0xa4, name),
  upn: (text: Buffer) => der(0xa0, derOid('1.3.6.1.4.1.311.20.2.3'), der(0xa0, text)),
};

export const alternativeNames = (...names: readonly Buffer[]): ExtensionToWrite =>
  extension(extensionOids.subjectAltName, derSequence(...names));

export function nameConstraints(
  trees: { readonly permitted?: readonly Buffer[]; readonly excluded?: readonly Buffer[] },
  critical = true,
): ExtensionToWrite {
  const field = (tag: number, bases: readonly Buffer[] | undefined) =>
    bases === undefined ? [] : [der(tag, ...bases.map((base) => derSequence(base)))];
  const value = derSequence(...field(0xa0, trees.permitted), ...field(0xa1, trees.excluded));
  return extension(extensionOids.nameConstraints, value, critical);
}

export const policyMappings = (...pairs: readonly (readonly [string, string])[]): ExtensionToWrite =>
  extension(
    extensionOids.policyMappings,
    derSequence(...pairs.map(([issuer, subject]) => derSequence(derOid(issuer), derOid(subject)))),
    true,
  );

export const policyConstraints = (given: { explicit?: number; mapping?: number }): ExtensionToWrite =>
  extension(
    extensionOids.policyConstraints,
    derSequence(
      ...(given.explicit === undefined ? [] : [der(0x80, Buffer.from([given.explicit]))]),
      ...(given.mapping === undefined ? [] : [der(0x81, Buffer.from([given.mapping]))]),
    ),
    true,
  );

export const inhibitAnyPolicy = (skip: number): ExtensionToWrite =>
  extension(extensionOids.inhibitAnyPolicy, derInteger(skip), true);

/** A distribution point name of whole names. */
export const fullName = (...names: readonly Buffer[]): Buffer => der(0xa0, der(0xa0, ...names));

export const points = (...each: readonly Buffer[]): ExtensionToWrite =>
  extension(extensionOids.crlDistributionPoints, derSequence(...each));

export const issuingPoint = (...fields: readonly Buffer[]): ExtensionToWrite =>
  extension(extensionOids.issuingDistributionPoint, derSequence(...fields), true);

export const flag = (tag: number): Buffer => der(tag, Buffer.from([0xff]));

/** A list in DER: whole, empty and right unless a test changes it. */
export const listDerBy = (by: Party, change: Partial<CrlToWrite> = {}, signer: KeyObject = by.key): Buffer =>
  writeCrl(
    {
      issuer: by.name,
      thisUpdate: now - 1_000,
      nextUpdate: now + dayMs,
      revoked: [],
      extensions: [writeExtension.crlNumber(10)],
      ...change,
    },
    signer,
  );

/** The same as read. */
export function listBy(by: Party, change: Partial<CrlToWrite> = {}, signer: KeyObject = by.key) {
  const reading = readCrl(listDerBy(by, change, signer));
  if (!reading.ok) throw new Error(reading.detail);
  return reading.crl;
}

export const revoked = ({ certificate }: Party, reason = 1) => ({
  serial: Buffer.from(certificate.serial, 'hex'),
  at: now - 1_000,
  reason,
});

export interface OcspWanted {
  readonly status?: 'good' | 'revoked' | 'unknown';
  readonly thisUpdate?: number;
  readonly nextUpdate?: number | undefined;
  readonly producedAt?: number;
  readonly nonce?: Buffer;
  /** By name in place of by key. */
  readonly byName?: boolean;
  readonly responder?: Party;
  readonly signer?: KeyObject;
  readonly certificates?: readonly Certificate[];
  readonly hash?: 'sha1' | 'sha256';
}

const generalizedTime = (at: number): Buffer =>
  der(0x18, Buffer.from(new Date(at).toISOString().replace(/[-:T]|\.\d+/g, ''), 'latin1'));
const hashOids = { sha1: '1.3.14.3.2.26', sha256: '2.16.840.1.101.3.4.2.1' };
const keyBits = (spki: Buffer): Buffer => {
  // SubjectPublicKeyInfo of P-256: the last 65 octets are the point.
  return spki.subarray(spki.length - 65);
};

/** An OCSP response about `about`, issued by `issuer`, in DER. */
export function ocspDer(about: Certificate, issuer: Party, wanted: OcspWanted = {}): Buffer {
  const { hash = 'sha1', responder = issuer, status = 'good' } = wanted;
  const digest = (bytes: Buffer) => createHash(hash).update(bytes).digest();
  const id = derSequence(
    derSequence(derOid(hashOids[hash]), derNull()),
    derOctets(digest(issuer.name)),
    derOctets(digest(keyBits(publicKeyDer(issuer.key)))),
    derInteger(Buffer.from(about.serial, 'hex')),
  );
  const statuses = { good: der(0x80), revoked: der(0xa1, generalizedTime(now - 1_000)), unknown: der(0x82) };
  const nextUpdate = 'nextUpdate' in wanted ? wanted.nextUpdate : now + dayMs;
  const answer = derSequence(
    id,
    statuses[status],
    generalizedTime(wanted.thisUpdate ?? now - 1_000),
    ...(nextUpdate === undefined ? [] : [der(0xa0, generalizedTime(nextUpdate))]),
  );
  const data = derSequence(
    wanted.byName ? der(0xa1, responder.name) : der(0xa2, derOctets(keyIdentifier(publicKeyDer(responder.key)))),
    generalizedTime(wanted.producedAt ?? now - 1_000),
    derSequence(answer),
    ...(wanted.nonce === undefined
      ? []
      : [der(0xa1, derSequence(derSequence(derOid('1.3.6.1.5.5.7.48.1.2'), derOctets(derOctets(wanted.nonce)))))]),
  );
  const certificates = wanted.certificates ?? (responder === issuer ? [] : [responder.certificate]);
  const basic = derSequence(
    data,
    derSequence(derOid('1.2.840.10045.4.3.2')),
    derBits(sign('sha256', data, wanted.signer ?? responder.key)),
    ...(certificates.length === 0 ? [] : [der(0xa0, derSequence(...certificates.map((each) => each.der)))]),
  );
  const bytes = derSequence(derOid('1.3.6.1.5.5.7.48.1.1'), derOctets(basic));
  return derSequence(der(0x0a, Buffer.from([0])), der(0xa0, bytes));
}

/** The same as read. */
export function answerFor(about: Party, issuer: Party, wanted: OcspWanted = {}) {
  const reading = readOcspResponse(ocspDer(about.certificate, issuer, wanted));
  if (!reading.ok) throw new Error(reading.detail);
  return reading.response;
}

/** A certificate of a responder that the CA made. */
export const responderOf = (by: Party, wanted: Wanted = {}): Party =>
  make(
    [...usedFor(['digitalSignature'], [ocspSigning]), extension(extensionOids.ocspNoCheck, derNull())],
    nameOf('Responder'),
    by,
    wanted,
  );
