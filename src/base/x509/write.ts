// Writes and signs certificates from plain fields (RFC 5280); it takes what it is told, the caller decides what is lawful.
import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import {
  der,
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
import { publicKeyBits } from './signature.ts';
import { type Rs256Signer, rs256Identifier, signedDer, signedWith } from './write-signed.ts';

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
export const keyIdentifier = (spki: Buffer): Buffer => createHash('sha1').update(publicKeyBits(spki)).digest();

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

/** CRLDistributionPoints: a point for each URL. */
const pointsAt = (urls: readonly string[]): Buffer =>
  derSequence(...urls.map((url) => derSequence(der(0xa0, der(0xa0, uri(url))))));

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
    value: pointsAt(urls),
  }),
  /** Where delta lists lie (RFC 5280 4.2.1.15, 5.2.6). */
  freshestCrl: (urls: readonly string[]): ExtensionToWrite => ({
    oid: extensionOids.freshestCrl,
    value: pointsAt(urls),
  }),
  /** Where the issuer's certificate lies and where its status is answered (RFC 5280 4.2.2.1). */
  authorityInfoAccess: (urls: { readonly caIssuers?: string; readonly ocsp?: string }): ExtensionToWrite => ({
    oid: extensionOids.authorityInfoAccess,
    value: derSequence(
      ...(urls.ocsp === undefined ? [] : [derSequence(derOid('1.3.6.1.5.5.7.48.1'), uri(urls.ocsp))]),
      ...(urls.caIssuers === undefined ? [] : [derSequence(derOid('1.3.6.1.5.5.7.48.2'), uri(urls.caIssuers))]),
    ),
  }),
  subjectAltName: (names: {
    dns?: readonly string[];
    ip?: readonly string[];
    upn?: string;
    email?: string;
    uri?: string;
  }): ExtensionToWrite => ({
    oid: extensionOids.subjectAltName,
    value: derSequence(
      ...(names.dns ?? []).map((name) => der(0x82, Buffer.from(name, 'latin1'))),
      ...(names.ip ?? []).map((address) => der(0x87, Buffer.from(address.split('.').map(Number)))),
      ...(names.email === undefined ? [] : [der(0x81, Buffer.from(names.email, 'latin1'))]),
      ...(names.upn === undefined ? [] : [der(0xa0, derOid('1.3.6.1.4.1.311.20.2.3'), der(0xa0, derUtf8(names.upn)))]),
      ...(names.uri === undefined ? [] : [uri(names.uri)]),
    ),
  }),
  cardNumber: (number: string): ExtensionToWrite => ({ oid: extensionOids.cardNumber, value: derPrintable(number) }),
  /** The holder's Windows security identifier, by which a domain controller maps strongly (MS-WCCE 2.2.2.7.7.4). */
  securityIdentifier: (sid: string): ExtensionToWrite => ({
    oid: extensionOids.securityIdentifier,
    value: derSequence(der(0xa0, derOid('1.3.6.1.4.1.311.25.2.1'), der(0xa0, derOctets(Buffer.from(sid, 'latin1'))))),
  }),
  /** Of a responder's certificate: its own revocation is not asked for (RFC 6960 4.2.2.2.1). */
  ocspNoCheck: (): ExtensionToWrite => ({ oid: '1.3.6.1.5.5.7.48.1.5', value: derNull() }),
  crlNumber: (number: number): ExtensionToWrite => ({ oid: extensionOids.crlNumber, value: derInteger(number) }),
  /** Of a delta list: the number of the whole list that it begins from (RFC 5280 5.2.4). */
  deltaOf: (number: number): ExtensionToWrite => ({
    oid: extensionOids.deltaCrlIndicator,
    critical: true,
    value: derInteger(number),
  }),
};

export const writeExtensions = (tag: number, extensions: readonly ExtensionToWrite[]): Buffer =>
  der(
    tag,
    derSequence(
      ...extensions.map(({ oid, critical, value }) =>
        derSequence(derOid(oid), ...(critical ? [derBoolean(true)] : []), derOctets(value)),
      ),
    ),
  );

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

/** A version 3 certificate before it is signed, by a key whose AlgorithmIdentifier this is. */
export const certificateToSign = (fields: CertificateToWrite, algorithm: Buffer): Buffer =>
  derSequence(
    der(0xa0, derInteger(2)),
    derInteger(fields.serial),
    algorithm,
    fields.issuer,
    derSequence(derTime(fields.notBefore), derTime(fields.notAfter)),
    fields.subject,
    fields.publicKey,
    ...(fields.extensions.length === 0 ? [] : [writeExtensions(0xa3, fields.extensions)]),
  );

/** A signed version 3 certificate as DER. `hash` counts for RSA keys only; SHA-1 exists to write what must be refused. */
export function writeCertificate(
  fields: CertificateToWrite,
  signer: KeyObject | Rs256Signer,
  hash: 'sha1' | 'sha256' = 'sha256',
): Buffer {
  if ('alg' in signer) {
    const toSign = certificateToSign(fields, rs256Identifier);
    return signedDer(toSign, rs256Identifier, signer.sign(toSign));
  }
  return signedWith(signer, (algorithm) => certificateToSign(fields, algorithm), hash);
}
