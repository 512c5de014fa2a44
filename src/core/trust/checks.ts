// Every requirement on a card's certificate, as one named list in security order; a test can drop each and see a case turn.
import type { Certificate } from '../../base/x509/index.ts';
import type { CardReason } from '../../wire/codes/index.ts';
import { longestDerivedHours } from '../catalogue/index.ts';
import { namedDevices } from './device-name.ts';
import { readIdentifiers } from './identifier.ts';
import {
  AuthorityIndex,
  type PathCheck,
  type PathFacts,
  type PathReason,
  pathChecks,
  personChecks,
  policiesOf,
} from './pkix/index.ts';
import type { PreparedPopulation } from './population.ts';
import { type PopulationStatus, populationStatuses, type StatusTeller } from './population-status.ts';
import type { OcspStates } from './responders.ts';
import type { CrlStates } from './revocation.ts';

/** One path in one population: what the checks look at. */
export interface Candidate extends PathFacts {
  readonly prepared: PreparedPopulation;
  /** Whether the journey accepts this population. */
  readonly accepted: boolean;
  readonly crls: CrlStates;
  readonly answers: OcspStates;
}

export interface CheckFailure {
  readonly code: CardReason;
  /** For the log and the audit: never a name or an identifier. */
  readonly because: string;
}

export interface CertificateCheck {
  readonly name: string;
  readonly clause: string;
  /** Lists are needed; everything before has held, so it is safe to fetch them. */
  readonly afterFetch?: true;
  readonly test: (candidate: Candidate) => CheckFailure | undefined;
}

const fail = (code: CardReason, because: string): CheckFailure => ({ code, because });
const leafOf = ({ path }: Candidate): Certificate => path[0] as Certificate;

/** What the holder is told for each requirement on the path. */
const reasons: Readonly<Partial<Record<PathReason, CardReason>>> = {
  pathToAnchor: 'card.unknownIssuer',
  algorithms: 'card.weak',
  keySizes: 'card.weak',
  signatures: 'card.unknownIssuer',
  authoritiesAreCas: 'card.unknownIssuer',
  pathLength: 'card.unknownIssuer',
  authoritiesMaySign: 'card.unknownIssuer',
  authoritiesStateUse: 'card.unknownIssuer',
  nameConstraints: 'card.unknownIssuer',
  begun: 'card.notYetValid',
  notEnded: 'card.expired',
  policies: 'card.wrongPolicy',
  leafIsNoCa: 'card.wrongPurpose',
  digitalSignature: 'card.wrongPurpose',
  notServer: 'card.otherPopulation',
  clientAuthentication: 'card.wrongPurpose',
  authoritiesMayIssueForClients: 'card.wrongPurpose',
};

const ofPath = ({ name, clause, test }: PathCheck): CertificateCheck => ({
  name,
  clause,
  test: (candidate) => {
    const because = test(candidate);
    return because === undefined ? undefined : fail(reasons[name] ?? 'card.malformed', because);
  },
});

/** Tells the status of certificates by what a candidate has at hand. */
export function tellerOf({ path, prepared, crls, answers, now, work }: Candidate): StatusTeller {
  const { population, intermediateIndex, anchorIndex } = prepared;
  // What a stranger's browser shows besides makes nobody a signer: else it would decide which lists are kept for all.
  const authorities = [intermediateIndex, anchorIndex, new AuthorityIndex(path.slice(1))];
  return populationStatuses({ population, path, authorities, crls, answers, now, work });
}

const found = new WeakMap<Candidate, readonly PopulationStatus[]>();

/** What is known of each certificate on the path but the anchor; found once, when all that there is has been gathered. */
export function statusesOf(candidate: Candidate): readonly PopulationStatus[] {
  const before = found.get(candidate);
  if (before !== undefined) return before;
  const { statusOf } = tellerOf(candidate);
  const { path } = candidate;
  const statuses = path.slice(0, -1).map((certificate, index) => statusOf(certificate, path[index + 1] as Certificate));
  found.set(candidate, statuses);
  return statuses;
}

