// Every requirement of RFC 5280 section 6 on one candidate path, as a named list in security order.
import { type Certificate, isSelfIssued } from '../../../base/x509/index.ts';
import { type AlgorithmPolicy, isAllowedKey, isAllowedSignature } from './algorithms.ts';
import { nameConstraintFault } from './name-constraints.ts';
import { type PolicyInputs, policiesOf } from './policy-graph.ts';
import type { PathReason } from './reasons.ts';
import type { SignatureWork } from './signature-work.ts';

/** One path and what it is judged by. */
export interface PathFacts {
  /** Leaf first. The last one is an anchor when `anchored`. */
  readonly path: readonly Certificate[];
  readonly anchored: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly algorithms: AlgorithmPolicy;
  readonly policies: PolicyInputs;
  /** Extended key usages that a person's certificate must carry, all of them. */
  readonly usages: readonly string[];
  readonly work: SignatureWork;
}

export interface PathCheck<Name extends PathReason = PathReason> {
  /** Also the reason that is given. */
  readonly name: Name;
  readonly clause: string;
  /** What is wrong, for the log: never a name or an identifier; undefined when nothing is. */
  readonly test: (facts: PathFacts) => string | undefined;
}

/** Position of a certificate on its path, for a log. */
export const at = (index: number): string => (index === 0 ? 'the certificate' : `authority ${index}`);

/** The first certificate on the path for which this holds, said in words. */
export function firstOn(
  path: readonly Certificate[],
  isWrong: (certificate: Certificate, index: number) => boolean,
  words: string,
): string | undefined {
  const index = path.findIndex(isWrong);
  return index < 0 ? undefined : `${at(index)} ${words}`;
}

/** RFC 5280 6.1.4 (k): may be an issuer at all. */
const isAuthority = ({ basicConstraints }: Certificate): boolean => basicConstraints?.ca === true;

/** RFC 5280 6.1.4 (n): where key usage is stated, it must say so. */
const mayCertify = ({ keyUsage }: Certificate): boolean => keyUsage === undefined || keyUsage.has('keyCertSign');

const isInTime = ({ notBefore, notAfter }: Certificate, now: number): boolean => now >= notBefore && now <= notAfter;

/**
 * Whether a path through this issuer can hold, by what does not depend on the rest of it: then it is not followed.
 * The checks below ask the same again, of whole paths.
 */
export const mayHaveIssued = (
  issuer: Certificate,
  certificate: Certificate,
  { now, work, algorithms }: Pick<PathFacts, 'now' | 'work' | 'algorithms'>,
): boolean =>
  isAuthority(issuer) &&
  mayCertify(issuer) &&
  isInTime(issuer, now) &&
  // Before the signature: a key of a size that nobody uses is work for the sender to ask for.
  isAllowedKey(issuer, algorithms) &&
  isAllowedSignature(certificate.algorithm, algorithms) &&
  work.verifies(certificate, issuer);

export const pathChecks: readonly PathCheck[] = [
  {
    name: 'pathToAnchor',
    clause: 'RFC 5280 6.1.3 (a)(4)',
    test: ({ anchored }) => (anchored ? undefined : 'no path to an anchor'),
  },
  {
    name: 'algorithms',
    clause: 'BCP 201; SHA-1 and MD5 refused',
    test: ({ path, algorithms }) =>
      firstOn(
        path.slice(0, -1),
        ({ algorithm }) => !isAllowedSignature(algorithm, algorithms),
        'is signed with an algorithm outside the list',
      ),
  },
  {
    name: 'keySizes',
    clause: 'SOG-IS ACM 1.3',
    test: ({ path, algorithms }) =>
      firstOn(path, (each) => !isAllowedKey(each, algorithms), 'has a weak or unknown key'),
  },
  {
    name: 'signatures',
    clause: 'RFC 5280 6.1.3 (a)(1)',
    test: ({ path, work }) =>
      firstOn(
        path.slice(0, -1),
        (each, index) => !work.verifies(each, path[index + 1] as Certificate),
        "was not signed by its issuer's key",
      ),
  },
  {
    name: 'authoritiesAreCas',
    clause: 'RFC 5280 6.1.4 (k)',
    test: ({ path }) => firstOn(path, (each, index) => index > 0 && !isAuthority(each), 'is not a CA'),
  },
  {
    name: 'pathLength',
    clause: 'RFC 5280 6.1.4 (l), (m)',
    // Self-issued certificates do not count, and neither does the last.
    test: ({ path }) => {
      let below = 0;
      for (const [index, certificate] of path.entries()) {
        if (index === 0) continue;
        if ((certificate.basicConstraints?.pathLength ?? Infinity) < below)
          return `${at(index)} allows fewer authorities below it`;
        if (!isSelfIssued(certificate)) below += 1;
      }
      return undefined;
    },
  },
  {
    name: 'authoritiesMaySign',
    clause: 'RFC 5280 6.1.4 (n), 4.2.1.3',
    test: ({ path }) => firstOn(path, (each, index) => index > 0 && !mayCertify(each), 'may not sign certificates'),
  },
  {
    name: 'criticalExtensions',
    clause: 'RFC 5280 6.1.4 (o), 6.1.5 (f)',
    test: ({ path }) =>
      firstOn(path, ({ unknownCritical }) => unknownCritical.length > 0, 'has an unknown critical extension'),
  },
  {
    name: 'begun',
    clause: 'RFC 5280 6.1.3 (a)(2)',
    test: ({ path, now }) => firstOn(path, ({ notBefore }) => now < notBefore, 'is not valid yet'),
  },
  {
    name: 'notEnded',
    clause: 'RFC 5280 6.1.3 (a)(2)',
    test: ({ path, now }) => firstOn(path, ({ notAfter }) => now > notAfter, 'has expired'),
  },
  {
    name: 'nameConstraints',
    clause: 'RFC 5280 6.1.3 (b), (c), 4.2.1.10',
    test: ({ path }) => nameConstraintFault(path),
  },
  {
    name: 'policies',
    clause: 'RFC 5280 6.1.3 (d) to (f), 6.1.4 (a), (b), 6.1.5 (g)',
    test: ({ path, policies }) => {
      const outcome = policiesOf(path, policies);
      return outcome.ok ? undefined : outcome.because;
    },
  },
];
