// Times of SAML: xs:dateTime, always UTC, and xs:duration, to and from milliseconds.
import { dayMs, type EpochMs, hourMs, minuteMs, secondMs } from '../clock.ts';

const dateTime = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d{1,12})?(Z|[+-]\d{2}:\d{2})?$/;

/**
 * An instant, or undefined when it is none. A time without a zone is UTC (SAML Core 1.3.3); a fraction beyond the
 * millisecond is cut off. A day or an hour that does not exist, and a leap second, are no instant.
 */
export function parseInstant(text: string): EpochMs | undefined {
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = dateTime.exec(text) ?? [];
  if (year === undefined) return undefined;
  const written = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const at = Date.parse(`${written}Z`);
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 19) !== written) return undefined;
  const offset = zoneOffsetMs(zone);
  return offset === undefined ? undefined : at + Number(fraction.slice(1, 4).padEnd(3, '0')) - offset;
}

function zoneOffsetMs(zone: string): number | undefined {
  if (zone === 'Z') return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(4))];
  if (hours > 14 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * hourMs + minutes * minuteMs);
}

/** `2026-11-29T15:04:05.006Z`. */
export const instantText = (at: EpochMs): string => new Date(at).toISOString();

const duration =
  /^P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,10})(?:\.\d{1,9})?S)?)?$/;

/** A duration that is not negative, with 365 days to the year and 30 to the month, or undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  const found = duration.exec(text);
  if (found === null || /[PT]$/.test(text)) return undefined;
  const [years = 0, months = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = found
    .slice(1)
    .map((part: string | undefined) => Number(part ?? 0));
  return (years * 365 + months * 30 + days) * dayMs + hours * hourMs + minutes * minuteMs + seconds * secondMs;
}

/** `PT3600S`: whole seconds. */
export const durationText = (ms: number): string => `PT${Math.floor(ms / secondMs)}S`;
