// A resource server that tokens are for: what its owner registers, and whom the owner lets have them.
import type { Assurance, LocalizedText } from '../../wire/codes/index.ts';
import type { Hours } from './hours.ts';
import type { TicketAlgorithm } from './snapshot.ts';

/** A client that the owner lets have tokens; without `scopes`, for all of them. */
export interface ClientApproval {
  readonly client: string;
  readonly scopes?: readonly string[] | undefined;
}

/** The owner's limits. A list that is absent limits nothing; one that is there is all that is allowed. */
export interface ApiLimits {
  /** Where the person works: these organisations and all below them. Of a machine: its own organisation, exactly. */
  readonly organisations?: readonly string[] | undefined;
  readonly clients?: readonly ClientApproval[] | undefined;
  /** Role codes of the assignment. */
  readonly roles?: readonly string[] | undefined;
  /** Codes in the person's attribute `profession`. */
  readonly professions?: readonly string[] | undefined;
  readonly networks?: readonly string[] | undefined;
  readonly hours?: readonly Hours[] | undefined;
}

export interface Api {
  readonly id: string;
  /** The `aud` of its tokens: an absolute URI, or `owner:api` such as `nhn:kjernejournal`. */
  readonly audience: string;
  readonly name: LocalizedText;
  readonly scopes: readonly string[];
  /** Who answers for it. */
  readonly owner?: { readonly organisation?: string | undefined; readonly contact: string } | undefined;
  /** Claims about the person that its access tokens carry beside the minimum of every ticket. */
  readonly claims: readonly string[];
  /** Below it nobody gets a token; the login asks for it from the start. */
  readonly minimumAssurance?: Assurance | undefined;
  /** Seconds; absent = as the application and the hub say. */
  readonly accessTokenSeconds?: number | undefined;
  /** What its tokens are signed with; absent = as the client's profile says. */
  readonly accessTokenAlgorithm?: TicketAlgorithm | undefined;
  /** The header `typ` of its tokens, for libraries older than RFC 9068; absent = `at+jwt`. */
  readonly accessTokenType?: 'JWT' | undefined;
  /** `true`: only tokens that are bound to a key (RFC 9449), whatever the application's profile; absent = as that says. */
  readonly requireBoundTokens?: boolean | undefined;
  /** Whether machines get tokens; absent = only while no limit speaks of a person. */
  readonly machines?: boolean | undefined;
  readonly limits: ApiLimits;
  /** Types of details (core/context) whose claims its tokens carry. */
  readonly contextTypes?: readonly string[] | undefined;
  /** Its tokens may name the patient of an attest. */
  readonly patientIdentifiers?: boolean | undefined;
  /** Its scopes go only to organisations that have accepted its terms. */
  readonly requiresTerms?: boolean | undefined;
}

/** Whether the owner lets the client have tokens; with `scope`, for that scope. */
export function approves({ limits: { clients } }: Api, client: string, scope?: string): boolean {
  if (clients === undefined) return true;
  const found = clients.find((each) => each.client === client);
  return found !== undefined && (scope === undefined || found.scopes === undefined || found.scopes.includes(scope));
}

/** Whether the API takes tokens that are about no person. */
export const takesMachines = ({ machines, minimumAssurance, limits }: Api): boolean =>
  machines ?? (minimumAssurance === undefined && limits.roles === undefined && limits.professions === undefined);
