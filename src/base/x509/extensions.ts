// The extensions of a certificate that Tillit understands (RFC 5280 4.2); each unknown critical one is named.
import {
  atLeastOne,
  type NameConstraints,
  type PolicyConstraints,
  type PolicyMapping,
  readAuthorityKeyId,
  readNameConstraints,
  readPolicies,
  readPolicyConstraints,
  readPolicyMappings,
} from './constraint-extensions.ts';
import { childrenOf, contentOf, DerCursor, type DerElement, malformed, readRoot, tags } from './der.ts';
import { readBoolean, readNamedBits, readOid, readSmallInteger } from './der-values.ts';
import { type DistributionPoint, readDistributionPoints, urlsOf } from './distribution-point.ts';
import { type GeneralName, readGeneralNames } from './general-name.ts';
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
  issuerAltName: '2.5.29.18',
  basicConstraints: '2.5.29.19',
  crlNumber: '2.5.29.20',
  reasonCode: '2.5.29.21',
  invalidityDate: '2.5.29.24',
  deltaCrlIndicator: '2.5.29.27',
  issuingDistributionPoint: '2.5.29.28',
  certificateIssuer: '2.5.29.29',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKeyIdentifier: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  freshestCrl: '2.5.29.46',
  inhibitAnyPolicy: '2.5.29.54',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  ocspNoCheck: '1.3.6.1.5.5.7.48.1.5',
  cardNumber: '1.2.752.34.2.1',
  securityIdentifier: '1.3.6.1.4.1.311.25.2',
} as const;

export interface CertificateExtensions {
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength: number | undefined } | undefined;
  /** Undefined when the extension is absent, which is not the same as empty. */
  readonly keyUsage: ReadonlySet<KeyUsage> | undefined;
  readonly extendedKeyUsage: readonly string[] | undefined;
  /** Empty when the extension is absent: it never is when it is there. */
  readonly policies: readonly string[];
  readonly policyMappings: readonly PolicyMapping[];
  readonly policyConstraints: PolicyConstraints | undefined;
  /** How many certificates further down may still use anyPolicy. */
  readonly inhibitAnyPolicy: number | undefined;
  readonly nameConstraints: NameConstraints | undefined;
  /** Hexadecimal key identifiers. */
  readonly subjectKeyId: string | undefined;
  readonly authorityKeyId: string | undefined;
  readonly distributionPoints: readonly DistributionPoint[];
  readonly freshestCrl: readonly DistributionPoint[];
  /** One entry a distribution point that covers every reason and is signed by the issuer itself: its URLs. */
  readonly crlUrls: readonly string[];
  readonly ocspUrls: readonly string[];
  readonly caIssuerUrls: readonly string[];
  /** Every name of subjectAltName, whatever its faults; the three below are those that may be shown. */
  readonly alternativeNames: readonly GeneralName[];
  readonly userPrincipalNames: readonly string[];
  readonly emails: readonly string[];
  readonly dnsNames: readonly string[];
  /** SEIS card number (SS 61 43 31), as printed on the card. */
  readonly cardNumber: string | undefined;
  /** A responder's certificate that its CA asks nobody to check (RFC 6960 4.2.2.2.1). */
  readonly ocspNoCheck: boolean;
  /** Object identifiers of every extension that is there, and whether it is critical. */
  readonly stated: ReadonlyMap<string, boolean>;
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

const upnOid = '1.3.6.1.4.1.311.20.2.3';

function readAltNames(root: DerElement, found: Found): void {
  const names = readGeneralNames(root);
  const shown = (kind: 'email' | 'dns') =>
    names.flatMap((name) => (name.kind === kind && !name.value.includes('\0') ? [name.value] : []));
  found.alternativeNames = names;
  found.emails = shown('email');
  found.dnsNames = shown('dns');
  found.userPrincipalNames = names.flatMap((name) =>
    name.kind === 'other' && name.oid === upnOid && name.text !== undefined ? [name.text] : [],
  );
}

function readAccess(root: DerElement, found: Found): void {
  const ocsp: string[] = [];
  const issuers: string[] = [];
  for (const access of atLeastOne(root, 32)) {
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
    found.extendedKeyUsage = atLeastOne(root, 64).map(readOid);
  },
  [extensionOids.crlDistributionPoints]: (root, found) => {
    found.distributionPoints = readDistributionPoints(root);
    found.crlUrls = found.distributionPoints.flatMap(urlsOf);
  },
  [extensionOids.freshestCrl]: (root, found) => {
    found.freshestCrl = readDistributionPoints(root);
  },
  [extensionOids.nameConstraints]: (root, found) => {
    found.nameConstraints = readNameConstraints(root);
  },
  [extensionOids.policyMappings]: (root, found) => {
    found.policyMappings = readPolicyMappings(root);
  },
  [extensionOids.policyConstraints]: (root, found) => {
    found.policyConstraints = readPolicyConstraints(root);
  },
  [extensionOids.authorityInfoAccess]: readAccess,
  [extensionOids.subjectAltName]: readAltNames,
  [extensionOids.issuerAltName]: (root) => void readGeneralNames(root),
  [extensionOids.authorityKeyIdentifier]: (root, found) => {
    found.authorityKeyId = readAuthorityKeyId(root);
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
    policyMappings: [],
    policyConstraints: undefined,
    inhibitAnyPolicy: undefined,
    nameConstraints: undefined,
    subjectKeyId: undefined,
    authorityKeyId: undefined,
    distributionPoints: [],
    freshestCrl: [],
    crlUrls: [],
    ocspUrls: [],
    caIssuerUrls: [],
    alternativeNames: [],
    userPrincipalNames: [],
    emails: [],
    dnsNames: [],
    cardNumber: undefined,
    ocspNoCheck: false,
    stated: new Map(raw.map(({ oid, critical }) => [oid, critical])),
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
    else if (oid === extensionOids.certificatePolicies) {
      const { policies, qualifiersKnown } = readPolicies(readRoot(value, tags.sequence));
      found.policies = policies;
      // RFC 5280 4.2.1.4: critical with a qualifier that is not understood.
      if (critical && !qualifiersKnown) unknownCritical.push(oid);
    } else if (oid === extensionOids.inhibitAnyPolicy)
      found.inhibitAnyPolicy = readSmallInteger(readRoot(value, tags.integer));
    else if (oid === extensionOids.ocspNoCheck) {
      readRoot(value, tags.null);
      found.ocspNoCheck = true;
    } else if (oid === extensionOids.cardNumber) found.cardNumber = readCardNumber(value);
    else if (critical) unknownCritical.push(oid);
  }
  return found;
}
