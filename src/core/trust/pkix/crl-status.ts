// What revocation lists say of one certificate (RFC 5280 6.3.3): whole, partitioned and delta lists; unknown is never good.
import {
  type Certificate,
  type Crl,
  type DistributionPoint,
  generalNameKey,
  nameKey,
  type PointName,
  pointNames,
} from '../../../base/x509/index.ts';
import { type AlgorithmPolicy, isAllowedSignature } from './algorithms.ts';

/**
 * What is known of one certificate; `checkedAt` is when the oldest of what cleared it was fetched. `byDelta`: for every
 * reason there was a whole list with a delta list to it.
 */
export type RevocationStatus =
  | { readonly kind: 'good'; readonly checkedAt: number; readonly byDelta?: true }
  | { readonly kind: 'revoked'; readonly at: number; readonly reason: number }
  | { readonly kind: 'unknown'; readonly because: string };

/** A list as it is at hand. */
export interface GivenCrl {
  readonly crl: Crl;
  /** When its source last gave or confirmed it. */
  readonly fetchedAt: number;
}

export interface CrlSettings {
  readonly algorithms: AlgorithmPolicy;
  /** Whether a list may speak for certificates of other issuers. */
  readonly indirectAllowed: boolean;
  /** Whether the list was signed by its issuer or by whoever may sign for it (RFC 5280 6.3.3 (f), (g)). */
  readonly isSigned: (crl: Crl, issuer: Certificate, certificate: Certificate) => boolean;
}

/** One list held against one distribution point of one certificate. */
export interface CrlQuestion extends CrlSettings {
  readonly crl: Crl;
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly point: DistributionPoint;
  readonly now: number;
}

/** One requirement on a list before it may say anything about a certificate. */
export interface CrlCheck {
  readonly name: string;
  readonly clause: string;
  readonly test: (question: CrlQuestion) => boolean;
}

/** Clocks may differ this much before something counts as made in the future. */
export const skewMs = 5 * 60_000;

const keysOf = (name: PointName | undefined, issuer: Crl['issuer']): readonly string[] =>
  name === undefined
    ? []
    : pointNames(name, issuer).flatMap((each) => {
        const key = generalNameKey(each);
        return key === undefined ? [] : [key];
      });

const crlIssuersOf = ({ crlIssuer }: DistributionPoint): readonly string[] =>
  (crlIssuer ?? []).flatMap((name) => (name.kind === 'directory' ? [nameKey(name.name)] : []));

/** Whether a list names no point of its own, or one that the certificate's point names too. */
function isOfPoint({ crl, point }: CrlQuestion): boolean {
  const listed = crl.issuingPoint?.name;
  if (listed === undefined) return true;
  const ofPoint =
    point.name === undefined ? crlIssuersOf(point).map((key) => `directory ${key}`) : keysOf(point.name, crl.issuer);
  return keysOf(listed, crl.issuer).some((key) => ofPoint.includes(key));
}

export const crlChecks: readonly CrlCheck[] = [
  {
    name: 'crlIssuer',
    clause: 'RFC 5280 6.3.3 (b)(1)',
    test: ({ crl, certificate, point }) =>
      point.crlIssuer === undefined
        ? nameKey(crl.issuer) === nameKey(certificate.issuer)
        : crl.issuingPoint?.indirect === true && crlIssuersOf(point).includes(nameKey(crl.issuer)),
  },
  {
    name: 'crlIndirect',
    clause: 'RFC 5280 5.2.5: a list of several issuers only where that is configured',
    test: ({ crl, indirectAllowed }) => indirectAllowed || crl.issuingPoint?.indirect !== true,
  },
  { name: 'crlScope', clause: 'RFC 5280 6.3.3 (b)(2)(i)', test: isOfPoint },
  {
    name: 'crlKind',
    clause: 'RFC 5280 6.3.3 (b)(2)(ii) to (iv)',
    test: ({ crl: { issuingPoint }, certificate: { basicConstraints } }) =>
      issuingPoint === undefined ||
      (!issuingPoint.onlyAttributes && !(basicConstraints?.ca ? issuingPoint.onlyUsers : issuingPoint.onlyAuthorities)),
  },
  {
    name: 'crlAlgorithm',
    clause: 'BCP 201',
    test: ({ crl, algorithms }) => isAllowedSignature(crl.algorithm, algorithms),
  },
  {
    name: 'crlSigned',
    clause: 'RFC 5280 6.3.3 (f), (g)',
    test: ({ crl, certificate, issuer, isSigned }) => isSigned(crl, issuer, certificate),
  },
  { name: 'crlBegun', clause: 'RFC 5280 5.1.2.4', test: ({ crl, now }) => crl.thisUpdate <= now + skewMs },
  { name: 'crlCurrent', clause: 'RFC 5280 5.1.2.5', test: ({ crl, now }) => now < crl.nextUpdate },
];

/** Reasons of ReasonFlags that all lists together must cover (RFC 5280 6.3.2 (a)). */
const allReasons: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8];
const removedFromList = 8;

const covered = (question: CrlQuestion): readonly number[] =>
  allReasons.filter(
    (reason) =>
      (question.point.reasons?.has(reason) ?? true) && (question.crl.issuingPoint?.reasons?.has(reason) ?? true),
  );

/** A cRLNumber to be compared. */
export const numberOf = (hex: string): bigint => BigInt(`0x${hex}`);

