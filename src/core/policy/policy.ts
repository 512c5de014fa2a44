// The words of policy: what it looks at, what it answers, and the Permit that nothing else can make.
import type { EpochMs } from '../../base/clock.ts';
import type { Assurance, ConnectorKind, DeviceKind, PolicyReason } from '../../wire/codes/index.ts';
import type { PolicyRule } from '../catalogue/policy-rule.ts';
import type { Application } from '../catalogue/snapshot.ts';
import type { Assignment, PersonFacts } from '../directory/directory.ts';
import type { Evidence } from '../linking/evidence.ts';

/** Everything that a decision looks at; gathered before, never looked up inside. */
export interface PolicyFacts {
  readonly application: Application;
  /** Level asked for by the request, if any. */
  readonly requested?: Assurance | undefined;
  readonly fresh: boolean;
  readonly maxAge?: number | undefined;
  /** Instant from which proof counts as fresh (the journey's start). */
  readonly since: EpochMs;
  /** Absent while nobody is identified yet. */
  readonly person?: PersonFacts | undefined;
  readonly evidence: readonly Evidence[];
  readonly assignment?: Assignment | undefined;
  readonly device: DeviceKind;
  /** How the device's kind was found. */
  readonly deviceSource: 'enrolled' | 'network' | 'unknown';
  readonly network?: string | undefined;
  readonly rules: readonly PolicyRule[];
  /** How long `high` evidence may be reused, seconds. */
  readonly highReuseSeconds: number;
  readonly catalogueRevision: number;
}

/** One line of an explanation: a rule or built-in check, whether it matched, and why. */
export interface Explained {
  readonly rule: string;
  readonly title: string;
  readonly matched: boolean;
  /** What decided it: the part of the condition that failed, or the effect that was asked for. */
  readonly because: string;
}

export interface Explanation {
  readonly outcome: 'permit' | 'stepUp' | 'deny';
  readonly reason?: PolicyReason | undefined;
  readonly required: Assurance;
  readonly reached?: Assurance | undefined;
  readonly device: DeviceKind;
  readonly deviceSource: 'enrolled' | 'network' | 'unknown';
  readonly network?: string | undefined;
  readonly catalogueRevision: number;
  readonly lines: readonly Explained[];
}

declare const permitMark: unique symbol;
/** Policy's yes, with its reasons. Only `decide` can make one; nothing is released without one. */
export interface Permit {
  readonly [permitMark]: true;
  readonly application: string;
  readonly person: string;
  readonly assignment?: string | undefined;
  readonly organisation?: string | undefined;
  readonly assurance: Assurance;
  readonly methods: readonly string[];
  readonly authTime: EpochMs;
  /** The evidence that carried the decision. */
  readonly evidence: readonly Evidence[];
  readonly decidedAt: EpochMs;
  readonly explanation: Explanation;
}

export type PolicyDecision =
  | { readonly kind: 'permit'; readonly permit: Permit }
  | {
      readonly kind: 'stepUp';
      readonly assurance: Assurance;
      /** Methods that may satisfy it; never empty. */
      readonly methods: readonly ConnectorKind[];
      readonly reason: PolicyReason;
      readonly rules: readonly string[];
      readonly explanation: Explanation;
    }
  | {
      readonly kind: 'deny';
      readonly reason: PolicyReason;
      readonly rules: readonly string[];
      readonly explanation: Explanation;
    };
