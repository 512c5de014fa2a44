// What somebody may do with a card now: the steps whose checks hold, whatever they would fill in.
import { type CardAction, cardActionNames } from './actions.ts';
import { wishedCard } from './card.ts';
import type { CardFacts } from './card-facts.ts';
import { firstNo, orderingChecks } from './checks.ts';

const aboutInput: readonly string[] = ['ordering.document', 'ordering.keys', 'ordering.reason'];
const besides = orderingChecks.filter(({ name }) => !aboutInput.includes(name));

/** In the order of the table of steps. */
export const possibleActions = (facts: CardFacts): readonly CardAction[] =>
  cardActionNames.filter((action) => firstNo(facts, action, besides) === undefined);

/** Whether this person may order a card that comes after this one: a temporary one, or its renewal. */
export function mayOrderAfter(facts: CardFacts, what: 'temporary' | 'renewal'): boolean {
  const { card, acting } = facts;
  if (acting.kind === 'hub') return false;
  if (what === 'renewal' && acting.person.id !== card.holder) return false;
  const { profile, holder, organisation } = card;
  const order = {
    orderedBy: acting.person.id,
    orderedAt: facts.now,
    temporary: what === 'temporary',
    replaces: card.id,
  };
  const wished = wishedCard({ id: '', profile, holder, organisation, ...order });
  return firstNo({ ...facts, card: wished, others: [...facts.others, card], seen: undefined }, 'order') === undefined;
}
