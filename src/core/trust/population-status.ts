// Whether one certificate of a population is revoked, by lists and OCSP answers as the population's settings want them: pure.
import type { Certificate } from '../../base/x509/index.ts';
import { instantOf } from '../catalogue/index.ts';
import type { Population } from '../catalogue/snapshot.ts';
import type { RevocationStatus } from './pkix/index.ts';
import { type OcspStates, statusByResponders } from './responders.ts';
import {
  type CrlStates,
  ocspPoints,
  type SourceStatus,
  type StatusQuestion,
  statusByLists,
  type UnknownStatus,
} from './revocation.ts';
import { statusWords } from './status-words.ts';

/** A written permission that was used: nothing could be asked, and the card was let in all the same. */
export interface UsedGrace {
  /** As the population's record says it. */
  readonly until: string;
  readonly reason: string;
  /** What could not be had. */
  readonly because: string;
}

export type PopulationStatus = RevocationStatus | ({ readonly kind: 'grace' } & UsedGrace);

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

function joined(mode: Mode, statuses: readonly SourceStatus[]): SourceStatus {
  const revoked = statuses.find(({ kind }) => kind === 'revoked');
  if (revoked !== undefined) return revoked;
  const good = statuses.filter((status) => status.kind === 'good');
  const open = statuses.filter(isUnknown);
  const [first] = good;
  if (first !== undefined && (mode === 'either' || open.length === 0))
    return {
      kind: 'good',
      checkedAt: mode === 'either' ? first.checkedAt : Math.min(...good.map((each) => each.checkedAt)),
    };
  // Where either will do, a source that the certificate does not name is not missed.
  const named = open.filter(({ isUnnamed }) => isUnnamed !== true);
  return together(mode === 'either' && named.length > 0 ? named : open);
}

/** What is known of a certificate. A permission counts only before its end, and only where nobody could be asked. */
export function revocationOf(
  question: StatusQuestion & { readonly crls: CrlStates; readonly answers: OcspStates },
): PopulationStatus {
  const { certificate, population, now } = question;
  const { grace } = population.revocation;
  const asked = turnsFor(certificate, population).flat();
  const statuses = asked.map((source) => (source === 'crl' ? statusByLists(question) : statusByResponders(question)));
  const status = joined(modeFor(certificate, population), statuses);
  if (!isUnknown(status)) return status;
  const because = status.because.map(statusWords).join(', ');
  if (status.wasRevoked) return { kind: 'unknown', because: `${because}; it was revoked when last known` };
  const until = grace && instantOf(grace.until);
  return grace !== undefined && until !== undefined && now < until && status.isOutage
    ? { kind: 'grace', ...grace, because }
    : { kind: 'unknown', because };
}
