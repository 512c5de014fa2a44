// Any other directory over LDAP as a change feed: who is there at each look, what changed since a moment, or everybody.
import { type Client, type Entry, GreaterThanEqualsFilter } from 'ldapts';
import type { Clock, EpochMs } from '../../../base/clock.ts';
import type { FedEntryMarks } from '../../../core/catalogue/index.ts';
import { entryNamespace, type FedEntry, type PeopleFeed, sourceAway } from '../../../core/directory/index.ts';
import { asAway, openDirectory } from './connection.ts';
import { entryAttributes, nameKey, personOfEntry } from './entry.ts';
import {
  changedAt,
  type GroupMembers,
  generalizedTime,
  idOf,
  isLastingId,
  ldapStanding,
  markAttributes,
  memberAttributes,
  membersOf,
} from './ldap-entry.ts';
import { digestOf, nextRead, placeOf, placeText } from './ldap-place.ts';
import {
  askedBy,
  both,
  type DirectoryPeopleSettings,
  ending,
  findEntries,
  isPerson,
  lookAtPeople,
  pagesOf,
  withDirectory,
} from './reading.ts';

export interface LdapPeopleSettings extends DirectoryPeopleSettings {
  readonly marks: FedEntryMarks;
}

export function ldapPeople(settings: LdapPeopleSettings, clock: Clock): PeopleFeed {
  const { source, searchBase, people, marks } = settings;
  const attributes = [...new Set([...markAttributes(marks), ...entryAttributes(people)])];
  const wanted = { attributes };
  /** Another record means something else by the same entries: then all are read. */
  const meaning = digestOf([
    JSON.stringify([searchBase, people.filter, people.identities, attributes, people.assignments, marks]),
  ]);
  const groupNames = [...new Set(people.assignments.flatMap(({ group }) => group ?? []))];

  const recordOf = (groups: GroupMembers) => (entry: Entry) =>
    personOfEntry(entry, source, people, ldapStanding(entry, marks, groups));
  const toldBy =
    (groups: GroupMembers) =>
    (entry: Entry): FedEntry => ({ object: idOf(entry, marks), record: recordOf(groups)(entry) });

  /** One that is not there is no answer: its members would all be gone. */
  async function groupsOf(client: Client): Promise<GroupMembers> {
    const groups = new Map<string, ReadonlySet<string>>();
    for (const name of groupNames) {
      const wish = { filter: '(objectClass=*)', attributes: ['objectClass', ...memberAttributes] };
      const { searchEntries } = await client.search(name, { scope: 'base', ...wish }).catch((cause) => {
        throw sourceAway('a group of its record cannot be read', cause);
      });
      const [group] = searchEntries;
      if (group === undefined) throw sourceAway('a group of its record cannot be read');
      groups.set(nameKey(name), membersOf(group));
    }
    return groups;
  }

  /** Everybody's id, and when each changed: it sees who is gone, of which a directory keeps nothing. */
  async function stampsOf(client: Client): Promise<ReadonlyMap<string, EpochMs>> {
    const stamps = new Map<string, EpochMs>();
    for await (const page of pagesOf(client, searchBase, isPerson(people), { attributes: [marks.id, marks.changed] }))
      for (const entry of page) {
        const id = idOf(entry, marks);
        if (stamps.has(id)) throw sourceAway(`${marks.id} names two entries: it is no lasting id`);
        stamps.set(id, changedAt(entry, marks));
      }
    return stamps;
  }

  async function* entries(
    client: Client,
    groups: GroupMembers,
    from: EpochMs | undefined,
  ): AsyncGenerator<readonly FedEntry[]> {
    const filter =
      from === undefined
        ? isPerson(people)
        : both(
            isPerson(people),
            new GreaterThanEqualsFilter({ attribute: marks.changed, value: generalizedTime(from) }),
          );
    for await (const page of pagesOf(client, searchBase, filter, wanted)) yield page.map(toldBy(groups));
  }

  return {
    async read(cursor) {
      const client = await openDirectory(settings);
      try {
        const groups = await groupsOf(client);
        const members = [...groups].flatMap(([group, names]) => [...names].map((name) => `${group}\t${name}`));
        // Taken before anything is read: what changes meanwhile is read again.
        const place = placeOf(await stampsOf(client), { groups: digestOf(members), meaning }, clock());
        const next = nextRead(cursor, place);
        const from = next.kind === 'changes' ? next.from : undefined;
        return {
          kind: next.kind,
          why: next.kind === 'everybody' ? next.why : undefined,
          cursor: placeText(place),
          pages: ending(client, entries(client, groups, from)),
        };
      } catch (cause) {
        await client.unbind().catch(() => undefined);
        throw asAway(cause);
      }
    },

    async find(key) {
      const isEntry = key.namespace === entryNamespace(source) && isLastingId(key.value);
      const asked = isEntry ? [{ attribute: marks.id, value: key.value }] : askedBy(people, key);
      if (asked.length === 0) return [];
      return await withDirectory(settings, async (client) =>
        findEntries(client, settings, asked, wanted, recordOf(await groupsOf(client))),
      );
    },

    look: () =>
      withDirectory(settings, async (client) => {
        const groups = await groupsOf(client);
        const faults = await lookAtPeople(client, settings, wanted, toldBy(groups));
        // All of them: a directory that ends its answers early does so at its own number.
        await stampsOf(client);
        return faults;
      }),
  };
}
