// The extensions of a certificate that Tillit understands (RFC 5280 4.2); each unknown critical one is named.
import { childrenOf, contentOf, DerCursor, type DerElement, malformed, readRoot, tags } from './der.ts';
import { readBoolean, readNamedBits, readOid, readSmallInteger } from './der-values.ts';
import { readText } from './name.ts';

export type KeyUsage =
  | 'digitalSignature'
  | 'nonRepudiation'
  | 'keyEncipherment'
  | 'dataEncipherment'
  | 'keyAgreement'
  | 'keyCertSign'
  | 'cRLSign'
  | 'encipherOnly'
  | 'decipherOnly';

const keyUsages: readonly KeyUsage[] = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
];

export const extensionOids = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  crlNumber: '2.5.29.20',
  reasonCode: '2.5.29.21',
  invalidityDate: '2.5.29.24',
  deltaCrlIndicator: '2.5.29.27',
  issuingDistributionPoint: '2.5.29.28',
  certificateIssuer: '2.5.29.29',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  cardNumber: '1.2.752.34.2.1',
  securityIdentifier: '1.3.6.1.4.1.311.25.2',
} as const;

export interface CertificateExtensions {
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength: number | undefined } | undefined;
  /** Undefined when the extension is absent, which is not the same as empty. */
  readonly keyUsage: ReadonlySet<KeyUsage> | undefined;
  readonly extendedKeyUsage: readonly string[] | undefined;
  readonly policies: readonly string[];
  /** Hexadecimal key identifiers. */
  readonly subjectKeyId: string | undefined;
  readonly authorityKeyId: string | undefined;
  /** One entry a distribution point that covers every reason and is signed by the issuer itself: its URLs. */
  readonly crlUrls: readonly string[];
  readonly ocspUrls: readonly string[];
  readonly caIssuerUrls: readonly string[];
  readonly userPrincipalNames: readonly string[];
  readonly emails: readonly string[];
  readonly dnsNames: readonly string[];
  /** SEIS card number (SS 61 43 31), as printed on the card. */
  readonly cardNumber: string | undefined;
  readonly unknownCritical: readonly string[];
}

export interface RawExtension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Buffer;
}

/** A SEQUENCE OF Extension; the same extension twice is refused (RFC 5280 4.2). */
export function readExtensions(sequence: DerElement): RawExtension[] {
  if (sequence.tag !== tags.sequence) throw malformed('expected extensions');
  const seen = new Set<string>();
  return childrenOf(sequence, 64).map((element) => {
    const cursor = new DerCursor(element);
    const oid = readOid(cursor.next());
    const flag = cursor.optional(tags.boolean);
    const value = contentOf(cursor.next(tags.octetString));
    cursor.end();
    if (seen.has(oid)) throw malformed('extension twice');
    seen.add(oid);
    return { oid, critical: flag !== undefined && readBoolean(flag), value };
  });
}

type Found = { -readonly [K in keyof CertificateExtensions]: CertificateExtensions[K] };

const url = (element: DerElement): string => contentOf(element).toString('latin1');
const uriTag = 0x86; // GeneralName [6] uniformResourceIdentifier

/** The URLs of a DistributionPointName's fullName [0]; none for a name relative to the issuer. */
export function distributionUrls(pointName: DerElement): string[] {
  const choice = new DerCursor(pointName).next();
  if (choice.tag !== 0xa0) return [];
  return childrenOf(choice, 16)
    .filter(({ tag }) => tag === uriTag)
    .map(url);
}

function readDistributionPoints(root: DerElement): string[] {
  return childrenOf(root, 16).flatMap((point) => {
    const fields = childrenOf(point, 3);
    // A point for some reasons only [1], or whose list another party signs [2], cannot clear a certificate alone.
    if (fields.some(({ tag }) => tag === 0x81 || tag === 0xa2)) return [];
    return fields.filter(({ tag }) => tag === 0xa0).flatMap(distributionUrls);
  });
}

const upnOid = '1.3.6.1.4.1.311.20.2.3';

