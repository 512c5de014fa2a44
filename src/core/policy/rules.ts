// Reads policy rules: whether each one's condition holds, why not, and what the matching ones ask for together.
import type { EpochMs } from '../../base/clock.ts';
import { type Assurance, type ConnectorKind, higherOf } from '../../wire/codes/index.ts';
import type { PolicyRule, RuleCondition, RuleEffect } from '../catalogue/policy-rule.ts';
import { type ContextConditions, noConditions } from '../context/conditions.ts';
import type { Assignment } from '../directory/directory.ts';
import { eligibleAssignments } from './assignments.ts';
import type { Explained, PolicyFacts } from './policy.ts';

/** What application, request and rules ask for together. */
export interface Requirements {
  readonly assurance: Assurance;
  /** Only these methods count; absent = any. */
  readonly methods?: ReadonlySet<ConnectorKind> | undefined;
  /** The oldest proof that counts, seconds; absent = no limit. */
  readonly maxAgeSeconds?: number | undefined;
  /** Ids of the rules behind each. */
  readonly assuranceRules: readonly string[];
  readonly methodRules: readonly string[];
  readonly ageRules: readonly string[];
  readonly denyRules: readonly string[];
  /** One line for every rule, matched or not. */
  readonly lines: readonly Explained[];
}

/** Values of a person attribute; `certificateClass` is a space-separated list, to which the shown certificates add. */
function attributeValues(facts: PolicyFacts, name: string): readonly (string | boolean)[] {
  if (facts.person === undefined) return [];
  const { id: person, attributes } = facts.person.person;
  const value = attributes[name];
  if (name !== 'certificateClass') return value === undefined ? [] : [value];
  const held = typeof value === 'string' ? value.split(' ').filter((part) => part !== '') : [];
  const mine = facts.evidence.filter(({ id }) => facts.holders.get(id) === person);
  return [...held, ...mine.flatMap((one) => one.certificate?.certificateClass ?? [])];
}

/**
 * The assignments that a rule about organisations or roles is held against: the chosen one; while an application that
 * requires one still waits for the choice, none; otherwise all that count, so that no rule is escaped by not choosing.
 */
function relevantAssignments(facts: PolicyFacts, now: EpochMs): readonly Assignment[] {
  if (facts.assignment !== undefined) return [facts.assignment];
  if (facts.application.requireAssignment || facts.person === undefined) return [];
  return eligibleAssignments(facts.application, facts.person, now);
}

const any = (wanted: readonly (string | boolean)[], given: readonly (string | boolean)[]): boolean =>
  given.some((value) => wanted.includes(value));

const miss = (part: string, given: readonly (string | boolean)[], wanted: readonly (string | boolean)[]): string =>
  `${part}: ${given.length === 0 ? 'none' : given.join(', ')} is not ${wanted.join(' or ')}`;

/** What the application said, or `none`, so that a rule is not escaped by saying nothing. */
const said = (values: readonly string[]): readonly string[] => (values.length === 0 ? ['none'] : values);

/** The parts of a condition that look at what the application says of the request. */
const contextParts = (
  { workplaces, professions, purposes }: RuleCondition,
  context: ContextConditions = noConditions,
): readonly [string, readonly string[] | undefined, readonly string[]][] => [
  ['workplace', workplaces, said(context.workplaces)],
  ['profession', professions, said(context.professions)],
  ['purpose', purposes, said(context.purposes)],
];

/** The part of the rule's condition that fails, as text; undefined = the rule holds. */
function failingPart(rule: PolicyRule, facts: PolicyFacts, now: EpochMs): string | undefined {
  if (rule.from !== undefined && now < Date.parse(rule.from)) return `dates: not before ${rule.from}`;
  if (rule.until !== undefined && now >= Date.parse(rule.until)) return `dates: ended ${rule.until}`;
  const assignments = relevantAssignments(facts, now);
  // An unknown device counts as portable (H4): what is not known must not be the easier way.
  const devices = facts.device === 'unknown' ? ['unknown', 'portable'] : [facts.device];
  const parts: [string, readonly (string | boolean)[] | undefined, readonly (string | boolean)[]][] = [
    ['application', rule.when.applications, [facts.application.id]],
    ['organisation', rule.when.organisations, assignments.map(({ organisation }) => organisation)],
    ['role', rule.when.roles, assignments.map(({ role }) => role)],
    ...Object.entries(rule.when.person ?? {}).map(
      ([name, wanted]): [string, readonly (string | boolean)[], readonly (string | boolean)[]] => [
        `person.${name}`,
        wanted,
        attributeValues(facts, name),
      ],
    ),
    ['device', rule.when.devices, devices],
    ['network', rule.when.networks, facts.network === undefined ? [] : [facts.network]],
    ['method', rule.when.methods, facts.evidence.map(({ connector }) => connector)],
    ...contextParts(rule.when, facts.context),
  ];
  for (const [part, wanted, given] of parts) {
    if (wanted !== undefined && !any(wanted, given)) return miss(part, given, wanted);
  }
  return undefined;
}

function effectText(effect: RuleEffect): string {
  switch (effect.kind) {
    case 'requireMethods':
      return `only ${effect.methods.join(' or ')}`;
    case 'requireAssurance':
      return `at least ${effect.assurance}`;
    case 'maxAge':
      return `proof at most ${effect.seconds} s old`;
    case 'deny':
      return 'refused';
  }
}

/** Puts together what application, request and matching rules ask for. A date that cannot be read limits nothing. */
export function requirementsOf(facts: PolicyFacts, now: EpochMs): Requirements {
  let assurance = higherOf(facts.application.minimumAssurance, facts.requested ?? 'low');
  let methods: Set<ConnectorKind> | undefined;
  let maxAgeSeconds = facts.maxAge;
  const behind: Record<RuleEffect['kind'], string[]> = {
    requireMethods: [],
    requireAssurance: [],
    maxAge: [],
    deny: [],
  };
  const lines: Explained[] = [];
  for (const rule of facts.rules) {
    const failed = failingPart(rule, facts, now);
    const because = failed ?? effectText(rule.then);
    lines.push({ rule: rule.id, title: rule.title, matched: failed === undefined, because });
    if (failed !== undefined) continue;
    const effect = rule.then;
    behind[effect.kind].push(rule.id);
    if (effect.kind === 'requireAssurance') assurance = higherOf(assurance, effect.assurance);
    if (effect.kind === 'requireMethods') {
      const before = methods;
      methods = new Set(effect.methods.filter((method) => before === undefined || before.has(method)));
    }
    if (effect.kind === 'maxAge') maxAgeSeconds = Math.min(maxAgeSeconds ?? effect.seconds, effect.seconds);
  }
  return {
    assurance,
    methods,
    maxAgeSeconds,
    assuranceRules: behind.requireAssurance,
    methodRules: behind.requireMethods,
    ageRules: behind.maxAge,
    denyRules: behind.deny,
    lines,
  };
}
