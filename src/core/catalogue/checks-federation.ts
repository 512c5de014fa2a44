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
        for (const [index, { organisation, from, until }] of members.entries()) {
          const say = (member: string, message: string) =>
            ({ kind: 'federation', id, path: ['members', index, member], message }) as const;
          if (organisations && !organisations.has(organisation))
            yield say('organisation', `there is no organisation ${organisation}`);
          for (const [member, text] of Object.entries({ from, until })) {
            if (text !== undefined && instantOf(text) === undefined)
              yield say(member, `${text} is not in the calendar`);
          }
          if (from !== undefined && until !== undefined && (instantOf(from) ?? 0) >= (instantOf(until) ?? 0))
            yield say('until', 'the membership ends before it begins');
        }
      }
    },
  },
  {
    name: 'federation.scopes',
    clause: 'K3: a domain name tells whose people somebody is',
    *test({ snapshot }) {
      for (const { id, members } of snapshot.federations.values()) {
        const owners = new Map<string, string>();
        for (const [index, { organisation, scopes = [] }] of members.entries()) {
          for (const scope of scopes.map(scopeOf)) {
            const owner = owners.get(scope) ?? organisation;
            owners.set(scope, owner);
            if (owner !== organisation)
              yield { kind: 'federation', id, path: ['members', index, 'scopes'], message: `${scope} is ${owner}'s` };
          }
        }
      }
    },
  },
];
