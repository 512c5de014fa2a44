// Writes and signs certificates and revocation lists from plain fields (RFC 5280); it takes what it is told, the caller decides what is lawful.
import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { contentOf, DerCursor, readRoot, tags } from './der.ts';
import {
  der,
  derBits,
  derBoolean,
  derInteger,
  derNamedBits,
  derNull,
  derOctets,
  derOid,
  derPrintable,
  derSequence,
  derSet,
  derTime,
  derUtf8,
} from './der-writer.ts';
import { extensionOids, type KeyUsage } from './extensions.ts';
import { attributeOids } from './name.ts';

/** One attribute of a name; a Buffer is a value already encoded. */
export type NamePart = readonly [oid: string, value: string | Buffer];

export interface ExtensionToWrite {
  readonly oid: string;
  readonly critical?: boolean;
  readonly value: Buffer;
}

const printableOids: readonly string[] = [attributeOids.country, attributeOids.serialNumber];

const attribute = ([oid, value]: NamePart): Buffer =>
  derSequence(
    derOid(oid),
    typeof value !== 'string' ? value : printableOids.includes(oid) ? derPrintable(value) : derUtf8(value),
  );

/** A Name: one RDN for each entry; an entry that is a list of parts is a multi-valued RDN. */
export const writeName = (rdns: readonly (NamePart | readonly NamePart[])[]): Buffer =>
  derSequence(...rdns.map((rdn) => derSet(...(isPart(rdn) ? [attribute(rdn)] : rdn.map(attribute)))));

const isPart = (rdn: NamePart | readonly NamePart[]): rdn is NamePart => typeof rdn[0] === 'string';

/** SubjectPublicKeyInfo of a public or private key. */
export const publicKeyDer = (key: KeyObject): Buffer =>
  (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'der', type: 'spki' });

/** SHA-1 over the key bits: a name for the key, not a protection (RFC 5280 4.2.1.2 method 1). */
export function keyIdentifier(spki: Buffer): Buffer {
  const cursor = new DerCursor(readRoot(spki, tags.sequence));
  cursor.next();
  return createHash('sha1')
    .update(contentOf(cursor.next(tags.bitString)).subarray(1))
    .digest();
}

const usageBit: Readonly<Record<KeyUsage, number>> = {
  digitalSignature: 0,
  nonRepudiation: 1,
  keyEncipherment: 2,
  dataEncipherment: 3,
  keyAgreement: 4,
  keyCertSign: 5,
  cRLSign: 6,
  encipherOnly: 7,
  decipherOnly: 8,
};

const uri = (url: string): Buffer => der(0x86, Buffer.from(url, 'latin1'));

/** The extensions that the readers of this folder understand, ready to be put in a certificate or list. */
export const writeExtension = {
  basicConstraints: (ca: boolean, pathLength?: number): ExtensionToWrite => ({
    oid: extensionOids.basicConstraints,
    critical: true,
    value: derSequence(
      ...(ca ? [derBoolean(true)] : []),
      ...(pathLength === undefined ? [] : [derInteger(pathLength)]),
    ),
  }),
  keyUsage: (usages: readonly KeyUsage[]): ExtensionToWrite => ({
    oid: extensionOids.keyUsage,
    critical: true,
    value: derNamedBits(usages.map((usage) => usageBit[usage])),
  }),
  extendedKeyUsage: (oids: readonly string[]): ExtensionToWrite => ({
    oid: extensionOids.extendedKeyUsage,
    value: derSequence(...oids.map(derOid)),
  }),
  policies: (oids: readonly string[]): ExtensionToWrite => ({
    oid: extensionOids.certificatePolicies,
    value: derSequence(...oids.map((oid) => derSequence(derOid(oid)))),
  }),
  subjectKeyId: (spki: Buffer): ExtensionToWrite => ({
    oid: extensionOids.subjectKeyIdentifier,
    value: derOctets(keyIdentifier(spki)),
  }),
  authorityKeyId: (spki: Buffer): ExtensionToWrite => ({
    oid: extensionOids.authorityKeyIdentifier,
    value: derSequence(der(0x80, keyIdentifier(spki))),
  }),
  crlUrls: (urls: readonly string[]): ExtensionToWrite => ({
    oid: extensionOids.crlDistributionPoints,
    value: derSequence(...urls.map((url) => derSequence(der(0xa0, der(0xa0, uri(url)))))),
  }),
  caIssuers: (url: string): ExtensionToWrite => ({
    oid: extensionOids.authorityInfoAccess,
    value: derSequence(derSequence(derOid('1.3.6.1.5.5.7.48.2'), uri(url))),
  }),
  subjectAltName: (names: {
    dns?: readonly string[];
    ip?: readonly string[];
    upn?: string;
    email?: string;
  }): ExtensionToWrite => ({
    oid: extensionOids.subjectAltName,
    value: derSequence(
      ...(names.dns ?? []).map((name) => der(0x82, Buffer.from(name, 'latin1'))),
      ...(names.ip ?? []).map((address) => der(0x87, Buffer.from(address.split('.').map(Number)))),
      ...(names.email === undefined ? [] : [der(0x81, Buffer.from(names.email, 'latin1'))]),
      ...(names.upn === undefined ? [] : [der(0xa0, derOid('1.3.6.1.4.1.311.20.2.3'), der(0xa0, derUtf8(names.upn)))]),
    ),
  }),
  cardNumber: (number: string): ExtensionToWrite => ({ oid: extensionOids.cardNumber, value: derPrintable(number) }),
  crlNumber: (number: number): ExtensionToWrite => ({ oid: extensionOids.crlNumber, value: derInteger(number) }),
};

