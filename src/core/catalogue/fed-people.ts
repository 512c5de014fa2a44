// What the entries of an organisation's own directory mean here, and which of several words about a person wins.

/** Whom a row gives an assignment: members of this group, or entries with this value; without either everybody. */
export interface FedAssignment {
  /** Distinguished name of a group; direct members alone. */
  readonly group?: string | undefined;
  readonly attribute?: string | undefined;
  readonly value?: string | undefined;
  readonly role: string;
  /** National number of the organisation; absent: `organisationAttribute` has it. */
  readonly organisationNumber?: string | undefined;
}

/** `ldapPeople`: what a directory writes of every entry. It has no number of changes and no list of what was deleted. */
export interface FedEntryMarks {
  /** Names the entry for good, whatever it is called: entryUUID (RFC 4530), or nsUniqueId. */
  readonly id: string;
  /** When it changed: modifyTimestamp (RFC 4512 3.4.4). */
  readonly changed: string;
  /** A date (GeneralizedTime) from which it is closed. */
  readonly ends?: string | undefined;
  /** What says that somebody is closed: this value of an attribute, or any at all. Whoever fits one has no assignment. */
  readonly closed: readonly { readonly attribute: string; readonly value?: string | undefined }[];
}

export interface FedPeople {
  /** Whose entries: an LDAP filter (RFC 4515). Who is outside it is gone. */
  readonly filter: string;
  /** `ldapPeople` alone: Active Directory's are known. */
  readonly marks?: FedEntryMarks | undefined;
  /** What names a person for good, in the entry and here. */
  readonly identities: readonly { readonly attribute: string; readonly namespace: string }[];
  readonly givenName: string;
  readonly familyName: string;
  readonly title: string;
  readonly mail: string;
  readonly telephone: string;
  /** At these and no others it gives assignments. */
  readonly organisations: readonly string[];
  readonly organisationAttribute?: string | undefined;
  /** Names the unit: its text is the unit's id and name within the organisation. */
  readonly unitAttribute?: string | undefined;
  /** Each row that fits gives one. */
  readonly assignments: readonly FedAssignment[];
  /** Whoever is new there becomes a person here; else it tells of people alone who are here. */
  readonly creates: boolean;
  /** Changes are asked for so often; everybody, so often; and what it told is old for a login after so long without an answer. */
  readonly syncSeconds: number;
  readonly fullSeconds: number;
  readonly freshSeconds: number;
}

/** What is told of a person rather than of an assignment. Titles, units and roles are each assignment's, and so its source's. */
export const truthAttributes = ['givenName', 'familyName', 'mail', 'telephone'] as const;
export type TruthAttribute = (typeof truthAttributes)[number];

/** Ranks from 1 to 99; the highest that has a value wins. An attribute that is absent is not taken from the source. */
export type Truth = { readonly [Attribute in TruthAttribute]?: number | undefined };

/** What a file says, which `apply` brought. */
export const fileRank = 50;
/** The names of a source of those whom it brought, unless its record says otherwise. */
export const broughtRank = 55;
