// Time as an argument: every rule that depends on "now" is given a clock, and the product has no test clock.

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number;
/** Seconds since 1970-01-01T00:00:00Z (RFC 7519 NumericDate). */
export type EpochSeconds = number;
/** Tells the present instant. */
export type Clock = () => EpochMs;

/** The machine's clock. */
export const systemClock: Clock = () => Date.now();

/** Whole seconds of an instant, rounded down (RFC 7519 NumericDate). */
export const toSeconds = (at: EpochMs): EpochSeconds => Math.floor(at / 1000);

export const secondMs = 1000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
