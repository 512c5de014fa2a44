// Whether one certificate of a population is revoked, by lists and OCSP answers as the population's settings want them: pure.
import type { Certificate } from '../../base/x509/index.ts';
import { instantOf } from '../catalogue/index.ts';
import type { Population } from '../catalogue/snapshot.ts';
import {
  type AuthorityIndex,
  defaultAlgorithms,
  defaultBounds,
  ListSigners,
  type SignatureWork,
} from './pkix/index.ts';
import { type OcspStates, statusByResponders } from './responders.ts';
import { type CrlStates, type GoodStatus, type SourceStatus, statusByLists, type UnknownStatus } from './revocation.ts';
import { ocspPoints } from './status-points.ts';
import { statusWords } from './status-words.ts';

/** A written permission that was used: nothing could be asked, and the card was let in all the same. */
export interface UsedGrace {
  /** As the population's record says it. */
  readonly until: string;
  readonly reason: string;
  /** What could not be had. */
  readonly because: string;
}

export type PopulationStatus =
  /** `withoutDelta`: what kept the delta list away that is named; the whole list decided alone. */
  | { readonly kind: 'good'; readonly checkedAt: number; readonly withoutDelta?: string }
  | Extract<SourceStatus, { readonly kind: 'revoked' }>
  | { readonly kind: 'unknown'; readonly because: string }
  | ({ readonly kind: 'grace' } & UsedGrace);

type Source = 'crl' | 'ocsp';
type Mode = Population['revocation']['mode'];

/** An authority whose maker runs no responder (an offline root) is judged by its list, whatever cards are judged by. */
function modeFor(certificate: Certificate, population: Population): Mode {
  const { mode } = population.revocation;
  const isAuthority = certificate.basicConstraints?.ca === true;
  return isAuthority && ocspPoints(certificate, population).length === 0 ? 'crl' : mode;
}

/** What is asked about a certificate, in turn: all of a turn at once, the next turn only while the status is open. */
export function turnsFor(certificate: Certificate, population: Population): readonly (readonly Source[])[] {
  const mode = modeFor(certificate, population);
  if (mode === 'both') return [['crl', 'ocsp']];
  if (mode !== 'either') return [[mode]];
  return population.revocation.first === 'ocsp' ? [['ocsp'], ['crl']] : [['crl'], ['ocsp']];
}

const isUnknown = (status: SourceStatus): status is UnknownStatus => status.kind === 'unknown';

/** All that was left open, as one. */
const together = (open: readonly UnknownStatus[]): UnknownStatus => ({
  kind: 'unknown',
  because: open.flatMap(({ because }) => because),
  isOutage: open.every(({ isOutage }) => isOutage),
  wasRevoked: open.some(({ wasRevoked }) => wasRevoked),
});

const oldest = (good: readonly GoodStatus[]) =>
  ({ kind: 'good', checkedAt: Math.min(...good.map(({ checkedAt }) => checkedAt)) }) as const;

/** The delta list that one of them did without. */
const wanting = (good: readonly GoodStatus[]): Pick<GoodStatus, 'withoutDelta'> => {
  const found = good.find(({ withoutDelta }) => withoutDelta !== undefined)?.withoutDelta;
  return found === undefined ? {} : { withoutDelta: found };
};

function joined(mode: Mode, statuses: readonly SourceStatus[]): SourceStatus {
  const revoked = statuses.find(({ kind }) => kind === 'revoked');
  if (revoked !== undefined) return revoked;
  const good = statuses.filter((status): status is GoodStatus => status.kind === 'good');
  const open = statuses.filter(isUnknown);
  const [first] = good;
  if (first !== undefined && (mode === 'either' || open.length === 0))
    return mode === 'either' ? first : { ...oldest(good), ...wanting(good) };
  // Where either will do, a source that the certificate does not name is not missed.
  const named = open.filter(({ isUnnamed }) => isUnnamed !== true);
  return together(mode === 'either' && named.length > 0 ? named : open);
}

/** What is at hand for the certificates of one path. */
export interface PathStatusFacts {
  readonly population: Population;
  /** Leaf first, anchor last. */
  readonly path: readonly Certificate[];
  /** Where the other keys of an authority are found: what the administrator configured. */
  readonly authorities: readonly AuthorityIndex[];
  readonly crls: CrlStates;
  readonly answers: OcspStates;
  readonly now: number;
  readonly work: SignatureWork;
}

/** Tells what is known of certificates on one path, and on the paths of those who sign lists about them. */
export interface StatusTeller {
  readonly statusOf: (certificate: Certificate, issuer: Certificate) => PopulationStatus;
  readonly signers: ListSigners;
}

/**
 * Made for one judgement. Another key of an authority may sign its lists when its certificate is good by the same
 * rules and leads to the same anchor; a permission does not stand in for that.
 */
export function populationStatuses(facts: PathStatusFacts): StatusTeller {
  const { path, authorities, population, now, work } = facts;
  const known = new Map<string, PopulationStatus>();
  const signers = new ListSigners(
    {
      anchor: path[path.length - 1] as Certificate,
      authorities,
      ...{ now, work, algorithms: defaultAlgorithms, bounds: defaultBounds },
      indirectAllowed: population.revocation.indirectLists === true,
    },
    (certificate, issuer) => statusOf(certificate, issuer).kind === 'good',
  );
  const { isSigned } = signers;
  function statusOf(certificate: Certificate, issuer: Certificate): PopulationStatus {
    const key = `${certificate.fingerprint} ${issuer.fingerprint}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    known.set(key, { kind: 'unknown', because: 'a circle of signers' });
    const status = revocationOf({ ...facts, certificate, issuer, isSigned });
    known.set(key, status);
    return status;
  }
  return { statusOf, signers };
}

/** What is known of a certificate. A permission counts only before its end, and only where nobody could be asked. */
export function revocationOf(
  question: Parameters<typeof statusByLists>[0] & { readonly answers: OcspStates },
): PopulationStatus {
  const { certificate, population, now } = question;
  const { grace } = population.revocation;
  const asked = turnsFor(certificate, population).flat();
  const statuses = asked.map((source) => (source === 'crl' ? statusByLists(question) : statusByResponders(question)));
  const status = joined(modeFor(certificate, population), statuses);
  const inWords = (reasons: readonly string[]): string => reasons.map(statusWords).join(', ');
  if (status.kind === 'revoked') return status;
  if (status.kind === 'good') {
    const { checkedAt, withoutDelta } = status;
    return { kind: 'good', checkedAt, ...(withoutDelta === undefined ? {} : { withoutDelta: inWords(withoutDelta) }) };
  }
  const because = inWords(status.because);
  if (status.wasRevoked) return { kind: 'unknown', because: `${because}; it was revoked when last known` };
  const until = grace && instantOf(grace.until);
  return grace !== undefined && until !== undefined && now < until && status.isOutage
    ? { kind: 'grace', ...grace, because }
    : { kind: 'unknown', because };
}
