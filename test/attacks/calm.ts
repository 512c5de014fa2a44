// What every parser of outside bytes must be: it answers, whatever comes, and in little time.
import assert from 'node:assert/strict';

/** Runs it and wants it done within `mostMs` of this process's own CPU time (a busy machine does not count). */
export async function calm<T>(work: () => T | Promise<T>, mostMs = 250): Promise<T> {
  const begun = process.cpuUsage();
  const answer = await work();
  const used = process.cpuUsage(begun);
  const ms = (used.user + used.system) / 1000;
  assert.ok(ms < mostMs, `it took ${ms.toFixed(0)} ms`);
  return answer;
}
