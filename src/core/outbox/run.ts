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
  done(id: string): Promise<void>;
  retry(id: string, at: EpochMs, error: string): Promise<void>;
  dead(id: string, error: string): Promise<void>;
}

export interface OutboxPorts {
  readonly queue: OutboxQueue;
  readonly workers: Readonly<Record<OutboxKind, OutboxWorker>>;
  readonly clock: Clock;
  /** Told of each failure: for the log and the trail. `dead`: it is given up. */
  readonly failed: (delivery: Delivery, error: string, dead: boolean) => void;
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
    if (seconds === undefined) await ports.queue.dead(delivery.id, error);
    else await ports.queue.retry(delivery.id, ports.clock() + seconds * 1000, error);
    return;
  }
  await ports.queue.done(delivery.id);
}

/** How much goes on at once. */
export interface OutboxLimits {
  /** Messages under way in this process. */
  readonly atOnce: number;
  /** A lane with so many under way gets no more for now: one slow application must not hold up the others. */
  readonly perLane: number;
  /** Messages that one round takes at most. */
  readonly aRound: number;
}

const usual: OutboxLimits = { atOnce: 128, perLane: 4, aRound: 16 };

export interface OutboxRunner {
  /** Takes what is due and begins it, without waiting for what it began. Answers how many were taken. */
  round(): Promise<number>;
  /** Waits for everything that was begun. */
  settled(): Promise<void>;
}

/** Does messages side by side: different keys and lanes wait for one another only when everything is full. */
export function createOutboxRunner(ports: OutboxPorts, limits: OutboxLimits = usual): OutboxRunner {
  const underWay = new Map<Promise<void>, string>();
  const fullLanes = (): readonly string[] => {
    const counts = new Map<string, number>();
    for (const lane of underWay.values()) counts.set(lane, (counts.get(lane) ?? 0) + 1);
    return [...counts].filter(([, count]) => count >= limits.perLane).map(([lane]) => lane);
  };
  const begin = (delivery: Delivery): void => {
    // When the queue is away after the work, the lease runs out and somebody does it again: workers bear that.
    const work: Promise<void> = deliver(delivery, ports)
      .catch((thrown) => ports.failed(delivery, asProblem(thrown).message.slice(0, 500), false))
      .finally(() => underWay.delete(work));
    underWay.set(work, laneOf(delivery));
  };
  return {
    async round() {
      const free = Math.min(limits.atOnce - underWay.size, limits.aRound);
      if (free <= 0) return 0;
      const taken = await ports.queue.take(free, fullLanes());
      const first = firstOfEachKey(taken);
      for (const delivery of first) begin(delivery);
      const held = taken.filter((delivery) => !first.includes(delivery));
      await Promise.all(held.map(({ id }) => ports.queue.retry(id, ports.clock(), 'waits for an earlier one')));
      return taken.length;
    },
    async settled() {
      await Promise.all(underWay.keys());
    },
  };
}
