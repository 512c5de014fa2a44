// Reads policy rules: whether each one's condition holds, why not, and what the matching ones ask for together.
import type { EpochMs } from '../../base/clock.ts';
import { type Assurance, type ConnectorKind, higherOf, type PolicyReason } from '../../wire/codes/index.ts';
import { hoursText, isWithinHours } from '../catalogue/hours.ts';
import type { PolicyRule, RuleCondition, RuleEffect } from '../catalogue/policy-rule.ts';
import { type ContextConditions, noConditions } from '../context/conditions.ts';
import type { Assignment } from '../directory/directory.ts';
import { eligibleAssignments, withAncestors } from './assignments.ts';
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
  /** What the first rule that refuses calls it. */
  readonly denyReason: PolicyReason;
  /** APIs whose own limits refuse. */
  readonly denyServices: readonly string[];
  /** Rules that cannot be told before an assignment is chosen. */
  readonly waitingRules: readonly string[];
  /** One line for every rule, matched or not. */
  readonly lines: readonly Explained[];
}

/** Person attributes that hold several values, separated by spaces. */
const listed: ReadonlySet<string> = new Set(['certificateClass', 'profession']);

/** Values of a person attribute; to `certificateClass` the shown certificates add. */
function attributeValues(facts: PolicyFacts, name: string): readonly (string | boolean)[] {
  if (facts.person === undefined) return [];
  const { id: person, attributes } = facts.person.person;
  const value = attributes[name];
  if (!listed.has(name)) return value === undefined ? [] : [value];
  const held = typeof value === 'string' ? value.split(' ').filter((part) => part !== '') : [];
  if (name !== 'certificateClass') return held;
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
  return eligibleAssignments(facts, facts.person, now);
}

const any = (wanted: readonly (string | boolean)[], given: readonly (string | boolean)[]): boolean =>
  given.some((value) => wanted.includes(value));

const miss = (part: string, given: readonly (string | boolean)[], wanted: readonly (string | boolean)[]): string =>
  `${part}: ${given.length === 0 ? 'none' : given.join(', ')} is not ${wanted.join(' or ')}`;

/** One part of a condition: what it wants, and what there is. */
interface Part {
  readonly name: string;
  readonly wanted: readonly (string | boolean)[] | undefined;
  readonly given: readonly (string | boolean)[];
  /** Known only when the person is; or only when the assignment is. */
  readonly of?: 'person' | 'assignment';
}

/** What the application said, or `none`, so that a rule is not escaped by saying nothing. */
const said = (values: readonly string[]): readonly string[] => (values.length === 0 ? ['none'] : values);

/** The parts of a condition that look at what the application says of the request. */
const contextParts = (
  { workplaces, professions, purposes }: RuleCondition,
  context: ContextConditions = noConditions,
): readonly Part[] => [
  { name: 'workplace', wanted: workplaces, given: said(context.workplaces) },
  { name: 'profession', wanted: professions, given: said(context.professions) },
  { name: 'purpose', wanted: purposes, given: said(context.purposes) },
];

function partsOf(condition: RuleCondition, facts: PolicyFacts, now: EpochMs): readonly Part[] {
  const assignments = relevantAssignments(facts, now);
  const { person } = facts;
  const places = assignments.flatMap(({ organisation }) => (person ? withAncestors(person, organisation) : []));
  // An unknown device counts as portable (H4): what is not known must not be the easier way.
  const devices = facts.device === 'unknown' ? ['unknown', 'portable'] : [facts.device];
  const open = condition.hours?.filter((hours) => isWithinHours(hours, now)).map(hoursText) ?? [];
  return [
    { name: 'api', wanted: condition.apis, given: facts.apis },
    { name: 'scope', wanted: condition.scopes, given: facts.scopes },
    { name: 'application', wanted: condition.applications, given: [facts.application.id] },
    { name: 'organisation', wanted: condition.organisations, given: places, of: 'assignment' },
    { name: 'role', wanted: condition.roles, given: assignments.map(({ role }) => role), of: 'assignment' },
    ...Object.entries(condition.person ?? {}).map(
      ([name, wanted]): Part => ({ name: `person.${name}`, wanted, given: attributeValues(facts, name), of: 'person' }),
    ),
    { name: 'device', wanted: condition.devices, given: devices },
    { name: 'network', wanted: condition.networks, given: facts.network === undefined ? [] : [facts.network] },
    {
      name: 'method',
      wanted: condition.methods,
      given: facts.evidence.map(({ connector }) => connector),
      of: 'person',
    },
    { name: 'hours', wanted: condition.hours?.map(hoursText), given: open },
    ...contextParts(condition, facts.context),
  ];
}

