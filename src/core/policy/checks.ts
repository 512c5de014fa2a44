// Policy's built-in checks: one named list in security order, each of which a test can drop to see a case turn.
import type { EpochMs } from '../../base/clock.ts';
import { type Assurance, lowerOf, type PolicyReason, reaches } from '../../wire/codes/index.ts';
import { isMember } from '../catalogue/federation.ts';
import { conflictsNow } from '../directory/assignment-conflicts.ts';
import { holds } from '../directory/directory.ts';
import type { Evidence } from '../linking/evidence.ts';
import { wordBehind } from '../linking/freshness.ts';
import { eligibleAssignments } from './assignments.ts';
import type { Candidate } from './candidates.ts';
import { type CutoffFindings, cutoffsOn } from './cutoffs.ts';
import type { PolicyFacts } from './policy.ts';
import type { Requirements } from './rules.ts';

export interface View {
  readonly facts: PolicyFacts;
  readonly required: Requirements;
  readonly now: EpochMs;
}

/** Evidence and the level that it counts for here. */
export interface Weighed {
  readonly evidence: Evidence;
  readonly level: Assurance;
}

export interface Objection {
  readonly reason: PolicyReason;
  readonly because: string;
  /** Ids of the rules behind it. */
  readonly rules?: readonly string[];
  /** APIs whose own limits refuse. */
  readonly services?: readonly string[];
}

/** A check of the facts: an objection refuses. */
export interface FactCheck {
  readonly kind: 'fact';
  readonly name: string;
  readonly clause: string;
  readonly test: (view: View, counting: readonly Weighed[]) => Objection | undefined;
}

/** A check of each piece of evidence: it says what the piece counts for. When no piece is left, more proof is asked for. */
export interface EvidenceCheck {
  readonly kind: 'evidence';
  readonly name: string;
  readonly clause: string;
  readonly reason: PolicyReason;
  readonly rules: (required: Requirements) => readonly string[];
  /** The level that it counts for, with a word of why where that is worth one, or why it does not count. */
  readonly test: (
    weighed: Weighed,
    view: View,
  ) => Assurance | { readonly not: string } | { readonly level: Assurance; readonly because: string };
}

export type PolicyCheck = FactCheck | EvidenceCheck;

const none = (): readonly string[] => [];
const candidateOf = (evidence: Evidence, view: View) =>
  view.facts.candidates.find(
    ({ provider, connector }) => provider === evidence.provider && connector === evidence.connector,
  );
/** A provider that is no organisation's is neither a member nor none: then the employer decides (`employerMember`). */
export const isOfMember = (candidate: Candidate | undefined, { facts: { federation }, now }: View): boolean =>
  federation === undefined ||
  candidate?.organisation === undefined ||
  isMember(federation, candidate.organisation, now);
const ageSeconds = (evidence: Evidence, now: EpochMs): number => (now - evidence.provenAt) / 1000;
const madeHere = (evidence: Evidence, view: View): boolean => evidence.provenAt >= view.facts.since;

/** What method cut-offs say of a piece of evidence. */
export const cutoffsOnProof = ({ evidence, level }: Weighed, view: View): CutoffFindings =>
  cutoffsOn(
    view.facts,
    {
      provider: evidence.provider,
      madeBy: candidateOf(evidence, view)?.madeBy,
      connector: evidence.connector,
      level,
    },
    view.now,
  );