function readAltNames(root: DerElement, found: Found): void {
  const principals: string[] = [];
  const emails: string[] = [];
  const dnsNames: string[] = [];
  for (const name of childrenOf(root, 256)) {
    const text = url(name);
    if (name.tag === 0x81 && !text.includes('\0')) emails.push(text);
    if (name.tag === 0x82 && !text.includes('\0')) dnsNames.push(text);
    if (name.tag !== 0xa0) continue;
    const cursor = new DerCursor(name);
    if (readOid(cursor.next()) !== upnOid) continue;
    const { value, faults } = readText(new DerCursor(cursor.next(0xa0)).next());
    if (faults.length === 0) principals.push(value);
  }
  found.userPrincipalNames = principals;
  found.emails = emails;
  found.dnsNames = dnsNames;
}

function readAccess(root: DerElement, found: Found): void {
  const ocsp: string[] = [];
  const issuers: string[] = [];
  for (const access of childrenOf(root, 32)) {
    const cursor = new DerCursor(access);
    const method = readOid(cursor.next());
    const location = cursor.next();
    if (location.tag !== uriTag) continue;
    if (method === '1.3.6.1.5.5.7.48.1') ocsp.push(url(location));
    if (method === '1.3.6.1.5.5.7.48.2') issuers.push(url(location));
  }
  found.ocspUrls = ocsp;
  found.caIssuerUrls = issuers;
}

function readBasicConstraints(root: DerElement): CertificateExtensions['basicConstraints'] {
  const cursor = new DerCursor(root);
  const flag = cursor.optional(tags.boolean);
  const length = cursor.optional(tags.integer);
  cursor.end();
  return { ca: flag !== undefined && readBoolean(flag), pathLength: length && readSmallInteger(length) };
}

// The value is a PrintableString, in some issuers' cards inside one more OCTET STRING. Never a reason to refuse the card.
function readCardNumber(value: Buffer): string | undefined {
  try {
    const outer = new DerCursor({ bytes: value, tag: 0x30, start: 0, content: 0, end: value.length, depth: 0 }).next();
    const inner = outer.tag === tags.octetString ? readRoot(contentOf(outer), tags.printableString) : outer;
    const { value: text, faults } = readText(inner);
    return faults.length === 0 && /^[A-Za-z0-9]{1,40}$/.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

const readers: Readonly<Record<string, (root: DerElement, found: Found) => void>> = {
  [extensionOids.basicConstraints]: (root, found) => {
    found.basicConstraints = readBasicConstraints(root);
  },
  [extensionOids.extendedKeyUsage]: (root, found) => {
    found.extendedKeyUsage = childrenOf(root, 64).map(readOid);
  },
  [extensionOids.certificatePolicies]: (root, found) => {
    found.policies = childrenOf(root, 64).map((policy) => readOid(new DerCursor(policy).next()));
  },
  [extensionOids.crlDistributionPoints]: (root, found) => {
    found.crlUrls = readDistributionPoints(root);
  },
  [extensionOids.authorityInfoAccess]: readAccess,
  [extensionOids.subjectAltName]: readAltNames,
  [extensionOids.authorityKeyIdentifier]: (root, found) => {
    const id = childrenOf(root, 3).find(({ tag }) => tag === 0x80);
    found.authorityKeyId = id && contentOf(id).toString('hex');
  },
};

/** The understood extensions of a certificate. Throws `x509.malformed` for one that is not what its type says. */
export function understandExtensions(raw: readonly RawExtension[]): CertificateExtensions {
  const unknownCritical: string[] = [];
  const found: Found = {
    basicConstraints: undefined,
    keyUsage: undefined,
    extendedKeyUsage: undefined,
    policies: [],
    subjectKeyId: undefined,
    authorityKeyId: undefined,
    crlUrls: [],
    ocspUrls: [],
    caIssuerUrls: [],
    userPrincipalNames: [],
    emails: [],
    dnsNames: [],
    cardNumber: undefined,
    unknownCritical,
  };
  for (const { oid, critical, value } of raw) {
    const read = readers[oid];
    if (read) read(readRoot(value, tags.sequence), found);
    else if (oid === extensionOids.keyUsage) {
      const bits = readNamedBits(readRoot(value, tags.bitString));
      found.keyUsage = new Set(keyUsages.filter((_, index) => bits.has(index)));
    } else if (oid === extensionOids.subjectKeyIdentifier)
      found.subjectKeyId = contentOf(readRoot(value, tags.octetString)).toString('hex');
    else if (oid === extensionOids.cardNumber) found.cardNumber = readCardNumber(value);
    else if (critical) unknownCritical.push(oid);
  }
  return found;
}
