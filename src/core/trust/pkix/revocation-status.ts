// Whether a certificate on a path is revoked, by all that is at hand: lists, whoever may sign them, and OCSP responses.
import { type Certificate, type Crl, isAnswerAbout, nameKey, sameName } from '../../../base/x509/index.ts';
import { type AlgorithmPolicy, isAllowedKey } from './algorithms.ts';
import { candidatePaths, type PathBounds } from './candidate-paths.ts';
import { type GivenCrl, type RevocationStatus, statusByCrls } from './crl-status.ts';
import { AuthorityIndex } from './find-paths.ts';
import { type GivenOcsp, statusByOcsp } from './ocsp-status.ts';
import { pathChecks } from './path-checks.ts';
import { openPolicies } from './policy-graph.ts';
import type { SignatureWork } from './signature-work.ts';

export interface RevocationMaterial {
  readonly crls: readonly GivenCrl[];
  readonly responses: readonly GivenOcsp[];
  /** Whether a list may speak for certificates of other issuers. */
  readonly indirectAllowed: boolean;
  /** How old an OCSP answer without nextUpdate may be. */
  readonly ocspMostAgeMs: number;
}

export interface StatusFacts extends RevocationMaterial {
  readonly anchor: Certificate;
  /** Where whoever signs lists may be found. */
  readonly authorities: readonly AuthorityIndex[];
  readonly now: number;
  readonly algorithms: AlgorithmPolicy;
  readonly work: SignatureWork;
  readonly bounds: PathBounds;
}

export type StatusOf = (certificate: Certificate, issuer: Certificate) => RevocationStatus;

/** An issuer without key usage may sign what it likes; another that signs for it must say that it may (RFC 5280 6.3.3 (f)). */
const maySignLists = ({ keyUsage }: Certificate, isIssuer: boolean): boolean =>
  keyUsage === undefined ? isIssuer : keyUsage.has('cRLSign');

/** Judges certificates of one path, remembering what it found; the signers of lists are judged like anybody else, to the same anchor. */
export function statusTeller(facts: StatusFacts): StatusOf {
  const { anchor, authorities, now, algorithms, work, bounds } = facts;
  const known = new Map<string, RevocationStatus>();
  const signers = new Map<string, boolean>();
  const onTrial = new Set<string>();
  const anchors = new AuthorityIndex([anchor]);

  /**
   * Whether another certificate of the issuer's name is the same authority with another key: made by whoever made the
   * issuer, by the issuer, or maker of it. An authority elsewhere that bears the same name is another one.
   */
  const isOtherKeyOf = (signer: Certificate, issuer: Certificate): boolean =>
    sameName(signer.issuer, issuer.issuer) || work.verifies(signer, issuer) || work.verifies(issuer, signer);

  /** Whether whoever signed a list about `certificate` may: its path must lead to the same anchor (RFC 5280 6.3.3 (f)). */
  function isValidSigner(signer: Certificate, certificate: Certificate): boolean {
    // Nobody vouches for others while it is not known itself. The signer of an indirect list may stand under that list
    // (PKITS 4.14.30); any other list that revokes it still counts.
    if (onTrial.has(signer.fingerprint)) return facts.indirectAllowed && signer.fingerprint === certificate.fingerprint;
    const before = signers.get(signer.fingerprint);
    if (before !== undefined) return before;
    onTrial.add(signer.fingerprint);
    const answer = isGoodPathTo(signer);
    onTrial.delete(signer.fingerprint);
    signers.set(signer.fingerprint, answer);
    return answer;
  }

  function isGoodPathTo(signer: Certificate): boolean {
    const given = { leaf: signer, intermediates: authorities, anchors, now, algorithms, work, bounds };
    for (const path of candidatePaths(given, { cutShort: false })) {
      const held = { path, anchored: true, now, algorithms, policies: openPolicies, usages: [], work };
      const isGood = (each: Certificate, index: number) =>
        statusOf(each, path[index + 1] as Certificate).kind === 'good';
      if (pathChecks.every(({ test }) => test(held) === undefined) && path.slice(0, -1).every(isGood)) return true;
    }
    return false;
  }

  function isSigned(crl: Crl, issuer: Certificate, certificate: Certificate): boolean {
    const isDirect = nameKey(crl.issuer) === nameKey(issuer.subject);
    if (isDirect && maySignLists(issuer, true) && work.verifies(crl, issuer)) return true;
    return authorities
      .flatMap((index) => index.named(crl.issuer))
      .filter((signer) => maySignLists(signer, false) && isAllowedKey(signer, algorithms))
      .filter((signer) => !isDirect || isOtherKeyOf(signer, issuer))
      .some((signer) => work.verifies(crl, signer) && isValidSigner(signer, certificate));
  }

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
