// A question to the trail as an SQL condition: every value is a parameter, every name is from a closed list.
import { secondMs } from '../../../base/clock.ts';
import { auditClass } from '../../../core/audit/index.ts';
import { type Condition, kindsOf, type Query, type TextField, timeUnits } from '../../../core/audit/query/index.ts';
import { auditKinds } from '../../../wire/codes/index.ts';

/** Columns of hub.audit_find by the field that asks for them. */
const columns: Readonly<Record<TextField, string>> = {
  person: 'person',
  organisation: 'organisation',
  application: 'application',
  ticket: 'ticket',
  about: 'about',
  session: 'session',
  journey: 'journey',
  reference: 'reference',
  provider: 'provider',
  card: 'card',
  reason: 'reason',
};

export interface SqlCondition {
  /** With $1 … for `values`. */
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Whose events are looked at: the whole hub's, or those of these organisations. */
export type AuditScope = 'all' | readonly string[];

/** The condition of a query within a scope, at an instant. A field that is not there is not what is asked, and is what is not asked. */
export function conditionOf(query: Query, { scope, now }: { readonly scope: AuditScope; readonly now: number }) {
  const values: unknown[] = [];
  const value = (given: unknown, type?: string): string => {
    const place = `$${values.push(given)}`;
    return type === undefined ? place : `${place}::${type}`;
  };
  const oneOf = (column: string, all: readonly string[]): string =>
    all.length === 1 ? `${column} = ${value(all[0])}` : `${column} = ANY (${value(all, 'text[]')})`;
  const instant = (at: number): string => value(new Date(at).toISOString(), 'timestamptz');
  const write = (condition: Condition): string => {
    switch (condition.is) {
      case 'all':
        return condition.of.length === 0 ? 'true' : `(${condition.of.map(write).join(' AND ')})`;
      case 'any':
        return `(${condition.of.map(write).join(' OR ')})`;
      case 'not':
        return `((${write(condition.of)}) IS NOT TRUE)`;
      case 'field':
        return `${columns[condition.field]} = ${value(condition.value)}`;
      case 'kind':
        return oneOf('kind', kindsOf(condition.pattern));
      case 'class':
        return oneOf(
          'kind',
          auditKinds.filter((kind) => auditClass(kind) === condition.class),
        );
      case 'outcome':
        // Written out: the index of what went wrong is known by it.
        return `outcome = '${condition.outcome}'`;
      case 'words':
        return `words @@ phraseto_tsquery('simple', ${value(condition.text)})`;
      case 'from':
        return `at >= ${instant(condition.at)}`;
      case 'to':
        return `at < ${instant(condition.at)}`;
      case 'last':
        return `at >= ${instant(now - condition.count * timeUnits[condition.unit] * secondMs)}`;
    }
  };
  // A7: whoever asks for an organisation never leaves it, whatever the query says.
  const within = scope === 'all' ? [] : [oneOf('owner', scope)];
  const text = [...within, write(query)].join(' AND ');
  return { text, values } satisfies SqlCondition;
}
