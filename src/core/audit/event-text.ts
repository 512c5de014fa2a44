// The exact text of an audit event, which is what is stored, digested and proven, and the row that goes with it.
import { type Random, systemRandom } from '../../base/ids.ts';
import type { AuditClass } from '../../wire/codes/index.ts';
import { canonicalJson } from './canonical-json.ts';
import { type AuditRecord, auditClass } from './record.ts';
import { withoutSecrets } from './sensitive.ts';

/** Version of the text's form; a later form keeps reading the older ones. */
export const eventVersion = 1;
const saltBytes = 16;

/** A row of hub.audit_event before it is sealed; the columns repeat what the text says, for search. */
export interface AuditRow {
  readonly at: Date;
  readonly kind: AuditRecord['kind'];
  readonly class: AuditClass;
  readonly outcome: AuditRecord['outcome'];
  readonly person: string | null;
  readonly organisation: string | null;
  readonly application: string | null;
  readonly session: string | null;
  readonly journey: string | null;
  readonly reference: string | null;
  readonly reason: string | null;
  readonly text: string;
  readonly salt: Buffer;
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

/** PostgreSQL's text holds no U+0000; JSON's escape for it in the text is fine, a column is not. */
const column = (value: string | undefined): string | null =>
  value === undefined ? null : value.replaceAll('\u0000', '\uFFFD').toWellFormed();

/**
 * The row for a record: its canonical text (RFC 8785) without secrets, whole tokens and personal numbers, and a fresh
 * salt of 16 bytes. What was taken out is named in the text's `removed`.
 */
export function auditRow(record: AuditRecord, random: Random = systemRandom): AuditRow {
  const { kind, at, outcome, body, ...named } = record;
  const fields = withoutSecrets(kind, named, 'event');
  const inner = withoutSecrets(kind, body, 'body');
  const removed = [...fields.removed, ...inner.removed];
  const { person, organisation, application, session, journey, reference, reason } = fields.value;
  const repeated = {
    person: column(person),
    organisation: column(organisation),
    application: column(application),
    session: column(session),
    journey: column(journey),
    reference: column(reference),
    reason: column(reason),
  };
  const members: Record<string, unknown> = { v: eventVersion, kind, at: new Date(at).toISOString(), outcome };
  for (const name of repeatedColumns) if (repeated[name] !== null) members[name] = repeated[name];
  members.body = inner.value;
  if (removed.length > 0) members.removed = removed;
  return {
    at: new Date(at),
    kind,
    class: auditClass(kind),
    outcome,
    ...repeated,
    text: canonicalJson(members),
    salt: random(saltBytes),
  };
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
