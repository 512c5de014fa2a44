// An Active Directory as a change feed: what changed by uSNChanged of the same controller, or everybody.
import {
  AndFilter,
  type Client,
  Control,
  type Entry,
  EqualityFilter,
  type Filter,
  FilterParser,
  GreaterThanEqualsFilter,
} from 'ldapts';
import { tokenHash } from '../../../base/ids.ts';
import type { FedPeople } from '../../../core/catalogue/index.ts';
import {
  entryNamespace,
  type FedEntry,
  type FeedRead,
  normaliseIdentity,
  type PeopleFeed,
  type SourcePerson,
  sourceAway,
} from '../../../core/directory/index.ts';
import { asAway, type DirectoryAccess, openDirectory } from './connection.ts';
import { binaryAttributes, entryAttributes, guidBytes, guidText, objectOf, personOfEntry } from './entry.ts';

export interface AdPeopleSettings extends DirectoryAccess {
  /** The id of the record. */
  readonly source: string;
  readonly searchBase: string;
  readonly people: FedPeople;
}

export interface AdPeople extends PeopleFeed {
  readonly close: () => Promise<void>;
}

/** A controller answers at most a thousand entries at once. */
const pageSize = 500;
/** Entries of one human. */
const mostEntries = 20;
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

export function adPeople(settings: AdPeopleSettings): AdPeople {
  const { source, searchBase, people } = settings;
  const attributes = entryAttributes(people);
  /** Another record means something else by the same entries: then all are read. */
  const meaning = tokenHash(
    JSON.stringify([searchBase, people.filter, people.identities, attributes, people.assignments]),
  ).slice(0, 16);
  const isPerson = (): Filter => {
    try {
      return FilterParser.parseString(people.filter);
    } catch (cause) {
      throw sourceAway('its filter is no filter (RFC 4515)', cause);
    }
  };
  const since = (usn: bigint) => new GreaterThanEqualsFilter({ attribute: 'uSNChanged', value: String(usn + 1n) });

  async function base(client: Client, name: string, wanted: string[]): Promise<Entry | undefined> {
    const options = {
      scope: 'base',
      filter: '(objectClass=*)',
      attributes: wanted,
      explicitBufferAttributes: binaryAttributes,
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

  async function* pagesOf(client: Client, name: string, filter: Filter, wanted: string[], controls: Control[] = []) {
    const options = {
      scope: 'sub',
      filter,
      attributes: wanted,
      explicitBufferAttributes: binaryAttributes,
      paged: { pageSize },
    } as const;
    for await (const { searchEntries } of client.searchPaginated(name, options, controls)) yield searchEntries;
  }

  const toldBy = (entry: Entry): FedEntry => ({
    object: objectOf(entry),
    record: personOfEntry(entry, source, people),
  });

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
    for await (const page of pagesOf(client, searchBase, isPerson(), attributes)) yield page.map(toldBy);
  }

  async function* changes(client: Client, { root }: Place, usn: bigint): AsyncGenerator<readonly FedEntry[]> {
    // All that changed anywhere first, deleted entries too: whoever then is not among the people is gone.
    const touched = new Set<string>();
    for await (const page of pagesOf(client, root, since(usn), ['objectGUID'], [showDeleted()]))
      for (const entry of page) touched.add(objectOf(entry));
    const filter = new AndFilter({ filters: [isPerson(), since(usn)] });
    for await (const page of pagesOf(client, searchBase, filter, attributes)) {
      for (const entry of page) touched.delete(objectOf(entry));
      yield page.map(toldBy);
    }
    const gone = [...touched].filter((object) => object !== '').map((object) => ({ object }));
    for (let at = 0; at < gone.length; at += pageSize) yield gone.slice(at, at + pageSize);
  }

  async function* ending(client: Client, pages: AsyncIterable<readonly FedEntry[]>) {
    try {
      yield* pages;
    } catch (cause) {
      throw asAway(cause);
    } finally {
      await client.unbind().catch(() => undefined);
    }
  }

  const withClient = async <T>(work: (client: Client) => Promise<T>): Promise<T> => {
    const client = await openDirectory(settings);
    try {
      return await work(client);
    } catch (cause) {
      throw asAway(cause);
    } finally {
      await client.unbind().catch(() => undefined);
    }
  };

  return {
    async read(cursor): Promise<FeedRead> {
      const client = await openDirectory(settings);
      try {
        const place = await placeOf(client);
        const [invocation, usn, before] = cursor?.split(' ') ?? [];
        const known = usn === undefined ? undefined : BigInt(usn);
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
      const normal = normaliseIdentity(key.namespace, key.value);
      const object = key.namespace === entryNamespace(source) ? guidBytes(key.value) : undefined;
      const by = people.identities.filter(({ namespace }) => namespace === key.namespace);
      const asked =
        object !== undefined
          ? [['objectGUID', object] as const]
          : by.map(({ attribute }) => [attribute, normal.ok ? normal.value : ''] as const);
      if (!normal.ok || asked.length === 0) return [];
      return await withClient(async (client) => {
        const found = new Map<string, SourcePerson>();
        for (const [attribute, value] of asked) {
          const filter = new AndFilter({ filters: [isPerson(), new EqualityFilter({ attribute, value })] });
          const options = {
            scope: 'sub',
            filter,
            attributes,
            explicitBufferAttributes: binaryAttributes,
            sizeLimit: mostEntries,
          } as const;
          for (const entry of (await client.search(searchBase, options)).searchEntries) {
            const record = personOfEntry(entry, source, people);
            if (record !== undefined) found.set(record.key.value, record);
          }
        }
        return [...found.values()];
      });
    },

    look: () =>
      withClient(async (client) => {
        const faults: string[] = [];
        const { root } = await placeOf(client);
        await groupsChanged(client, undefined);
        const some = await client.search(searchBase, {
          scope: 'sub',
          filter: isPerson(),
          attributes,
          explicitBufferAttributes: binaryAttributes,
          paged: { pageSize: 100 },
          sizeLimit: 100,
        });
        if (some.searchEntries.length === 0)
          faults.push(`it shows nobody below ${searchBase}: is the filter right, and may the hub read there?`);
        else if (!some.searchEntries.some((entry) => toldBy(entry).record !== undefined))
          faults.push(
            `none of ${some.searchEntries.length} entries has a name and an identity: may the hub read ${people.identities.map(({ attribute }) => attribute).join(', ')}?`,
          );
        const deleted = await client
          .search(`CN=Deleted Objects,${root}`, { scope: 'base', filter: '(objectClass=*)', attributes: ['cn'] }, [
            showDeleted(),
          ])
          .then(
            ({ searchEntries }) => searchEntries.length > 0,
            () => false,
          );
        if (!deleted)
          faults.push(
            `the hub may not see CN=Deleted Objects,${root}: who is deleted ends at the next reading of everybody only`,
          );
        return faults;
      }),

    close: async () => undefined,
  };
}
