// The checks on rules: that what a condition names exists, and that its dates and hours are in the calendar.
import type { CatalogueCheck, CatalogueProblem, CheckFacts } from './checks.ts';
import { type Hours, isZone } from './hours.ts';
import type { PolicyRule, RuleCondition } from './policy-rule.ts';
import { instantOf } from './schema-parts.ts';

type Path = readonly (string | number)[];

/** What is wrong with opening hours: a zone that does not exist, or a span that holds nothing. */
export function* hoursProblems(
  hours: readonly Hours[] = [],
): Iterable<{ readonly path: Path; readonly message: string }> {
  for (const [index, { from, to, zone }] of hours.entries()) {
    if (!isZone(zone)) yield { path: [index, 'zone'], message: `there is no time zone ${zone}` };
    if (from === to)
      yield { path: [index, 'to'], message: 'is the same as from: write 00:00 to 24:00 for the whole day' };
    if (from === '24:00') yield { path: [index, 'from'], message: 'the day ends there: write 00:00 of the next day' };
  }
}

function* conditionProblems(
  { id, ...rule }: PolicyRule,
  part: 'when' | 'unless',
  { snapshot, organisations }: CheckFacts,
): Iterable<CatalogueProblem> {
  const condition: RuleCondition = rule[part] ?? {};
  const scopes = new Set([...snapshot.apis.values()].flatMap((api) => api.scopes));
  const known: [keyof RuleCondition, string, ReadonlySet<string> | ReadonlyMap<string, unknown> | undefined][] = [
    ['applications', 'application', snapshot.applications],
    ['networks', 'network', snapshot.networks],
    ['organisations', 'organisation', organisations],
    ['apis', 'API', snapshot.apis],
    ['scopes', 'scope of an API', scopes],
  ];
  for (const [member, what, ids] of known) {
    for (const [index, one] of ((condition[member] as readonly string[] | undefined) ?? []).entries()) {
      if (ids && !ids.has(one))
        yield { kind: 'rule', id, path: [part, member, index], message: `there is no ${what} ${one}` };
    }
  }
  for (const { path, message } of hoursProblems(condition.hours))
    yield { kind: 'rule', id, path: [part, 'hours', ...path], message };
}

export const ruleChecks: readonly CatalogueCheck[] = [
  {
    name: 'rule.references',
    clause: 'H4; B1',
    *test(facts) {
      for (const rule of facts.snapshot.rules.values()) {
        yield* conditionProblems(rule, 'when', facts);
        yield* conditionProblems(rule, 'unless', facts);
      }
    },
  },
  {
    name: 'rule.dates',
    clause: 'H4; B1',
    *test({ snapshot }) {
      for (const { id, from, until } of snapshot.rules.values()) {
        for (const [member, at] of Object.entries({ from, until })) {
          if (at !== undefined && instantOf(at) === undefined)
            yield { kind: 'rule', id, path: [member], message: `${at} is not in the calendar` };
        }
        if (from && until && Date.parse(from) >= Date.parse(until))
          yield { kind: 'rule', id, path: ['until'], message: 'is not after `from`' };
      }
    },
  },
];
