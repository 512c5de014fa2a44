// The fields of the query language, and the closed sets that some of them have values from.
import { type AuditClass, type AuditKind, auditClasses, auditKinds, reasonCodes } from '../../../wire/codes/index.ts';
import type { AuditRecord } from '../record.ts';

/** Fields that one text is compared with. */
export const textFields = [
  'person',
  'organisation',
  'application',
  'ticket',
  'about',
  'session',
  'journey',
  'reference',
  'provider',
  'card',
  'reason',
] as const;
export type TextField = (typeof textFields)[number];

/** Every field that a query may name, in the order in which they are offered. */
export const queryFields = [...textFields, 'kind', 'class', 'outcome', 'from', 'to', 'last'] as const;
export type QueryField = (typeof queryFields)[number];

export const outcomes = ['ok', 'refused', 'failed'] as const satisfies readonly AuditRecord['outcome'][];
export type Outcome = (typeof outcomes)[number];

export const isQueryField = (name: string): name is QueryField => (queryFields as readonly string[]).includes(name);
export const isTextField = (name: string): name is TextField => (textFields as readonly string[]).includes(name);
export const isOutcome = (value: string): value is Outcome => (outcomes as readonly string[]).includes(value);
export const isClass = (value: string): value is AuditClass => (auditClasses as readonly string[]).includes(value);

/** Beginnings of kinds, as `journey.*`. */
export const kindGroups: readonly string[] = [
  ...new Set(auditKinds.map((kind) => `${kind.slice(0, kind.indexOf('.'))}.*`)),
];

/** The kinds that a pattern stands for: one kind, or every kind of a group; none when there is no such. */
export function kindsOf(pattern: string): readonly AuditKind[] {
  if (!pattern.endsWith('.*')) return auditKinds.filter((kind) => kind === pattern);
  return auditKinds.filter((kind) => kind.startsWith(pattern.slice(0, -1)));
}

/** Values of the fields that have a closed set of them. */
export const closedValues: Readonly<Partial<Record<QueryField, readonly string[]>>> = {
  kind: [...kindGroups, ...auditKinds],
  class: auditClasses,
  outcome: outcomes,
  reason: reasonCodes,
};

/** What people write for a field of ours. */
const alsoCalled: Readonly<Record<string, QueryField>> = {
  user: 'person',
  who: 'person',
  org: 'organisation',
  organization: 'organisation',
  app: 'application',
  client: 'application',
  system: 'application',
  patient: 'about',
  subject: 'about',
  jti: 'ticket',
  token: 'ticket',
  assertion: 'ticket',
  event: 'kind',
  type: 'kind',
  code: 'reference',
  result: 'outcome',
  since: 'from',
  after: 'from',
  until: 'to',
  before: 'to',
  sid: 'session',
};

/** The field that was probably meant. */
export const fieldMeant = (name: string): QueryField | undefined => {
  const small = name.toLowerCase();
  return isQueryField(small) ? small : (alsoCalled[small] ?? nearest(small, queryFields));
};

/** The value that is nearest to a written one, when it is near; a class of events for `login.*`. */
export function valueMeant(field: QueryField, value: string): string | undefined {
  const small = value.toLowerCase();
  const [start = ''] = small.split('.');
  if (field === 'kind' && kindsOf(`${start}.*`).length === 0 && isClass(start)) return `class:${start}`;
  const found = nearest(small, closedValues[field] ?? []);
  return found === undefined ? undefined : `${field}:${found}`;
}

const longestCompared = 40;

function nearest<Value extends string>(written: string, all: readonly Value[]): Value | undefined {
  if (written === '' || written.length > longestCompared) return undefined;
  const begins = all.find((each) => written.length > 1 && each.toLowerCase().startsWith(written));
  if (begins !== undefined) return begins;
  let best: Value | undefined;
  let least = Math.min(3, Math.ceil(written.length / 3) + 1);
  for (const each of all) {
    const steps = distance(written, each.toLowerCase());
    if (steps < least) [best, least] = [each, steps];
  }
  return best;
}

/** Letters to change, add or leave out (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let at = 1; at <= one.length; at++) {
    const next = [at];
    for (let to = 1; to <= other.length; to++) {
      const same = one[at - 1] === other[to - 1] ? 0 : 1;
      next.push(Math.min((row[to] ?? 0) + 1, (next[to - 1] ?? 0) + 1, (row[to - 1] ?? 0) + same));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
