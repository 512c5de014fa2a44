// What the cases of the corpus are made from: one test CA at one instant, and builders of what is nearly right.

import type { KeyObject } from 'node:crypto';
import {
  attributeOids,
  der,
  derOid,
  derSequence,
  type ExtensionToWrite,
  extensionOids,
  type NamePart,
  publicKeyDer,
  writeCertificate,
  writeCrl,
  writeExtension,
  writeName,
} from '../../../../base/x509/index.ts';
import { createAuthority, newKey, newSerial } from '../authority.ts';
import { type CardRequest, holderName, issueCard, usages } from '../cards.ts';
import { createTestPki, crlUrl } from '../pki.ts';
import { type AuthorityName, demoPolicies } from '../plan.ts';
import { type TestPopulation, testPopulations } from '../populations.ts';

export const now = Date.UTC(2026, 5, 1, 9, 0, 0);
export const dayMs = 86_400_000;
export const pki = createTestPki(undefined, { crlBaseUrl: 'http://crl.example', clock: () => now });
export const populations = testPopulations(pki);

export interface Case {
  /** What a decision must say: the code, and the check that says it. Absent for a valid one. */
  readonly code?: string;
  readonly check?: string;
  readonly chain: readonly Buffer[];
  readonly at?: number;
  readonly accepted?: readonly string[];
  /** Lists that differ from the usual good ones; null = there is none. */
  readonly lists?: Partial<Record<AuthorityName, Buffer | null>>;
  /** Populations that differ. */
  readonly populations?: readonly Partial<TestPopulation>[];
  readonly expect?: Readonly<Record<string, unknown>>;
}

export const anna = { serialNumber: 'SE5560000001-TA01', givenName: 'Anna', surname: 'Ek', title: 'Sjuksköterska' };
export const card = (request: Partial<CardRequest> = {}) =>
  issueCard(pki, { authority: 'hsa-id-3', holder: anna, ...request });
export const hsa = pki.authorities['hsa-id-3'];
export const subjectWith = (...serials: readonly (NamePart | readonly NamePart[])[]): Buffer =>
  writeName([[attributeOids.country, 'SE'], [attributeOids.commonName, 'Anna Ek'], ...serials]);
export const serial = (value: string | Buffer): NamePart => [attributeOids.serialNumber, value];
export const bmp = (text: string): Buffer => der(0x1e, Buffer.from(text, 'utf16le').swap16());
export const withSubject = (subject: Buffer): readonly Buffer[] => card({ instead: { subject } }).chain;
export const identifier = { code: 'card.identifier', check: 'identifier' };

// A variant of the issuing authority: the same name and key, other extensions or times, signed by the same root.
export function variantAuthority(
  given: {
    extensions?: readonly ExtensionToWrite[];
    notAfter?: number;
    signer?: typeof hsa.key;
    rsaBits?: number;
  } = {},
): Buffer {
  const root = pki.authorities['eid-root'];
  return writeCertificate(
    {
      serial: newSerial(),
      issuer: root.subject,
      subject: hsa.subject,
      notBefore: now - 400 * dayMs,
      notAfter: given.notAfter ?? now + 400 * dayMs,
      publicKey: hsa.publicKey,
      extensions: given.extensions ?? caExtensions(),
    },
    given.signer ?? root.key,
  );
}
export const caExtensions = (
  given: { basic?: ExtensionToWrite; usage?: ExtensionToWrite; extra?: readonly ExtensionToWrite[] } = {},
): readonly ExtensionToWrite[] => [
  given.basic ?? writeExtension.basicConstraints(true, 0),
  given.usage ?? writeExtension.keyUsage(['keyCertSign', 'cRLSign']),
  writeExtension.subjectKeyId(hsa.publicKey),
  writeExtension.authorityKeyId(pki.authorities['eid-root'].publicKey),
  writeExtension.crlUrls([crlUrl(pki.crlBaseUrl, 'eid-root')]),
  ...(given.extra ?? []),
];
/** Name constraints: only names below this one (RFC 5280 4.2.1.10). */
export const namesUnder = (name: Buffer): ExtensionToWrite => ({
  oid: extensionOids.nameConstraints,
  critical: true,
  value: derSequence(der(0xa0, derSequence(der(0xa4, name)))),
});
/** Policy constraints: after so many certificates some policy must hold (RFC 5280 4.2.1.11). */
export const policyRequired = (after: number): ExtensionToWrite => ({
  oid: extensionOids.policyConstraints,
  critical: true,
  value: derSequence(der(0x80, Buffer.from([after]))),
});
/** Policy mappings: what follows under this authority by the second name is the first (RFC 5280 4.2.1.5). */
export const policyMapped = (ours: string, theirs: string): ExtensionToWrite => ({
  oid: extensionOids.policyMappings,
  critical: true,
  value: derSequence(derSequence(derOid(ours), derOid(theirs))),
});
export const under = (authority: Buffer): Pick<Case, 'chain' | 'populations'> => ({
  chain: [card().der, authority],
  populations: withPopulation('hsa-id-3', { intermediates: [] }),
});
export const otherPki = createTestPki(undefined, { crlBaseUrl: 'http://crl.example', clock: () => now });

/** The populations with one of them changed. */
export const withPopulation = (id: string, change: Partial<TestPopulation>): readonly Partial<TestPopulation>[] =>
  populations.map((population) => (population.id === id ? { id, ...change } : { id: population.id }));

/** What a right leaf carries, but for key identifiers. */
export const leafExtensions = (): readonly ExtensionToWrite[] => [
  writeExtension.keyUsage(['digitalSignature']),
  writeExtension.extendedKeyUsage([usages.clientAuthentication]),
  writeExtension.policies([demoPolicies.hsaId3]),
  writeExtension.crlUrls([crlUrl(pki.crlBaseUrl, 'hsa-id-3')]),
];

/** A leaf written by hand: by default right, and by the HSA-ID authority. */
export const leaf = (
  given: {
    issuer?: Buffer;
    signer?: KeyObject;
    subject?: Buffer;
    extensions?: readonly ExtensionToWrite[];
    hash?: 'sha1' | 'sha256';
  } = {},
): Buffer =>
  writeCertificate(
    {
      serial: newSerial(),
      issuer: given.issuer ?? hsa.subject,
      subject: given.subject ?? holderName(anna),
      notBefore: now - dayMs,
      notAfter: now + dayMs,
      publicKey: publicKeyDer(newKey()),
      extensions: given.extensions ?? leafExtensions(),
    },
    given.signer ?? hsa.key,
    given.hash,
  );

/** A root that nobody knows. */
export const strangerRoot = (commonName: string) =>
  createAuthority(
    { name: 'root', parent: undefined, subject: [[attributeOids.commonName, commonName]], policies: [] },
    undefined,
    {
      now,
      crlUrl: (name) => crlUrl(pki.crlBaseUrl, name),
    },
  );

/** An empty list of the HSA-ID authority with these extensions. */
export const listOf = (
  extensions: readonly ExtensionToWrite[],
  nextUpdate: number | undefined = now + dayMs,
  key = hsa.key,
): Buffer => writeCrl({ issuer: hsa.subject, thisUpdate: now - dayMs, nextUpdate, revoked: [], extensions }, key);

export const pointExtension = (...fields: readonly Buffer[]): ExtensionToWrite => ({
  oid: extensionOids.issuingDistributionPoint,
  critical: true,
  value: derSequence(...fields),
});

export const pointName = (url: string): Buffer => der(0xa0, der(0xa0, der(0x86, Buffer.from(url))));
