// The profiles that ship with the program; an operator's file may change each, and add others.
import type { CertificateProfile } from './profile.ts';

export const purposes = {
  clientAuthentication: '1.3.6.1.5.5.7.3.2',
  serverAuthentication: '1.3.6.1.5.5.7.3.1',
  smartcardLogon: '1.3.6.1.4.1.311.20.2.2',
  documentSigning: '1.3.6.1.5.5.7.3.36', // RFC 9336
  ocspSigning: '1.3.6.1.5.5.7.3.9',
} as const;

const dayMinutes = 24 * 60;
const person = {
  country: 'must',
  organization: 'must',
  commonName: 'must',
  surname: 'must',
  givenName: 'must',
  serialNumber: 'must',
  title: 'may',
} as const;

/** The four kinds, signed by one issuing authority, under these policies; those for devices under their own, so that no reader takes one for a card. */
export const standardProfiles = (
  issuer: string,
  policies: readonly string[] = [],
  derivedPolicies: readonly string[] = policies,
): readonly CertificateProfile[] => [
  // The simple login certificate: browsers, and Windows by user principal name and security identifier.
  {
    id: 'login',
    issuer,
    keys: ['P-256', 'P-384', 'RSA-2048', 'RSA-3072'],
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: [purposes.clientAuthentication, purposes.smartcardLogon],
    policies: [...policies],
    holds: { ...person, upn: 'may', sid: 'may', email: 'may', cardNumber: 'may' },
    patterns: {},
    longestMinutes: 3 * 366 * dayMinutes,
    canBeSuspended: true,
  },
  // Made after a card login on an enrolled tablet, for one shift (H8).
  {
    id: 'derived',
    issuer,
    keys: ['P-256', 'P-384'],
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: [purposes.clientAuthentication],
    policies: [...derivedPolicies],
    holds: { ...person, device: 'must' },
    patterns: {},
    longestMinutes: 12 * 60,
    proofMinutes: 15,
    canBeSuspended: false,
  },
  // Of a system, not of a person.
  {
    id: 'function',
    issuer,
    keys: ['P-256', 'P-384', 'RSA-2048', 'RSA-3072'],
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: [purposes.clientAuthentication, purposes.serverAuthentication],
    policies: [],
    holds: { country: 'must', organization: 'must', organizationIdentifier: 'may', commonName: 'must', dns: 'must' },
    patterns: {},
    longestMinutes: 397 * dayMinutes,
    canBeSuspended: false,
  },
  // For what a person signs; it logs nobody in.
  {
    id: 'signature',
    issuer,
    keys: ['P-256', 'P-384', 'RSA-2048', 'RSA-3072'],
    keyUsage: ['nonRepudiation'],
    extendedKeyUsage: [purposes.documentSigning],
    policies: [],
    holds: { ...person, cardNumber: 'may' },
    patterns: {},
    longestMinutes: 3 * 366 * dayMinutes,
    canBeSuspended: true,
  },
];
