// Work to do after a commit: ordered per key, retried, and shown when it is given up.
import type { EpochMs } from '../../base/clock.ts';

/** Kinds of work, each with a worker in the wiring. */
export type OutboxKind =
  | 'backchannelLogout'
  | 'personClosed'
  | 'personSplit'
  | 'assignmentsEnded'
  | 'holderNews'
  | 'heldChange'
  | 'upstreamLogout'
  | 'cardIssuer'
  | 'cardStopped'
  | 'cardUsed'
  | 'derivedIssuer'
  | 'derivedStopped'
  | 'account'
  | 'accountOrphan';

export interface OutboxMessage {
  readonly id: string;
  readonly kind: OutboxKind;
  /** Messages of one key are done in order, one at a time. */
  readonly key: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly notBefore: EpochMs;
  /** Somebody waits for it at a page: it goes before what nobody waits for. */
  readonly awaited?: boolean | undefined;
}

/** A message as the worker gets it. */
export interface Delivery extends OutboxMessage {
  readonly attempts: number;
  /** Asked before a step that two may not do at once: false when the lease has run out, or others take us for gone. */
  readonly stillHeld?: (() => Promise<boolean>) | undefined;
}

/** Seconds to wait before the next try: doubling from 1 s, at most 5 min; undefined = give up (dead letter). */
export function retryDelaySeconds(attempts: number): number | undefined {
  return attempts >= 20 ? undefined : Math.min(300, 2 ** Math.max(0, attempts - 1));
}

/**
 * What a message may hold up when it is slow: the application or account target that it goes to, else its kind. What somebody waits for
 * has a lane of its own beside it, so that no amount of other work fills it.
 */
export function laneOf({ kind, payload, awaited }: Pick<OutboxMessage, 'kind' | 'payload' | 'awaited'>): string {
  const where = [payload['application'], payload['target']].find((one) => typeof one === 'string');
  return `${awaited === true ? 'awaited ' : ''}${typeof where === 'string' ? where : kind}`;
}
