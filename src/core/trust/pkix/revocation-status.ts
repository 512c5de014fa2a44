// Whether a certificate on a path is revoked, by all that is at hand: lists, whoever may sign them, and OCSP responses.
import { type Certificate, isAnswerAbout, nameKey } from '../../../base/x509/index.ts';
import { type GivenCrl, type RevocationStatus, statusByCrls } from './crl-status.ts';
import { ListSigners, type SignerFacts } from './list-signers.ts';
import { type GivenOcsp, statusByOcsp } from './ocsp-status.ts';

export interface RevocationMaterial {
  readonly crls: readonly GivenCrl[];
  readonly responses: readonly GivenOcsp[];
  /** Whether a list may speak for certificates of other issuers. */
  readonly indirectAllowed: boolean;
  /** How old an OCSP answer without nextUpdate may be. */
  readonly ocspMostAgeMs: number;
}

export interface StatusFacts extends RevocationMaterial, SignerFacts {}

export type StatusOf = (certificate: Certificate, issuer: Certificate) => RevocationStatus;

/** Judges certificates of one path, remembering what it found; the signers of lists are judged like anybody else, to the same anchor. */
export function statusTeller(facts: StatusFacts): StatusOf {
  const { now, algorithms, work } = facts;
  const known = new Map<string, RevocationStatus>();
  const { isSigned } = new ListSigners(facts, (certificate, issuer) => statusOf(certificate, issuer).kind === 'good');

  function judge(certificate: Certificate, issuer: Certificate): RevocationStatus {
    const common = { certificate, issuer, now, algorithms };
    const byOcsp = statusByOcsp({
      ...common,
      responses: facts.responses,
      work,
      mostAgeMs: facts.ocspMostAgeMs,
      isResponderGood: (responder, of) =>
        statusByCrls({ ...settings, certificate: responder, issuer: of }).kind === 'good',
    });
    if (byOcsp.kind === 'revoked') return byOcsp;
    const byCrls = statusByCrls({ ...settings, ...common });
    if (byCrls.kind !== 'unknown') return byCrls;
    if (byOcsp.kind === 'good') return byOcsp;
    return { kind: 'unknown', because: [byCrls.because, byOcsp.because].join(', ') };
  }
  const settings = { algorithms, indirectAllowed: facts.indirectAllowed, isSigned, crls: facts.crls, now };

  function statusOf(certificate: Certificate, issuer: Certificate): RevocationStatus {
    const key = `${certificate.fingerprint} ${issuer.fingerprint}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    known.set(key, { kind: 'unknown', because: 'a circle of signers' });
    const status = judge(certificate, issuer);
    known.set(key, status);
    return status;
  }
  return statusOf;
}

/** Whether anything at hand could be about this certificate: a list of its issuer, an answer with its number. */
export const isSpokenOf = (
  { crls, responses }: RevocationMaterial,
  certificate: Certificate,
  issuer: Certificate,
): boolean =>
  crls.some(({ crl }) => crl.issuingPoint?.indirect === true || nameKey(crl.issuer) === nameKey(certificate.issuer)) ||
  responses.some(({ response }) => response.answers.some((answer) => isAnswerAbout(answer, certificate, issuer)));
