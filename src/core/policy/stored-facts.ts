// What a decision looked at, small enough to be kept with it in the trail: so that other rules can be tried on it later.
import type { EpochMs } from '../../base/clock.ts';
import type { Assurance, ConnectorKind } from '../../wire/codes/index.ts';
import type { PolicyRule } from '../catalogue/policy-rule.ts';
import type { ContextConditions } from '../context/conditions.ts';
import { eligibleAssignments, withAncestors } from './assignments.ts';
import type { PolicyFacts } from './policy.ts';

export interface StoredAssignment {
  readonly id: string;
  readonly role: string;
  /** The unit, where it is at one. */
  readonly unit?: string | undefined;
  /** The organisation and those above it. */
  readonly within: readonly string[];
}

export interface StoredEvidence {
  readonly provider: string;
  readonly connector: ConnectorKind;
  readonly methods: readonly string[];
  readonly assurance: Assurance;
  readonly provenAt: EpochMs;
  readonly certificateClass?: string | undefined;
  readonly notAfter?: EpochMs | undefined;
  /** Whether it was linked to the person. */
  readonly own: boolean;
}

/** With the explanation's device, network and level, and the event's time, person and application, this is the whole of it. */
export interface StoredFacts {
  readonly requested?: Assurance | undefined;
  readonly fresh: boolean;
  readonly maxAge?: number | undefined;
  readonly since: EpochMs;
  readonly apis: readonly string[];
  readonly scopes: readonly string[];
  /** Those attributes of the person that a rule asked for. */
  readonly attributes: Readonly<Record<string, string | boolean>>;
  /** Assignments that counted, and the chosen one. */
  readonly assignments: readonly StoredAssignment[];
  readonly assignment?: string | undefined;
  readonly evidence: readonly StoredEvidence[];
  /** What the application said of workplace, role and grounds: codes and organisation numbers. */
  readonly context?: ContextConditions | undefined;
}

/** Names of the person attributes that any of the rules looks at. */
export function attributesAsked(rules: Iterable<PolicyRule>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { when, unless } of rules) {
    for (const name of Object.keys({ ...when.person, ...unless?.person })) names.add(name);
  }
  return names;
}

/** What to keep of a decision's facts: nothing that no rule could ask for, no name and no number of the person. */
export function storedFacts(facts: PolicyFacts, now: EpochMs): StoredFacts {
  const { person, holders, requested, fresh, maxAge, since, apis, scopes, context } = facts;
  const asked = person === undefined ? new Set<string>() : attributesAsked(facts.rules);
  const counted = person === undefined ? [] : eligibleAssignments(facts, person, now);
  return {
    requested,
    fresh,
    maxAge,
    since,
    apis,
    scopes,
    attributes: Object.fromEntries(Object.entries(person?.person.attributes ?? {}).filter(([name]) => asked.has(name))),
    assignments: counted.map(({ id, role, unit, organisation }) => ({
      id,
      role,
      unit,
      within: person === undefined ? [] : withAncestors(person, organisation),
    })),
    assignment: facts.assignment?.id,
    context,
    evidence: facts.evidence.map(({ id, provider, connector, methods, assurance, provenAt, certificate }) => ({
      provider,
      connector,
      methods,
      assurance,
      provenAt,
      certificateClass: certificate?.certificateClass,
      notAfter: certificate?.notAfter,
      own: person !== undefined && holders.get(id) === person.person.id,
    })),
  };
}
