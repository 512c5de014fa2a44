// The decision on a certificate: pure, over facts that were gathered before; the only maker of a ValidatedCertificate.
import { type Certificate, nameText } from '../../base/x509/index.ts';
import { type Assurance, type CardReason, higherOf, lowerOf } from '../../wire/codes/index.ts';
import type { Population } from '../catalogue/snapshot.ts';
import { type Candidate, type CertificateCheck, certificateChecks, statusesOf } from './checks.ts';
import { readIdentifiers } from './identifier.ts';
import {
  AuthorityIndex,
  candidatePaths,
  defaultAlgorithms,
  defaultBounds,
  openPolicies,
  SignatureWork,
} from './pkix/index.ts';
import { preparePopulation, requiredUsages } from './population.ts';
import type { UsedGrace } from './population-status.ts';
import type { OcspStates } from './responders.ts';
import type { CrlStates } from './revocation.ts';

/** The reasons that a certificate can be refused for. */
export type TrustCode = CardReason;

/** Facts that a decision looks at. */
export interface PresentedCertificate {
  /** What the browser showed, leaf first, as read; `malformed` when the leaf could not be read. */
  readonly presented: readonly Certificate[];
  readonly malformed?: string | undefined;
  /** Every population that is configured, accepted or not: a certificate of another one is then named as such. */
  readonly populations: readonly Population[];
  /** Ids of the populations that this journey accepts. */
  readonly accepted: readonly string[];
  readonly crls: CrlStates;
  readonly answers: OcspStates;
  /** What became of an OCSP answer that a proxy passed on, for the trail. */
  readonly stapled?: string | undefined;
}

/** One check and how it went on the path that was decided on. */
export interface ExplainedCheck {
  readonly check: string;
  readonly clause: string;
  readonly passed: boolean;
  readonly because?: string | undefined;
}

declare const validatedMark: unique symbol;
/** A certificate that passed every check. Only `decideCertificate` makes one. */
export type ValidatedCertificate = Certificate & { readonly [validatedMark]: true };

export type CertificateDecision =
  | {
      readonly ok: true;
      readonly certificate: ValidatedCertificate;
      /** Leaf first, anchor last. */
      readonly path: readonly Certificate[];
      readonly populationId: string;
      readonly certificateClass: Population['certificateClass'];
      readonly subject: { readonly namespace: string; readonly value: string };
      /** Identifiers that further rules of the population found in the same certificate. */
      readonly alternates: readonly { readonly namespace: string; readonly value: string }[];
      readonly cardNumber: string | undefined;
      readonly assurance: Assurance;
      /** Milliseconds since 1970. */
      readonly notAfter: number;
      readonly fingerprint: string;
      /** RFC 4514. */
      readonly issuerDn: string;
      readonly serial: string;
      /** When the oldest of what cleared it was fetched; 0 where a permission stood in for that. */
      readonly statusCheckedAt: number;
      /** The permission that let it in while its status could not be had. */
      readonly grace?: UsedGrace | undefined;
      /** What kept a delta list away that is named: the whole list decided alone. */
      readonly withoutDelta?: string | undefined;
      readonly stapled?: string | undefined;
      readonly explanation: readonly ExplainedCheck[];
    }
  | {
      readonly ok: false;
      readonly code: TrustCode;
      /** The population that came nearest, when any did. */
      readonly populationId: string | undefined;
      readonly fingerprint: string | undefined;
      /** What became of an OCSP answer that a proxy passed on. */
      readonly stapled?: string | undefined;
      readonly explanation: readonly ExplainedCheck[];
    };

/** Every path in every population; a population without a path gives one that is not anchored. */
export function candidatesOf(facts: PresentedCertificate, now: number): readonly Candidate[] {
  const [leaf, ...rest] = facts.presented;
  if (leaf === undefined) return [];
  const isAccepted = ({ id }: Population) => facts.accepted.includes(id);
  const work = new SignatureWork(defaultBounds.mostSignatures);
  const ordered = [...facts.populations].sort((one, other) => Number(isAccepted(other)) - Number(isAccepted(one)));
  return ordered.flatMap((population): Candidate[] => {
    const prepared = preparePopulation(population);
    const common = {
      ...{ prepared, accepted: isAccepted(population), crls: facts.crls, answers: facts.answers, now, work },
      ...{ algorithms: defaultAlgorithms, policies: openPolicies, usages: requiredUsages(population) },
    };
    // Those that the population has are known, signatures and all; what was shown besides may be needed too.
    const shown = new AuthorityIndex(rest.filter((each) => !prepared.intermediateIndex.has(each)));
    const intermediates = [prepared.intermediateIndex, shown];
    const search = { leaf, intermediates, anchors: prepared.anchorIndex, bounds: defaultBounds };
    const paths = [...candidatePaths({ ...search, ...common }, { cutShort: false })];
    if (paths.length === 0) return [{ ...common, path: [leaf], anchored: false }];
    return paths.map((path) => ({ ...common, path, anchored: true }));
  });
}

