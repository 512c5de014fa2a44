// The checks on APIs: audiences that nobody else has, and limits that name what exists.
import type { Api } from './api.ts';
import type { CatalogueCheck, CatalogueProblem, CheckFacts } from './checks.ts';
import { hoursProblems } from './checks-rule.ts';
import { claimNames } from './claim-names.ts';
import { profileOf } from './protocol-profile.ts';

type Say = (path: readonly (string | number)[], message: string) => CatalogueProblem;

/** A check of each API by itself. */
function each(
  name: string,
  clause: string,
  test: (api: Api, say: Say, facts: CheckFacts) => Iterable<CatalogueProblem>,
): CatalogueCheck {
  return {
    name,
    clause,
    *test(facts) {
      for (const api of facts.snapshot.apis.values()) {
        yield* test(api, (path, message) => ({ kind: 'api', id: api.id, path, message }), facts);
      }
    },
  };
}

export const apiChecks: readonly CatalogueCheck[] = [
  {
    name: 'api.audience',
    clause: 'RFC 9068 3; O: tokens of one API are not tokens of another',
    *test({ snapshot }) {
      const audiences = new Map<string, string>([...snapshot.issuers.values()].map(({ url }) => [url, 'an issuer']));
      for (const { id, audience } of snapshot.apis.values()) {
        const same = audiences.get(audience);
        if (same) yield { kind: 'api', id, path: ['audience'], message: `${same} has the same audience` };
        audiences.set(audience, `API ${id}`);
      }
    },
  },
  each('api.claims', 'N5: the API’s record alone says what its tokens carry', function* ({ claims }, say) {
    for (const [index, claim] of claims.entries()) {
      if (!claimNames.includes(claim)) {
        yield say(['claims', index], `there is no claim ${claim}: write one of ${claimNames.join(', ')}`);
      }
    }
  }),
  each('api.algorithm', 'FAPI 2.0 SP 5.4.1', function* ({ id, accessTokenAlgorithm: algorithm }, say, { snapshot }) {
    for (const application of snapshot.clients.values()) {
      const { profile, apis } = application;
      if (algorithm === undefined || !apis.includes(id) || profileOf(application).idTokenAlgorithms.includes(algorithm))
        continue;
      yield say(
        ['accessTokenAlgorithm'],
        `${application.id} is of profile ${profile}, which does not allow ${algorithm}`,
      );
    }
  }),
  each('api.limits', 'N5', function* ({ owner, limits, scopes }, say, { snapshot, organisations }) {
    const clients = limits.clients ?? [];
    const known: readonly Named[] = [
      { path: ['owner', 'organisation'], what: 'organisation', one: owner?.organisation, ids: organisations },
      ...named(['limits', 'organisations'], 'organisation', limits.organisations, organisations),
      ...named(['limits', 'networks'], 'network', limits.networks, snapshot.networks),
      ...clients.flatMap(({ client, scopes: approved }, index): readonly Named[] => {
        const path = ['limits', 'clients', index];
        return [
          { path: [...path, 'client'], what: 'application', one: client, ids: snapshot.clients },
          ...named([...path, 'scopes'], 'scope of this API', approved, new Set(scopes)),
        ];
      }),
    ];
    for (const { path, what, one, ids } of known)
      if (one !== undefined && ids?.has(one) === false) yield say(path, `there is no ${what} ${one}`);
    for (const [index, { client }] of clients.entries()) {
      if (clients.findIndex((each) => each.client === client) !== index)
        yield say(['limits', 'clients', index], `${client} is there twice`);
    }
    for (const { path, message } of hoursProblems(limits.hours)) yield say(['limits', 'hours', ...path], message);
  }),
];

/** Something that a record names, and the ids of which it must be one; absent ids are not looked at. */
interface Named {
  readonly path: readonly (string | number)[];
  readonly what: string;
  readonly one: string | undefined;
  readonly ids: ReadonlySet<string> | ReadonlyMap<string, unknown> | undefined;
}

const named = (
  path: readonly (string | number)[],
  what: string,
  list: readonly string[] | undefined,
  ids: Named['ids'],
): readonly Named[] => (list ?? []).map((one, index) => ({ path: [...path, index], what, one, ids }));
