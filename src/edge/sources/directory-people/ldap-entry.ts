// What a directory by RFC 4512 writes of an entry: its lasting id, when it changed, what says that somebody is closed, and groups' members.
import type { Entry } from 'ldapts';
import type { EpochMs } from '../../../base/clock.ts';
import type { FedEntryMarks } from '../../../core/catalogue/index.ts';
import { instantOfSource, sourceAway } from '../../../core/directory/index.ts';
import { nameKey, type Standing, sameText, valuesOf } from './entry.ts';

/** Of groupOfNames and groupOfUniqueNames (RFC 4519 3.5, 3.6); names in posixGroup are nobody's for good. */
export const memberAttributes = ['member', 'uniqueMember'];

export const markAttributes = ({ id, changed, ends, closed }: FedEntryMarks): readonly string[] => [
  id,
  changed,
  ...(ends === undefined ? [] : [ends]),
  ...closed.map(({ attribute }) => attribute),
];

/** An id names assignments too, before a slash: letters, digits and hyphens alone, as in entryUUID (RFC 4530) or nsUniqueId. */
const lasting = /^[0-9a-z][0-9a-z-]{7,63}$/;
export const isLastingId = (text: string): boolean => lasting.test(text);

/** Rejects an entry that does not say it: who it is could not be told, and it would seem to be gone. */
export function idOf(entry: Entry, { id }: FedEntryMarks): string {
  const [value, ...more] = valuesOf(entry)(id).map((text) => text.toLowerCase());
  if (value === undefined) throw sourceAway(`it does not say ${id} of an entry: may the hub read it?`);
  if (more.length > 0 || !isLastingId(value)) throw sourceAway(`${id} of an entry is no lasting id`);
  return value;
}

export function changedAt(entry: Entry, { changed }: FedEntryMarks): EpochMs {
  const at = instantOfSource(valuesOf(entry)(changed)[0] ?? '');
  if (at === undefined) throw sourceAway(`it does not say ${changed} of an entry: may the hub read it?`);
  return at;
}

/** GeneralizedTime in whole seconds (RFC 4517 3.3.13), rounded down. */
export const generalizedTime = (at: EpochMs): string =>
  `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`;

/** Members by group, names as `nameKey` has them. */
export type GroupMembers = ReadonlyMap<string, ReadonlySet<string>>;

export function membersOf(group: Entry): ReadonlySet<string> {
  const all = valuesOf(group);
  const members = new Set(memberAttributes.flatMap(all).map(nameKey));
  // Both classes say that there is at least one: without any they are hidden from us.
  if (members.size === 0 && all('objectClass').some((name) => /^groupof(unique)?names$/i.test(name)))
    throw sourceAway('the members of a group of its record cannot be read');
  return members;
}

export function ldapStanding(entry: Entry, marks: FedEntryMarks, groups: GroupMembers): Standing {
  const all = valuesOf(entry);
  const end = all(marks.ends)[0];
  const until = end === undefined ? undefined : instantOfSource(end);
  const isClosed = marks.closed.some(({ attribute, value }) =>
    all(attribute).some((each) => value === undefined || sameText(each, value)),
  );
  const name = nameKey(entry.dn);
  return {
    object: idOf(entry, marks),
    // An end that cannot be read may have been reached.
    isOpen: !isClosed && (end === undefined || until !== undefined),
    until,
    isMember: (group) => groups.get(nameKey(group))?.has(name) ?? false,
  };
}
