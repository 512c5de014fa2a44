// The words of policy: what it looks at, what it answers, and the Permit that nothing else can make.
import type { EpochMs } from '../../base/clock.ts';
import type { Assurance, ConnectorKind, DeviceKind, PolicyReason } from '../../wire/codes/index.ts';
import type { AssignmentConflict } from '../catalogue/assignment-conflict.ts';
import type { MethodCutoff } from '../catalogue/method-cutoff.ts';
import type { PolicyRule } from '../catalogue/policy-rule.ts';
import type { Application, Federation } from '../catalogue/snapshot.ts';
import type { ContextConditions } from '../context/conditions.ts';
import type { Assignment, PersonFacts, ToldPerson } from '../directory/directory.ts';
import type { Evidence } from '../linking/evidence.ts';
import type { Candidate } from './candidates.ts';
import type { CutoffHit } from './cutoffs.ts';
import type { StoredFacts } from './stored-facts.ts';

/** Everything that a decision looks at; gathered before, never looked up inside. */
export interface PolicyFacts {
  readonly application: Application;
  /** The federation that the application is for the members of, if any. */
  readonly federation?: Federation | undefined;
  /** Level asked for by the request, if any. */
  readonly requested?: Assurance | undefined;
  readonly fresh: boolean;
  readonly maxAge?: number | undefined;
  /** Instant from which proof counts as fresh (the journey's start). */
  readonly since: EpochMs;
  /** Absent while nobody is identified yet. */
  readonly person?: PersonFacts | undefined;
  /** What sources told of the person that is too old, since they do not answer. */
  readonly stale?: readonly ToldPerson[] | undefined;
  readonly evidence: readonly Evidence[];
  /** Evidence id -> the person that it was linked to. Evidence that is not here belongs to nobody. */
  readonly holders: ReadonlyMap<string, string>;
  readonly assignment?: Assignment | undefined;
  /** Ids of the APIs that the ticket is to be for, and its scopes. */
  readonly apis: readonly string[];
  readonly scopes: readonly string[];
  readonly device: DeviceKind;
  /** How the device's kind was found. */
  readonly deviceSource: 'enrolled' | 'network' | 'unknown';
  readonly network?: string | undefined;
  /** Workplace, role and grounds that the application gave for this request. */
  readonly context?: ContextConditions | undefined;
  /** The catalogue's, and those of the APIs (`rulesFor`). */
  readonly rules: readonly PolicyRule[];
  /** Which of a person's assignments may not hold together. */
  readonly assignmentConflicts: readonly AssignmentConflict[];
  /** The application's, whatever their state (`cutoffsFor`). */
  readonly cutoffs: readonly MethodCutoff[];
  /** Providers that the application allows, with what each can reach (`candidatesFor`). */
  readonly candidates: readonly Candidate[];
  /** How long `high` evidence may be reused, seconds; a provider may have its own. */
  readonly highReuseSeconds: number;
  readonly catalogueRevision: number;
}

/** One line of an explanation: a rule or built-in check, whether it matched, and why. */
export interface Explained {
  /** The rule's id, or `check.` and the check's name. */
  readonly rule: string;
  readonly title: string;
  /** Rule: its condition held. Check: it objected. */
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
  /** What was looked at, as far as a rule can ask for it: enough to decide again by other rules. */
  readonly facts: StoredFacts;
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
  /** Ids of the APIs that it is for: no token for another one rests on it. */
  readonly apis: readonly string[];
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
      /** The oldest proof that will do, seconds; absent = no limit. */
      readonly maxAgeSeconds?: number | undefined;
      /** Methods that may satisfy it; never empty. */
      readonly methods: readonly ConnectorKind[];
      /** Providers that may satisfy it, in the order to show them; never empty. */
      readonly providers: readonly string[];
      readonly reason: PolicyReason;
      /** Ids of the rules that asked. */
      readonly rules: readonly string[];
      /** Method cut-offs behind it, if any. */
      readonly cutoffs?: readonly CutoffHit[] | undefined;
      readonly explanation: Explanation;
    }
  | {
      readonly kind: 'deny';
      readonly reason: PolicyReason;
      /** Ids of the rules that refused. */
      readonly rules: readonly string[];
      /** Ids of the APIs whose own limits refused. */
      readonly services: readonly string[];
      /** Method cut-offs that refused. */
      readonly cutoffs?: readonly CutoffHit[] | undefined;
      readonly explanation: Explanation;
    };
