// People and organisations as the hub knows them.
import type { EpochMs } from '../../base/clock.ts';
import type { Locale } from '../../wire/codes/index.ts';
import type { SourceCommission } from './person-source.ts';

export interface Organisation {
  readonly id: string;
  readonly name: string;
  /** National organisation number, digits. */
  readonly number?: string | undefined;
  readonly parent?: string | undefined;
  readonly brand?: string | undefined;
  readonly closed: boolean;
}

export interface Unit {
  readonly id: string;
  readonly organisation: string;
  readonly name: string;
  readonly parent?: string | undefined;
  /** The source that told of it; absent: a file did. */
  readonly source?: string | undefined;
}

/** What a source says of the commission that an assignment was made of; applications may be told of it. */
export type Commission = Pick<SourceCommission, 'id' | 'name' | 'purpose' | 'rights' | 'unit' | 'provider'>;

/** A person's role at an organisation, with dates (HSA: commission). */
export interface Assignment {
  readonly id: string;
  readonly person: string;
  readonly organisation: string;
  readonly unit?: string | undefined;
  /** Role code, for example `doctor`, and its name as shown. */
  readonly role: string;
  readonly title?: string | undefined;
  readonly hsaId?: string | undefined;
  readonly hprNumber?: string | undefined;
  readonly from?: EpochMs | undefined;
  readonly until?: EpochMs | undefined;
  /** The source that gives it and alone may change it; absent: a file does. */
  readonly source?: string | undefined;
  readonly commission?: Commission | undefined;
  /** Since when its source does not give it any more: it ends once the brake has let that through. */
  readonly missingSince?: EpochMs | undefined;
}

/** A human, once. National numbers are held encrypted and only as identities. */
export interface Person {
  readonly id: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly locale?: Locale | undefined;
  readonly closed: boolean;
  /** Protected identity: masked in pages and exports (K11). */
  readonly protectedIdentity: boolean;
  readonly attributes: Readonly<Record<string, string | boolean>>;
}

/** The name that a page greets with; of a person with protected identity only the initials (K11). */
export function shownName({ givenName, familyName, protectedIdentity }: Person): string {
  if (!protectedIdentity) return `${givenName} ${familyName}`;
  return [givenName, familyName].map((name) => `${[...name][0] ?? ''}.`).join(' ');
}

/** Who somebody is at one provider or register: `{hsa-id, SE2321000156-1077}`. */
export interface SubjectKey {
  readonly namespace: string;
  readonly value: string;
}

/** A person with all that a decision looks at. */
export interface PersonFacts {
  readonly person: Person;
  readonly assignments: readonly Assignment[];
  readonly organisations: ReadonlyMap<string, Organisation>;
  readonly units: ReadonlyMap<string, Unit>;
  /** Namespaces in which the person has an identity. */
  readonly namespaces: readonly string[];
  /** Accounts in other systems that are open. */
  readonly accounts?: readonly HeldAccount[] | undefined;
  /** Changes to the person's logins that they were not told of yet. */
  readonly news?: readonly LoginNews[] | undefined;
  /** What sources told of the person, and when. */
  readonly told?: readonly ToldPerson[] | undefined;
}

/** That a source told of a person, by which rule it was asked, and when it last answered. */
export interface ToldPerson {
  readonly source: string;
  readonly rule: string;
  readonly at: EpochMs;
  /** The person is here by its word: its names hold. */
  readonly names: boolean;
}

/** An account in another system, as the hub left it there. */
export interface HeldAccount {
  readonly target: string;
  readonly loginName: string;
  readonly principal: string;
  /** The security identifier that the target gave it (S-1-5-21-…); only a directory of Windows gives one. */
  readonly sid?: string | undefined;
  /** It closes by itself then. */
  readonly until: EpochMs;
}

/** A login that was added to a person or taken away. */
export interface LoginNews {
  readonly link: string;
  readonly what: 'added' | 'removed';
  readonly at: EpochMs;
  readonly namespace: string;
  readonly provider?: string | undefined;
  /** The session that did it, when it was the person's own. */
  readonly session?: string | undefined;
}

/** Namespaces whose values are personal numbers: encrypted at rest, searched by keyed hash. */
export const personalNumberNamespaces: readonly string[] = ['se-personnummer', 'no-fodselsnummer', 'nl-bsn'];

/** True when the assignment holds at `now`. */
export const holds = (assignment: Assignment, now: EpochMs): boolean =>
  (assignment.from === undefined || assignment.from <= now) &&
  (assignment.until === undefined || now < assignment.until);
