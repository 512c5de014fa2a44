// A register that tells of people: HSA over SOAP or over LDAP, the national register of health professionals, a directory of one's own.
import type { LocalizedText } from '../../wire/codes/index.ts';
import type { FedPeople, Truth } from './fed-people.ts';

/**
 * `hsaSoap` HSA by RIV-TA BP 2.1; `hsaLdap` HSA's tree over LDAPS; `hospSoap` the licences of health professionals
 * (GetHospCredentialsForPerson), which knows people by their national number alone; `adPeople` an organisation's own Active
 * Directory, which tells of its changes by itself; `ldapPeople` any other directory of its own, read for them.
 */
export const personSourceKinds = ['hsaSoap', 'hsaLdap', 'hospSoap', 'adPeople', 'ldapPeople'] as const;
export type PersonSourceKind = (typeof personSourceKinds)[number];

/** Kinds that have a change feed. */
export const isFedKind = (kind: PersonSourceKind): boolean => kind === 'adPeople' || kind === 'ldapPeople';

/** The longest that a login may wait for a register. */
export const longestAnswerMs = 2000;

export interface PersonSourceRecord {
  readonly id: string;
  readonly name: LocalizedText;
  readonly kind: PersonSourceKind;
  /** Tried in this order. SOAP: what stands before the interactions' own paths, `https://`. LDAP: `ldaps://host[:port]`. */
  readonly addresses: readonly string[];
  /** SOAP: the HSA-ID that messages are for (RIV-TA LogicalAddress). */
  readonly logicalAddress?: string | undefined;
  /** Where in the tree people are looked for. */
  readonly searchBase: string;
  /** SOAP: which GetEmployeeIncludingProtectedPerson is there. */
  readonly employeeVersion: '3' | '4';
  /** The certificate that is shown to it. */
  readonly client?: { readonly certificate: string; readonly sealedKey: string } | undefined;
  /** LDAP: who the hub is there. */
  readonly bind?: { readonly name: string; readonly sealedPassword: string } | undefined;
  /** Who vouches for its certificate (PEM); none: those of the operating system. */
  readonly tlsAuthorities: readonly string[];
  /** People, units and commissions made for tests, or archived, are told of too. */
  readonly allowFeigned: boolean;
  /** HSA-IDs of test environments are taken (`TSTNMT2321000156-1077`). */
  readonly testIdentifiers: boolean;
  /** For everything that one look-up asks, milliseconds. */
  readonly answerWithinMs: number;
  /** How old may be what is known of a person when the register does not answer, hours. */
  readonly keepHours: number;
  /** `adPeople`, `ldapPeople`: what its entries mean, and how often it is read. */
  readonly people?: FedPeople | undefined;
  /** Where its word of a person stands beside others' and a file's. */
  readonly truth?: Truth | undefined;
  readonly closed: boolean;
}
