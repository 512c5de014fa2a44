// From when a way to log in no longer gets people in, where and for whom (G3, G4): the list that staff read is what policy enforces.
import type { Assurance, ConnectorKind, DeviceKind, LocalizedText } from '../../wire/codes/index.ts';

/** `planned` and `connecting` are only told; `required` is enforced from its date on. */
export const cutoffStates = ['planned', 'connecting', 'required'] as const;
export type CutoffState = (typeof cutoffStates)[number];

/** Whom an order is meant for: the parts of a rule's condition that are about people. */
export interface CutoffAudience {
  readonly organisations?: readonly string[] | undefined;
  readonly roles?: readonly string[] | undefined;
  readonly person?: Readonly<Record<string, readonly (string | boolean)[]>> | undefined;
  readonly devices?: readonly DeviceKind[] | undefined;
}

/** What those people order instead (G6). */
export interface CutoffOrder {
  readonly when: CutoffAudience;
  readonly text: LocalizedText;
  /** Where it is ordered; https. */
  readonly url?: string | undefined;
}

/** One person, or the people of an organisation and of those below it, for whom it does not hold yet. */
export interface CutoffExemption {
  readonly person?: string | undefined;
  readonly organisation?: string | undefined;
  /** Of that organisation only the people of these units; none: all. */
  readonly units: readonly string[];
  readonly owner: string;
  readonly reason: string;
  /** ISO 8601: there is none without an end. */
  readonly until: string;
}

export interface MethodCutoff {
  readonly id: string;
  /** What it is, in words for the people whom it is about. */
  readonly text: LocalizedText;
  /** Who answers for it. */
  readonly owner: string;
  readonly applications: readonly string[];
  /** Whose people; an organisation stands for itself and all below it; none: everybody. */
  readonly organisations: readonly string[];
  /** What no longer gets in: these providers, these methods, and all that counts for less than `below`. */
  readonly providers: readonly string[];
  readonly methods: readonly ConnectorKind[];
  readonly below?: Assurance | undefined;
  readonly state: CutoffState;
  /** ISO 8601; with `required` the instant from which it is enforced, else only told. */
  readonly from?: string | undefined;
  readonly order: readonly CutoffOrder[];
  readonly exemptions: readonly CutoffExemption[];
}
