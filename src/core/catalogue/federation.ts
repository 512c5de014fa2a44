// Organisations that trust one another for some applications, and since when and until when each is a member (K3).
import type { EpochMs } from '../../base/clock.ts';
import type { LocalizedText } from '../../wire/codes/index.ts';
import { instantOf } from './schema-parts.ts';

export interface FederationMember {
  readonly organisation: string;
  /** ISO date or instant; absent = always, and for good. */
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  /** Domain names that its providers speak for (shibmd:Scope), beside its number. */
  readonly scopes?: readonly string[] | undefined;
}

export interface Federation {
  readonly id: string;
  readonly name: LocalizedText;
  readonly members: readonly FederationMember[];
}

/** True when the organisation itself is a member at `now`. What lies below a member is the asker's to walk up from. */
export function isMember({ members }: Federation, organisation: string, now: EpochMs): boolean {
  return members.some(
    (member) =>
      member.organisation === organisation &&
      (member.from === undefined || (instantOf(member.from) ?? Number.POSITIVE_INFINITY) <= now) &&
      (member.until === undefined || now < (instantOf(member.until) ?? Number.NEGATIVE_INFINITY)),
  );
}
