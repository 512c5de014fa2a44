// The story of one ticket, put together from events: the login that it came from, the ticket itself, and its use.
import { allOf, anyOf, type Condition, type Query } from './query.ts';

export const storyParts = ['login', 'ticket', 'use'] as const;
export type StoryPart = (typeof storyParts)[number];

/** Everything that names the ticket. */
export const ofTicket = (ticket: string): Query => ({ is: 'field', field: 'ticket', value: ticket });

/** What names the ticket says which login it came from: a question for that login, undefined when none is named. */
export function loginOf(
  events: readonly { readonly kind: string; readonly reference?: string; readonly session?: string }[],
): Query | undefined {
  const issued = events.filter(({ kind }) => kind === 'ticket.issued' || kind === 'ticket.refreshed');
  const ways = issued.flatMap(({ reference, session }): readonly Condition[] => [
    ...(reference === undefined ? [] : [{ is: 'field', field: 'reference', value: reference } as const]),
    ...(session === undefined ? [] : [{ is: 'field', field: 'session', value: session } as const]),
  ]);
  if (ways.length === 0) return undefined;
  return allOf([anyOf(ways), { is: 'class', class: 'login' }]);
}

/** Which part of the story an event is. */
export const storyPartOf = (kind: string): StoryPart =>
  kind.startsWith('usage.') ? 'use' : kind.startsWith('ticket.') ? 'ticket' : 'login';
