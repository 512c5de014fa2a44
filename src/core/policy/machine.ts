// Policy for machines: an application that acts as itself. No person, no proof, but the same rules and a Permit of its own.
import type { EpochMs } from '../../base/clock.ts';
import type { PolicyReason } from '../../wire/codes/index.ts';
import type { PolicyRule, RuleCondition } from '../catalogue/policy-rule.ts';
import type { Application } from '../catalogue/snapshot.ts';
import type { Explained } from './policy.ts';

/** Everything that a machine's decision looks at. */
export interface MachineFacts {
  readonly application: Application;
  /** The network that the request came from, if it is a configured one. */
  readonly network?: string | undefined;
  /** Organisations that the machine asks on behalf of. */
  readonly workplaces?: readonly string[] | undefined;
  readonly rules: Iterable<PolicyRule>;
  readonly catalogueRevision: number;
}

export interface MachineExplanation {
  readonly outcome: 'permit' | 'deny';
  readonly reason?: PolicyReason | undefined;
  readonly network?: string | undefined;
  readonly catalogueRevision: number;
  readonly lines: readonly Explained[];
}

declare const machinePermitMark: unique symbol;
/** Policy's yes to a machine. Only `decideMachine` can make one; no machine gets a ticket without one. */
export interface MachinePermit {
  readonly [machinePermitMark]: true;
  readonly application: string;
  readonly organisation?: string | undefined;
  readonly decidedAt: EpochMs;
  readonly explanation: MachineExplanation;
}

export type MachineDecision =
  | { readonly kind: 'permit'; readonly permit: MachinePermit }
  | { readonly kind: 'deny'; readonly reason: PolicyReason; readonly explanation: MachineExplanation };

/**
 * Whether a machine may have a ticket now. Rules that look at people (person, roles, devices, methods, professions, purposes) do not concern
 * it; of the effects only `deny` does, since a machine proves nothing that could be stronger or fresher.
 */
export function decideMachine(facts: MachineFacts, now: EpochMs): MachineDecision {
  const lines: Explained[] = [];
  let reason: PolicyReason | undefined = facts.application.closed ? 'policy.applicationClosed' : undefined;
  for (const rule of facts.rules) {
    const failed = unmatched(rule, facts, now);
    const denies = failed === undefined && rule.then.kind === 'deny';
    if (denies) reason ??= 'policy.denied';
    const because = failed ?? (denies ? 'deny' : `${rule.then.kind} does not concern machines`);
    lines.push({ rule: rule.id, title: rule.title, matched: failed === undefined, because });
  }
  const { network, catalogueRevision } = facts;
  if (reason !== undefined) {
    return { kind: 'deny', reason, explanation: { outcome: 'deny', reason, network, catalogueRevision, lines } };
  }
  const permit = Object.freeze({
    application: facts.application.id,
    organisation: facts.application.organisation,
    decidedAt: now,
    explanation: { outcome: 'permit', network, catalogueRevision, lines },
  }) as unknown as MachinePermit;
  permits.add(permit);
  return { kind: 'permit', permit };
}

const permits = new WeakSet<object>();

/** True for what `decideMachine` itself made in this process. */
export const isMachinePermit = (value: unknown): value is MachinePermit =>
  typeof value === 'object' && value !== null && permits.has(value);

const aboutPeople = [
  'person',
  'roles',
  'devices',
  'methods',
  'professions',
  'purposes',
] as const satisfies readonly (keyof RuleCondition)[];

/** The part of the rule that does not match, or undefined when all of it does. */
function unmatched({ from, until, when }: PolicyRule, facts: MachineFacts, now: EpochMs): string | undefined {
  // As in rules.ts: a date that cannot be read neither starts nor ends a rule.
  if (from !== undefined && !(now >= Date.parse(from))) return 'from';
  if (until !== undefined && now >= Date.parse(until)) return 'until';
  const { id, organisation } = facts.application;
  if (when.applications !== undefined && !when.applications.includes(id)) return 'applications';
  if (when.organisations !== undefined && !listed(when.organisations, organisation)) return 'organisations';
  if (when.networks !== undefined && !listed(when.networks, facts.network)) return 'networks';
  const { workplaces = [] } = facts;
  if (
    when.workplaces !== undefined &&
    !(workplaces.length === 0 ? ['none'] : workplaces).some((each) => listed(when.workplaces ?? [], each))
  )
    return 'workplaces';
  return aboutPeople.find((part) => when[part] !== undefined);
}

const listed = (list: readonly string[], value: string | undefined): boolean =>
  value !== undefined && list.includes(value);
