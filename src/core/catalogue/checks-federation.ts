// The checks on federations: members exist, and their membership has a beginning before its end.
import type { CatalogueCheck } from './checks.ts';
import { instantOf } from './schema-parts.ts';
import { scopeOf } from './scope-name.ts';

export const federationChecks: readonly CatalogueCheck[] = [
  {
    name: 'federation.members',
    clause: 'K3',
    *test({ snapshot, organisations }) {
      for (const { id, members } of snapshot.federations.values()) {
        for (const [index, { organisation, from, until, scopes = [] }] of members.entries()) {
          const say = (member: string, message: string) =>
            ({ kind: 'federation', id, path: ['members', index, member], message }) as const;
          if (organisations && !organisations.has(organisation))
            yield say('organisation', `there is no organisation ${organisation}`);
          for (const [member, text] of Object.entries({ from, until })) {
            if (text !== undefined && instantOf(text) === undefined)
              yield say(member, `${text} is not in the calendar`);
          }
          for (const scope of new Set(scopes.map(scopeOf))) {
            if (
              members.some((other) => other.organisation !== organisation && other.scopes?.map(scopeOf).includes(scope))
            )
              yield say('scopes', `${scope} is another member's as well`);
          }
          if (from !== undefined && until !== undefined && (instantOf(from) ?? 0) >= (instantOf(until) ?? 0))
            yield say('until', 'the membership ends before it begins');
        }
      }
    },
  },
];
