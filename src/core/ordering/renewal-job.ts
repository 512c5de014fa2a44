// The renewal of many cards as one job: who starts, approves, pauses and stops it, and what it orders for each card.
import { type EpochMs, hourMs } from '../../base/clock.ts';
import type { AuditRecord } from '../audit/record.ts';
import type { CardProfile } from '../catalogue/index.ts';
import { type Administration, administeredBy, type Organisation, type Person } from '../directory/index.ts';
import { type Card, wishedCard } from './card.ts';

/** `draft`: looked at, nothing begun. `asked`: waits for a second officer. */
export const renewalStates = ['draft', 'asked', 'running', 'paused', 'stopped', 'done'] as const;
export type RenewalState = (typeof renewalStates)[number];

/** What became of one card of the job. `excluded`: it was never to be renewed, and the draft says why. */
export const renewalItemStates = ['waiting', 'done', 'failed', 'excluded'] as const;
export type RenewalItemState = (typeof renewalItemStates)[number];
export type RenewalCounts = Readonly<Record<RenewalItemState, number>>;

export interface RenewalJob {
  readonly id: string;
  readonly state: RenewalState;
  /** Grows by one with each step of the job, not of its cards. */
  readonly revision: number;
  /** This and everything below it. */
  readonly organisation: string;
  readonly profile: string;
  /** Cards that run out before this are in it. */
  readonly expiringBefore: EpochMs;
  readonly askedBy: string;
  readonly draftedAt: EpochMs;
  readonly approvedBy?: string | undefined;
  /** Since when it runs without a pause. */
  readonly runningSince?: EpochMs | undefined;
  readonly endedAt?: EpochMs | undefined;
}

interface RenewalActionRule {
  readonly from: readonly RenewalState[];
  readonly to: RenewalState;
}

export const renewalActions = {
  /** Whoever looked at the draft begins it; where two officers are asked for, it waits for the second. */
  start: { from: ['draft'], to: 'running' },
  approve: { from: ['asked'], to: 'running' },
  pause: { from: ['running'], to: 'paused' },
  resume: { from: ['paused'], to: 'running' },
  stop: { from: ['asked', 'running', 'paused'], to: 'stopped' },
  /** What failed is tried once more. */
  retry: { from: ['running', 'paused', 'done'], to: 'running' },
} as const satisfies Readonly<Record<string, RenewalActionRule>>;
export type RenewalAction = keyof typeof renewalActions;
export const renewalActionNames = Object.keys(renewalActions) as readonly RenewalAction[];

export interface RenewalFacts {
  readonly now: EpochMs;
  readonly job: RenewalJob;
  readonly counts: RenewalCounts;
  readonly profile: CardProfile | undefined;
  readonly person: Pick<Person, 'id' | 'closed'>;
  readonly grants: readonly Administration[];
  /** The job's organisation and all above it. */
  readonly organisations: ReadonlyMap<string, Organisation>;
  /** The revision that the person looked at. */
  readonly seen?: number | undefined;
}

export type RenewalRefusal =
  | 'renewal.noRight'
  | 'renewal.changed'
  | 'renewal.otherStep'
  | 'renewal.unknownProfile'
  | 'renewal.notYours'
  | 'renewal.sameOfficer'
  | 'renewal.old'
  | 'renewal.nothing';

export interface RenewalCheck {
  readonly name: string;
  readonly clause: string;
  readonly code: RenewalRefusal;
  readonly of: (action: RenewalAction) => boolean;
  /** True when the step may be taken. */
  readonly test: (facts: RenewalFacts, action: RenewalAction) => boolean;
}

const only =
  (...actions: readonly RenewalAction[]) =>
  (action: RenewalAction) =>
    actions.includes(action);

/** A draft shows the world of its moment; what waits for a second officer is looked at again for each card. */
const longestWaitMs = { start: hourMs, approve: 7 * 24 * hourMs } as const;

/** A kind of card that is made here, and still is. */
export const isMadeHere = (profile: CardProfile | undefined): profile is CardProfile =>
  profile !== undefined && !profile.closed && profile.flow === 'own';

/** The officer has the task over all that the job may touch. */
export const mayRenewAt = ({
  grants,
  person,
  job,
  organisations,
  now,
}: Pick<RenewalFacts, 'grants' | 'person' | 'organisations' | 'now'> & {
  readonly job: Pick<RenewalJob, 'organisation'>;
}): boolean =>
  administeredBy(grants, { person, task: 'issueCards', organisation: job.organisation, organisations, now }) !==
  undefined;

