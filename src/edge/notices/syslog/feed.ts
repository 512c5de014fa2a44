// The audit feed: reads sealed events from a cursor, sends them in order, and moves the cursor when they have arrived.
import { hostname } from 'node:os';
import type { Clock } from '../../../base/clock.ts';
import { parseEventText, type SealedFeed, type SyslogSender, syslogMessage } from '../../../core/audit/index.ts';
import { connectFeed, type FeedAddress, type FeedConnection } from './connection.ts';

export interface FeedOptions {
  readonly source: SealedFeed;
  readonly address: FeedAddress;
  readonly clock: Clock;
  /** Told of each change between sending and failing, for the operator's log. */
  readonly onState?: ((state: 'sending' | 'waiting', why: string) => void) | undefined;
  readonly sender?: SyslogSender | undefined;
  /** Milliseconds between looks for new events (1000). */
  readonly everyMs?: number | undefined;
  /**
   * Syslog over a stream has no answer: what was sent counts as arrived when the connection has held this much longer
   * (2000 ms). If it breaks before, the events are sent again.
   */
  readonly settleMs?: number | undefined;
  /** Most events read and sent at once: the bound of the queue (500). */
  readonly batch?: number | undefined;
}

export interface RunningFeed {
  /** Events sent since the start: a metric. */
  sent(): number;
  /** Stops after what is under way. */
  stop(): Promise<void>;
}

const firstDelayMs = 500;
const longestDelayMs = 60_000;

/** Milliseconds before the next try: doubling from half a second, at most a minute. */
export const reconnectDelayMs = (failures: number): number =>
  Math.min(longestDelayMs, firstDelayMs * 2 ** Math.max(0, failures - 1));

/** Starts the feed. Failures are told and tried again for ever; events wait in the log meanwhile. */
export function startFeed(options: FeedOptions): RunningFeed {
  const { source, clock } = options;
  const everyMs = options.everyMs ?? 1000;
  const settleMs = options.address.protocol === 'udp' ? 0 : (options.settleMs ?? 2000);
  const batch = options.batch ?? 500;
  const sender = options.sender ?? { host: hostname(), process: String(process.pid) };
  const unsettled: { next: number; at: number }[] = [];
  let connection: FeedConnection | undefined;
  let cursor: number | undefined;
  let sent = 0;
  let failures = 0;
  let stopped = false;
  let wake = () => {};

  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const settle = async () => {
    let arrived: number | undefined;
    while (unsettled[0] !== undefined && clock() - unsettled[0].at >= settleMs) arrived = unsettled.shift()?.next;
    if (arrived !== undefined) await source.confirm(arrived);
  };

  /** One look; true when there may be more at once. */
  const step = async (): Promise<boolean> => {
    if (!(await source.hold())) {
      drop();
      return false;
    }
    if (connection === undefined) {
      connection = await connectFeed(options.address);
      cursor = await source.position();
      options.onState?.('sending', `from event ${cursor}`);
    }
    if (!connection.alive()) throw new Error('the collector closed the connection');
    await settle();
    // What is sent and not settled is bounded too: a collector that takes no bytes stops us here.
    if (unsettled.length >= 20) return false;
    const { events, next } = await source.read(cursor ?? 0, batch);
    const messages = events.flatMap(({ text, index }) => {
      const event = parseEventText(text);
      return event === undefined ? [] : [syslogMessage(event, text, index, sender)];
    });
    if (messages.length > 0) await connection.send(messages);
    sent += messages.length;
    failures = 0;
    if (next === cursor) return false;
    cursor = next;
    unsettled.push({ next, at: clock() });
    return events.length > 0;
  };

  const drop = () => {
    connection?.close();
    connection = undefined;
    unsettled.length = 0;
  };

  const run = async () => {
    while (!stopped) {
      try {
        const more = await step();
        if (!more && !stopped) await sleep(everyMs);
      } catch (error) {
        drop();
        failures += 1;
        const code = (error as { code?: unknown }).code;
        options.onState?.(
          'waiting',
          typeof code === 'string' ? code : error instanceof Error ? error.message : 'failed',
        );
        if (!stopped) await sleep(reconnectDelayMs(failures));
      }
    }
    if (connection?.alive()) await settle().catch(() => undefined);
    drop();
    await source.release().catch(() => undefined);
  };
  const running = run();

  return {
    sent: () => sent,
    stop: async () => {
      stopped = true;
      wake();
      await running;
    },
  };
}
