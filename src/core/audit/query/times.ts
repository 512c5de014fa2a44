// Instants in a query: a day or a time of day by ISO 8601, in UTC where no zone is named.
import type { EpochMs } from '../../../base/clock.ts';

const form = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(:\d{2}(?:\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** The instant that a text names; undefined when it names none, or a day that is in no calendar. */
export function instantIn(text: string): EpochMs | undefined {
  const [, day, time = '00:00', seconds = '', zone = 'Z'] = form.exec(text) ?? [];
  if (day === undefined) return undefined;
  const midnight = Date.parse(`${day}T00:00Z`);
  const at = Date.parse(`${day}T${time}${seconds}${zone}`);
  if (Number.isNaN(midnight) || Number.isNaN(at)) return undefined;
  // `Date.parse` takes 30 February for 2 March.
  return new Date(midnight).toISOString().startsWith(day) ? at : undefined;
}

/** The shortest text that names the instant. */
export function instantText(at: EpochMs): string {
  const whole = new Date(at).toISOString();
  if (whole.endsWith('T00:00:00.000Z')) return whole.slice(0, 10);
  return whole.endsWith(':00.000Z') ? `${whole.slice(0, 16)}Z` : whole;
}
