// Spans of time as a directory writes them: 100 nanoseconds each, below zero (MS-DTYP 2.3.3, MS-ADA1 2.369).

/** Seconds of a span such as -18000000000; undefined when the text is none. */
export function spanSeconds(text: string | undefined): number | undefined {
  if (text === undefined || !/^-?\d{1,19}$/.test(text)) return undefined;
  const span = BigInt(text);
  return Number((span < 0n ? -span : span) / 10_000_000n);
}
