// A step that waits for accounts asks for them in the commit that saves the journey.
import type { AuditRecord } from '../audit/record.ts';
import type { Write } from '../commit/commit.ts';
import { type Asking, accountsAsked, askForAccounts, cardBehind } from '../provisioning/ask.ts';
import type { Situation } from './gather.ts';
import type { Journey } from './journey.ts';
import type { Answer } from './next.ts';

/** The rows and events; none for any other step, and none for what was asked for before. */
export function accountQuestions(
  journey: Journey,
  { step, decision, assignment }: Answer,
  { now, facts }: Situation,
): { readonly writes: readonly Write[]; readonly events: readonly AuditRecord[] } {
  const ask = step.kind === 'ready' ? step.ask : step.kind === 'finish' ? (step.extend ?? []) : [];
  if (ask.length === 0 || decision?.kind !== 'permit') return { writes: [], events: [] };
  const rules = facts.accounts?.rules.filter(({ id }) => ask.includes(id)) ?? [];
  const asking: Asking = {
    journey: journey.id,
    reference: journey.reference,
    person: decision.permit.person,
    application: journey.request.application,
    assignment: assignment?.id,
    card: cardBehind(decision.permit.evidence),
    now,
  };
  return { writes: askForAccounts(rules, asking), events: accountsAsked(rules, asking) };
}
