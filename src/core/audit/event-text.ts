// The exact text of an audit event, which is what is stored, digested and proven, and the row that goes with it.
import type { EpochMs } from '../../base/clock.ts';
import type { AuditClass, AuditKind } from '../../wire/codes/index.ts';
import { canonicalJson } from './canonical-json.ts';
import { type AuditRecord, auditClass } from './record.ts';
import { personalNumberKinds, textWithoutSecrets, withoutSecrets } from './sensitive.ts';

/** Version of the text's form; a later form keeps reading the older ones. */
export const eventVersion = 1;

/** A row of hub.audit_event before the store salts it; the columns repeat what the text says, for search. */
export interface AuditRow extends RepeatedColumns {
  readonly at: EpochMs;
  readonly kind: AuditRecord['kind'];
  readonly class: AuditClass;
  readonly outcome: AuditRecord['outcome'];
  /** The exact text, which the seal covers. */
  readonly text: string;
}

/** The columns that repeat a member of the text, by the member's name. */
export const repeatedColumns = [
  'person',
  'organisation',
  'application',
  'session',
  'journey',
  'reference',
  'reason',
] as const;

type RepeatedColumns = { readonly [name in (typeof repeatedColumns)[number]]: string | null };

/** PostgreSQL's text holds no U+0000; JSON's escape for it in the text is fine, a column is not. */
function column(value: string | undefined): string | null {
  if (value === undefined) return null;
  return value.includes('\u0000') || !value.isWellFormed()
    ? value.replaceAll('\u0000', '\uFFFD').toWellFormed()
    : value;
}

/**
 * The row for a record: its canonical text (RFC 8785) without secrets, whole tokens and personal numbers, and the
 * columns. What was taken out is named in the text's `removed`. The store adds a fresh random salt of 16 bytes.
 */
export const auditRow = (record: AuditRecord): AuditRow => auditRowAllowing(record, personalNumberKinds);

/** The same, with another list of kinds that may hold a personal number. */
export function auditRowAllowing(record: AuditRecord, mayHoldPersonalNumbers: ReadonlySet<AuditKind>): AuditRow {
  const { kind, at, outcome } = record;
  const removed: string[] = [];
  const cleaning = { numbersAllowed: mayHoldPersonalNumbers.has(kind), removed };
  const members: Record<string, unknown> = { v: eventVersion, kind, at: new Date(at).toISOString(), outcome };
  const columns: Record<string, string | null> = {};
  for (const name of repeatedColumns) {
    const given = record[name];
    const value = given === undefined ? null : column(textWithoutSecrets(given, name, cleaning));
    columns[name] = value;
    if (value !== null) members[name] = value;
  }
  members.body = withoutSecrets(record.body, 'body', cleaning);
  if (removed.length > 0) members.removed = removed;
  const text = canonicalJson(members);
  return { at, kind, class: auditClass(kind), outcome, ...(columns as RepeatedColumns), text };
}

/** The exact text that is stored for a record. */
export const eventText = (record: AuditRecord): string => auditRow(record).text;

/** An event read back from its text. */
export interface StoredEvent {
  readonly v: number;
  readonly kind: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly outcome: string;
  readonly person?: string;
  readonly organisation?: string;
  readonly application?: string;
  readonly session?: string;
  readonly journey?: string;
  readonly reference?: string;
  readonly reason?: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly removed?: readonly string[];
}

/** Reads an event's text; undefined when it is not one. */
export function parseEventText(text: string): StoredEvent | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const event = value as Record<string, unknown>;
    const { v, kind, at, outcome, body } = event;
    if (typeof v !== 'number' || typeof kind !== 'string' || typeof at !== 'string') return undefined;
    if (typeof outcome !== 'string' || typeof body !== 'object' || body === null) return undefined;
    return event as unknown as StoredEvent;
  } catch {
    return undefined;
  }
}
