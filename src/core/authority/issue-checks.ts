// What an order must fulfil before anything is written down: one list in security order; a test can drop each and see a case turn.
import type { EpochMs } from '../../base/clock.ts';
import { type CsrReading, isUsuallyEncoded, type PublicKeyFacts, provesPossession } from '../../base/x509/index.ts';
import type { AuthorityRefusal } from '../../wire/codes/index.ts';
import { validityOf } from './compose.ts';
import { fieldFaults, holderHash, patternFault, subjectOf, valuesFault } from './holder.ts';
import { type IssuingAuthority, keyHash } from './issuing-authority.ts';
import type { KeyUse } from './ports.ts';
import type { CertificateProfile, Holder, KeyKind } from './profile.ts';

/** An order of somebody who was let in by the key of their TLS connection. */
export interface IssueRequest {
  readonly caller: string;
  readonly order: string;
  readonly profile: string;
  /** PKCS #10, DER. */
  readonly csr: Buffer;
  readonly holder: Holder;
  /** A shorter life than the profile's. */
  readonly minutes?: number | undefined;
  /** The login that a derived certificate rests on: when, and by which certificate (hexadecimal SHA-256). */
  readonly proof?: { readonly at: EpochMs; readonly fingerprint: string } | undefined;
  readonly person?: string | undefined;
  readonly reference?: string | undefined;
}

export interface IssueFacts {
  readonly request: IssueRequest;
  /** Profiles that the caller may order. */
  readonly allowed: readonly string[];
  readonly profile: CertificateProfile | undefined;
  readonly authority: IssuingAuthority | undefined;
  readonly csr: CsrReading;
  /** What the request's key was certified for before. */
  readonly keyUses: readonly KeyUse[];
  /** Hashes of the authorities' own keys. */
  readonly ownKeys: ReadonlySet<string>;
  readonly now: EpochMs;
}

export interface IssueCheck {
  /** Also the code of the refusal. */
  readonly name: AuthorityRefusal;
  readonly clause: string;
  /** Why not, for the caller's log: never a name or an identifier. */
  readonly test: (facts: IssueFacts) => string | undefined;
}

const keyCompromise = 1;
const curves: Readonly<Record<string, KeyKind>> = { prime256v1: 'P-256', secp384r1: 'P-384' };

function isAllowedKey({ type, bits, curve }: PublicKeyFacts, kinds: readonly KeyKind[]): boolean {
  if (type === 'ec') return curve !== undefined && curves[curve] !== undefined && kinds.includes(curves[curve]);
  const least = Math.min(...kinds.map((kind) => Number(/^RSA-(\d+)$/.exec(kind)?.[1] ?? Number.POSITIVE_INFINITY)));
  return type === 'rsa' && bits >= least && bits <= 8192;
}

/** An even or small exponent, or one that nobody else uses, is a sign of a key that was not made well (BR 6.1.6). */
const hasSoundExponent = ({ type, key }: PublicKeyFacts): boolean =>
  type !== 'rsa' || key?.asymmetricKeyDetails?.publicExponent === 65_537n;

const minutesOf = ({ request, profile }: IssueFacts): number => request.minutes ?? profile?.longestMinutes ?? 0;

