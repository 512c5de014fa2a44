// What is released about a person to one application, in no protocol's words. Made only with a Permit.
import type { EpochMs } from '../../base/clock.ts';
import type { Assurance } from '../../wire/codes/index.ts';
import type { TicketMinimum } from './ticket-minimum.ts';

/** Claims for access tokens: of each API, by its audience. */
export type ClaimsByAudience = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The minimum of every ticket (N9) and what the release rules add. */
export interface Statement {
  /** The person's identifier towards this application. */
  readonly subject: string;
  readonly application: string;
  readonly assurance: Assurance;
  readonly methods: readonly string[];
  readonly authTime: EpochMs;
  readonly session: string;
  readonly assignment?: string | undefined;
  readonly organisation?: string | undefined;
  /** Reference of the decision in the audit. */
  readonly decision: string;
  readonly minimum: TicketMinimum;
  /** Claims by scope and request, standard names first (OIDC Core 5.1), ours beside them: for the ID token and userinfo. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** For each API by its audience, the claims that its own record wants: for its access tokens. */
  readonly apiClaims: ClaimsByAudience;
  /** Claims that may be sent but never stored in the clear: national numbers. */
  readonly confidential?: Readonly<Record<string, unknown>> | undefined;
  /** The same of `apiClaims`. */
  readonly apiConfidential?: ClaimsByAudience | undefined;
}
