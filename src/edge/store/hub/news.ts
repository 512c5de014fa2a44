// News of one thing within this process: whoever waits for it goes on at once instead of asking the database again and again.
import { setTimeout as sleep } from 'node:timers/promises';

export interface News {
  /** From now on; resolves at the first word of it, or after so long. */
  readonly of: (what: string) => (mostMs: number) => Promise<void>;
  readonly forget: (what: string) => void;
  readonly tell: (what: readonly string[]) => void;
}

export function news(): News {
  const waited = new Map<string, AbortController>();
  return {
    of(what) {
      const known = waited.get(what);
      const controller = known ?? new AbortController();
      waited.set(what, controller);
      return (mostMs) => sleep(mostMs, undefined, { signal: controller.signal }).catch(() => undefined);
    },
    forget: (what) => void waited.delete(what),
    tell(what) {
      for (const one of what) {
        waited.get(one)?.abort();
        waited.delete(one);
      }
    },
  };
}
