// The checks on method cut-offs: what they name exists, dates can be held to, exemptions are somebody's, and a way in is left.
import type { CatalogueCheck } from './checks.ts';
import type { MethodCutoff } from './method-cutoff.ts';
import { instantOf } from './schema-parts.ts';
import type { CatalogueSnapshot } from './snapshot.ts';

type Found = readonly [path: readonly (string | number)[], message: string];

const each = (
  name: string,
  clause: string,
  test: (one: MethodCutoff, snapshot: CatalogueSnapshot, organisations?: ReadonlySet<string>) => Iterable<Found>,
): CatalogueCheck => ({
  name,
  clause,
  *test({ snapshot, organisations }) {
    for (const one of snapshot.methodCutoffs.values())
      for (const [path, message] of test(one, snapshot, organisations))
        yield { kind: 'methodCutoff', id: one.id, path, message };
  },
});

/** Whether every way into the application is one that the cut-off names. */
function leavesNone(cutoff: MethodCutoff, application: string, snapshot: CatalogueSnapshot): boolean {
  const allowed = snapshot.applications.get(application)?.providers;
  const ways = [...snapshot.providers.values()].filter(({ id }) => allowed?.includes(id) ?? true);
  return (
    ways.length > 0 &&
    ways.every(({ id, connector }) => cutoff.providers.includes(id) || cutoff.methods.includes(connector))
  );
}

export const methodCutoffChecks: readonly CatalogueCheck[] = [
  each('methodCutoff.references', 'house: found by configured id', function* (one, snapshot, organisations) {
    const named = [
      [['applications'], one.applications, 'application', snapshot.applications],
      [['providers'], one.providers, 'provider', snapshot.providers],
      [['organisations'], one.organisations, 'organisation', organisations],
      ...one.order.map(
        ({ when }, at) =>
          [['order', at, 'when', 'organisations'], when.organisations ?? [], 'organisation', organisations] as const,
      ),
    ] as const;
    for (const [path, ids, what, known] of named)
      for (const [index, id] of ids.entries())
        if (known && !known.has(id)) yield [[...path, index], `there is no ${what} ${id}`];
    for (const [index, { organisation }] of one.exemptions.entries())
      if (organisation !== undefined && organisations && !organisations.has(organisation))
        yield [['exemptions', index, 'organisation'], `there is no organisation ${organisation}`];
  }),
  each('methodCutoff.methods', 'G3: what no longer gets in is named', function* ({ providers, methods, below }) {
    if (providers.length + methods.length === 0 && (below === undefined || below === 'low'))
      yield [['methods'], 'name providers, methods, or a level above low that all below it falls short of'];
  }),
  each('methodCutoff.leavesAWay', 'G3: a weaker way ends where a stronger one is', function* (one, snapshot) {
    for (const [index, application] of one.applications.entries())
      if (leavesNone(one, application, snapshot))
        yield [['applications', index], `no way into ${application} is left: allow it another provider first`];
  }),
  each('methodCutoff.dates', 'G4: required from a date', function* ({ state, from }) {
    if (state === 'required' && from === undefined) yield [['from'], 'say from when it is required'];
    if (from !== undefined && instantOf(from) === undefined) yield [['from'], `${from} is not in the calendar`];
  }),
  each('methodCutoff.exemptions', 'G3: dated exemptions with owner and reason', function* ({ from, exemptions }) {
    for (const [index, { person, organisation, units, until }] of exemptions.entries()) {
      const at = (member: string) => ['exemptions', index, member];
      if ((person === undefined) === (organisation === undefined))
        yield [at('person'), 'name one person or one organisation'];
      if (units.length > 0 && organisation === undefined) yield [at('units'), 'units are those of an organisation'];
      if (instantOf(until) === undefined) yield [at('until'), `${until} is not in the calendar`];
      else if (from !== undefined && Date.parse(until) <= Date.parse(from))
        yield [at('until'), 'ends before the cut-off begins: it excepts nobody'];
    }
  }),
];
