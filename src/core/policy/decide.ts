// policy.decide: the one decision, and the only maker of a Permit.
import type { EpochMs } from '../../base/clock.ts';
import { Problem } from '../../base/problem.ts';
import {
  type Assurance,
  assuranceLevels,
  type ConnectorKind,
  higherOf,
  type PolicyReason,
  reaches,
} from '../../wire/codes/index.ts';
import type { Candidate } from './candidates.ts';
import {
  cutoffsOnProof,
  type EvidenceCheck,
  isOfMember,
  type Objection,
  type PolicyCheck,
  securityChecks,
  type View,
  type Weighed,
} from './checks.ts';
import { type CutoffHit, cutoffsOn, hitsOf, isInForce, standingOf } from './cutoffs.ts';
import type { Explained, Explanation, Permit, PolicyDecision, PolicyFacts } from './policy.ts';
import { requirementsOf } from './rules.ts';
import { storedFacts } from './stored-facts.ts';

const permits = new WeakSet<object>();

/** True for what `decide` itself made in this process; a copy, a cast or a parsed object is not a Permit. */
export const isPermit = (value: unknown): value is Permit =>
  typeof value === 'object' && value !== null && permits.has(value);

/** Strongest first, then newest: pieces of evidence never add up to a higher level. */
function strongest(counting: readonly Weighed[]): Weighed | undefined {
  const rank = ({ level }: Weighed) => assuranceLevels.indexOf(level);
  return [...counting].sort((a, b) => rank(b) - rank(a) || b.evidence.provenAt - a.evidence.provenAt)[0];
}

function mint(view: View, carrier: Weighed, explanation: Explanation): Permit {
  const { facts, now } = view;
  if (facts.person === undefined)
    throw new Problem({ kind: 'internal', code: 'internal', detail: 'permit for nobody' });
  const permit = Object.freeze({
    application: facts.application.id,
    person: facts.person.person.id,
    assignment: facts.assignment?.id,
    organisation: facts.assignment?.organisation,
    assurance: carrier.level,
    methods: carrier.evidence.methods,
    authTime: carrier.evidence.provenAt,
    apis: facts.apis,
    evidence: [carrier.evidence],
    decidedAt: now,
    explanation,
  }) as unknown as Permit;
  permits.add(permit);
  return permit;
}

/** Weighs every piece by one check; adds the check's line. */
function weigh(check: EvidenceCheck, counting: readonly Weighed[], view: View, lines: Explained[]): readonly Weighed[] {
  const left: Weighed[] = [];
  const objections: string[] = [];
  const words: string[] = [];
  for (const weighed of counting) {
    const found = check.test(weighed, view);
    if (typeof found === 'string') left.push({ evidence: weighed.evidence, level: found });
    else if ('not' in found) objections.push(`${weighed.evidence.provider}: ${found.not}`);
    else {
      left.push({ evidence: weighed.evidence, level: found.level });
      words.push(`${weighed.evidence.provider}: ${found.because}`);
    }
  }
  const because = counting.length === 0 ? 'no proof to look at' : [...objections, ...words].join('; ') || 'held';
  lines.push({ rule: `check.${check.name}`, title: check.clause, matched: objections.length > 0, because });
  return left;
}

/** Cut-offs that stop this way in; while nobody is known, none does, since who it is decides. */
const stoppingWay = ({ facts, now }: View, { provider, madeBy, connector, maximum }: Candidate) =>
  facts.person === undefined ? [] : cutoffsOn(facts, { provider, madeBy, connector, level: maximum }, now).stopping;

/** The level that proof must have where cut-offs of all below it are in force for this person. */
const raised = ({ facts, required, now }: View): Assurance =>
  facts.cutoffs
    .filter((one) => facts.person !== undefined && isInForce(one, now) && standingOf(one, facts, now).kind === 'holds')
    .reduce((level, { below }) => higherOf(level, below ?? level), required.assurance);

