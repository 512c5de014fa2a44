// What keeps a directory from working as a target, in words for who sets it up.
import type { Client, Entry } from 'ldapts';
import type { TargetFault } from '../../../core/provisioning/index.ts';
import type { KeyNames } from './reading.ts';
import { codeOf, resultCodes } from './refusal.ts';

/** searchFlags fATTINDEX (MS-ADTS 2.2.9): without it every look-up reads the whole directory. */
const indexedFlag = 1;

/** An HSA-ID has at most 31 letters; employeeID holds 16 (MS-ADA1, rangeUpper). */
const longestKey = 31;

/** Looks at the root, the tree, what may be made in it, and the attribute of the key; changes nothing. */
export async function checkDirectory(
  client: Client,
  { base, keyAttribute, markAttribute }: KeyNames & { readonly base: string },
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
  return faults;
}
