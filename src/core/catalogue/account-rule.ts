// Who gets an account where: the desired state as data (K5, K6).
import type { LocalizedText } from '../../wire/codes/index.ts';

export interface AccountAttribute {
  /** As the target calls it: of a directory an attribute, of SCIM a path such as `name.givenName` or `emails[type eq "work"].value`. */
  readonly name: string;
  /** Text with `{givenName}`, `{familyName}`, `{displayName}`, `{id}`, `{organisation}`, `{unit}`, `{title}`, `{role}`. */
  readonly value: string;
}

/**
 * How a directory is told which card is whose: by issuer and serial number, or by the key's identifier (KB5014754). The weak forms,
 * which somebody else's certificate can have too, cannot be said.
 */
export const cardMappingForms = ['issuerSerial', 'ski'] as const;
export type CardMappingForm = (typeof cardMappingForms)[number];

export interface CardMapping {
  readonly form: CardMappingForm;
  /** Populations whose cards the account is to know. */
  readonly populations: readonly string[];
}

/** "Members of organisation X with role Y who open application Z have an account in target T." */
export interface AccountRule {
  readonly id: string;
  readonly name: LocalizedText;
  readonly target: string;
  /** Opening any of these gives or extends the account. */
  readonly applications: readonly string[];
  /** Organisations whose people it is for; none: those of every organisation that may open the application. */
  readonly organisations: readonly string[];
  /** Roles of the chosen assignment; none: every role. */
  readonly roles: readonly string[];
  /** Where in a directory the account lies: a distinguished name below the target's base. SCIM has no places. */
  readonly container?: string | undefined;
  readonly attributes: readonly AccountAttribute[];
  /** Groups that the account is in while the rule holds. Groups that no rule names are never touched. */
  readonly groups: readonly string[];
  /** The card of a login opens the account in the target itself, too; absent: it does not. */
  readonly cardMapping?: CardMapping | undefined;
  /** How long the account stays open after a login. */
  readonly lifetimeSeconds: number;
  readonly closed: boolean;
}
