// What must hold of a certificate that an outside issuer made, before it goes on a card; a test leaves each out.
import type { EpochMs } from '../../base/clock.ts';
import {
  attributeOids,
  type Certificate,
  type CertificationRequest,
  type DistinguishedName,
  sameName,
  signedBy,
} from '../../base/x509/index.ts';
import type { CertificateHolder } from './holder.ts';
import type { CertificateWish } from './ports.ts';

export interface IssuedFacts {
  readonly certificate: Certificate;
  readonly request: CertificationRequest;
  readonly signer: Certificate;
  readonly wish: CertificateWish;
  readonly now: EpochMs;
}

export interface IssuedCheck {
  readonly name: string;
  readonly clause: string;
  /** What is wrong, for who looks at the card. */
  readonly says: string;
  readonly test: (facts: IssuedFacts) => boolean;
}

/** Clocks differ, and issuers date back. */
const slackMs = 3_600_000;

type OtherNames = readonly (readonly [field: 'upn' | 'email', values: readonly string[]])[];

/** The field by which a subject is another person than the holder; what the issuer is not told of it may name freely. */
export function namedAnother(
  subject: DistinguishedName,
  others: OtherNames,
  holder: CertificateHolder,
): string | undefined {
  const told = (field: string): string | undefined => holder[field as keyof CertificateHolder];
  const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
  const numbers = subject.rdns.flat().filter(({ oid }) => oid === attributeOids.serialNumber);
  const number = told('serialNumber');
  if (number !== undefined && numbers.some(({ value, faults }) => faults.length > 0 || !same(value, number)))
    return 'serialNumber';
  return others.find(([field, values]) => {
    const wanted = told(field);
    return values.some((value) => wanted === undefined || !same(value, wanted));
  })?.[0];
}

export const issuedChecks: readonly IssuedCheck[] = [
  {
    name: 'issued.key',
    clause: 'H3: the key of the request; another key is somebody else’s card',
    says: 'it is for another key',
    test: ({ certificate, request }) => certificate.publicKey.der.equals(request.publicKey.der),
  },
  {
    name: 'issued.signer',
    clause: 'RFC 5280 6.1: signed by the CA that this issuer is configured with',
    says: 'the configured CA did not sign it',
    test: ({ certificate, signer }) => sameName(certificate.issuer, signer.subject) && signedBy(certificate, signer),
  },
  {
    name: 'issued.person',
    clause: 'RFC 5280 4.2.1.9: a holder’s certificate signs no others',
    says: 'it is the certificate of an authority',
    test: ({ certificate }) =>
      certificate.basicConstraints?.ca !== true && certificate.keyUsage?.has('keyCertSign') !== true,
  },
  {
    name: 'issued.time',
    clause: 'RFC 5280 4.1.2.5: valid now, and for some time',
    says: 'it is not valid now',
    test: ({ certificate, now }) => certificate.notBefore <= now + slackMs && now < certificate.notAfter,
  },
  {
    name: 'issued.holder',
    clause: 'C6: it names nobody but the holder',
    says: 'it names another holder',
    test: ({ certificate, wish }) =>
      namedAnother(
        certificate.subject,
        [
          ['upn', certificate.userPrincipalNames],
          ['email', certificate.emails],
        ],
        wish.holder,
      ) === undefined,
  },
];
