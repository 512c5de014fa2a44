// The checks on enrolment rules: who may become a person is named, and what is named exists.
import type { CatalogueCheck } from './checks.ts';
import type { EnrolmentRule } from './enrolment-rule.ts';
import type { CatalogueSnapshot } from './snapshot.ts';

type Found = readonly [path: readonly (string | number)[], message: string];

const eachRule = (
  name: string,
  clause: string,
  test: (rule: EnrolmentRule, snapshot: CatalogueSnapshot, organisations?: ReadonlySet<string>) => Iterable<Found>,
): CatalogueCheck => ({
  name,
  clause,
  *test({ snapshot, organisations }) {
    for (const rule of snapshot.enrolmentRules.values())
      for (const [path, message] of test(rule, snapshot, organisations))
        yield { kind: 'enrolmentRule', id: rule.id, path, message };
  },
});

export const enrolmentChecks: readonly CatalogueCheck[] = [
  eachRule('enrolmentRule.from', 'K5: only named ways in lead to a new person', function* (rule, snapshot) {
    if (rule.populations.length + rule.providers.length === 0)
      yield [['populations'], 'name certificates or providers: nobody is let in by any proof at all'];
    for (const [index, population] of rule.populations.entries())
      if (!snapshot.populations.has(population)) yield [['populations', index], `there is no population ${population}`];
    for (const [index, provider] of rule.providers.entries())
      if (!snapshot.providers.has(provider)) yield [['providers', index], `there is no provider ${provider}`];
  }),
  eachRule('enrolmentRule.source', 'K5: a source must confirm', function* ({ source }, { personSources }) {
    if (!personSources.has(source)) yield [['source'], `there is no person source ${source}`];
  }),
  eachRule('enrolmentRule.members', 'K3: whose people is said', function* (rule, { federations }, organisations) {
    if (rule.organisations.length === 0 && rule.federation === undefined)
      yield [['organisations'], 'name organisations or a federation: nobody is let in from everywhere'];
    for (const [index, organisation] of rule.organisations.entries())
      if (organisations && !organisations.has(organisation))
        yield [['organisations', index], `there is no organisation ${organisation}`];
    if (rule.federation !== undefined && !federations.has(rule.federation))
      yield [['federation'], `there is no federation ${rule.federation}`];
  }),
  eachRule('enrolmentRule.identifier', 'A1: asked by what names one person for good', function* ({ identifier }) {
    if (!['hsa-id', 'se-personnummer'].includes(identifier))
      yield [['identifier'], 'a source is asked by hsa-id or se-personnummer'];
  }),
  eachRule('enrolmentRule.pace', 'K5: a login finds what the sync brought', function* (rule) {
    if (rule.freshSeconds < rule.syncSeconds)
      yield [['freshSeconds'], 'is shorter than syncSeconds: every login would wait for the source'];
  }),
];
