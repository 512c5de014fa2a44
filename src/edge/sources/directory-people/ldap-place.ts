// Where a directory without a change number is: who is there, who is in its groups, and the latest moment at which an entry changed.
import { type EpochMs, minuteMs } from '../../../base/clock.ts';
import { tokenHash } from '../../../base/ids.ts';

/** What a replica got late, or was committed after a later one, is stamped earlier than what was read: so far back is read again. */
export const overlapMs = 10 * minuteMs;
/** A stamp further ahead of our clock is no mark: what changes next, by a right clock, would lie before it. */
export const aheadMs = 2 * minuteMs;

export interface LdapPlace {
  /** The latest change. */
  readonly at: EpochMs;
  /** Digest of the ids of everybody. */
  readonly ids: string;
  /** Digest of the groups' members. */
  readonly groups: string;
  /** Digest of what the record means by entries. */
  readonly meaning: string;
}

/** Short, and the same for the same set. */
export const digestOf = (values: Iterable<string>): string => tokenHash([...values].sort().join('\n')).slice(0, 22);

export function placeOf(
  stamps: ReadonlyMap<string, EpochMs>,
  digests: Pick<LdapPlace, 'groups' | 'meaning'>,
  now: EpochMs,
): LdapPlace {
  let at = 0;
  for (const stamp of stamps.values()) if (stamp > at && stamp <= now + aheadMs) at = stamp;
  return { at, ids: digestOf(stamps.keys()), groups: digests.groups, meaning: digests.meaning };
}

export const placeText = ({ at, ids, groups, meaning }: LdapPlace): string => `ldap ${at} ${ids} ${groups} ${meaning}`;

export function placeFrom(text: string): LdapPlace | undefined {
  const [, at, ids = '', groups = '', meaning = ''] = /^ldap (\d{1,15}) (\S+) (\S+) (\S+)$/.exec(text) ?? [];
  return at === undefined ? undefined : { at: Number(at), ids, groups, meaning };
}

export type NextRead =
  | { readonly kind: 'everybody'; readonly why: string | undefined }
  | { readonly kind: 'changes'; readonly from: EpochMs };

/** Changes, when nothing says that there is more to see than entries that changed. */
export function nextRead(cursor: string | undefined, place: LdapPlace): NextRead {
  if (cursor === undefined) return { kind: 'everybody', why: undefined };
  const before = placeFrom(cursor);
  const why = before === undefined ? 'its place is none of this kind' : whyWhole(before, place);
  if (before === undefined || why !== undefined) return { kind: 'everybody', why };
  return { kind: 'changes', from: Math.max(0, before.at - overlapMs) };
}

function whyWhole(before: LdapPlace, place: LdapPlace): string | undefined {
  if (before.meaning !== place.meaning) return 'its record means something else now';
  if (before.at > place.at) return 'its latest change went back: another server answers, or a restored one';
  if (before.ids !== place.ids) return 'somebody came or went';
  return before.groups === place.groups ? undefined : 'the members of a group changed';
}