export const renewalChecks: readonly RenewalCheck[] = [
  {
    name: 'renewal.right',
    clause: 'V3: who has the task over its organisation; first, so that nothing else is told',
    code: 'renewal.noRight',
    of: () => true,
    test: mayRenewAt,
  },
  {
    name: 'renewal.revision',
    clause: 'two at once: the second is told',
    code: 'renewal.changed',
    of: () => true,
    test: ({ job, seen }) => seen === undefined || seen === job.revision,
  },
  {
    name: 'renewal.step',
    clause: 'H2: in the order of its steps',
    code: 'renewal.otherStep',
    of: () => true,
    test: ({ job }, action) => (renewalActions[action].from as readonly RenewalState[]).includes(job.state),
  },
  {
    name: 'renewal.profile',
    clause: 'H2: of a kind that is made here',
    code: 'renewal.unknownProfile',
    of: only('start', 'approve', 'resume', 'retry'),
    test: ({ profile }) => isMadeHere(profile),
  },
  {
    name: 'renewal.looked',
    clause: 'H2: begun by whoever saw what it will do',
    code: 'renewal.notYours',
    of: only('start'),
    test: ({ job, person }) => job.askedBy === person.id,
  },
  {
    name: 'renewal.otherOfficer',
    clause: 'H3: two officers where the profile says so',
    code: 'renewal.sameOfficer',
    of: only('approve'),
    test: ({ job, person }) => job.askedBy !== person.id,
  },
  {
    name: 'renewal.fresh',
    clause: 'H2: what was looked at is still what is there',
    code: 'renewal.old',
    of: only('start', 'approve'),
    test: ({ job, now }, action) =>
      (action !== 'start' && action !== 'approve') || now - job.draftedAt <= longestWaitMs[action],
  },
  {
    name: 'renewal.some',
    clause: 'H2: there is something to do',
    code: 'renewal.nothing',
    of: only('start', 'approve', 'retry'),
    test: ({ counts }, action) => (action === 'retry' ? counts.failed : counts.waiting) > 0,
  },
];

export interface RenewalChange {
  readonly kind: 'done';
  readonly job: RenewalJob;
  readonly event: AuditRecord;
  /** What failed waits again. */
  readonly retries: boolean;
}

export type RenewalDecision = RenewalChange | { readonly kind: 'refused'; readonly code: RenewalRefusal };

export const firstNoOfRenewal = (
  facts: RenewalFacts,
  action: RenewalAction,
  checks: readonly RenewalCheck[] = renewalChecks,
): RenewalCheck | undefined => checks.find(({ of, test }) => of(action) && !test(facts, action));

/** What this officer may do with the job now. */
export const possibleRenewalActions = (facts: RenewalFacts): readonly RenewalAction[] =>
  renewalActionNames.filter((action) => firstNoOfRenewal(facts, action) === undefined);

const eventKinds = {
  start: 'card.renewalStarted',
  approve: 'card.renewalStarted',
  pause: 'card.renewalPaused',
  resume: 'card.renewalResumed',
  stop: 'card.renewalStopped',
  retry: 'card.renewalResumed',
} as const satisfies Readonly<Record<RenewalAction, AuditRecord['kind']>>;

/** A step of the job. */
export function decideRenewal(action: RenewalAction, facts: RenewalFacts): RenewalDecision {
  const no = firstNoOfRenewal(facts, action);
  if (no !== undefined) return { kind: 'refused', code: no.code };
  const { job, now, person, profile } = facts;
  const waits = action === 'start' && profile?.dualControl === true;
  const state: RenewalState = waits ? 'asked' : renewalActions[action].to;
  const next: RenewalJob = {
    ...job,
    state,
    revision: job.revision + 1,
    approvedBy: action === 'approve' ? person.id : job.approvedBy,
    runningSince: state === 'running' ? now : undefined,
    endedAt: state === 'stopped' ? now : undefined,
  };
  const kind = waits ? 'card.renewalAsked' : eventKinds[action];
  return { kind: 'done', job: next, event: renewalEvent(kind, facts, person.id), retries: action === 'retry' };
}

/** Every card of a running job is seen to. */
export function decideRenewalEnd(facts: Pick<RenewalFacts, 'job' | 'counts' | 'now'>): RenewalChange | undefined {
  const { job, counts, now } = facts;
  if (job.state !== 'running' || counts.waiting > 0) return undefined;
  const next: RenewalJob = {
    ...job,
    state: 'done',
    revision: job.revision + 1,
    runningSince: undefined,
    endedAt: now,
  };
  return { kind: 'done', job: next, event: renewalEvent('card.renewalEnded', facts, undefined), retries: false };
}

const renewalEvent = (
  kind: AuditRecord['kind'],
  { job, counts, now }: Pick<RenewalFacts, 'job' | 'counts' | 'now'>,
  by: string | undefined,
): AuditRecord => ({
  kind,
  at: now,
  outcome: 'ok',
  organisation: job.organisation,
  body: {
    job: job.id,
    profile: job.profile,
    expiringBefore: new Date(job.expiringBefore).toISOString(),
    ...(by === undefined ? {} : { by }),
    ...counts,
  },
});

/** The order that the job places for a card; `id` was given with the draft, so that no try makes a second one. */
export const renewalOrder = (job: RenewalJob, id: string, old: Card, now: EpochMs): Card => {
  const { profile, holder, organisation } = old;
  const order = { orderedBy: job.askedBy, orderedAt: now, temporary: false, replaces: old.id };
  return { ...wishedCard({ id, profile, holder, organisation, ...order }), renewalJob: job.id };
};

/** The trail of a card that the job could not renew. */
export const renewalRefused = (job: RenewalJob, old: Card, why: string, now: EpochMs): AuditRecord => ({
  kind: 'card.renewalRefused',
  at: now,
  outcome: 'refused',
  person: old.holder,
  organisation: old.organisation,
  body: { card: old.id, job: job.id, profile: old.profile, by: job.askedBy, why },
});

/** How long at the pace of the last `overMs`; undefined: nothing to go by. */
export function renewalTimeLeft(waiting: number, doneLately: number, overMs: number): EpochMs | undefined {
  return doneLately === 0 || overMs <= 0 ? undefined : (waiting * overMs) / doneLately;
}
