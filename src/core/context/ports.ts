// The registers that details are held against. Edges answer them from files or from a service; either may be absent.
import type { EpochMs } from '../../base/clock.ts';

/** Names an organisation: nine digits of the national register, or `resh:` and the digits of a department. */
export type OrganisationKey = string;

export const departmentKey = (id: string): OrganisationKey => `resh:${id}`;

/** An organisation or a unit of one, as the register knows it today. */
export interface RegisteredOrganisation {
  readonly key: OrganisationKey;
  readonly name: string;
  /** Everything above it, nearest first. */
  readonly above: readonly OrganisationKey[];
  readonly closed: boolean;
  /** Member of the health network. */
  readonly member: boolean;
  /** Ids of APIs and names of agreements whose terms it has accepted. */
  readonly terms: readonly string[];
  /** Suppliers that may act for it. */
  readonly delegates: readonly OrganisationKey[];
}

/** Port: organisations. Rejects when it cannot answer now; nobody is let through then. */
export interface OrganisationRegister {
  /** Those of the keys that exist. */
  find(keys: readonly OrganisationKey[]): Promise<ReadonlyMap<OrganisationKey, RegisteredOrganisation>>;
}

/** A code of the register and its text. */
export interface RegisterCode {
  readonly value: string;
  readonly description: string;
}

/** A right to work in a profession (HPR: authorisation or licence), for a time. */
export interface Authorisation {
  /** Code of the profession, Volven 9060: `LE`, `SP` … */
  readonly profession: string;
  /** What kind of right it is: an authorisation, a licence … */
  readonly kind?: RegisterCode | undefined;
  /** Rights to requisition. */
  readonly requisitionRights?: readonly RegisterCode[] | undefined;
  /** Approved specialities. */
  readonly specialities?: readonly RegisterCode[] | undefined;
  readonly from?: EpochMs | undefined;
  readonly until?: EpochMs | undefined;
}

/** Whether the right holds at an instant. */
export const authorisationHolds = ({ from, until }: Authorisation, now: EpochMs): boolean =>
  (from === undefined || from <= now) && (until === undefined || now < until);

/** Somebody in the register of health personnel. */
export interface Professional {
  readonly hprNumber: string;
  readonly authorisations: readonly Authorisation[];
}

/** Port: health personnel, found by national number, or by HPR number where none is known. Rejects when it cannot answer. */
export interface ProfessionalRegister {
  find(who: { readonly nationalNumber: string } | { readonly hprNumber: string }): Promise<Professional | undefined>;
}

/** Registers that know nobody: for a hub that has none. */
export const emptyRegisters: {
  readonly organisations: OrganisationRegister;
  readonly professionals: ProfessionalRegister;
} = {
  organisations: { find: async () => new Map() },
  professionals: { find: async () => undefined },
};
