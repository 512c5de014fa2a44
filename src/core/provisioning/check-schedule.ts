// When a target is compared as a whole: once a day, at a time of its wall clock.
import type { EpochMs } from '../../base/clock.ts';

export interface DailyTime {
  /** `HH:MM`. */
  readonly time: string;
  /** Of the IANA time zone database. */
  readonly zone: string;
}

/** In the night, when few log in. */
export const usualCheckTime: DailyTime = { time: '03:00', zone: 'Europe/Stockholm' };

/** After a run that could not be ended. */
export const checkRetryMs = 15 * 60_000;

const minuteMs = 60_000;
const dayMinutes = 24 * 60;

function wallMinute(zone: string, at: EpochMs): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const of = new Map(parts.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  return (of.get('hour') ?? 0) * 60 + (of.get('minute') ?? 0);
}

/** The next instant after `now` at which the clock there shows the time; in the night that skips it, the one nearest to it. */
export function nextCheckAt({ time, zone }: DailyTime, now: EpochMs): EpochMs {
  const wanted = Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
  const from = Math.floor(now / minuteMs) * minuteMs;
  const ahead = (wanted - wallMinute(zone, from) + dayMinutes) % dayMinutes || dayMinutes;
  const found = from + ahead * minuteMs;
  // The clock was moved in between: by as much it is off.
  const off = ((wanted - wallMinute(zone, found) + dayMinutes * 1.5) % dayMinutes) - dayMinutes / 2;
  const moved = found + off * minuteMs;
  return wallMinute(zone, moved) === wanted && moved > now ? moved : found;
}
