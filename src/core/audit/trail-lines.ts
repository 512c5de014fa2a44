// An event of the trail as a line for others' programs: CSV that no spreadsheet takes for a formula, and NDJSON.
import { canonicalJson } from './canonical-json.ts';
import { parseEventText, type StoredEvent } from './event-text.ts';

/** An event as it was found: its number, its place in the sealed log, and its exact text. */
export interface TrailLine {
  readonly id: string;
  readonly index: number | null;
  readonly text: string;
}

const columns = [
  'kind',
  'outcome',
  'reason',
  'person',
  'organisation',
  'application',
  'session',
  'journey',
  'reference',
] as const satisfies readonly (keyof StoredEvent)[];

/** The head of the CSV (RFC 4180 2 item 3). */
export const csvHead: string = ['at', 'id', 'index', ...columns, 'ticket', 'body'].join(',');

/** A line of CSV (RFC 4180); an event whose text cannot be read keeps its numbers alone. */
export function csvLine({ id, index, text }: TrailLine): string {
  const event = parseEventText(text);
  const ticket = event?.body['jti'] ?? event?.body['ticket'];
  return [
    event?.at ?? '',
    id,
    index === null ? '' : String(index),
    ...columns.map((name) => event?.[name] ?? ''),
    typeof ticket === 'string' ? ticket : '',
    event === undefined ? '' : canonicalJson(event.body),
  ]
    .map(cell)
    .join(',');
}

/** What begins like a formula gets a mark that makes it text (CWE-1236); what has a comma, a quote or a line end is quoted. */
export function cell(value: string): string {
  const safe = /^[\s\u00a0\ufeff]*[=+\-@|%\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",;\t\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One JSON object, with the event's exact text as it was sealed. */
export const ndjsonLine = ({ id, index, text }: TrailLine): string => `{"id":${id},"index":${index},"event":${text}}`;