const writeExtensions = (tag: number, extensions: readonly ExtensionToWrite[]): Buffer =>
  der(
    tag,
    derSequence(
      ...extensions.map(({ oid, critical, value }) =>
        derSequence(derOid(oid), ...(critical ? [derBoolean(true)] : []), derOctets(value)),
      ),
    ),
  );

const rsaOids = { sha1: '1.2.840.113549.1.1.5', sha256: '1.2.840.113549.1.1.11' } as const;

// ECDSA with the hash of the curve's strength (RFC 5758), RSA with SHA-256, Ed25519 as itself (RFC 8410).
function algorithmOf(key: KeyObject, hash: 'sha1' | 'sha256'): { identifier: Buffer; hash: string | null } {
  if (key.asymmetricKeyType === 'rsa') return { identifier: derSequence(derOid(rsaOids[hash]), derNull()), hash };
  if (key.asymmetricKeyType === 'ed25519') return { identifier: derSequence(derOid('1.3.101.112')), hash: null };
  if (key.asymmetricKeyDetails?.namedCurve === 'secp384r1')
    return { identifier: derSequence(derOid('1.2.840.10045.4.3.3')), hash: 'sha384' };
  return { identifier: derSequence(derOid('1.2.840.10045.4.3.2')), hash: 'sha256' };
}

export interface CertificateToWrite {
  /** Magnitude octets of the serial number. */
  readonly serial: Buffer;
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly notBefore: number;
  readonly notAfter: number;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Buffer;
  readonly extensions: readonly ExtensionToWrite[];
}

/** A key that signs with RSASSA-PKCS1-v1_5 and SHA-256, and shows nothing else of itself. */
export interface Rs256Signer {
  readonly alg: 'RS256';
  readonly sign: (data: Buffer) => Buffer;
}

/** A signed version 3 certificate as DER. `hash` counts for RSA keys only; SHA-1 exists to write what must be refused. */
export function writeCertificate(
  fields: CertificateToWrite,
  signer: KeyObject | Rs256Signer,
  hash: 'sha1' | 'sha256' = 'sha256',
): Buffer {
  const algorithm =
    'alg' in signer ? { identifier: derSequence(derOid(rsaOids.sha256), derNull()) } : algorithmOf(signer, hash);
  const tbs = derSequence(
    der(0xa0, derInteger(2)),
    derInteger(fields.serial),
    algorithm.identifier,
    fields.issuer,
    derSequence(derTime(fields.notBefore), derTime(fields.notAfter)),
    fields.subject,
    fields.publicKey,
    ...(fields.extensions.length === 0 ? [] : [writeExtensions(0xa3, fields.extensions)]),
  );
  const signature = 'alg' in signer ? signer.sign(tbs) : sign(algorithmOf(signer, hash).hash, tbs, signer);
  return derSequence(tbs, algorithm.identifier, derBits(signature));
}

export interface CrlToWrite {
  readonly issuer: Buffer;
  readonly thisUpdate: number;
  /** Undefined writes a list without it, which RFC 5280 forbids. */
  readonly nextUpdate: number | undefined;
  readonly revoked: readonly {
    readonly serial: Buffer;
    readonly at: number;
    readonly reason?: number;
    readonly extensions?: readonly ExtensionToWrite[];
  }[];
  readonly extensions: readonly ExtensionToWrite[];
}

/** A signed version 2 list as DER. */
export function writeCrl(fields: CrlToWrite, signer: KeyObject): Buffer {
  const algorithm = algorithmOf(signer, 'sha256');
  const entries = fields.revoked.map(({ serial, at, reason, extensions = [] }) => {
    const all = [
      ...(reason === undefined || reason === 0
        ? []
        : [{ oid: extensionOids.reasonCode, value: der(tags.enumerated, Buffer.from([reason])) }]),
      ...extensions,
    ];
    const written = all.length === 0 ? [] : [contentOf(readRoot(writeExtensions(0xa0, all), 0xa0))];
    return derSequence(derInteger(serial), derTime(at), ...written);
  });
  const tbs = derSequence(
    derInteger(1),
    algorithm.identifier,
    fields.issuer,
    derTime(fields.thisUpdate),
    ...(fields.nextUpdate === undefined ? [] : [derTime(fields.nextUpdate)]),
    ...(entries.length === 0 ? [] : [derSequence(Buffer.concat(entries))]),
    ...(fields.extensions.length === 0 ? [] : [writeExtensions(0xa0, fields.extensions)]),
  );
  return derSequence(tbs, algorithm.identifier, derBits(sign(algorithm.hash, tbs, signer)));
}
