// An Active Directory as a change feed: what changed by uSNChanged of the same controller, or everybody.
import { type Client, Control, type Entry, GreaterThanEqualsFilter } from 'ldapts';
import { tokenHash } from '../../../base/ids.ts';
import { entryNamespace, type FedEntry, type PeopleFeed, sourceAway } from '../../../core/directory/index.ts';
import { adAttributes, adBinaryAttributes, adStanding, guidBytes, guidText, objectOf } from './ad-entry.ts';
import { asAway, openDirectory } from './connection.ts';
import { entryAttributes, personOfEntry } from './entry.ts';
import {
  askedBy,
  both,
  type DirectoryPeopleSettings,
  ending,
  findEntries,
  isPerson,
  lookAtPeople,
  pageSize,
  pagesOf,
  withDirectory,
} from './reading.ts';

/** LDAP_SERVER_SHOW_DELETED_OID (MS-ADTS 3.1.1.3.4.1.14). */
const showDeleted = () => new Control('1.2.840.113556.1.4.417', { critical: true });

/** Where a controller is: highestCommittedUSN counts on this controller alone, and on a restored one anew (invocationId). */
interface Place {
  readonly invocation: string;
  readonly usn: bigint;
  readonly root: string;
}

const textOf = (entry: Entry | undefined, attribute: string): string => {
  const value = [entry?.[attribute] ?? []].flat()[0];
  if (value === undefined) throw sourceAway(`it does not say ${attribute}`);
  return value.toString();
};

/** All undefined when there is none, or one of another kind: then everybody is read. */
function cursorParts(cursor: string | undefined) {
  const [, invocation, usn, meaning] = /^(\S+) (\d+) (\S+)$/.exec(cursor ?? '') ?? [];
  return { invocation, usn: usn === undefined ? undefined : BigInt(usn), meaning };
}

export function adPeople(settings: DirectoryPeopleSettings): PeopleFeed {
  const { source, searchBase, people } = settings;
  const attributes = [...new Set([...adAttributes, ...entryAttributes(people)])];
  const wanted = { attributes, binary: adBinaryAttributes };
  /** Another record means something else by the same entries: then all are read. */
  const meaning = tokenHash(
    JSON.stringify([searchBase, people.filter, people.identities, attributes, people.assignments]),
  ).slice(0, 16);
  const since = (usn: bigint) => new GreaterThanEqualsFilter({ attribute: 'uSNChanged', value: String(usn + 1n) });
  const recordOf = (entry: Entry) => personOfEntry(entry, source, people, adStanding(entry));
  const toldBy = (entry: Entry): FedEntry => ({ object: objectOf(entry), record: recordOf(entry) });

  async function base(client: Client, name: string, names: string[]): Promise<Entry | undefined> {
    const options = {
      scope: 'base',
      filter: '(objectClass=*)',
      attributes: names,
      explicitBufferAttributes: adBinaryAttributes,
    } as const;
    return (await client.search(name, options)).searchEntries[0];
  }

  async function placeOf(client: Client): Promise<Place> {
    const root = await base(client, '', ['defaultNamingContext', 'dsServiceName', 'highestCommittedUSN']);
    const own = await base(client, textOf(root, 'dsServiceName'), ['invocationId']);
    const invocation = [own?.['invocationId'] ?? []].flat()[0];
    if (!Buffer.isBuffer(invocation) || invocation.length !== 16) throw sourceAway('it does not say invocationId');
    return {
      invocation: guidText(invocation),
      usn: BigInt(textOf(root, 'highestCommittedUSN')),
      root: textOf(root, 'defaultNamingContext'),
    };
  }

  /** Groups whose members the rows are about. One that is not there is no answer: its members would all be gone. */
  async function groupsChanged(client: Client, usn: bigint | undefined): Promise<boolean> {
    const names = new Set(people.assignments.flatMap(({ group }) => group ?? []));
    const found = await Promise.all(
      [...names].map(async (name) => {
        const entry = await base(client, name, ['uSNChanged']).catch((cause) => {
          throw sourceAway('a group of its record cannot be read', cause);
        });
        return BigInt(textOf(entry, 'uSNChanged'));
      }),
    );
    return usn !== undefined && found.some((at) => at > usn);
  }

  async function* everybody(client: Client): AsyncGenerator<readonly FedEntry[]> {
    for await (const page of pagesOf(client, searchBase, isPerson(people), wanted)) yield page.map(toldBy);
  }

  async function* changes(client: Client, { root }: Place, usn: bigint): AsyncGenerator<readonly FedEntry[]> {
    // All that changed anywhere first, deleted entries too: whoever then is not among the people is gone.
    const touched = new Set<string>();
    const idAlone = { attributes: ['objectGUID'], binary: adBinaryAttributes };
    for await (const page of pagesOf(client, root, since(usn), idAlone, [showDeleted()]))
      for (const entry of page) touched.add(objectOf(entry));
    for await (const page of pagesOf(client, searchBase, both(isPerson(people), since(usn)), wanted)) {
      for (const entry of page) touched.delete(objectOf(entry));
      yield page.map(toldBy);
    }
    const gone = [...touched].filter((object) => object !== '').map((object) => ({ object }));
    for (let at = 0; at < gone.length; at += pageSize) yield gone.slice(at, at + pageSize);
  }

  return {
    async read(cursor) {
      const client = await openDirectory(settings);
      try {
        const place = await placeOf(client);
        const { invocation, usn: known, meaning: before } = cursorParts(cursor);
        const changed = await groupsChanged(client, known);
        const why =
          known === undefined
            ? undefined
            : before !== meaning
              ? 'its record means something else now'
              : invocation !== place.invocation || known > place.usn
                ? 'another controller answers, or a restored one'
                : changed
                  ? 'the members of a group changed'
                  : undefined;
        const isWhole = known === undefined || why !== undefined;
        return {
          kind: isWhole ? 'everybody' : 'changes',
          why,
          cursor: `${place.invocation} ${place.usn} ${meaning}`,
          pages: ending(client, isWhole ? everybody(client) : changes(client, place, known)),
        };
      } catch (cause) {
        await client.unbind().catch(() => undefined);
        throw asAway(cause);
      }
    },

    async find(key) {
      const value = key.namespace === entryNamespace(source) ? guidBytes(key.value) : undefined;
      const asked = value === undefined ? askedBy(people, key) : [{ attribute: 'objectGUID', value }];
      if (asked.length === 0) return [];
      return await withDirectory(settings, (client) => findEntries(client, settings, asked, wanted, recordOf));
    },

    look: () =>
      withDirectory(settings, async (client) => {
        const { root } = await placeOf(client);
        await groupsChanged(client, undefined);
        const faults = await lookAtPeople(client, settings, wanted, toldBy);
        const deleted = await client
          .search(`CN=Deleted Objects,${root}`, { scope: 'base', filter: '(objectClass=*)', attributes: ['cn'] }, [
            showDeleted(),
          ])
          .then(
            ({ searchEntries }) => searchEntries.length > 0,
            () => false,
          );
        return deleted
          ? faults
          : [
              ...faults,
              `the hub may not see CN=Deleted Objects,${root}: who is deleted ends at the next reading of everybody only`,
            ];
      }),
  };
}
