// Dates as registers write them: XML Schema's dateTime and LDAP's GeneralizedTime; what names no zone is Swedish time.
import type { EpochMs } from '../../base/clock.ts';

const zone = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Stockholm',
  timeZoneName: 'longOffset',
  hourCycle: 'h23',
});

/** Milliseconds that the wall clock is ahead of UTC at an instant: `GMT+02:00`. */
function aheadAt(at: EpochMs): number {
  const name = zone.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const found = /GMT\+(\d{2}):(\d{2})/.exec(name);
  return found === null ? 0 : (Number(found[1]) * 60 + Number(found[2])) * 60_000;
}

const written =
  /^(\d{4})-?(\d{2})-?(\d{2})(?:T?(\d{2}):?(\d{2})(?::?(\d{2})(?:\.\d{1,9})?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?$/;

/** The instant that a register's date names; undefined when it is none. A date alone is its first moment. */
export function instantOfSource(text: string): EpochMs | undefined {
  const found = written.exec(text.trim());
  if (found === null) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00', offset] = found;
  const date = `${year}-${month}-${day}`;
  const wall = Date.parse(`${date}T${hour}:${minute}:${second}Z`);
  // 30 February is no day, though Date.parse may take it for 2 March.
  if (Number.isNaN(wall) || !new Date(Date.parse(date)).toISOString().startsWith(date)) return undefined;
  if (offset === undefined) return wall - aheadAt(wall - aheadAt(wall));
  if (offset === 'Z') return wall;
  const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.replace(':', '').slice(3, 5) || '0')];
  return wall - (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** The span in which all the spans hold; either end may be open. */
export function spanOf(
  ...spans: readonly { readonly from?: EpochMs | undefined; readonly until?: EpochMs | undefined }[]
): { readonly from?: EpochMs; readonly until?: EpochMs } {
  const begins = spans.flatMap(({ from }) => (from === undefined ? [] : [from]));
  const ends = spans.flatMap(({ until }) => (until === undefined ? [] : [until]));
  return {
    ...(begins.length > 0 ? { from: Math.max(...begins) } : {}),
    ...(ends.length > 0 ? { until: Math.min(...ends) } : {}),
  };
}
