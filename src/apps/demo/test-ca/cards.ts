// Soft cards: a certificate and key for a person, as PEM and as PKCS#12, with every fault that a test may want.
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import {
  attributeOids,
  type ExtensionToWrite,
  type KeyUsage,
  type NamePart,
  publicKeyDer,
  toPem,
  writeCertificate,
  writeExtension,
  writeName,
  writePkcs12,
} from '../../../base/x509/index.ts';
import { newKey, newSerial, privateKeyPem, yearMs } from './authority.ts';
import { crlUrl, type TestPki, writePrivate } from './pki.ts';
import type { AuthorityName, CardAuthorityName } from './plan.ts';

export const usages = {
  clientAuthentication: '1.3.6.1.5.5.7.3.2',
  serverAuthentication: '1.3.6.1.5.5.7.3.1',
  smartcardLogon: '1.3.6.1.4.1.311.20.2.2',
} as const;

export interface Holder {
  /** HSA-ID, personal number, `UN:NO-…` or staff number, by the authority's kind. */
  readonly serialNumber: string;
  readonly givenName: string;
  readonly surname: string;
  readonly country?: string;
  readonly organization?: string;
  readonly title?: string;
}

export interface CardRequest {
  readonly authority: CardAuthorityName | 'tls';
  readonly holder: Holder;
  readonly cardNumber?: string;
  /** Milliseconds since 1970; default from yesterday for two years. */
  readonly notBefore?: number;
  readonly notAfter?: number;
  /** `signature` makes the card's other certificate, which is no proof of a login. */
  readonly usage?: 'authentication' | 'signature';
  /** RSA for cards in software that cannot do elliptic curves; sizes under 2048 are for tests. */
  readonly rsaBits?: number;
  /** For tests: takes the place of what is normally written. */
  readonly instead?: {
    readonly subject?: Buffer;
    readonly policies?: readonly string[];
    readonly keyUsage?: readonly KeyUsage[];
    readonly extendedKeyUsage?: readonly string[];
    readonly crlUrls?: readonly string[];
    readonly extra?: readonly ExtensionToWrite[];
    /** Another key signs: a forgery in the authority's name. */
    readonly signer?: KeyObject;
  };
}

export interface IssuedCard {
  readonly authority: AuthorityName;
  readonly der: Buffer;
  readonly pem: string;
  readonly key: KeyObject;
  readonly keyPem: string;
  /** The issuing authority and those above it but for the root, PEM. */
  readonly chainPem: readonly string[];
  /** The card and `chainPem` as DER, leaf first: what a browser shows. */
  readonly chain: readonly Buffer[];
  /** Lower-case hexadecimal. */
  readonly serial: string;
  /** Lower-case hexadecimal SHA-256. */
  readonly fingerprint: string;
  /** The card as a file to import, protected by the password. */
  readonly pkcs12: (password: string) => Buffer;
}

/** The subject of a holder, in the order that such cards have it. */
export const holderName = ({
  country = 'SE',
  organization = 'Demo Region',
  title,
  surname,
  givenName,
  serialNumber,
}: Holder): Buffer =>
  writeName([
    [attributeOids.country, country],
    [attributeOids.organization, organization],
    ...(title === undefined ? [] : [[attributeOids.title, title] as NamePart]),
    [attributeOids.commonName, `${givenName} ${surname}`],
    [attributeOids.surname, surname],
    [attributeOids.givenName, givenName],
    [attributeOids.serialNumber, serialNumber],
  ]);

const cardKey = (bits: number | undefined): KeyObject =>
  bits === undefined ? newKey() : generateKeyPairSync('rsa', { modulusLength: bits }).privateKey;

function extensionsOf(pki: TestPki, request: CardRequest, publicKey: Buffer, isRsa: boolean): ExtensionToWrite[] {
  const authority = pki.authorities[request.authority];
  const { instead = {}, usage = 'authentication', cardNumber } = request;
  // What such cards carry: 0xA0 to authenticate (with RSA), 0x40 to sign.
  const usual: readonly KeyUsage[] =
    usage === 'signature' ? ['nonRepudiation'] : isRsa ? ['digitalSignature', 'keyEncipherment'] : ['digitalSignature'];
  const purposes =
    instead.extendedKeyUsage ?? (usage === 'signature' ? [] : [usages.clientAuthentication, usages.smartcardLogon]);
  const policies = instead.policies ?? authority.plan.policies;
  return [
    writeExtension.basicConstraints(false),
    writeExtension.keyUsage(instead.keyUsage ?? usual),
    ...(purposes.length === 0 ? [] : [writeExtension.extendedKeyUsage(purposes)]),
    ...(policies.length === 0 ? [] : [writeExtension.policies(policies)]),
    writeExtension.subjectKeyId(publicKey),
    writeExtension.authorityKeyId(authority.publicKey),
    ...(instead.crlUrls?.length === 0
      ? []
      : [writeExtension.crlUrls(instead.crlUrls ?? [crlUrl(pki.crlBaseUrl, authority.name)])]),
    ...(cardNumber === undefined ? [] : [writeExtension.cardNumber(cardNumber)]),
    ...(instead.extra ?? []),
  ];
}

/** Issues one certificate with a new key. Nothing is written to disk; see `saveCard`. */
export function issueCard(pki: TestPki, request: CardRequest): IssuedCard {
  const authority = pki.authorities[request.authority];
  const key = cardKey(request.rsaBits);
  const publicKey = publicKeyDer(key);
  const serial = newSerial();
  const now = pki.clock();
  const der = writeCertificate(
    {
      serial,
      issuer: authority.subject,
      subject: request.instead?.subject ?? holderName(request.holder),
      notBefore: request.notBefore ?? now - 86_400_000,
      notAfter: request.notAfter ?? now + 2 * yearMs,
      publicKey,
      extensions: extensionsOf(pki, request, publicKey, request.rsaBits !== undefined),
    },
    request.instead?.signer ?? authority.key,
  );
  const friendlyName = `${request.holder.givenName} ${request.holder.surname} (${request.authority})`;
  return {
    authority: authority.name,
    der,
    pem: toPem(der),
    key,
    keyPem: privateKeyPem(key),
    chainPem: [authority.pem],
    chain: [der, authority.der],
    serial: serial.toString('hex'),
    fingerprint: createHash('sha256').update(der).digest('hex'),
    pkcs12: (password) =>
      writePkcs12({ held: [{ key, certificate: der }], chain: [authority.der], friendlyName, password }),
  };
}

/** Writes `<name>.p12`, `<name>.pem` (with the chain) and `<name>.key`, mode 0600. Answers the path of the PKCS#12 file. */
export function saveCard(folder: string, name: string, card: IssuedCard, password: string): string {
  writePrivate(join(folder, `${name}.pem`), [card.pem, ...card.chainPem].join(''));
  writePrivate(join(folder, `${name}.key`), card.keyPem);
  writePrivate(join(folder, `${name}.p12`), card.pkcs12(password));
  return join(folder, `${name}.p12`);
}
