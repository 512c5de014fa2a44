// A question to the trail as data: conditions, put together with all, any and not.
import type { EpochMs } from '../../../base/clock.ts';
import type { AuditClass } from '../../../wire/codes/index.ts';
import type { Outcome, TextField } from './fields.ts';

export const timeUnits = { m: 60, h: 3600, d: 86_400, w: 604_800 } as const;
export type TimeUnit = keyof typeof timeUnits;

export type Condition =
  /** With nothing in it: everything. */
  | { readonly is: 'all'; readonly of: readonly Condition[] }
  | { readonly is: 'any'; readonly of: readonly Condition[] }
  | { readonly is: 'not'; readonly of: Condition }
  | { readonly is: 'field'; readonly field: TextField; readonly value: string }
  /** One kind, or a group as `journey.*`. */
  | { readonly is: 'kind'; readonly pattern: string }
  | { readonly is: 'class'; readonly class: AuditClass }
  | { readonly is: 'outcome'; readonly outcome: Outcome }
  /** Words that stand one after the other in what the event says. */
  | { readonly is: 'words'; readonly text: string }
  /** From this instant on. */
  | { readonly is: 'from'; readonly at: EpochMs }
  /** Before this instant. */
  | { readonly is: 'to'; readonly at: EpochMs }
  /** So long before the instant at which it is asked. */
  | { readonly is: 'last'; readonly count: number; readonly unit: TimeUnit };

export type Query = Condition;

/** Everything. */
export const everything: Query = { is: 'all', of: [] };

/** Conditions that all must hold; an `all` in it is taken apart, one alone stands for itself. */
export const allOf = (given: readonly Condition[]): Condition => joined('all', given);
/** Conditions of which one must hold. */
export const anyOf = (given: readonly Condition[]): Condition => joined('any', given);
/** A condition that must not hold; twice not is the condition itself. */
export const notOf = (given: Condition): Condition => (given.is === 'not' ? given.of : { is: 'not', of: given });

function joined(is: 'all' | 'any', given: readonly Condition[]): Condition {
  const of = given.flatMap((each) => (each.is === is ? each.of : [each]));
  const [only] = of;
  return only !== undefined && of.length === 1 ? only : { is, of };
}

/** Values that a query names for a field, wherever they stand in it. */
export function valuesOf(query: Query, field: TextField): readonly string[] {
  switch (query.is) {
    case 'all':
    case 'any':
      return query.of.flatMap((each) => valuesOf(each, field));
    case 'not':
      return valuesOf(query.of, field);
    case 'field':
      return query.field === field ? [query.value] : [];
    default:
      return [];
  }
}

/** The query with other values for a field. */
export function withValues(query: Query, field: TextField, change: (value: string) => string): Query {
  switch (query.is) {
    case 'all':
    case 'any':
      return { is: query.is, of: query.of.map((each) => withValues(each, field, change)) };
    case 'not':
      return { is: 'not', of: withValues(query.of, field, change) };
    case 'field':
      return query.field === field ? { ...query, value: change(query.value) } : query;
    default:
      return query;
  }
}