export const securityChecks: readonly PolicyCheck[] = [
  {
    kind: 'fact',
    name: 'applicationOpen',
    clause: 'A closed application gets no ticket.',
    test: ({ facts }) =>
      facts.application.closed
        ? { reason: 'policy.applicationClosed', because: `${facts.application.id} is closed` }
        : undefined,
  },
  {
    kind: 'fact',
    name: 'personOpen',
    clause: 'A closed person gets no ticket.',
    test: ({ facts }) =>
      facts.person?.person.closed ? { reason: 'policy.denied', because: 'the person is closed' } : undefined,
  },
  {
    kind: 'fact',
    name: 'sourceGives',
    clause: 'K5: whom a source brought is let in while it gives them an assignment.',
    test: ({ facts: { person }, now }) =>
      person?.told?.some(({ names }) => names) && !person.assignments.some((one) => holds(one, now))
        ? { reason: 'policy.sourceGone', because: 'the source gives the person no assignment any more' }
        : undefined,
  },
  {
    kind: 'fact',
    name: 'sourceAnswers',
    clause: 'K5: a source’s old word is gone by as long as the application says, and no longer.',
    test: ({ facts, now }) => {
      const word = wordBehind(facts.stale, facts.assignment);
      if (word === undefined) return undefined;
      const { sourceOutage = 'refuse' } = facts.application;
      const minutes = Math.floor((now - word.at) / 60_000);
      const because = `${word.source} told ${minutes} minutes ago and does not answer`;
      const isKept = sourceOutage !== 'refuse' && now - word.at <= sourceOutage.keepHours * 3_600_000;
      return isKept ? undefined : { reason: 'policy.sourceSilent', because };
    },
  },
  {
    kind: 'fact',
    name: 'member',
    clause: "An organisation's application is for those who hold an assignment there or below.",
    test: ({ facts, now }) =>
      facts.application.organisation !== undefined &&
      facts.person !== undefined &&
      eligibleAssignments(facts, facts.person, now).length === 0
        ? { reason: 'policy.notMember', because: `no current assignment within ${facts.application.organisation}` }
        : undefined,
  },
  {
    kind: 'fact',
    name: 'notRefusedByRule',
    clause: 'A matching rule that refuses is final.',
    test: ({ required }) =>
      required.denyRules.length > 0
        ? {
            reason: required.denyReason,
            because: required.denyRules.join('; '),
            rules: required.denyRules,
            services: required.denyServices,
          }
        : undefined,
  },
  {
    kind: 'evidence',
    name: 'identified',
    clause: 'Proof counts only for a known person.',
    reason: 'policy.assuranceTooLow',
    rules: none,
    test: ({ level }, { facts }) => (facts.person === undefined ? { not: 'nobody is identified yet' } : level),
  },
  {
    kind: 'evidence',
    name: 'providerAllowed',
    clause: 'Proof counts only from a provider that the application allows today.',
    reason: 'policy.methodNotAllowed',
    rules: none,
    test: ({ evidence, level }, view) =>
      candidateOf(evidence, view) === undefined ? { not: `${evidence.provider} is not allowed here` } : level,
  },
  {
    kind: 'evidence',
    name: 'providerMember',
    clause: "Proof by an organisation's own provider counts only while that organisation is a member (K3).",
    reason: 'policy.providerNotMember',
    rules: none,
    test: ({ evidence, level }, view) =>
      isOfMember(candidateOf(evidence, view), view)
        ? level
        : { not: `${candidateOf(evidence, view)?.organisation} is no member of ${view.facts.federation?.id}` },
  },
  {
    kind: 'evidence',
    name: 'providerCeiling',
    clause: 'Proof is never worth more than its provider is approved for today.',
    reason: 'policy.assuranceTooLow',
    rules: none,
    test: ({ evidence, level }, view) => lowerOf(level, candidateOf(evidence, view)?.maximum ?? level),
  },
  {
    kind: 'evidence',
    name: 'derivedPerson',
    clause: 'H8: the certificate of a device proves whom it was made for, whatever its identifier leads to since.',
    reason: 'policy.assuranceTooLow',
    rules: none,
    test: ({ evidence, level }, { facts }) => {
      const derived = evidence.certificate?.derived;
      return derived === undefined || derived.person === facts.holders.get(evidence.id)
        ? level
        : { not: 'it was made for another person' };
    },
  },
  {
    kind: 'evidence',
    name: 'derivedCeiling',
    clause: 'H8: the certificate of a device counts for what the card login behind it did, and no more.',
    reason: 'policy.assuranceTooLow',
    rules: none,
    test: ({ evidence, level }) => lowerOf(level, evidence.certificate?.derived?.assurance ?? level),
  },
  {
    kind: 'evidence',
    name: 'assuranceReached',
    clause: 'One piece of evidence must alone reach the highest of application, request and rules.',
    reason: 'policy.assuranceTooLow',
    rules: ({ assuranceRules }) => assuranceRules,
    test: ({ level }, { required }) =>
      reaches(level, required.assurance) ? level : { not: `${level} is below ${required.assurance}` },
  },
  {
    kind: 'evidence',
    name: 'methodAllowed',
    clause: 'Only the methods that every matching rule allows let a person in.',
    reason: 'policy.methodNotAllowed',
    rules: ({ methodRules }) => methodRules,
    test: ({ evidence, level }, { required }) =>
      required.methods === undefined || required.methods.has(evidence.connector)
        ? level
        : { not: `${evidence.connector} is not ${[...required.methods].join(' or ') || 'allowed'}` },
  },
  {
    kind: 'evidence',
    name: 'youngEnough',
    clause: 'OIDC Core 3.1.2.1 max_age, and rules; proof made for this request is always young enough.',
    reason: 'policy.tooOld',
    rules: ({ ageRules }) => ageRules,
    test: ({ evidence, level }, view) =>
      view.required.maxAgeSeconds === undefined ||
      madeHere(evidence, view) ||
      ageSeconds(evidence, view.now) <= view.required.maxAgeSeconds
        ? level
        : { not: `proven ${Math.floor(ageSeconds(evidence, view.now))} s ago` },
  },
  {
    kind: 'evidence',
    name: 'fresh',
    clause: 'OIDC Core 3.1.2.1 prompt=login: proof must be made for this request.',
    reason: 'policy.fresh',
    rules: none,
    test: ({ evidence, level }, view) =>
      !view.facts.fresh || madeHere(evidence, view) ? level : { not: 'made before this request' },
  },
  {
    kind: 'evidence',
    name: 'highStillHigh',
    clause: 'High proof is reused as high for a limited time only; after that it counts as substantial.',
    reason: 'policy.tooOld',
    rules: none,
    test: ({ evidence, level }, view) => {
      const limit = candidateOf(evidence, view)?.highReuseSeconds ?? view.facts.highReuseSeconds;
      if (level !== 'high' || madeHere(evidence, view) || ageSeconds(evidence, view.now) <= limit) return level;
      return view.required.assurance === 'high' ? { not: `high for ${limit} s only` } : 'substantial';
    },
  },
  {
    kind: 'evidence',
    name: 'certificateRunning',
    clause: 'RFC 5280 4.1.2.5: a certificate that has run out carries nothing.',
    reason: 'policy.tooOld',
    rules: none,
    test: ({ evidence, level }, { now }) =>
      evidence.certificate !== undefined && evidence.certificate.notAfter <= now
        ? { not: 'the certificate has run out' }
        : level,
  },
  {
    kind: 'evidence',
    name: 'methodStillIn',
    clause: 'G3, G4: from its date on a method that was cut off gets nobody in whom no dated exemption names.',
    reason: 'policy.methodCutOff',
    rules: none,
    test: (weighed, view) => {
      const { stopping, exempted } = cutoffsOnProof(weighed, view);
      if (stopping.length > 0)
        return { not: stopping.map(({ id, from }) => `cut off by ${id} since ${from}`).join(', ') };
      if (exempted.length === 0) return weighed.level;
      const because = exempted.map(
        ({ cutoff, by: { until, owner, reason } }) => `exempt from ${cutoff.id} until ${until} (${owner}: ${reason})`,
      );
      return { level: weighed.level, because: because.join(', ') };
    },
  },
  {
    kind: 'fact',
    name: 'samePerson',
    clause: 'All evidence of one decision belongs to one person (N6).',
    test: ({ facts }) =>
      facts.person !== undefined && facts.evidence.every(({ id }) => facts.holders.get(id) === facts.person?.person.id)
        ? undefined
        : { reason: 'policy.denied', because: 'the evidence belongs to different people' },
  },
  {
    kind: 'fact',
    name: 'assignmentHeld',
    clause: 'A chosen assignment is one of the person’s own that holds today.',
    test: ({ facts, now }) =>
      facts.assignment === undefined ||
      (facts.person !== undefined &&
        eligibleAssignments(facts, facts.person, now).some(({ id }) => id === facts.assignment?.id))
        ? undefined
        : { reason: 'policy.noAssignment', because: `${facts.assignment.id} is not held today` },
  },
  {
    kind: 'fact',
    name: 'employerMember',
    clause:
      'Whom no member’s own provider proved is a member’s by the chosen assignment alone; a card’s data never admit (K3).',
    test: (view, counting) => {
      const { facts, now } = view;
      if (facts.federation === undefined || facts.assignment !== undefined) return undefined;
      if (counting.every(({ evidence }) => candidateOf(evidence, view)?.organisation !== undefined)) return undefined;
      const some = facts.person !== undefined && eligibleAssignments(facts, facts.person, now).length > 0;
      return {
        reason: some ? 'policy.noAssignment' : 'policy.employerNotMember',
        because: some ? 'no assignment is chosen' : `no current assignment at a member of ${facts.federation.id}`,
      };
    },
  },
  {
    kind: 'fact',
    name: 'cutoffChosen',
    clause: 'G3: who may still use a method at one organisation and not at another says for which they come.',
    test: (view, counting) => {
      const waits = new Set(counting.flatMap((one) => cutoffsOnProof(one, view).waiting.map(({ id }) => id)));
      return waits.size > 0
        ? { reason: 'policy.noAssignment', because: `no assignment is chosen: ${[...waits].join(', ')} looks at it` }
        : undefined;
    },
  },
  {
    kind: 'fact',
    name: 'assignmentChosen',
    clause: 'Who requires an assignment, an application or a limit of an API, gets no ticket without one.',
    test: ({ facts, required }) =>
      (facts.application.requireAssignment && facts.assignment === undefined) || required.waitingRules.length > 0
        ? { reason: 'policy.noAssignment', because: ['no assignment is chosen', ...required.waitingRules].join('; ') }
        : undefined,
  },
  {
    kind: 'fact',
    name: 'assignmentsTogether',
    clause: 'V4: neither of two assignments that a rule keeps apart lets anybody in while both hold.',
    test: ({ facts, now }) => {
      const { person, assignment, assignmentConflicts: rules } = facts;
      if (person === undefined || rules.length === 0) return undefined;
      const { assignments, organisations } = person;
      const found = conflictsNow({ assignments, organisations, rules, now }).filter(({ effect }) => effect === 'block');
      const apart = new Set(found.flatMap((one) => one.assignments));
      if (assignment === undefined ? apart.size === 0 : !apart.has(assignment.id)) return undefined;
      const touching = found.filter((one) => assignment === undefined || one.assignments.includes(assignment.id));
      const because = touching.map((one) => `${one.rule}: ${one.assignments.join(' and ')}`).join('; ');
      // Who goes by another one than these says so.
      const others = eligibleAssignments(facts, person, now).some(({ id }) => !apart.has(id));
      return assignment === undefined && others
        ? { reason: 'policy.noAssignment', because: `no assignment is chosen; ${because}` }
        : { reason: 'policy.assignmentsConflict', because, rules: [...new Set(touching.map(({ rule }) => rule))] };
    },
  },
];
