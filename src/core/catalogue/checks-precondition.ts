// The checks on pre-conditions: what they name exists, and what they ask goes over a channel that keeps it.
import type { CatalogueCheck } from './checks.ts';
import type { Precondition } from './precondition.ts';
import { isSafeAddress } from './safe-address.ts';
import type { CatalogueSnapshot } from './snapshot.ts';

type Found = readonly [path: readonly (string | number)[], message: string];

const each = (
  name: string,
  clause: string,
  test: (one: Precondition, snapshot: CatalogueSnapshot, organisations?: ReadonlySet<string>) => Iterable<Found>,
): CatalogueCheck => ({
  name,
  clause,
  *test({ snapshot, organisations }) {
    for (const one of snapshot.preconditions.values())
      for (const [path, message] of test(one, snapshot, organisations))
        yield { kind: 'precondition', id: one.id, path, message };
  },
});

export const preconditionChecks: readonly CatalogueCheck[] = [
  each('precondition.applications', 'house: found by configured id', function* (one, { applications }) {
    for (const [index, application] of one.applications.entries())
      if (!applications.has(application)) yield [['applications', index], `there is no application ${application}`];
  }),
  each('precondition.organisations', 'house: found by configured id', function* (one, _, organisations) {
    for (const [index, organisation] of one.organisations.entries())
      if (organisations && !organisations.has(organisation))
        yield [['organisations', index], `there is no organisation ${organisation}`];
  }),
  each('precondition.https', 'K5: who somebody is goes over TLS', function* ({ ask }) {
    if (!isSafeAddress(ask.url)) yield [['ask', 'url'], 'use https'];
  }),
];
