// A policy rule as data: who owns it, when it holds, what it looks at and what it asks for.
import type { Assurance, ConnectorKind, DeviceKind, LocalizedText } from '../../wire/codes/index.ts';

/** Every given part must match; a part lists alternatives. An empty condition matches everybody. */
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
  readonly then: RuleEffect;
}