const longestDerivedMs = longestDerivedHours * 3_600_000;

/** Position of a certificate on its path, for a log. */
const at = (index: number): string => (index === 0 ? 'the card' : `authority ${index}`);

export const certificateChecks: readonly CertificateCheck[] = [
  {
    name: 'populationUsable',
    clause: 'fail closed on settings that cannot be read',
    test: ({ prepared }) =>
      prepared.faults.length > 0 ? fail('card.unknownIssuer', prepared.faults.join('; ')) : undefined,
  },
  ...pathChecks.map(ofPath),
  ...personChecks.map(ofPath),
  {
    name: 'populationIssuer',
    clause: 'the population lists the issuers of its cards',
    test: (candidate) =>
      candidate.prepared.acceptsIssuerOf(leafOf(candidate))
        ? undefined
        : fail('card.wrongPolicy', 'the issuer is not of the population'),
  },
  {
    name: 'populationPolicy',
    clause: 'RFC 5280 6.1.3 (d)',
    // An authority that states no policy leaves the population's own open: the population lists its issuers.
    test: ({ path, policies, prepared: { population } }) => {
      if (population.policyOids === undefined) return undefined;
      const initial = new Set(population.policyOids);
      const inputs = { ...policies, initial, requireExplicitPolicy: true, silentAuthoritiesAllow: true };
      return policiesOf(path, inputs).ok
        ? undefined
        : fail('card.wrongPolicy', 'no certificate policy of the population');
    },
  },
  {
    name: 'populationOfDevices',
    clause:
      'H8: what names an enrolled device is no card, a card is no such certificate, and none lives longer than a shift',
    test: (candidate) => {
      const { population } = candidate.prepared;
      const leaf = leafOf(candidate);
      const named = namedDevices(leaf);
      if (population.derived === undefined)
        return named.length === 0 ? undefined : fail('card.otherPopulation', 'it names a device: it is no card');
      if (named.length !== 1) return fail('card.otherPopulation', 'it does not name one device: it is a card');
      return leaf.notAfter - leaf.notBefore <= longestDerivedMs
        ? undefined
        : fail('card.wrongPolicy', 'it lives longer than a shift');
    },
  },
  {
    name: 'populationOfPeople',
    clause: 'a population without an identifier rule is of servers, organisations or tests',
    test: ({ prepared: { population } }) =>
      population.identifiers.length > 0
        ? undefined
        : fail('card.otherPopulation', `population ${population.id} is not of people`),
  },
  {
    name: 'populationAccepted',
    clause: 'the journey states which populations it accepts',
    test: ({ accepted, prepared: { population } }) =>
      accepted ? undefined : fail('card.otherPopulation', `population ${population.id} is not accepted here`),
  },
  {
    name: 'identifier',
    clause: 'exactly one value, alone, without a fault of encoding, of an anchored pattern',
    test: (candidate) => {
      const reading = readIdentifiers(
        candidate.prepared.population.identifiers,
        leafOf(candidate).subject,
        candidate.now,
      );
      return reading.ok ? undefined : fail('card.identifier', reading.because);
    },
  },
  {
    name: 'notRevoked',
    clause: 'RFC 5280 6.1.3 (a)(3), 6.3.3; RFC 6960 2.2',
    afterFetch: true,
    test: (candidate) => {
      const index = statusesOf(candidate).findIndex(({ kind }) => kind === 'revoked');
      return index < 0 ? undefined : fail('card.revoked', `${at(index)} is revoked`);
    },
  },
  {
    name: 'revocationKnown',
    clause: 'RFC 5280 6.3.3, RFC 6960 2.2: undetermined is not valid',
    afterFetch: true,
    test: (candidate) => {
      const all = statusesOf(candidate);
      const index = all.findIndex(({ kind }) => kind === 'unknown');
      const status = all[index];
      return status?.kind === 'unknown' ? fail('card.revocationUnknown', `${at(index)}: ${status.because}`) : undefined;
    },
  },
];
