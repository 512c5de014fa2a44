// Opening hours as data: weekdays and a span of the day in a named time zone, and whether an instant lies within.
import type { EpochMs } from '../../base/clock.ts';

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

/** One span on some weekdays. One that ends before it begins goes on into the next day. */
export interface Hours {
  readonly days: readonly Weekday[];
  /** `HH:MM`, the first minute that counts. */
  readonly from: string;
  /** `HH:MM`, the first minute that does not; `24:00` is the end of the day. */
  readonly to: string;
  /** Of the IANA time zone database, for example `Europe/Oslo`. */
  readonly zone: string;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** What the wall clock of a zone says; throws a RangeError for a zone that does not exist. */
function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  if (clocks.size < 100) clocks.set(zone, made);
  return made;
}

/** True for a name of a time zone that this machine knows. */
export function isZone(zone: string): boolean {
  try {
    clockOf(zone);
    return true;
  } catch {
    return false;
  }
}

const minutesOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));

/** True when the wall clock shows a time within the hours. Hours in a zone that does not exist hold nothing. */
export function isWithinHours({ days, from, to, zone }: Hours, at: EpochMs): boolean {
  if (!isZone(zone)) return false;
  const parts = new Map(
    clockOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const today = weekdays.indexOf((parts.get('weekday') ?? '').toLowerCase() as Weekday);
  const minute = Number(parts.get('hour')) * 60 + Number(parts.get('minute'));
  const has = (day: number): boolean => days.some((each) => each === weekdays[(day + 7) % 7]);
  const [start, end] = [minutesOf(from), minutesOf(to)];
  if (start < end) return has(today) && minute >= start && minute < end;
  return (has(today) && minute >= start) || (has(today - 1) && minute < end);
}

/** The hours in words of an explanation: `mon tue 07:00-16:00 Europe/Oslo`. */
export const hoursText = ({ days, from, to, zone }: Hours): string => `${days.join(' ')} ${from}-${to} ${zone}`;
