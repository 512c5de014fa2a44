// Candidate paths from a leaf to an anchor by name and key identifier; whether they hold is for the checks to say.
import { type Certificate, sameName } from '../../base/x509/index.ts';

const deepest = 6;
const mostPaths = 16;
const mostOpen = 32;

// A key identifier that is there on both sides and differs means another key of the same name (RFC 5280 4.2.1.1).
const mayHaveIssued = (issuer: Certificate, certificate: Certificate): boolean =>
  sameName(issuer.subject, certificate.issuer) &&
  (certificate.authorityKeyId === undefined ||
    issuer.subjectKeyId === undefined ||
    certificate.authorityKeyId === issuer.subjectKeyId);

const reachesAnchor = (path: readonly Certificate[], anchors: readonly Certificate[]): readonly Certificate[][] => {
  const last = path[path.length - 1] as Certificate;
  return anchors
    .filter((anchor) => anchor.fingerprint !== path[0]?.fingerprint && mayHaveIssued(anchor, last))
    .map((anchor) => [...path, anchor]);
};

const oneLonger = (path: readonly Certificate[], intermediates: readonly Certificate[]): readonly Certificate[][] => {
  const last = path[path.length - 1] as Certificate;
  const isNew = ({ fingerprint }: Certificate) => path.every((before) => before.fingerprint !== fingerprint);
  return intermediates.filter((next) => isNew(next) && mayHaveIssued(next, last)).map((next) => [...path, next]);
};

/**
 * Every path leaf … anchor (at most 16, of at most 6 certificates) through the given intermediates, shortest first.
 * The search is bounded, so certificates that all name one another cost no more than any others.
 */
export function candidatePaths(
  leaf: Certificate,
  intermediates: readonly Certificate[],
  anchors: readonly Certificate[],
): readonly (readonly Certificate[])[] {
  const found: (readonly Certificate[])[] = [];
  let open: readonly (readonly Certificate[])[] = [[leaf]];
  for (let length = 1; length < deepest && open.length > 0 && found.length < mostPaths; length++) {
    found.push(...open.flatMap((path) => reachesAnchor(path, anchors)));
    open = open.flatMap((path) => oneLonger(path, intermediates)).slice(0, mostOpen);
  }
  return found.slice(0, mostPaths);
}
