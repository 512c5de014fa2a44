// Candidate paths from a certificate to an anchor: the shortest first, the likeliest issuer first, no loops, within bounds (RFC 4158).
import { type Certificate, type DistinguishedName, isSelfIssued, nameKey } from '../../../base/x509/index.ts';

/** Certificates to be found by their subject's name. */
export class AuthorityIndex {
  readonly #bySubject = new Map<string, Certificate[]>();
  readonly #fingerprints = new Set<string>();

  constructor(certificates: Iterable<Certificate>) {
    for (const certificate of certificates) {
      if (this.#fingerprints.has(certificate.fingerprint)) continue;
      this.#fingerprints.add(certificate.fingerprint);
      const key = nameKey(certificate.subject);
      const same = this.#bySubject.get(key);
      if (same === undefined) this.#bySubject.set(key, [certificate]);
      else same.push(certificate);
    }
  }
  has({ fingerprint }: Certificate): boolean {
    return this.#fingerprints.has(fingerprint);
  }
  named(name: DistinguishedName): readonly Certificate[] {
    return this.#bySubject.get(nameKey(name)) ?? [];
  }
  /** Those whose name is the issuer's name of `certificate`; the key identifier is only a hint of which is likelier. */
  issuersOf(certificate: Certificate): readonly Certificate[] {
    const named = this.named(certificate.issuer);
    if (named.length < 2) return named;
    return [...named].sort((one, other) => likelihood(other, certificate) - likelihood(one, certificate));
  }
}

/** 2 the key identifiers agree, 1 one is missing, 0 they differ (RFC 5280 4.2.1.1). */
const likelihood = ({ subjectKeyId }: Certificate, { authorityKeyId }: Certificate): number =>
  subjectKeyId === undefined || authorityKeyId === undefined ? 1 : subjectKeyId === authorityKeyId ? 2 : 0;

/** Whether the key identifiers of both do not say that it was another key of the same name. */
export const keyIdentifiersAgree = (issuer: Certificate, certificate: Certificate): boolean =>
  likelihood(issuer, certificate) > 0;

export interface SearchBounds {
  /** Most authorities between the leaf and the anchor; self-issued ones do not count, up to as many again. */
  readonly mostAuthorities: number;
  /** Most steps from one certificate to a possible issuer, in all. */
  readonly mostSteps: number;
}

export interface SearchFacts {
  readonly leaf: Certificate;
  readonly intermediates: readonly AuthorityIndex[];
  readonly anchors: AuthorityIndex;
  readonly bounds: SearchBounds;
  /** Whether to go on from a certificate to this issuer at all. */
  readonly mayFollow: (issuer: Certificate, certificate: Certificate) => boolean;
}

/** What became of the search: whether it looked everywhere. */
export interface SearchEnd {
  cutShort: boolean;
}

// The same name with the same key twice is a loop, whichever certificates say so (RFC 4158 2.4.2).
const isLoop = (path: readonly Certificate[], next: Certificate): boolean =>
  path.some(
    (before) => before.publicKey.der.equals(next.publicKey.der) && nameKey(before.subject) === nameKey(next.subject),
  );

/** How far the search has come. */
interface Progress {
  stepsLeft: number;
  /** Whether there was anything beyond the length that is looked at. */
  isMore: boolean;
}

/**
 * Every path leaf … anchor, the shortest first, so that no set of certificates hides a short path behind many long
 * ones. Certificates that all name one another cost no more than `bounds` allows; `end.cutShort` then says that there
 * may have been more.
 */
export function* findPaths(facts: SearchFacts, end: SearchEnd): Generator<readonly Certificate[]> {
  const progress: Progress = { stepsLeft: facts.bounds.mostSteps, isMore: true };
  for (let between = 0; progress.isMore && progress.stepsLeft >= 0; between++) {
    progress.isMore = false;
    yield* pathsFrom([facts.leaf], between, facts, progress);
  }
  end.cutShort ||= progress.stepsLeft < 0;
}

/** Paths with exactly so many more authorities between the last one and an anchor. */
function* pathsFrom(
  path: readonly Certificate[],
  between: number,
  facts: SearchFacts,
  progress: Progress,
): Generator<readonly Certificate[]> {
  const { anchors, intermediates, bounds, mayFollow } = facts;
  const last = path[path.length - 1] as Certificate;
  const isStep = (): boolean => {
    progress.stepsLeft -= 1;
    return progress.stepsLeft >= 0;
  };
  if (between === 0)
    for (const anchor of anchors.issuersOf(last))
      if (isStep() && anchor.fingerprint !== path[0]?.fingerprint && mayFollow(anchor, last)) yield [...path, anchor];
  for (const next of intermediates.flatMap((pool) => pool.issuersOf(last))) {
    if ((between === 0 && progress.isMore) || !isStep()) return;
    if (anchors.has(next) || !hasRoomFor(next, path, bounds) || isLoop(path, next) || !mayFollow(next, last)) continue;
    if (between > 0) yield* pathsFrom([...path, next], between - 1, facts, progress);
    else progress.isMore = true;
  }
}

function hasRoomFor(next: Certificate, path: readonly Certificate[], { mostAuthorities }: SearchBounds): boolean {
  const counted = [...path.slice(1), next].filter((each) => !isSelfIssued(each)).length;
  return counted <= mostAuthorities && path.length <= 2 * mostAuthorities + 1;
}
