// Candidate paths from a certificate to an anchor: depth first, the likeliest issuer first, no loops, within bounds (RFC 4158).
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

/**
 * Every path leaf … anchor, in the order in which they are found. Certificates that all name one another cost no more
 * than `bounds` allows; `end.cutShort` then says that there may have been more.
 */
export function* findPaths(facts: SearchFacts, end: SearchEnd): Generator<readonly Certificate[]> {
  yield* pathsFrom([facts.leaf], facts, { left: facts.bounds.mostSteps }, end);
}

function* pathsFrom(
  path: readonly Certificate[],
  facts: SearchFacts,
  steps: { left: number },
  end: SearchEnd,
): Generator<readonly Certificate[]> {
  const { anchors, intermediates, mayFollow } = facts;
  const last = path[path.length - 1] as Certificate;
  const isStep = (): boolean => {
    steps.left -= 1;
    end.cutShort ||= steps.left < 0;
    return steps.left >= 0;
  };
  for (const anchor of anchors.issuersOf(last))
    if (isStep() && anchor.fingerprint !== path[0]?.fingerprint && mayFollow(anchor, last)) yield [...path, anchor];
  for (const next of intermediates.flatMap((pool) => pool.issuersOf(last))) {
    if (!isStep()) return;
    if (!anchors.has(next) && hasRoomFor(next, path, facts.bounds) && !isLoop(path, next) && mayFollow(next, last))
      yield* pathsFrom([...path, next], facts, steps, end);
  }
}

function hasRoomFor(next: Certificate, path: readonly Certificate[], { mostAuthorities }: SearchBounds): boolean {
  const counted = [...path.slice(1), next].filter((each) => !isSelfIssued(each)).length;
  return counted <= mostAuthorities && path.length <= 2 * mostAuthorities + 1;
}
