// What the OCSP answers at hand say of one certificate: pure, and unknown is never good (RFC 6960).
import { type Certificate, isAnswerAbout, type OcspFault } from '../../base/x509/index.ts';
import {
  defaultAlgorithms,
  type GivenOcsp,
  type OcspCheck,
  ocspChecks,
  type RevocationStatus,
  SignatureWork,
  statusByOcsp,
} from './pkix/index.ts';
import type { OcspFetchFailure } from './ports.ts';
import { type SourceStatus, type StatusQuestion, unnamed } from './revocation.ts';
import { ocspPoints } from './status-points.ts';

/** Why there is no answer; each fails closed. `checks` that an answer did not pass are named as `ocspChecks` names them. */
export type OcspFailure =
  | OcspFault
  | OcspFetchFailure
  | 'ocspNotAllowed'
  | 'ocspNotAsked'
  | 'ocspOlder'
  | 'ocspNotRecent'
  | 'ocspExpired';

export type OcspState =
  | { readonly ok: true; readonly given: GivenOcsp }
  /** `wasRevoked`: the last answer that counted, though its time is past, says revoked. */
  | { readonly ok: false; readonly reason: OcspFailure | string; readonly wasRevoked?: boolean | undefined };

/** Answers by `ocspKey`. */
export type OcspStates = ReadonlyMap<string, OcspState>;

/** An answer is looked for by who was asked, about which certificate of whom. */
export const ocspKey = (url: string, certificate: Certificate, issuer: Certificate): string =>
  `${url} ${certificate.fingerprint} ${issuer.fingerprint}`;

/** So old an answer without nextUpdate may be: newer word is to be had at any time (RFC 6960 4.2.2.1). */
const mostAgeMs = 5 * 60_000;
const mostSignatures = 32;
const outages: ReadonlySet<string> = new Set<OcspFailure>([
  ...(['ocspUnreachable', 'ocspTimeout', 'ocspStatus', 'tryLater', 'internalError'] as const),
]);

interface AnswerQuestion {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly now: number;
}

/**
 * What answers say of a certificate. A responder's certificate without `nocheck` is not looked up, so it does not
 * count: a card would else wait for a second round of questions (RFC 6960 4.2.2.2.1 leaves that to us).
 */
export const statusOfAnswers = (
  { certificate, issuer, now }: AnswerQuestion,
  responses: readonly GivenOcsp[],
  checks: readonly OcspCheck[] = ocspChecks,
): RevocationStatus =>
  statusByOcsp(
    {
      ...{ certificate, issuer, now, responses, mostAgeMs, algorithms: defaultAlgorithms },
      work: new SignatureWork(mostSignatures),
      isResponderGood: () => false,
    },
    checks,
  );

/** From when until when an answer speaks about a certificate. */
export function timesOf({ response }: GivenOcsp, certificate: Certificate, issuer: Certificate) {
  const answers = response.answers.filter((answer) => isAnswerAbout(answer, certificate, issuer));
  return {
    thisUpdate: Math.min(...answers.map(({ thisUpdate }) => thisUpdate)),
    nextUpdate: Math.min(...answers.map(({ thisUpdate, nextUpdate }) => nextUpdate ?? thisUpdate + mostAgeMs)),
  };
}

/** What the responders that a card names say of it. */
export function statusByResponders(
  question: StatusQuestion & { readonly answers: OcspStates },
  checks: readonly OcspCheck[] = ocspChecks,
): SourceStatus {
  const { certificate, issuer, population, answers } = question;
  const points = ocspPoints(certificate, population);
  if (points.length === 0) return unnamed('the certificate names no responder');
  const states = points.map(
    ({ url, allowed }): OcspState =>
      allowed
        ? (answers.get(ocspKey(url, certificate, issuer)) ?? { ok: false, reason: 'ocspNotAsked' })
        : { ok: false, reason: 'ocspNotAllowed' },
  );
  const given = states.flatMap((state) => (state.ok ? [state.given] : []));
  const status = statusOfAnswers(question, given, checks);
  if (status.kind !== 'unknown') return status;
  const faults = states.flatMap((state) => (state.ok ? [] : [state.reason]));
  return {
    kind: 'unknown',
    because: [...faults, ...(given.length === 0 ? [] : status.because.split(', '))],
    isOutage: given.length === 0 && faults.every((fault) => outages.has(fault)),
    wasRevoked: states.some((state) => !state.ok && state.wasRevoked === true),
  };
}
