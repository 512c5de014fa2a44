// Who becomes a person here at the first login, by which source's word (K5): a login alone makes nobody.
import type { EpochMs } from '../../base/clock.ts';
import type { Assurance, LocalizedText } from '../../wire/codes/index.ts';
import { type Federation, isMember } from './federation.ts';

/** Which role a commission gives. A member that is absent holds for every commission; texts are compared without regard to case. */
export interface CommissionRole {
  readonly purpose?: string | undefined;
  readonly title?: string | undefined;
  readonly role: string;
}

/** "Who proves themselves by X, and of whom source S says that they have a commission at a member, is a person here." */
export interface EnrolmentRule {
  readonly id: string;
  readonly name: LocalizedText;
  /** Certificate populations and providers whose proof may lead to it. */
  readonly populations: readonly string[];
  readonly providers: readonly string[];
  /** The source that must confirm the record. */
  readonly source: string;
  /** Namespace that the source is asked by. */
  readonly identifier: string;
  /** Whose people: these organisations, those below none; and members of this federation. */
  readonly organisations: readonly string[];
  readonly federation?: string | undefined;
  readonly minimumAssurance: Assurance;
  /** The first that fits names the role; a commission that none fits gives nothing. */
  readonly roles: readonly CommissionRole[];
  /** What the source said is asked for anew at a login after so long. */
  readonly freshSeconds: number;
  /** Everybody whom the source told of is asked about so often without a login. */
  readonly syncSeconds: number;
  /** A closed one enrols nobody. Who is here already is asked about as before. */
  readonly closed: boolean;
}

/** What decides whether an organisation's people are meant. */
export interface MemberLimits {
  readonly rule: Pick<EnrolmentRule, 'organisations' | 'federation'>;
  /** The one that the rule names. */
  readonly federation?: Federation | undefined;
}

/** True when the people of this organisation may be here by the rule. */
export const isMeant = ({ rule, federation }: MemberLimits, organisation: string, now: EpochMs): boolean =>
  rule.organisations.includes(organisation) || (federation !== undefined && isMember(federation, organisation, now));

const same = (one: string, other: string | undefined): boolean =>
  other !== undefined && one.trim().toLowerCase() === other.trim().toLowerCase();

/** The role that a commission of this purpose gives to somebody of this title. */
export const roleOf = (
  { roles }: Pick<EnrolmentRule, 'roles'>,
  { purpose, title }: { readonly purpose?: string | undefined; readonly title?: string | undefined },
): string | undefined =>
  roles.find(
    (each) =>
      (each.purpose === undefined || same(each.purpose, purpose)) &&
      (each.title === undefined || same(each.title, title)),
  )?.role;

/** What an application does with somebody whose source does not answer. */
export type SourceOutage = 'refuse' | { readonly keepHours: number };
