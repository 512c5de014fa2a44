// Writes OCSP responses (RFC 6960 4.2): plain refusals, and answers before and after they are signed.
import { tags } from './der.ts';
import { der, derBits, derGeneralizedTime, derOctets, derOid, derSequence } from './der-writer.ts';
import { nonceOid } from './ocsp-request.ts';
import { keyIdentifier, writeExtensions } from './write.ts';

/** RFC 6960 4.2.1. */
export const ocspFailures = { malformedRequest: 1, internalError: 2, tryLater: 3, unauthorized: 6 } as const;

const enumerated = (value: number): Buffer => der(tags.enumerated, Buffer.from([value]));

/** A response that is no answer; nobody signs it. */
export const writeOcspFailure = (failure: keyof typeof ocspFailures): Buffer =>
  derSequence(enumerated(ocspFailures[failure]));

export type OcspStatus =
  | { readonly kind: 'good' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'revoked'; readonly at: number; readonly reason: number };

export interface OcspAnswersToWrite {
  /** SubjectPublicKeyInfo of the responder. */
  readonly responderKey: Buffer;
  readonly producedAt: number;
  readonly answers: readonly {
    /** The CertID as it was asked. */
    readonly certificate: Buffer;
    readonly status: OcspStatus;
    readonly thisUpdate: number;
    readonly nextUpdate: number;
  }[];
  readonly nonce?: Buffer | undefined;
}

function writeStatus(status: OcspStatus): Buffer {
  if (status.kind === 'good') return der(0x80);
  if (status.kind === 'unknown') return der(0x82);
  const reason = status.reason === 0 ? [] : [der(0xa0, enumerated(status.reason))];
  return der(0xa1, derGeneralizedTime(status.at), ...reason);
}

/** ResponseData, which is signed. */
export const ocspAnswersToSign = ({ responderKey, producedAt, answers, nonce }: OcspAnswersToWrite): Buffer =>
  derSequence(
    der(0xa2, derOctets(keyIdentifier(responderKey))),
    derGeneralizedTime(producedAt),
    derSequence(
      ...answers.map(({ certificate, status, thisUpdate, nextUpdate }) =>
        derSequence(
          certificate,
          writeStatus(status),
          derGeneralizedTime(thisUpdate),
          der(0xa0, derGeneralizedTime(nextUpdate)),
        ),
      ),
    ),
    ...(nonce === undefined ? [] : [writeExtensions(0xa1, [{ oid: nonceOid, value: derOctets(nonce) }])]),
  );

/** A successful response around signed data, with the responder's certificate. */
export function writeOcspResponse(given: {
  readonly signed: Buffer;
  readonly algorithm: Buffer;
  readonly signature: Buffer;
  readonly certificate: Buffer;
}): Buffer {
  const basic = derSequence(
    given.signed,
    given.algorithm,
    derBits(given.signature),
    der(0xa0, derSequence(given.certificate)),
  );
  const bytes = derSequence(derOid('1.3.6.1.5.5.7.48.1.1'), derOctets(basic));
  return derSequence(enumerated(0), der(0xa0, bytes));
}