const failing = (parts: readonly Part[]): string | undefined => {
  for (const { name, wanted, given } of parts) {
    if (wanted !== undefined && !any(wanted, given)) return miss(name, given, wanted);
  }
  return undefined;
};

/** Whether every part of a condition holds for these facts; what is not known does not. */
export const conditionHolds = (condition: RuleCondition, facts: PolicyFacts, now: EpochMs): boolean =>
  failing(partsOf(condition, facts, now)) === undefined;

/** What cannot be told yet of who is excepted; undefined when all can. */
function pending(parts: readonly Part[], facts: PolicyFacts, now: EpochMs): 'person' | 'assignment' | undefined {
  const about = parts.filter(({ wanted }) => wanted !== undefined).map(({ of }) => of);
  if (facts.person === undefined) return about.some((of) => of !== undefined) ? 'person' : undefined;
  const choice = facts.assignment === undefined && eligibleAssignments(facts, facts.person, now).length > 1;
  return choice && about.includes('assignment') ? 'assignment' : undefined;
}

type Verdict =
  | { readonly kind: 'holds' }
  | { readonly kind: 'not'; readonly because: string }
  | { readonly kind: 'waits'; readonly for: 'person' | 'assignment' };

/** Whether the rule holds: its condition does, within its dates, and nothing excepts this ticket. */
function verdictOf(rule: PolicyRule, facts: PolicyFacts, now: EpochMs): Verdict {
  if (rule.from !== undefined && now < Date.parse(rule.from))
    return { kind: 'not', because: `dates: not before ${rule.from}` };
  if (rule.until !== undefined && now >= Date.parse(rule.until))
    return { kind: 'not', because: `dates: ended ${rule.until}` };
  const failed = failing(partsOf(rule.when, facts, now));
  if (failed !== undefined) return { kind: 'not', because: failed };
  if (rule.unless === undefined) return { kind: 'holds' };
  const parts = partsOf(rule.unless, facts, now);
  // What is known to fail excepts nobody, whatever else is still open.
  const waits = pending(parts, facts, now);
  const told =
    waits === undefined
      ? parts
      : parts.filter(({ of }) => of === undefined || (waits === 'assignment' && of === 'person'));
  if (failing(told) !== undefined) return { kind: 'holds' };
  return waits === undefined ? { kind: 'not', because: 'excepted' } : { kind: 'waits', for: waits };
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

function becauseOf({ then, unless }: PolicyRule, verdict: Verdict): string {
  if (verdict.kind === 'not') return verdict.because;
  if (verdict.kind === 'waits') return `waits until the ${verdict.for} is known`;
  return unless === undefined ? effectText(then) : `${effectText(then)}: not ${exceptionText(unless)}`;
}

/** Who is excepted, in words of an explanation. */
const exceptionText = ({ hours, person = {}, ...rest }: RuleCondition): string =>
  [
    ...Object.entries(rest).map(([name, wanted]) => `${name} ${wanted?.join(' or ')}`),
    ...Object.entries(person).map(([name, wanted]) => `person.${name} ${wanted.join(' or ')}`),
    ...(hours === undefined ? [] : [`hours ${hours.map(hoursText).join(' or ')}`]),
  ].join(', ');

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
  const denying: PolicyRule[] = [];
  const waitingRules: string[] = [];
  const lines: Explained[] = [];
  for (const rule of facts.rules) {
    const verdict = verdictOf(rule, facts, now);
    const because = becauseOf(rule, verdict);
    lines.push({ rule: rule.id, title: rule.title, matched: verdict.kind === 'holds', because });
    if (verdict.kind === 'waits' && verdict.for === 'assignment') waitingRules.push(rule.id);
    if (verdict.kind !== 'holds') continue;
    const effect = rule.then;
    behind[effect.kind].push(rule.id);
    if (effect.kind === 'deny') denying.push(rule);
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
    denyReason: denying[0]?.reason ?? 'policy.denied',
    denyServices: [...new Set(denying.flatMap(({ reason, when }) => (reason === undefined ? [] : (when.apis ?? []))))],
    waitingRules,
    lines,
  };
}
