// The closed loop: 16 connections, each sends its next prepared piece of work when the last one is answered.
import type { Connection } from './connection.ts';

export interface Load {
  /** Milliseconds from the first byte sent to the last answer read. */
  readonly wallMs: number;
  /** One each piece of work, milliseconds. */
  readonly latencies: readonly number[];
  /** What was not the answer that it should be, by its first words. */
  readonly bad: ReadonlyMap<string, number>;
}

/** One piece of work on a connection; resolves to undefined when all went well, else to what was wrong. */
export type Work = (connection: Connection) => Promise<string | undefined>;

export async function runLoad(connections: readonly Connection[], work: readonly Work[]): Promise<Load> {
  const latencies: number[] = [];
  const bad = new Map<string, number>();
  let next = 0;
  const started = performance.now();
  await Promise.all(
    connections.map(async (connection) => {
      for (;;) {
        const one = work[next++];
        if (one === undefined) return;
        const from = performance.now();
        const wrong = await one(connection);
        latencies.push(performance.now() - from);
        if (wrong !== undefined) bad.set(wrong, (bad.get(wrong) ?? 0) + 1);
      }
    }),
  );
  return { wallMs: performance.now() - started, latencies, bad };
}

/** The value below which the given share lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
};
