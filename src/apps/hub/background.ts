// Work that goes on beside the requests: each loop has its own pace, never overlaps itself, and survives a failure.
import type { Logger } from 'pino';
import { createWake, type Wake } from './wake.ts';

export interface Loop {
  readonly name: string;
  readonly everyMs: number;
  readonly run: () => Promise<unknown>;
  /** Ends a pause early. */
  readonly wake?: Wake | undefined;
  /** Waits for what a run began and did not wait for; asked when the hub stops. */
  readonly settled?: (() => Promise<void>) | undefined;
}

/** Starts the loops, each at once; answers how to stop them and wait for what is under way. */
export function startLoops(loops: readonly Loop[], log: Logger): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = loops.map(async (loop) => {
    while (!signal.aborted) {
      try {
        await loop.run();
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        if (!signal.aborted) log.warn({ loop: loop.name, error: why }, 'background work failed; it is tried again');
      }
      await (loop.wake ?? createWake()).pause(loop.everyMs, signal);
    }
  });
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
      await Promise.all(loops.map(({ settled }) => settled?.()));
    },
  };
}
