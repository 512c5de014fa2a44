// What keeps a directory from working as a target, in words for who sets it up.
import { type Client, type Entry, EqualityFilter, OrFilter } from 'ldapts';
import type { TargetFault } from '../../../core/provisioning/index.ts';
import type { KeyNames } from './reading.ts';
import { codeOf, resultCodes } from './refusal.ts';

/** searchFlags fATTINDEX (MS-ADTS 2.2.9): without it every look-up reads the whole directory. */
const indexedFlag = 1;

/** An HSA-ID has at most 31 letters; employeeID holds 16 (MS-ADA1, rangeUpper). */
const longestKey = 31;

/** attributeSchema (MS-ADTS 3.1.1.2.3) of what rules write: whether it is there, in use, and anybody's to write. */
async function ruleFaults(client: Client, schema: string, written: readonly string[]): Promise<readonly TargetFault[]> {
  if (written.length === 0) return [];
  const { searchEntries } = await client.search(schema, {
    scope: 'one',
    filter: new OrFilter({
      filters: written.map((value) => new EqualityFilter({ attribute: 'lDAPDisplayName', value })),
    }),
    attributes: ['lDAPDisplayName', 'isDefunct', 'systemOnly'],
  });
  const known = new Map(searchEntries.map((entry) => [String(entry['lDAPDisplayName']).toLowerCase(), entry]));
  const is = (entry: Entry, flag: string): boolean => String(entry[flag]).toUpperCase() === 'TRUE';
  return written.flatMap((what) => {
    const entry = known.get(what.toLowerCase());
    if (entry === undefined || is(entry, 'isDefunct'))
      return [
        {
          what,
          why: 'a rule writes it, and the directory’s schema has no such attribute: no account can be made by that rule',
        },
      ];
    if (is(entry, 'systemOnly')) return [{ what, why: 'a rule writes it, and the directory lets nobody write it' }];
    return [];
  });
}

/** Looks at the root, the tree, what may be made in it, the attribute of the key and those that rules write; changes nothing. */
export async function checkDirectory(
  client: Client,
  { base, keyAttribute, markAttribute }: KeyNames & { readonly base: string },
  written: readonly string[] = [],
) {
  const faults: TargetFault[] = [];
  const one = async (name: string, attributes: string[]): Promise<Entry | undefined> => {
    try {
      return (await client.search(name, { scope: 'base', attributes })).searchEntries[0];
    } catch (cause) {
      if ([resultCodes.noSuchObject, resultCodes.referral].includes(codeOf(cause) as 32)) return undefined;
      throw cause;
    }
  };
  const root = await one('', ['defaultNamingContext', 'schemaNamingContext']);
  if (root?.['defaultNamingContext'] === undefined)
    return [{ what: 'rootDSE', why: 'it names no domain: this is not a domain controller' }];

  const tree = await one(base, ['allowedChildClassesEffective']);
  if (tree === undefined) faults.push({ what: base, why: 'there is no such place, or the hub may not see it' });
  else if (![tree['allowedChildClassesEffective'] ?? []].flat().some((word) => String(word) === 'user'))
    faults.push({ what: base, why: 'the hub may not make users there' });

  const hasMark = await client.search(String(root['schemaNamingContext']), {
    scope: 'one',
    filter: `(lDAPDisplayName=${markAttribute})`,
    attributes: ['lDAPDisplayName'],
  });
  if (hasMark.searchEntries.length === 0)
    faults.push({ what: markAttribute, why: 'the directory has no such attribute' });
  const schema = await client.search(String(root['schemaNamingContext']), {
    scope: 'one',
    filter: `(lDAPDisplayName=${keyAttribute})`,
    attributes: ['searchFlags', 'rangeUpper'],
  });
  const [attribute] = schema.searchEntries;
  if (attribute === undefined) faults.push({ what: keyAttribute, why: 'the directory has no such attribute' });
  if (Number(attribute?.['rangeUpper'] ?? longestKey) < longestKey)
    faults.push({
      what: keyAttribute,
      why: `it holds ${attribute?.['rangeUpper']} letters, and an HSA-ID may have ${longestKey}`,
    });
  if (attribute !== undefined && (Number(attribute['searchFlags'] ?? 0) & indexedFlag) === 0)
    faults.push({ what: keyAttribute, why: 'it has no index: looking somebody up reads the whole directory' });
  return [...faults, ...(await ruleFaults(client, String(root['schemaNamingContext']), written))];
}
