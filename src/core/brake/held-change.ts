// A change that waits for two people: what it would end, who brought it in, who has approved it, and how it stands.
import { dayMs, type EpochMs, hourMs } from '../../base/clock.ts';

/** Where changes come from that end people. A new source is a line here, and a worker in the wiring. */
export const heldSources = ['apply', 'licences', 'employments', 'drift', 'sources'] as const;
export type HeldSource = (typeof heldSources)[number];

/** Why somebody is in a plan. */
export const heldReasons = [
  'personClosed',
  'employmentEnded',
  'licenceLost',
  'nameChanged',
  'accountClosed',
  'accountMade',
] as const;
export type HeldReason = (typeof heldReasons)[number];

/** One person of a plan, with all that ends of theirs. */
export interface HeldPerson {
  readonly person: string;
  readonly why: HeldReason;
  /** Tops of the organisation trees that lose them. */
  readonly tops: readonly string[];
  readonly cards: readonly string[];
  /** `issuer serial` of each. */
  readonly certificates: readonly string[];
  readonly sessions: readonly string[];
  /** `target login-name` of each in another system. */
  readonly accounts: readonly string[];
}

export const heldStates = ['waiting', 'approved', 'done', 'failed', 'refused', 'replaced', 'expired'] as const;
export type HeldState = (typeof heldStates)[number];

export interface Approval {
  readonly person: string;
  readonly at: EpochMs;
}

/** What is held, without the plan and without what carries it out. */
export interface HeldChange {
  readonly id: string;
  readonly source: HeldSource;
  /** What it covers: a newer change that covers some of it replaces it. */
  readonly covers: readonly string[];
  /** Of what it would do: the same change brought in again is the same held change. */
  readonly digest: string;
  /** Who brought it in, as the trail says it: `anna@host`, or the hub. */
  readonly broughtBy: string;
  /** The same, as people of the directory, where they are known. */
  readonly bringers: readonly string[];
  readonly people: number;
  /** What went over the limit. */
  readonly over: { readonly people: number; readonly of: number; readonly organisation?: string | undefined };
  /** Tops of the organisation trees that lose people: who approves must have the task over each. */
  readonly tops: readonly string[];
  readonly heldAt: EpochMs;
  readonly expiresAt: EpochMs;
  readonly state: HeldState;
  readonly decidedAt?: EpochMs | undefined;
  readonly decidedBy?: string | undefined;
  readonly reason?: string | undefined;
  readonly approvals: readonly Approval[];
}

/** How many must approve. */
export const approvalsNeeded = 2;
/** An approval counts for a day: the second is given while the first is still remembered. */
export const approvalMs = dayMs;
/** What nobody decides is dropped, and must be brought in again as it is then. */
export const heldMs = 72 * hourMs;

/** Approvals that count now. */
export const livingApprovals = ({ approvals }: Pick<HeldChange, 'approvals'>, now: EpochMs): readonly Approval[] =>
  approvals.filter(({ at }) => now < at + approvalMs);

/** Whether somebody can still decide. */
export const isOpenChange = ({ state, expiresAt }: Pick<HeldChange, 'state' | 'expiresAt'>, now: EpochMs): boolean =>
  state === 'waiting' && now < expiresAt;

/** Whether a change that was brought in now takes the place of this one. */
export const replaces = (
  newer: Pick<HeldChange, 'source' | 'covers'>,
  older: Pick<HeldChange, 'source' | 'covers' | 'state'>,
): boolean =>
  (older.state === 'waiting' || older.state === 'approved') &&
  newer.source === older.source &&
  newer.covers.some((what) => older.covers.includes(what));
