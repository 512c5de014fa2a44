// Does the outbox's work: takes what is due, in order per key, retries with growing pauses, and gives up visibly.
import type { Clock, EpochMs } from '../../base/clock.ts';
import { asProblem } from '../../base/problem.ts';
import { type Delivery, type OutboxKind, retryDelaySeconds } from './message.ts';

/** Does one message; throws when it could not be done. Must bear being done twice. */
export type OutboxWorker = (delivery: Delivery) => Promise<void>;

/** Port. `take` leases due messages to this process: for each key only the oldest that is neither done nor dead. */
export interface OutboxQueue {
  /** `attempts` of what it answers counts this try. Oldest first. */
  take(limit: number): Promise<readonly Delivery[]>;
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

/** One round: at most `limit` messages, different keys side by side. Answers how many were taken. */
export async function runOutboxOnce(ports: OutboxPorts, limit = 16): Promise<number> {
  const taken = await ports.queue.take(limit);
  const first = firstOfEachKey(taken);
  const held = taken.filter((delivery) => !first.includes(delivery));
  await Promise.all([
    ...first.map((delivery) => deliver(delivery, ports)),
    ...held.map((delivery) => ports.queue.retry(delivery.id, ports.clock(), 'waits for an earlier one')),
  ]);
  return taken.length;
}

/** Rounds until `signal` is aborted; `pause` waits between rounds that found nothing (milliseconds, ends early on abort). */
export async function runOutbox(
  ports: OutboxPorts,
  signal: AbortSignal,
  pause: (ms: number, signal: AbortSignal) => Promise<void>,
  idleMs = 1000,
): Promise<void> {
  while (!signal.aborted) {
    let taken = 0;
    try {
      taken = await runOutboxOnce(ports);
    } catch {
      // The queue itself cannot be reached: its own health check tells; the loop must outlive it.
    }
    if (taken === 0) await pause(idleMs, signal);
  }
}
