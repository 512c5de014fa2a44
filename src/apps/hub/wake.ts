// Says to a loop that there is something to do now: a hint within this process; the loop's own pace is the truth.
import { setTimeout as sleep } from 'node:timers/promises';

export interface Wake {
  readonly call: () => void;
  /** Resolves after so long, when `signal` is aborted, or at a call; at once when one came since the last pause. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

export function createWake(): Wake {
  let sleeping: AbortController | undefined;
  let called = false;
  return {
    call() {
      if (sleeping === undefined) called = true;
      else sleeping.abort();
    },
    async pause(ms, signal) {
      if (!called) {
        sleeping = new AbortController();
        const either = AbortSignal.any([signal, sleeping.signal]);
        await sleep(ms, undefined, { signal: either, ref: false }).catch(() => undefined);
        sleeping = undefined;
      }
      called = false;
    },
  };
}