const scopeText = ({ issuer, issuingPoint: point }: Crl): string =>
  JSON.stringify([
    nameKey(issuer),
    point && [keysOf(point.name, issuer), point.onlyUsers, point.onlyAuthorities, point.onlyAttributes],
    point && [point.indirect, point.reasons && [...point.reasons]],
  ]);

/** Whether two lists cover the same: their issuer, and all of their issuing points. */
export const isSameScope = (one: Crl, other: Crl): boolean => scopeText(one) === scopeText(other);

/** A delta list held against the whole list that it would change. */
export interface DeltaPair {
  readonly delta: Crl;
  readonly whole: Crl;
}

/** One requirement on both together; each list is also held to `crlChecks` by itself. */
export interface DeltaCheck {
  readonly name: string;
  readonly clause: string;
  readonly test: (pair: DeltaPair) => boolean;
}

const isAtMost = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && other !== undefined && numberOf(one) <= numberOf(other);

export const deltaChecks: readonly DeltaCheck[] = [
  {
    name: 'deltaScope',
    clause: 'RFC 5280 6.3.3 (c)(1), (2), 5.2.4: the same issuer and the same scope',
    test: ({ delta, whole }) => isSameScope(delta, whole),
  },
  {
    name: 'deltaKey',
    clause: 'RFC 5280 6.3.3 (c)(3): the same key',
    test: ({ delta, whole }) => delta.authorityKeyId === whole.authorityKeyId,
  },
  {
    name: 'deltaBase',
    clause: 'RFC 5280 5.2.4: it begins from this whole list or from one before it',
    test: ({ delta, whole }) => isAtMost(delta.deltaOf, whole.number),
  },
  {
    name: 'deltaNumber',
    clause: 'RFC 5280 5.2.4: the whole list is not newer',
    test: ({ delta, whole }) => isAtMost(whole.number, delta.number),
  },
];

/** The lists of checks, so that a test can drop one. */
export interface CrlChecks {
  readonly list: readonly CrlCheck[];
  readonly delta: readonly DeltaCheck[];
}

/** The newest delta list to a whole list that holds (RFC 5280 6.3.3 (c), (h)). */
const deltaTo = (
  question: CrlQuestion,
  deltas: readonly GivenCrl[],
  { list, delta: pair }: CrlChecks,
): Crl | undefined =>
  deltas
    .map((each) => each.crl)
    .filter((delta) => pair.every(({ test }) => test({ delta, whole: question.crl })))
    .filter((delta) => list.every(({ test }) => test({ ...question, crl: delta })))
    .sort((one, other) => other.thisUpdate - one.thisUpdate)[0];

/** The entry of a certificate by a whole list and the delta list to it (RFC 5280 6.3.3 (i) to (k)). */
function entryIn({ crl, certificate }: CrlQuestion, delta: Crl | undefined) {
  const changed = delta?.isRevoked(certificate.serial, certificate.issuer);
  if (changed !== undefined) return changed.reason === removedFromList ? undefined : changed;
  return crl.isRevoked(certificate.serial, certificate.issuer);
}

/** The certificate's own points, then its issuer itself, whose lists speak for it without being named (RFC 5280 6.3.3). */
const pointsOf = ({ distributionPoints, issuer }: Certificate): readonly DistributionPoint[] => [
  ...distributionPoints,
  {
    name: { kind: 'full', names: [{ kind: 'directory', name: issuer }] },
    reasons: undefined,
    crlIssuer: undefined,
  },
];

/** What the given lists say: any that revokes counts, those that are good must cover every reason, none leaves it unknown. */
export function statusByCrls(
  given: CrlSettings & {
    readonly certificate: Certificate;
    readonly issuer: Certificate;
    readonly crls: readonly GivenCrl[];
    readonly now: number;
  },
  checks: CrlChecks = { list: crlChecks, delta: deltaChecks },
): RevocationStatus {
  const { certificate, crls } = given;
  const wholes = crls.filter(({ crl }) => crl.deltaOf === undefined);
  const deltas = crls.filter(({ crl }) => crl.deltaOf !== undefined);
  const faults = new Set<string>();
  const cleared = new Set<number>();
  const clearedByDelta = new Set<number>();
  let checkedAt = Infinity;
  for (const point of pointsOf(certificate))
    for (const { crl, fetchedAt } of wholes) {
      const question: CrlQuestion = { ...given, crl, point };
      const failed = checks.list.find(({ test }) => !test(question));
      if (failed !== undefined) {
        faults.add(failed.name);
        continue;
      }
      const delta = deltaTo(question, deltas, checks);
      const entry = entryIn(question, delta);
      if (entry !== undefined) return { kind: 'revoked', ...entry };
      for (const reason of covered(question)) {
        cleared.add(reason);
        if (delta !== undefined) clearedByDelta.add(reason);
      }
      checkedAt = Math.min(checkedAt, fetchedAt);
    }
  if (cleared.size === allReasons.length)
    return { kind: 'good', checkedAt, ...(clearedByDelta.size === allReasons.length ? { byDelta: true } : {}) };
  if (cleared.size > 0) faults.add('crlReasons');
  if (wholes.length === 0 && deltas.length > 0) faults.add('crlDeltaAlone');
  return { kind: 'unknown', because: faults.size === 0 ? 'no list' : [...faults].join(', ') };
}