export const issueChecks: readonly IssueCheck[] = [
  {
    name: 'profile.known',
    clause: 'RFC 3647 7.1 (only certificates of a profile)',
    test: ({ profile }) => (profile === undefined ? 'there is no such profile' : undefined),
  },
  {
    name: 'caller.profile',
    clause: 'RFC 3647 4.1.1 (who may order)',
    test: ({ request, allowed }) =>
      allowed.includes(request.profile) ? undefined : 'this caller may not order certificates of this profile',
  },
  {
    name: 'issuer.known',
    clause: 'RFC 3647 4.3.1',
    test: ({ authority }) =>
      authority === undefined ? 'the issuing authority of this profile is not here' : undefined,
  },
  {
    name: 'csr.readable',
    clause: 'RFC 2986 4',
    test: ({ csr }) => (csr.ok ? undefined : `the request cannot be read: ${csr.reason}`),
  },
  {
    name: 'csr.possession',
    clause: 'RFC 2986 4.2; RFC 4211 4',
    test: ({ csr }) => (csr.ok && provesPossession(csr.csr) ? undefined : 'the request is not signed by its own key'),
  },
  {
    name: 'csr.key',
    clause: 'SOG-IS ACM 1.3; NIST SP 800-57-1 5.6',
    test: ({ csr, profile }) =>
      csr.ok && profile !== undefined && isAllowedKey(csr.csr.publicKey, profile.keys)
        ? undefined
        : `the key is none of ${profile?.keys.join(', ')}`,
  },
  {
    name: 'key.sound',
    clause: 'CA/B Forum BR 6.1.6, 7.1.3.1',
    test: ({ csr }) => {
      if (!csr.ok || !hasSoundExponent(csr.csr.publicKey)) return 'the key has another exponent than 65537';
      // Or a key that was lost, or is somebody's, would come back in other clothes: keys are known by the hash of their encoding.
      return isUsuallyEncoded(csr.csr.publicKey) ? undefined : 'the key is not encoded in the usual way';
    },
  },
  {
    name: 'key.own',
    clause: 'a key of an authority is no holder’s',
    test: ({ csr, ownKeys }) =>
      csr.ok && !ownKeys.has(keyHash(csr.csr.publicKey.der)) ? undefined : 'the key is an authority’s',
  },
  {
    name: 'key.holder',
    clause: 'RFC 3647 4.7 and 4.9.12 (a key is one holder’s; a key that was lost is never certified again)',
    test: ({ keyUses, request }) => {
      const holder = holderHash(subjectOf(request.holder));
      const lost = keyUses.some(({ state, reason }) => state === 'revoked' && reason === keyCompromise);
      if (lost) return 'the key was reported as lost';
      return keyUses.some((use) => use.holder !== holder) ? 'the key was certified for another holder' : undefined;
    },
  },
  {
    name: 'holder.fields',
    clause: 'RFC 3647 3.1 (names)',
    test: ({ profile, request }) => {
      const faults = profile === undefined ? [] : fieldFaults(profile, request.holder);
      return faults.length === 0 ? undefined : faults.join('; ');
    },
  },
  {
    name: 'holder.values',
    clause: 'RFC 5280 Appendix A.1 (bounds); RFC 4518 2.4 (nothing invisible)',
    test: ({ request }) => valuesFault(request.holder),
  },
  {
    name: 'holder.patterns',
    clause: 'RFC 3647 3.1.1 (who may be named by such a certificate)',
    test: ({ profile, request }) => profile && patternFault(profile, request.holder),
  },
  {
    name: 'proof.given',
    clause: 'NIST SP 800-157r1 2.2 (derived from a login)',
    test: ({ profile, request }) =>
      profile?.proofMinutes !== undefined && request.proof === undefined
        ? 'the login that the certificate rests on is not named'
        : undefined,
  },
  {
    name: 'proof.fresh',
    clause: 'NIST SP 800-157r1 2.2',
    test: ({ profile, request: { proof }, now }) => {
      if (profile?.proofMinutes === undefined || proof === undefined) return undefined;
      const age = now - proof.at;
      return age > profile.proofMinutes * 60_000 || age < -60_000 ? 'the login is too old, or not yet' : undefined;
    },
  },
  {
    name: 'life.profile',
    clause: 'RFC 3647 6.3.2',
    test: (facts) => {
      const minutes = minutesOf(facts);
      const longest = facts.profile?.longestMinutes ?? 0;
      return Number.isSafeInteger(minutes) && minutes >= 10 && minutes <= longest
        ? undefined
        : `a certificate of this profile lives 10 to ${longest} minutes`;
    },
  },
  {
    name: 'life.issuer',
    clause: 'RFC 5280 4.1.2.5 with 6.1 (inside the issuer’s validity)',
    test: (facts) => {
      const issuer = facts.authority?.certificate;
      const { notBefore, notAfter } = validityOf(facts.now, minutesOf(facts));
      return issuer !== undefined && notBefore >= issuer.notBefore && notAfter <= issuer.notAfter
        ? undefined
        : 'the certificate would outlive, or be older than, its issuer: renew the issuing authority';
    },
  },
];

export interface IssueRefusal {
  readonly code: AuthorityRefusal;
  readonly because: string;
}

/** The first refusal of the list, or nothing. */
export function firstRefusal(facts: IssueFacts, checks: readonly IssueCheck[] = issueChecks): IssueRefusal | undefined {
  for (const { name, test } of checks) {
    const because = test(facts);
    if (because !== undefined) return { code: name, because };
  }
  return undefined;
}

/** Life of the certificate that passed, minutes. */
export const lifeOf = minutesOf;
