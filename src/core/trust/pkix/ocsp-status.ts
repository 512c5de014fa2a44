// What OCSP responses say of one certificate (RFC 6960 3.2, 4.2.2): who may answer, for when, and for which question.
import {
  type Certificate,
  isAnswerAbout,
  isResponder,
  type OcspAnswer,
  type OcspResponse,
  sameName,
} from '../../../base/x509/index.ts';
import { type AlgorithmPolicy, isAllowedKey, isAllowedSignature } from './algorithms.ts';
import { type RevocationStatus, skewMs } from './crl-status.ts';
import type { SignatureWork } from './signature-work.ts';

/** A response as it is at hand. */
export interface GivenOcsp {
  readonly response: OcspResponse;
  readonly fetchedAt: number;
  /** Hexadecimal nonce of our request; undefined for a response that nobody asked with one (stapled, kept). */
  readonly nonce?: string | undefined;
}

export interface OcspSettings {
  readonly algorithms: AlgorithmPolicy;
  readonly work: SignatureWork;
  /** Whether a responder's certificate that does not say `nocheck` is known not to be revoked. */
  readonly isResponderGood: (responder: Certificate, issuer: Certificate) => boolean;
  /** How old an answer without nextUpdate may be: newer word is then to be had at any time (RFC 6960 4.2.2.1). */
  readonly mostAgeMs: number;
}

export interface OcspQuestion extends OcspSettings {
  readonly given: GivenOcsp;
  readonly answer: OcspAnswer;
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly now: number;
}

/** One requirement on an answer before it counts. */
export interface OcspCheck {
  readonly name: string;
  readonly clause: string;
  readonly test: (question: OcspQuestion) => boolean;
}

const ocspSigning = '1.3.6.1.5.5.7.3.9';

/** Who may have signed: the issuer itself, or one that the issuer itself made a responder (RFC 6960 4.2.2.2). */
const respondersOf = ({ given: { response }, issuer }: OcspQuestion): readonly Certificate[] =>
  [issuer, ...response.certificates].filter((each) => isResponder(response, each));

const isIssuerItself = (responder: Certificate, issuer: Certificate): boolean =>
  responder.publicKey.der.equals(issuer.publicKey.der) && sameName(responder.subject, issuer.subject);

/** The responder's certificate that the signature holds under; checked for nothing else. */
const signerOf = (question: OcspQuestion): Certificate | undefined =>
  respondersOf(question).find((each) => question.work.verifies(question.given.response, each));

/** Of a delegated responder only; the issuer needs no leave of its own. */
const delegated =
  (test: (responder: Certificate, question: OcspQuestion) => boolean) =>
  (question: OcspQuestion): boolean => {
    const signer = signerOf(question);
    return signer !== undefined && (isIssuerItself(signer, question.issuer) || test(signer, question));
  };

export const ocspChecks: readonly OcspCheck[] = [
  {
    name: 'ocspNonce',
    clause: 'RFC 9654 3: the answer to our question has its nonce',
    test: ({ given: { nonce, response } }) => nonce === undefined || response.nonce === nonce,
  },
  {
    name: 'ocspAlgorithm',
    clause: 'BCP 201',
    test: ({ given: { response }, algorithms }) => isAllowedSignature(response.algorithm, algorithms),
  },
  {
    name: 'ocspSigned',
    clause: 'RFC 6960 3.2 (2), (3), 4.2.2.3',
    test: (question) => signerOf(question) !== undefined,
  },
  {
    name: 'ocspDelegation',
    clause: 'RFC 6960 4.2.2.2: issued directly by the CA that is asked about',
    test: delegated(
      (responder, { issuer, work }) => sameName(responder.issuer, issuer.subject) && work.verifies(responder, issuer),
    ),
  },
  {
    name: 'ocspPurpose',
    clause: 'RFC 6960 4.2.2.2: id-kp-OCSPSigning',
    test: delegated(
      ({ extendedKeyUsage, keyUsage }) =>
        extendedKeyUsage?.includes(ocspSigning) === true &&
        (keyUsage === undefined || keyUsage.has('digitalSignature') || keyUsage.has('nonRepudiation')),
    ),
  },
  {
    name: 'ocspResponder',
    clause: 'RFC 5280 6.1.3 (a)(2), 6.1.5 (f); SOG-IS ACM 1.3',
    test: delegated(
      (responder, { now, algorithms }) =>
        now >= responder.notBefore &&
        now <= responder.notAfter &&
        responder.unknownCritical.length === 0 &&
        isAllowedSignature(responder.algorithm, algorithms) &&
        isAllowedKey(responder, algorithms),
    ),
  },
  {
    name: 'ocspResponderGood',
    clause: 'RFC 6960 4.2.2.2.1: nocheck, or known not to be revoked',
    test: delegated(
      (responder, { issuer, isResponderGood }) => responder.ocspNoCheck || isResponderGood(responder, issuer),
    ),
  },
  {
    name: 'ocspBegun',
    clause: 'RFC 6960 4.2.2.1, 3.2 (5)',
    test: ({ answer, given: { response }, now }) =>
      answer.thisUpdate <= now + skewMs && response.producedAt <= now + skewMs,
  },
  {
    name: 'ocspCurrent',
    clause: 'RFC 6960 4.2.2.1, 3.2 (6)',
    test: ({ answer, now, mostAgeMs }) => now < (answer.nextUpdate ?? answer.thisUpdate + mostAgeMs),
  },
];

/** What the given responses say: any that says revoked counts, one good one clears, none leaves it unknown. */
export function statusByOcsp(
  facts: OcspSettings & {
    readonly certificate: Certificate;
    readonly issuer: Certificate;
    readonly responses: readonly GivenOcsp[];
    readonly now: number;
  },
  checks: readonly OcspCheck[] = ocspChecks,
): RevocationStatus {
  const faults = new Set<string>();
  let checkedAt: number | undefined;
  for (const given of facts.responses)
    for (const answer of given.response.answers) {
      if (!isAnswerAbout(answer, facts.certificate, facts.issuer)) continue;
      const question: OcspQuestion = { ...facts, given, answer };
      const failed = checks.find(({ test }) => !test(question));
      if (failed !== undefined) faults.add(failed.name);
      else if (answer.status.kind === 'revoked') return answer.status;
      else if (answer.status.kind === 'unknown') faults.add('ocspUnknown');
      else checkedAt = Math.max(checkedAt ?? 0, given.fetchedAt);
    }
  if (checkedAt !== undefined) return { kind: 'good', checkedAt };
  return { kind: 'unknown', because: faults.size === 0 ? 'no answer' : [...faults].join(', ') };
}
