// Policy for machines: an application that acts as itself. No person, no proof, but the same rules and a Permit of its own.
import type { EpochMs } from '../../base/clock.ts';
import type { PolicyReason } from '../../wire/codes/index.ts';
import { hoursText, isWithinHours } from '../catalogue/hours.ts';
import type { PolicyRule, RuleCondition } from '../catalogue/policy-rule.ts';
import type { Application } from '../catalogue/snapshot.ts';
import type { Explained } from './policy.ts';

/** Everything that a machine's decision looks at. */
export interface MachineFacts {
  readonly application: Application;
  /** Ids of the APIs that the ticket is to be for, and its scopes. */
  readonly apis: readonly string[];
  readonly scopes: readonly string[];
  /** The network that the request came from, if it is a configured one. */
  readonly network?: string | undefined;
  /** Organisations that the machine asks on behalf of. */
  readonly workplaces?: readonly string[] | undefined;
  /** The catalogue's, and those of the APIs (`rulesFor` a machine). */
  readonly rules: Iterable<PolicyRule>;
  readonly catalogueRevision: number;
}

export interface MachineExplanation {
  readonly outcome: 'permit' | 'deny';
  readonly reason?: PolicyReason | undefined;
  readonly network?: string | undefined;
  readonly catalogueRevision: number;
  /** What was looked at beside the application, enough to decide again by other rules. */
  readonly facts: Pick<MachineFacts, 'apis' | 'scopes' | 'workplaces'>;
  readonly lines: readonly Explained[];
}

declare const machinePermitMark: unique symbol;
/** Policy's yes to a machine. Only `decideMachine` can make one; no machine gets a ticket without one. */
export interface MachinePermit {
  readonly [machinePermitMark]: true;
  readonly application: string;
  readonly organisation?: string | undefined;
  /** Ids of the APIs that it is for: no token for another one rests on it. */
  readonly apis: readonly string[];
  readonly decidedAt: EpochMs;
  readonly explanation: MachineExplanation;
}

export type MachineDecision =
  | { readonly kind: 'permit'; readonly permit: MachinePermit }
  | {
      readonly kind: 'deny';
      readonly reason: PolicyReason;
      /** Ids of the rules that refused. */
      readonly rules: readonly string[];
      readonly explanation: MachineExplanation;
    };

/**
 * Whether a machine may have a ticket now. Rules that look at people (person, roles, devices, methods, professions,
 * purposes) do not concern it; of the effects only `deny` does, since a machine proves nothing that could be stronger or fresher.
 */
export function decideMachine(facts: MachineFacts, now: EpochMs): MachineDecision {
  const lines: Explained[] = [];
  const denying: PolicyRule[] = [];
  for (const rule of facts.rules) {
    const failed = unmatched(rule, facts, now);
    const denies = failed === undefined && rule.then.kind === 'deny';
    if (denies) denying.push(rule);
    const because = failed ?? (denies ? 'deny' : `${rule.then.kind} does not concern machines`);
    lines.push({ rule: rule.id, title: rule.title, matched: failed === undefined, because });
  }
  const { application, network, catalogueRevision, apis, scopes, workplaces } = facts;
  const explained = { network, catalogueRevision, facts: { apis, scopes, workplaces }, lines };
  if (application.closed || denying.length > 0) {
    const reason = application.closed ? 'policy.applicationClosed' : (denying[0]?.reason ?? 'policy.denied');
    const rules = denying.map(({ id }) => id);
    return { kind: 'deny', reason, rules, explanation: { outcome: 'deny', reason, ...explained } };
  }
  const permit = Object.freeze({
    application: application.id,
    organisation: application.organisation,
    apis,
    decidedAt: now,
    explanation: { outcome: 'permit', ...explained },
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

/** The part of the rule that does not match, `unless` for one that excepts it, or undefined when the rule holds. */
function unmatched({ from, until, when, unless }: PolicyRule, facts: MachineFacts, now: EpochMs): string | undefined {
  // As in rules.ts: a date that cannot be read neither starts nor ends a rule.
  if (from !== undefined && !(now >= Date.parse(from))) return 'from';
  if (until !== undefined && now >= Date.parse(until)) return 'until';
  const failed = failing(when, facts, now) ?? personal(when) ?? personal(unless ?? {});
  if (failed !== undefined || unless === undefined) return failed;
  return failing(unless, facts, now) === undefined ? 'unless' : undefined;
}

/** The part of a condition that looks at people: a rule with one does not concern machines. */
const personal = (condition: RuleCondition): string | undefined =>
  aboutPeople.find((part) => condition[part] !== undefined);

function failing(condition: RuleCondition, facts: MachineFacts, now: EpochMs): string | undefined {
  const { id, organisation } = facts.application;
  const { workplaces = [] } = facts;
  const parts: readonly [string, readonly string[] | undefined, readonly (string | undefined)[]][] = [
    ['apis', condition.apis, facts.apis],
    ['scopes', condition.scopes, facts.scopes],
    ['applications', condition.applications, [id]],
    ['organisations', condition.organisations, [organisation]],
    ['networks', condition.networks, [facts.network]],
    ['workplaces', condition.workplaces, workplaces.length === 0 ? ['none'] : workplaces],
    [
      'hours',
      condition.hours?.map(hoursText),
      condition.hours?.filter((hours) => isWithinHours(hours, now)).map(hoursText) ?? [],
    ],
  ];
  for (const [name, wanted, given] of parts) {
    if (wanted !== undefined && !given.some((each) => each !== undefined && wanted.includes(each))) return name;
  }
  return undefined;
}