/**
 * Decides whether `facts` let the person in, need more proof, or refuse; always says why, for every rule and check.
 * `checks` is an argument so that a test can drop one.
 */
export function decide(
  facts: PolicyFacts,
  now: EpochMs,
  checks: readonly PolicyCheck[] = securityChecks,
): PolicyDecision {
  const required = requirementsOf(facts, now);
  const view: View = { facts, required, now };
  const lines: Explained[] = [...required.lines];
  let counting: readonly Weighed[] = facts.evidence.map((evidence) => ({ evidence, level: evidence.assurance }));

  const explain = (outcome: Explanation['outcome'], reason?: PolicyReason): Explanation => ({
    outcome,
    reason,
    required: required.assurance,
    reached: strongest(counting)?.level,
    device: facts.device,
    deviceSource: facts.deviceSource,
    network: facts.network,
    catalogueRevision: facts.catalogueRevision,
    facts: storedFacts(facts, now),
    lines,
  });
  const deny = (
    reason: PolicyReason,
    by: Pick<Objection, 'rules' | 'services'> & { readonly cutoffs?: readonly CutoffHit[] } = {},
  ): PolicyDecision => ({
    kind: 'deny',
    reason,
    rules: by.rules ?? [],
    services: by.services ?? [],
    ...(by.cutoffs === undefined ? {} : { cutoffs: by.cutoffs }),
    explanation: explain('deny', reason),
  });
  const askForMore = (
    reason: PolicyReason,
    rules: readonly string[],
    weighed: readonly Weighed[] = [],
  ): PolicyDecision => {
    const able = facts.candidates.filter(
      ({ connector, maximum }) =>
        reaches(maximum, required.assurance) && (required.methods === undefined || required.methods.has(connector)),
    );
    const ways = able.filter((candidate) => isOfMember(candidate, view));
    if (ways.length === 0 && able.length > 0) return deny('policy.providerNotMember');
    const stopping = weighed.flatMap((one) => cutoffsOnProof(one, view).stopping);
    const open = ways.filter((candidate) => stoppingWay(view, candidate).length === 0);
    if (ways.length > 0 && open.length === 0) {
      const all = [...stopping, ...ways.flatMap((candidate) => stoppingWay(view, candidate))];
      return deny('policy.methodCutOff', { cutoffs: hitsOf(all, facts, now) });
    }
    if (ways.length === 0) {
      return deny('policy.noWayToReach', { rules: [...required.assuranceRules, ...required.methodRules] });
    }
    return {
      kind: 'stepUp',
      assurance: raised(view),
      ...(required.maxAgeSeconds === undefined ? {} : { maxAgeSeconds: required.maxAgeSeconds }),
      methods: [...new Set<ConnectorKind>(open.map(({ connector }) => connector))],
      providers: open.map(({ provider }) => provider),
      reason,
      rules,
      ...(reason === 'policy.methodCutOff' ? { cutoffs: hitsOf(stopping, facts, now) } : {}),
      explanation: explain('stepUp', reason),
    };
  };

  for (const check of checks) {
    if (check.kind === 'fact') {
      const objection = check.test(view, counting);
      const because = objection?.because ?? 'held';
      lines.push({ rule: `check.${check.name}`, title: check.clause, matched: objection !== undefined, because });
      if (objection !== undefined) return deny(objection.reason, objection);
    } else {
      const before = counting;
      counting = weigh(check, counting, view, lines);
      if (before.length > 0 && counting.length === 0) return askForMore(check.reason, check.rules(required), before);
      // With nothing to weigh at all, the first evidence check is where proof is asked for.
      if (before.length === 0) return askForMore('policy.notLoggedIn', required.methodRules);
    }
  }
  const carrier = strongest(counting);
  if (carrier === undefined) return askForMore('policy.assuranceTooLow', required.methodRules);
  return { kind: 'permit', permit: mint(view, carrier, explain('permit')) };
}
