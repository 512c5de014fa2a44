// Times and spans as a directory writes them: 100 nanoseconds since 1601, and spans below zero (MS-DTYP 2.3.3, MS-ADA1 2.369).
import type { EpochMs } from '../../../base/clock.ts';

const epochDifferenceMs = 11_644_473_600_000n;
const never = ['0', '9223372036854775807'];

/** The moment; undefined when the text says never, or is none. */
export function momentOf(text: string | undefined): EpochMs | undefined {
  if (text === undefined || !/^\d{1,19}$/.test(text) || never.includes(text)) return undefined;
  return Number(BigInt(text) / 10_000n - epochDifferenceMs);
}

/** Seconds of a span such as -18000000000; undefined when the text is none. */
export function spanSeconds(text: string | undefined): number | undefined {
  if (text === undefined || !/^-?\d{1,19}$/.test(text)) return undefined;
  const span = BigInt(text);
  return Number((span < 0n ? -span : span) / 10_000_000n);
}
