// What an application says at a refresh: who it is judged by, and whether it alone is what policy refuses.
import { conditionsOfDetails, type LoggedIn } from '../../../core/context/index.ts';
import { policyFactsOf, type RefreshFacts, type Refused, type RenewalFacts } from '../../../core/grants/index.ts';
import type { PolicyDecision } from '../../../core/policy/index.ts';
import type { Session } from '../../../core/sessions/index.ts';
import type { TicketDetails } from './context.ts';
import type { OidcContext } from './endpoint.ts';
import { contextRefused } from './policy-context.ts';

/** The person behind the refresh token, at the level that policy permitted now. */
export const loggedInOf = ({ person }: RefreshFacts, decision: PolicyDecision): LoggedIn | undefined =>
  person && decision.kind === 'permit' ? { person, assurance: decision.permit.assurance } : undefined;

/**
 * Policy's no in other words, when the grant would be renewed without what was said now: the application may ask again
 * with other grounds, and nobody needs to log in anew.
 */
export function deniedBy(
  { ports }: OidcContext,
  facts: RenewalFacts,
  session: Session,
  said: TicketDetails,
  check: string,
  decision: PolicyDecision,
): Refused | undefined {
  if (check !== 'renewed.permit' || decision.kind === 'permit' || !said.arrived) return undefined;
  const lasting = facts.stored?.grant.context?.conditions ?? conditionsOfDetails([], facts.application);
  const without = ports.decide(policyFactsOf(facts, session, lasting), facts.now);
  return without.kind === 'permit' ? contextRefused : undefined;
}
