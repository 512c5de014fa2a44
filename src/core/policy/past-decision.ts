// Reads what the trail kept of a yes to a person, so that other rules can be tried on it.
import type { StoredEvent } from '../audit/index.ts';
import type { Application } from '../catalogue/snapshot.ts';
import type { Explanation } from './policy.ts';
import type { PastDecision } from './try-out.ts';

/** Undefined of a machine, and when an older program kept too little. */
export function pastDecisionOf(
  { at, person, body }: StoredEvent,
  application: Application,
  attributesToday: PastDecision['attributesToday'],
): PastDecision | undefined {
  const explanation = body.explanation as Explanation | undefined;
  if (explanation?.facts === undefined || person === undefined) return undefined;
  const { facts, network, device, deviceSource } = explanation;
  return { at: Date.parse(at), person, application, network, facts, device, deviceSource, attributesToday };
}
