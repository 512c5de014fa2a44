// Who may sign revocation lists about the certificates of an authority: itself, and its other keys where those are good (RFC 5280 6.3.3 (f)).
import { type Certificate, type Crl, type DistinguishedName, nameKey, sameName } from '../../../base/x509/index.ts';
import { type AlgorithmPolicy, isAllowedKey } from './algorithms.ts';
import { candidatePaths, type PathBounds } from './candidate-paths.ts';
import type { CrlSettings } from './crl-status.ts';
import { AuthorityIndex } from './find-paths.ts';
import { pathChecks } from './path-checks.ts';
import { openPolicies } from './policy-graph.ts';
import type { SignatureWork } from './signature-work.ts';

export interface SignerFacts {
  readonly anchor: Certificate;
  /** Where whoever signs lists may be found. */
  readonly authorities: readonly AuthorityIndex[];
  readonly now: number;
  readonly algorithms: AlgorithmPolicy;
  readonly work: SignatureWork;
  readonly bounds: PathBounds;
  /** Whether a list may speak for certificates of other issuers. */
  readonly indirectAllowed: boolean;
}

/** An issuer without key usage may sign what it likes; another that signs for it must say that it may (RFC 5280 6.3.3 (f)). */
const maySignLists = ({ keyUsage }: Certificate, isIssuer: boolean): boolean =>
  keyUsage === undefined ? isIssuer : keyUsage.has('cRLSign');

/** The keys that may sign lists on one path. It remembers whom it judged, so make one for each judgement. */
export class ListSigners {
  readonly #facts: SignerFacts;
  readonly #isGood: (certificate: Certificate, issuer: Certificate) => boolean;
  readonly #judged = new Map<string, boolean>();
  readonly #onTrial = new Set<string>();

  /** `isGood`: whether a certificate on the path of such a signer is known not to be revoked. */
  constructor(facts: SignerFacts, isGood: (certificate: Certificate, issuer: Certificate) => boolean) {
    this.#facts = facts;
    this.#isGood = isGood;
  }

  /** Whether the list was signed by its issuer or by whoever may sign for it (RFC 5280 6.3.3 (f), (g)). */
  readonly isSigned: CrlSettings['isSigned'] = (crl: Crl, issuer: Certificate, certificate: Certificate): boolean => {
    const { work } = this.#facts;
    const isDirect = nameKey(crl.issuer) === nameKey(issuer.subject);
    if (isDirect && maySignLists(issuer, true) && work.verifies(crl, issuer)) return true;
    return this.othersNamed(crl.issuer, issuer).some(
      (signer) => work.verifies(crl, signer) && this.isValid(signer, certificate),
    );
  };

  /** Certificates beside the issuer's own that say they may sign lists of this name; nothing is known of their paths yet. */
  othersNamed(name: DistinguishedName, issuer: Certificate): readonly Certificate[] {
    const { authorities, algorithms } = this.#facts;
    const isDirect = nameKey(name) === nameKey(issuer.subject);
    return authorities
      .flatMap((index) => index.named(name))
      .filter((signer) => signer.fingerprint !== issuer.fingerprint)
      .filter((signer) => maySignLists(signer, false) && isAllowedKey(signer, algorithms))
      .filter((signer) => !isDirect || this.#isOtherKeyOf(signer, issuer));
  }

  /** Paths of a signer to the same anchor that hold, whether or not anybody on them is revoked. */
  *pathsOf(signer: Certificate): Generator<readonly Certificate[]> {
    const { anchor, authorities, now, algorithms, work, bounds } = this.#facts;
    const anchors = new AuthorityIndex([anchor]);
    const search = { leaf: signer, intermediates: authorities, anchors, now, algorithms, work, bounds };
    for (const path of candidatePaths(search, { cutShort: false })) {
      const held = { path, anchored: true, now, algorithms, policies: openPolicies, usages: [], work };
      if (pathChecks.every(({ test }) => test(held) === undefined)) yield path;
    }
  }

  /**
   * Whether another certificate of the issuer's name is the same authority with another key: made by whoever made the
   * issuer, by the issuer, or maker of it. An authority elsewhere that bears the same name is another one.
   */
  #isOtherKeyOf(signer: Certificate, issuer: Certificate): boolean {
    const { work } = this.#facts;
    return sameName(signer.issuer, issuer.issuer) || work.verifies(signer, issuer) || work.verifies(issuer, signer);
  }

  /** Whether whoever signed a list about `certificate` may: its path must lead to the same anchor (RFC 5280 6.3.3 (f)). */
  isValid(signer: Certificate, certificate: Certificate): boolean {
    // Nobody vouches for others while it is not known itself. The signer of an indirect list may stand under that list
    // (PKITS 4.14.30); any other list that revokes it still counts.
    if (this.#onTrial.has(signer.fingerprint))
      return this.#facts.indirectAllowed && signer.fingerprint === certificate.fingerprint;
    const before = this.#judged.get(signer.fingerprint);
    if (before !== undefined) return before;
    this.#onTrial.add(signer.fingerprint);
    const answer = this.#isGoodPathTo(signer);
    this.#onTrial.delete(signer.fingerprint);
    this.#judged.set(signer.fingerprint, answer);
    return answer;
  }

  #isGoodPathTo(signer: Certificate): boolean {
    for (const path of this.pathsOf(signer))
      if (path.slice(0, -1).every((each, index) => this.#isGood(each, path[index + 1] as Certificate))) return true;
    return false;
  }
}
