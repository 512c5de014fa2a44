// Does the outbox's work: takes what is due, in order per key, retries with growing pauses, and gives up visibly.
import type { Clock, EpochMs } from '../../base/clock.ts';
import { asProblem } from '../../base/problem.ts';
import { type Delivery, laneOf, type OutboxKind, retryDelaySeconds } from './message.ts';

/** Does one message; throws when it could not be done. Must bear being done twice. */
export type OutboxWorker = (delivery: Delivery) => Promise<void>;

/** Port. `take` leases due messages to this process: for each key only the oldest that is neither done nor dead. */
export interface OutboxQueue {
  /** `attempts` of what it answers counts this try. Oldest first; none of the lanes in `but`. */
  take(limit: number, but: readonly string[]): Promise<readonly Delivery[]>;
  /** `attempts`, as `take` answered it: nothing is written of a try after which the message was taken again. */
  done(id: string, attempts: number): Promise<void>;
  retry(id: string, at: EpochMs, error: string, attempts: number): Promise<void>;
  dead(id: string, error: string, attempts: number): Promise<void>;
}

export interface OutboxPorts {
  readonly queue: OutboxQueue;
  readonly workers: Readonly<Record<OutboxKind, OutboxWorker>>;
  readonly clock: Clock;
  /** Told of each failure: for the log and the trail. `dead`: it is given up. */
  readonly failed: (delivery: Delivery, error: string, dead: boolean) => void;
  /** Told that there is room again where more is due: the next round need not wait for its time. */
  readonly room?: (() => void) | undefined;
}

/** First messages of each key, oldest first: a queue that answers several of one key must not let them overtake. */
function firstOfEachKey(deliveries: readonly Delivery[]): readonly Delivery[] {
  const seen = new Set<string>();
  return deliveries.filter(({ key }) => !seen.has(key) && seen.add(key));
}

async function deliver(delivery: Delivery, ports: OutboxPorts): Promise<void> {
  try {
    await ports.workers[delivery.kind](delivery);
  } catch (thrown) {
    const error = asProblem(thrown).message.slice(0, 500);
    const seconds = retryDelaySeconds(delivery.attempts);
    ports.failed(delivery, error, seconds === undefined);
    if (seconds === undefined) await ports.queue.dead(delivery.id, error, delivery.attempts);
    else await ports.queue.retry(delivery.id, ports.clock() + seconds * 1000, error, delivery.attempts);
    return;
  }
  await ports.queue.done(delivery.id, delivery.attempts);
}

/** How much goes on at once. */
export interface OutboxLimits {
  /** Messages under way in this process. */
  readonly atOnce: number;
  /** A lane with so many under way gets no more for now: one slow application must not hold up the others. */
  readonly perLane: number;
  /** The same for what somebody waits for. */
  readonly perAwaitedLane: number;
  /** Messages that one round takes at most. */
  readonly aRound: number;
}

const usual: OutboxLimits = { atOnce: 128, perLane: 4, perAwaitedLane: 8, aRound: 16 };

interface Lane {
  readonly inTurn: (work: () => Promise<void>) => Promise<void>;
  readonly isFull: () => boolean;
  readonly isEmpty: () => boolean;
}

/** So many at once; a round may take more, which then begin in their order as others end. */
function openLane(most: number): Lane {
  let count = 0;
  const waiting: (() => void)[] = [];
  return {
    isFull: () => count >= most,
    isEmpty: () => count === 0,
    async inTurn(work) {
      count += 1;
      if (count > most) await new Promise<void>((begin) => waiting.push(begin));
      try {
        await work();
      } finally {
        count -= 1;
        waiting.shift()?.();
      }
    },
  };
}

export interface OutboxRunner {
  /** Takes what is due and begins it, without waiting for what it began. Answers how many were taken. */
  round(): Promise<number>;
  /** Waits for everything that was begun. */
  settled(): Promise<void>;
}

/** Does messages side by side: different keys and lanes wait for one another only when everything is full. */
export function createOutboxRunner(ports: OutboxPorts, limits: OutboxLimits = usual): OutboxRunner {
  const underWay = new Map<Promise<void>, Delivery>();
  const lanes = new Map<string, Lane>();
  const laneWith = (delivery: Delivery): Lane => {
    const name = laneOf(delivery);
    const lane = lanes.get(name) ?? openLane(delivery.awaited === true ? limits.perAwaitedLane : limits.perLane);
    lanes.set(name, lane);
    return lane;
  };
  const fullLanes = (): readonly string[] => [...lanes].filter(([, lane]) => lane.isFull()).map(([name]) => name);
  let more = false;
  const begin = (delivery: Delivery): void => {
    // When the queue is away after the work, the lease runs out and somebody does it again: workers bear that.
    const work: Promise<void> = laneWith(delivery)
      .inTurn(() => deliver(delivery, ports))
      .catch((thrown) => ports.failed(delivery, asProblem(thrown).message.slice(0, 500), false))
      .finally(() => {
        underWay.delete(work);
        if (laneWith(delivery).isEmpty()) lanes.delete(laneOf(delivery));
        if (more) ports.room?.();
      });
    underWay.set(work, delivery);
  };
  return {
    async round() {
      const free = Math.min(limits.atOnce - underWay.size, limits.aRound);
      const full = fullLanes();
      more = free <= 0 || full.length > 0;
      if (free <= 0) return 0;
      const taken = await ports.queue.take(free, full);
      more ||= taken.length === free;
      const first = firstOfEachKey(taken);
      for (const delivery of first) begin(delivery);
      const held = taken.filter((delivery) => !first.includes(delivery));
      await Promise.all(
        held.map(({ id, attempts }) => ports.queue.retry(id, ports.clock(), 'waits for an earlier one', attempts)),
      );
      return taken.length;
    },
    async settled() {
      await Promise.all(underWay.keys());
    },
  };
}
