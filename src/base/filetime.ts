// FILETIME: 100 nanoseconds since 1601 (MS-DTYP 2.3.3), as accountExpires is written (MS-ADA1 2.1).
import type { EpochMs } from './clock.ts';

const epochDifferenceMs = 11_644_473_600_000n;
const never = ['0', '9223372036854775807'];

/** The moment as a directory writes it. */
export const toFiletime = (at: EpochMs): string => String((BigInt(Math.trunc(at)) + epochDifferenceMs) * 10_000n);

/** The moment that a directory wrote; undefined when it says never, or nothing. Rounded down to whole milliseconds. */
export function fromFiletime(text: string | undefined): EpochMs | undefined {
  if (text === undefined || !/^\d{1,19}$/.test(text) || never.includes(text)) return undefined;
  return Number(BigInt(text) / 10_000n - epochDifferenceMs);
}
