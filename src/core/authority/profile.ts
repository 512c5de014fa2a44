// A certificate profile: what a kind of certificate may hold and must hold, as data that an operator can read and write.
import {
  flag,
  list,
  namedValues,
  oneOf,
  optional,
  record,
  type Static,
  text,
  wholeNumber,
} from '../../base/schema/index.ts';
import { certificateFields } from '../../wire/codes/index.ts';

/** What can be said of a holder: attributes of the subject, and names beside it. */
export const holderFields = [
  ...certificateFields,
  'dns',
  /** As it is printed on the card, in an extension of its own (SS 61 43 31). */
  'cardNumber',
  /** The enrolled device that a derived certificate is bound to. */
  'device',
] as const;
export type HolderField = (typeof holderFields)[number];

/** Of one certificate. `dns` may be several names with spaces between them. */
export type Holder = Readonly<Partial<Record<HolderField, string>>>;

export const keyKinds = ['P-256', 'P-384', 'RSA-2048', 'RSA-3072'] as const;
/** A curve, or the least number of bits of an RSA key. */
export type KeyKind = (typeof keyKinds)[number];

const usages = ['digitalSignature', 'nonRepudiation', 'keyEncipherment', 'keyAgreement'] as const;
const oid = text({ pattern: '^[0-2](\\.(0|[1-9]\\d{0,9})){1,15}$', allowed: 'an object identifier in dotted form' });

export const profileSchema = record({
  id: text({ pattern: '^[a-z][a-z0-9-]{0,31}$', allowed: 'small letters, digits and hyphens' }),
  issuer: text({ description: 'id of the issuing authority that signs these certificates' }),
  keys: list(oneOf(keyKinds), { minItems: 1, uniqueItems: true }),
  keyUsage: list(oneOf(usages), { minItems: 1, uniqueItems: true }),
  extendedKeyUsage: list(oid, { default: [], uniqueItems: true }),
  policies: list(oid, { default: [], uniqueItems: true }),
  /** Of each field whether it must be there; a field that is not named here may not be there. */
  holds: namedValues(oneOf(['must', 'may']), { names: `^(${holderFields.join('|')})$` }),
  /** Of a field, the pattern that its whole value must have: who may be named by such a certificate. */
  patterns: namedValues(text({ maxLength: 300 }), { names: `^(${holderFields.join('|')})$`, default: {} }),
  longestMinutes: wholeNumber({ minimum: 1, maximum: 6 * 366 * 24 * 60 }),
  /** Made from a login: the proof that it rests on may be at most so old, and the caller says when it was. */
  proofMinutes: optional(wholeNumber({ minimum: 1, maximum: 60 })),
  /** Whether a certificate of this profile can be suspended and taken up again. */
  canBeSuspended: flag({ default: true }),
});
export type CertificateProfile = Static<typeof profileSchema>;

/** Longest life of a certificate that is derived from a card for a tablet (H8). */
export const longestDerivedMinutes = 12 * 60;
/** A profile that makes a certificate from a login is one for a device. */
export const isDerived = (profile: CertificateProfile): boolean => profile.holds.device !== undefined;

const systemFields: readonly string[] = ['country', 'organization', 'organizationIdentifier', 'commonName', 'dns'];
/** TLS, 802.1X (RFC 4334) and IPsec (RFC 4945): what systems prove themselves in. A purpose that is not named here logs people in, signs, or speaks for an authority. */
const systemPurposes: readonly string[] = [
  '1.3.6.1.5.5.7.3.1',
  '1.3.6.1.5.5.7.3.2',
  '1.3.6.1.5.5.7.3.14',
  '1.3.6.1.5.5.7.3.17',
];

/** Why certificates of this profile are not of systems alone; nothing when no person can be named by one. */
export function systemFault({ holds, extendedKeyUsage, proofMinutes }: CertificateProfile): string | undefined {
  const stray = Object.keys(holds).find((field) => !systemFields.includes(field));
  if (stray !== undefined) return `a certificate of a system does not hold ${stray}`;
  if (holds.dns !== 'must') return 'a certificate of a system must hold dns';
  if (proofMinutes !== undefined) return 'a certificate of a system rests on no login';
  if (extendedKeyUsage.length === 0) return 'a certificate of a system says what it is for';
  const other = extendedKeyUsage.find((purpose) => !systemPurposes.includes(purpose));
  return other && `${other} is no purpose of a system`;
}

/** What is wrong with a profile beyond its shape; nothing when it may be used. */
export function profileFault(profile: CertificateProfile): string | undefined {
  if (isDerived(profile)) {
    if (profile.proofMinutes === undefined) return 'a certificate for a device needs proofMinutes';
    if (profile.longestMinutes > longestDerivedMinutes) return 'a certificate for a device lives 12 hours at most';
  }
  if (profile.keyUsage.includes('nonRepudiation') && profile.keyUsage.length > 1)
    return 'nonRepudiation stands alone: what a person signs must be no login (ETSI EN 319 412-2 4.3.2)';
  for (const [field, pattern] of Object.entries(profile.patterns)) {
    if (!Object.hasOwn(profile.holds, field)) return `patterns names ${field}, which such a certificate does not hold`;
    if (!isPattern(pattern)) return `the pattern of ${field} is no regular expression`;
  }
  return undefined;
}

function isPattern(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
}
