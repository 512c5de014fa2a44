// Whether a system may have a certificate by EST: with a permit the first, with its own certificate the one that follows it.
import type { EpochMs } from '../../base/clock.ts';
import { type Certificate, type CsrReading, extensionOids, sameName } from '../../base/x509/index.ts';
import type { AuthorityRefusal } from '../../wire/codes/index.ts';
import { namesOf } from './holder.ts';
import type { EnrolmentPermit, RegisteredCertificate } from './ports.ts';
import { type CertificateProfile, type Holder, systemFault } from './profile.ts';

interface AskedFacts {
  /** The profile that is asked for, by its name; and as it is now, when it may be had by EST. */
  readonly asked: string;
  readonly profile: CertificateProfile | undefined;
  readonly now: EpochMs;
}

export interface PermitFacts extends AskedFacts {
  readonly permit: EnrolmentPermit | undefined;
  readonly isSecretRight: boolean;
}

export interface RenewalFacts extends AskedFacts {
  /** What the system proved in the handshake to have the key of. */
  readonly shown: Certificate | undefined;
  /** The same in our register, byte for byte. */
  readonly own: RegisteredCertificate | undefined;
  /** Whom it was made for, when it is of a system. */
  readonly holder: Holder | undefined;
  readonly csr: CsrReading;
  /** How many other requests were answered with that certificate. */
  readonly others: number;
}

export interface EnrolCheck<Facts> {
  readonly name: AuthorityRefusal;
  readonly clause: string;
  /** Why not, for whoever runs the system: never a name or an identifier. */
  readonly test: (facts: Facts) => string | undefined;
}

/** Wrong secrets before a permit is no longer taken. */
export const mostWrongTries = 10;
/** A system may lose an answer together with the key that it made for it; one that asks without end is stopped. */
export const mostRenewals = 5;

const unless = (holds: boolean, fault: string): string | undefined => (holds ? undefined : fault);

const systemProfile: EnrolCheck<AskedFacts> = {
  name: 'system.profile',
  clause: 'RFC 3647 4.1.1 (who may order): by EST certificates of systems alone',
  test: ({ profile }) =>
    unless(
      profile !== undefined && systemFault(profile) === undefined,
      'certificates of this profile are not had by EST',
    ),
};

export const permitChecks: readonly EnrolCheck<PermitFacts>[] = [
  {
    name: 'permit.right',
    clause: 'RFC 7030 3.2.3 with RFC 7617 2; the same words for a permit that there is not',
    test: ({ permit, isSecretRight }) =>
      unless(permit !== undefined && isSecretRight, 'user and password are not those of a permit'),
  },
  {
    name: 'permit.open',
    clause: 'NIST SP 800-63B 5.2.2 (rate limiting)',
    test: ({ permit }) =>
      unless(
        (permit?.wrongTries ?? 0) < mostWrongTries,
        'the permit was closed after too many wrong passwords: ask for another',
      ),
  },
  {
    name: 'permit.inTime',
    clause: 'NIST SP 800-63B 5.1.3.2 (valid for a short time)',
    test: ({ permit, now }) =>
      unless(permit === undefined || now < permit.endsAt, 'the permit has ended: ask for another'),
  },
  {
    name: 'permit.profile',
    clause: 'RFC 7030 3.2.2 (a label names the kind of certificate)',
    test: ({ permit, asked }) =>
      unless(permit === undefined || permit.profile === asked, 'the permit is for another profile than this address'),
  },
  systemProfile,
];

export const renewalChecks: readonly EnrolCheck<RenewalFacts>[] = [
  {
    name: 'renewal.shown',
    clause: 'RFC 7030 3.3.2 (certificate TLS authentication)',
    test: ({ shown }) =>
      unless(shown !== undefined, 'show the certificate that is to be renewed; the first one needs a permit'),
  },
  {
    name: 'renewal.own',
    clause: 'RFC 7030 4.2.2 with RFC 5280 6.1 (this very certificate was issued here)',
    test: ({ shown, own }) => unless(shown === undefined || own !== undefined, 'this certificate was not issued here'),
  },
  {
    name: 'renewal.profile',
    clause: 'RFC 7030 3.2.2; RFC 3647 4.6.1',
    test: ({ own, asked }) =>
      unless(own === undefined || own.profile === asked, 'the certificate is of another profile than this address'),
  },
  systemProfile,
  {
    name: 'renewal.inTime',
    clause: 'RFC 5280 6.1.3 (a)(2)',
    test: ({ shown, now }) =>
      unless(
        shown === undefined || (now >= shown.notBefore && now <= shown.notAfter),
        'the certificate has ended: a new one needs a permit',
      ),
  },
  {
    name: 'renewal.state',
    clause: 'RFC 5280 6.1.3 (a)(3); RFC 3647 4.6.1',
    test: ({ own }) =>
      unless(own === undefined || own.state === 'good', 'the certificate was revoked: a new one needs a permit'),
  },
  {
    name: 'renewal.holder',
    clause: 'RFC 3647 4.6 (renewal changes nothing of what is said)',
    test: ({ own, holder }) =>
      unless(
        own === undefined || holder !== undefined,
        'the certificate says more than of a system is said now: a new one needs a permit',
      ),
  },
  {
    name: 'renewal.subject',
    clause: 'RFC 7030 4.2.2 (Subject must be identical)',
    test: ({ shown, csr }) =>
      unless(
        shown === undefined || !csr.ok || sameName(csr.csr.subject, shown.subject),
        'the request has another subject than the certificate',
      ),
  },
  {
    name: 'renewal.names',
    clause: 'RFC 7030 4.2.2 (SubjectAltName must be identical); what is not asked for stays as it was',
    test: ({ holder, csr }) => {
      const wished = csr.ok
        ? csr.csr.askedExtensions.find(({ oid }) => oid === extensionOids.subjectAltName)?.value
        : undefined;
      return unless(
        holder === undefined || wished === undefined || namesOf(holder)?.equals(wished) === true,
        'the request asks for other alternative names than the certificate has, or in another order',
      );
    },
  },
  {
    name: 'renewal.few',
    clause: 'RFC 3647 4.7 (one certificate follows another)',
    test: ({ others }) =>
      unless(others < mostRenewals, `the certificate was renewed ${mostRenewals} times: a new one needs a permit`),
  },
];

/** The first check that says no, with its reason. */
export function enrolRefusal<Facts>(facts: Facts, checks: readonly EnrolCheck<Facts>[]) {
  for (const { name, test } of checks) {
    const because = test(facts);
    if (because !== undefined) return { code: name, because };
  }
  return undefined;
}
