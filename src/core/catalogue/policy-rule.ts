// A policy rule as data: who owns it, when it holds, what it looks at and what it asks for.
import type { Assurance, ConnectorKind, DeviceKind, LocalizedText, PolicyReason } from '../../wire/codes/index.ts';
import type { Hours } from './hours.ts';

/**
 * Every given part must match; a part lists alternatives. An empty condition matches everybody. An organisation stands
 * for itself and all below it.
 */
export interface RuleCondition {
  readonly applications?: readonly string[] | undefined;
  readonly organisations?: readonly string[] | undefined;
  readonly roles?: readonly string[] | undefined;
  /** A person attribute and the values that match; `certificateClass` holds the classes that the person has. */
  readonly person?: Readonly<Record<string, readonly (string | boolean)[]>> | undefined;
  readonly devices?: readonly DeviceKind[] | undefined;
  readonly networks?: readonly string[] | undefined;
  /** Methods already proven in this login. */
  readonly methods?: readonly ConnectorKind[] | undefined;
  /** APIs that the ticket is for. */
  readonly apis?: readonly string[] | undefined;
  /** Scopes of the ticket. */
  readonly scopes?: readonly string[] | undefined;
  readonly hours?: readonly Hours[] | undefined;
  /** What the application says of this request (core/context); `none` matches when it says nothing of the kind. */
  readonly workplaces?: readonly string[] | undefined;
  /** Professions as codes of Volven 9060. */
  readonly professions?: readonly string[] | undefined;
  readonly purposes?: readonly string[] | undefined;
}

export type RuleEffect =
  /** Only these methods let the person in. */
  | { readonly kind: 'requireMethods'; readonly methods: readonly ConnectorKind[] }
  | { readonly kind: 'requireAssurance'; readonly assurance: Assurance }
  /** The proof may be at most this old. */
  | { readonly kind: 'maxAge'; readonly seconds: number }
  | { readonly kind: 'deny' };

export interface PolicyRule {
  readonly id: string;
  /** What the rule says: for the trail and its explanations. */
  readonly title: string;
  /** What a page says to the person whom the rule stops, in their language; absent = the title. */
  readonly shown?: LocalizedText | undefined;
  /** Who answers for the rule. */
  readonly owner: string;
  /** ISO 8601 instants; outside them the rule does not hold. */
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  readonly when: RuleCondition;
  /** Who is excepted: where all of it matches, the rule does not hold. Until that is known, the rule waits. */
  readonly unless?: RuleCondition | undefined;
  readonly then: RuleEffect;
  /** What a refusal is called; absent = `policy.denied`. Only rules that the hub makes of an API's limits have one. */
  readonly reason?: PolicyReason | undefined;
}
