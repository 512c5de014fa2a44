// The checks on how certificates for devices are made: from cards that exist, never as strong as `high`, told apart from cards.
import { reaches } from '../../wire/codes/index.ts';
import type { CatalogueCheck, CatalogueProblem } from './checks.ts';
import type { DerivedRule } from './derived-rule.ts';
import type { CatalogueSnapshot, Population } from './snapshot.ts';

type Found = readonly [path: readonly (string | number)[], message: string];

const each = (
  name: string,
  clause: string,
  test: (rule: DerivedRule, population: Population, snapshot: CatalogueSnapshot) => Iterable<Found>,
): CatalogueCheck => ({
  name,
  clause,
  *test({ snapshot }): Iterable<CatalogueProblem> {
    for (const population of snapshot.populations.values()) {
      if (population.derived === undefined) continue;
      for (const [path, message] of test(population.derived, population, snapshot))
        yield { kind: 'population', id: population.id, path: [...path], message };
    }
  },
});

export const derivedRuleChecks: readonly CatalogueCheck[] = [
  each('derived.from', 'H8: made after a card, never after another one of its kind', function* ({ from }, _, snapshot) {
    for (const [index, id] of from.entries()) {
      const card = snapshot.populations.get(id);
      if (card === undefined) yield [['derived', 'from', index], `there is no population ${id}`];
      else if (card.derived !== undefined) yield [['derived', 'from', index], `${id} is of devices itself`];
    }
  }),
  each('derived.level', 'eIDAS 2015/1502 2.2.1: a key in a tablet is no card', function* (_, { assurance }) {
    if (reaches(assurance, 'high')) yield [['assurance'], 'a certificate for a device is substantial at most'];
  }),
  each('derived.policy', 'RFC 5280 4.2.1.4: told apart from cards of the same authority', function* (_, population) {
    if (population.policyOids === undefined) yield [['policyOids'], 'name the policy of certificates for devices'];
  }),
  each('derived.identifier', 'K4: a login reads what was written', function* ({ identifier }, { identifiers }) {
    if (!identifiers.some(({ namespace }) => namespace === identifier))
      yield [['derived', 'identifier'], `this population reads no ${identifier}`];
  }),
];
