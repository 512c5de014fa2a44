// What reading any directory takes: a connection for the time of one reading, pages without end refused, entries found by a value.
import { AndFilter, type Client, type Control, type Entry, EqualityFilter, type Filter, FilterParser } from 'ldapts';
import type { FedPeople } from '../../../core/catalogue/index.ts';
import {
  type FedEntry,
  normaliseIdentity,
  type SourcePerson,
  type SubjectKey,
  sourceAway,
} from '../../../core/directory/index.ts';
import { asAway, type DirectoryAccess, openDirectory } from './connection.ts';

export interface DirectoryPeopleSettings extends DirectoryAccess {
  /** The id of the record. */
  readonly source: string;
  readonly searchBase: string;
  readonly people: FedPeople;
}

/** Active Directory answers at most a thousand entries at once, others by default 500. */
export const pageSize = 500;
/** Of one reading: a directory whose pages never end is not followed for ever. */
const mostEntries = 1_000_000;
/** Entries of one human. */
const mostOfOne = 20;

/** The record's filter; a `Problem` when it is none. */
export function isPerson({ filter }: FedPeople): Filter {
  try {
    return FilterParser.parseString(filter);
  } catch (cause) {
    throw sourceAway('its filter is no filter (RFC 4515)', cause);
  }
}

/** Both hold. */
export const both = (...filters: Filter[]): Filter => new AndFilter({ filters });

export async function* pagesOf(
  client: Client,
  base: string,
  filter: Filter,
  wanted: { readonly attributes: readonly string[]; readonly binary?: readonly string[] },
  controls: Control[] = [],
): AsyncGenerator<readonly Entry[]> {
  const options = {
    filter,
    attributes: [...wanted.attributes],
    explicitBufferAttributes: [...(wanted.binary ?? [])],
    paged: { pageSize },
  };
  let given = 0;
  for await (const { searchEntries } of client.searchPaginated(base, { scope: 'sub', ...options }, controls)) {
    given += searchEntries.length;
    if (given > mostEntries) throw sourceAway(`it shows more than ${mostEntries} entries`);
    yield searchEntries;
  }
}

/** The pages; the connection ends with them, however they end. */
export async function* ending<T>(client: Client, pages: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* pages;
  } catch (cause) {
    throw asAway(cause);
  } finally {
    await client.unbind().catch(() => undefined);
  }
}

export async function withDirectory<T>(access: DirectoryAccess, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await openDirectory(access);
  try {
    return await work(client);
  } catch (cause) {
    throw asAway(cause);
  } finally {
    await client.unbind().catch(() => undefined);
  }
}

export interface Asked {
  readonly attribute: string;
  readonly value: string | Buffer;
}

/** How an identity is asked for; none when no entry can have it. */
export function askedBy({ identities }: FedPeople, { namespace, value }: SubjectKey): readonly Asked[] {
  const normal = normaliseIdentity(namespace, value);
  if (!normal.ok) return [];
  return identities.flatMap((each) =>
    each.namespace === namespace ? [{ attribute: each.attribute, value: normal.value }] : [],
  );
}

/** Values go as BER, never as text of a filter (RFC 4511 4.5.1.7). */
export async function findEntries(
  client: Client,
  { searchBase, people }: DirectoryPeopleSettings,
  asked: readonly Asked[],
  wanted: { readonly attributes: readonly string[]; readonly binary?: readonly string[] },
  recordOf: (entry: Entry) => SourcePerson | undefined,
): Promise<readonly SourcePerson[]> {
  const found = new Map<string, SourcePerson>();
  for (const { attribute, value } of asked) {
    const { searchEntries } = await client.search(searchBase, {
      scope: 'sub',
      filter: both(isPerson(people), new EqualityFilter({ attribute, value })),
      attributes: [...wanted.attributes],
      explicitBufferAttributes: [...(wanted.binary ?? [])],
      sizeLimit: mostOfOne,
    });
    for (const entry of searchEntries) {
      const record = recordOf(entry);
      if (record !== undefined) found.set(record.key.value, record);
    }
  }
  return [...found.values()];
}

/** What keeps the first hundred entries from being people, in words. */
export async function lookAtPeople(
  client: Client,
  { searchBase, people }: DirectoryPeopleSettings,
  wanted: { readonly attributes: readonly string[]; readonly binary?: readonly string[] },
  toldBy: (entry: Entry) => FedEntry,
): Promise<readonly string[]> {
  const { searchEntries } = await client.search(searchBase, {
    scope: 'sub',
    filter: isPerson(people),
    attributes: [...wanted.attributes],
    explicitBufferAttributes: [...(wanted.binary ?? [])],
    paged: { pageSize: 100 },
    sizeLimit: 100,
  });
  if (searchEntries.length === 0)
    return [`it shows nobody below ${searchBase}: is the filter right, and may the hub read there?`];
  if (searchEntries.some((entry) => toldBy(entry).record !== undefined)) return [];
  const names = people.identities.map(({ attribute }) => attribute).join(', ');
  return [`none of ${searchEntries.length} entries has a name and an identity: may the hub read ${names}?`];
}
