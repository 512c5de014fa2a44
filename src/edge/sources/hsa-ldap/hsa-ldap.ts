// HSA by its tree: people by their identifiers, commissions by their members, units and providers by where a commission lies.
import { AndFilter, type Client, EqualityFilter, OrFilter, ResultCodeError, SubstringFilter } from 'ldapts';
import type { Clock } from '../../../base/clock.ts';
import {
  believed,
  normaliseIdentity,
  type PersonSource,
  type SourceAllowance,
  type SourceCommission,
  type SubjectKey,
  sourceAway,
} from '../../../core/directory/index.ts';
import { commissionAttributes, commissionOf, membershipOf, placeAttributes } from './commissions.ts';
import { namesAbove, type TreeEntry, treeEntry } from './entries.ts';
import { hsaIdOf, personAttributes, personOf } from './people.ts';
import { openTree, type TreeAccess } from './tree-connection.ts';

export interface HsaLdapSettings extends TreeAccess, SourceAllowance {
  readonly searchBase: string;
}

export interface HsaLdap extends PersonSource {
  readonly close: () => Promise<void>;
}

/** Employers of one person, commissions of one employment, and places above them: more is no answer about one person. */
const [mostPeople, mostCommissions, mostPlaces] = [20, 200, 200];
const noSuchObject = 32;

const attributeOf: Readonly<Record<string, string>> = {
  'hsa-id': 'hsaIdentity',
  'se-personnummer': 'personalIdentityNumber',
};
/** Written as BER and never as text: a value cannot become a part of the filter (RFC 4515). */
const is = (attribute: string, value: string) => new EqualityFilter({ attribute, value });

export function hsaLdap(settings: HsaLdapSettings, clock: Clock): HsaLdap {
  const { searchBase } = settings;
  const tree = openTree(settings);

  async function search(
    client: Client,
    filter: AndFilter,
    attributes: readonly string[],
    most: number,
  ): Promise<readonly TreeEntry[]> {
    const { searchEntries } = await client.search(searchBase, {
      scope: 'sub',
      filter,
      attributes: [...attributes],
      sizeLimit: most + 1,
      timeLimit: Math.ceil(settings.answerWithinMs / 1000),
    });
    if (searchEntries.length > most) throw sourceAway(`more than ${most} entries about one person`);
    return searchEntries.map(treeEntry);
  }

  /** The care units and providers with these names, each read once. */
  async function placesOf(client: Client, names: ReadonlySet<string>): Promise<ReadonlyMap<string, TreeEntry>> {
    if (names.size > mostPlaces) throw sourceAway(`more than ${mostPlaces} places about one person`);
    const filter = new OrFilter({
      filters: [is('objectClass', 'hsaHealthCareUnit'), is('objectClass', 'hsaHealthCareProvider')],
    });
    const found = await Promise.all(
      [...names].map(async (name) => {
        try {
          const { searchEntries } = await client.search(name, {
            scope: 'base',
            filter,
            attributes: [...placeAttributes],
            sizeLimit: 1,
          });
          return searchEntries.map((entry) => [name, treeEntry(entry)] as const);
        } catch (cause) {
          if (cause instanceof ResultCodeError && cause.code === noSuchObject) return [];
          throw cause;
        }
      }),
    );
    return new Map(found.flat());
  }

  async function commissionsOf(client: Client, hsaId: string): Promise<readonly SourceCommission[]> {
    const filter = new AndFilter({
      filters: [
        is('objectClass', 'hsaCommission'),
        new SubstringFilter({ attribute: 'hsaCommissionMember', initial: hsaId }),
      ],
    });
    const entries = await search(client, filter, commissionAttributes, mostCommissions);
    const members = entries.flatMap((entry) => {
      const membership = membershipOf(entry, hsaId, clock());
      return membership === undefined ? [] : [{ entry, membership }];
    });
    const places = await placesOf(client, new Set(members.flatMap(({ entry }) => namesAbove(entry.name))));
    return members.flatMap(({ entry, membership }) => {
      const above = namesAbove(entry.name).flatMap((name) => places.get(name) ?? []);
      return commissionOf(entry, above, membership) ?? [];
    });
  }

  return {
    async find(key) {
      const attribute = attributeOf[key.namespace];
      const normal = normaliseIdentity(key.namespace, key.value);
      // HSA knows people by no other identifier.
      if (attribute === undefined || !normal.ok) return [];
      const asked: SubjectKey = { namespace: key.namespace, value: normal.value };
      const records = await tree.lookUp(async (client) => {
        const filter = new AndFilter({ filters: [is('objectClass', 'person'), is(attribute, normal.value)] });
        const people = await search(client, filter, personAttributes, mostPeople);
        if (new Set(people.map(hsaIdOf)).size < people.length) throw sourceAway('two records with one HSA-ID');
        return await Promise.all(
          people.map(async (entry) => personOf(entry, await commissionsOf(client, hsaIdOf(entry)))),
        );
      });
      return believed(asked, records, settings);
    },
    close: tree.close,
  };
}