/** The highest level that the policies of the leaf give, never above the population's own; the population's own without a table. */
export function assuranceOf(population: Population, leaf: Certificate): Assurance {
  const table = population.assuranceByPolicy;
  if (table === undefined) return population.assurance;
  const levels = leaf.policies.flatMap((oid) => (Object.hasOwn(table, oid) ? [table[oid] as Assurance] : []));
  const [first, ...more] = levels;
  // The table's word is for the policies it names; a card without any of them has the population's (issuer) level.
  return first === undefined ? population.assurance : lowerOf(population.assurance, more.reduce(higherOf, first));
}

const explain = (checks: readonly CertificateCheck[], failedAt: number, because?: string): ExplainedCheck[] =>
  checks
    .slice(0, failedAt + 1)
    .map(({ name, clause }, index) =>
      index === failedAt ? { check: name, clause, passed: false, because } : { check: name, clause, passed: true },
    );

/** Index of the first check that fails, and how; `checks.length` when none does. */
export function firstFailure(candidate: Candidate, checks: readonly CertificateCheck[]) {
  for (const [index, check] of checks.entries()) {
    const failure = check.test(candidate);
    if (failure !== undefined) return { index, failure };
  }
  return { index: checks.length, failure: undefined };
}

function accept(
  candidate: Candidate,
  checks: readonly CertificateCheck[],
  stapled: string | undefined,
): CertificateDecision {
  const { path, prepared, now } = candidate;
  const { population } = prepared;
  const leaf = path[0] as ValidatedCertificate;
  const identifiers = readIdentifiers(population.identifiers, leaf.subject, now);
  const [subject, ...alternates] = identifiers.ok ? identifiers.found : [];
  if (subject === undefined)
    return {
      ok: false,
      code: 'card.identifier',
      populationId: population.id,
      fingerprint: leaf.fingerprint,
      explanation: [],
    };
  const statuses = statusesOf(candidate);
  const used = statuses.find((status) => status.kind === 'grace');
  const alone = statuses.find((status) => status.kind === 'good' && status.withoutDelta !== undefined) as
    | { readonly withoutDelta?: string }
    | undefined;
  return {
    ok: true,
    certificate: leaf,
    path,
    populationId: population.id,
    certificateClass: population.certificateClass,
    subject,
    alternates,
    cardNumber: leaf.cardNumber,
    assurance: assuranceOf(population, leaf),
    notAfter: leaf.notAfter,
    fingerprint: leaf.fingerprint,
    issuerDn: nameText(leaf.issuer),
    serial: leaf.serial,
    statusCheckedAt: Math.min(...statuses.map((status) => (status.kind === 'good' ? status.checkedAt : 0))),
    ...(used === undefined ? {} : { grace: { until: used.until, reason: used.reason, because: used.because } }),
    ...(alone?.withoutDelta === undefined ? {} : { withoutDelta: alone.withoutDelta }),
    ...(stapled === undefined ? {} : { stapled }),
    explanation: explain(checks, checks.length),
  };
}

/**
 * Decides whether the shown certificate proves a person, and who. Every candidate path of every population goes
 * through the list; one that passes all of it wins, otherwise the refusal is that of the path that came furthest.
 * `checks` is an argument so that a test can drop one.
 */
export function decideCertificate(
  facts: PresentedCertificate,
  now: number,
  checks: readonly CertificateCheck[] = certificateChecks,
): CertificateDecision {
  const [leaf] = facts.presented;
  const refuse = (code: TrustCode, because: string, clause: string): CertificateDecision => ({
    ok: false,
    code,
    populationId: undefined,
    fingerprint: leaf?.fingerprint,
    explanation: [{ check: 'presented', clause, passed: false, because }],
  });
  if (facts.malformed !== undefined) return refuse('card.malformed', facts.malformed, 'RFC 5280 4.1');
  if (leaf === undefined) return refuse('card.noCertificate', 'no certificate was shown', 'RFC 8446 4.4.2');
  let best: { candidate: Candidate; index: number; code: TrustCode; because: string } | undefined;
  for (const candidate of candidatesOf(facts, now)) {
    const { index, failure } = firstFailure(candidate, checks);
    if (failure === undefined) return accept(candidate, checks, facts.stapled);
    if (best === undefined || index > best.index) best = { candidate, index, ...failure };
  }
  if (best === undefined) return refuse('card.unknownIssuer', 'no population is configured', 'RFC 5280 6.1.1');
  return {
    ok: false,
    code: best.code,
    populationId: best.candidate.anchored ? best.candidate.prepared.population.id : undefined,
    fingerprint: leaf.fingerprint,
    ...(facts.stapled === undefined ? {} : { stapled: facts.stapled }),
    explanation: explain(checks, best.index, best.because),
  };
}
