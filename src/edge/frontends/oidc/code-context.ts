// What an application says when it redeems a code: judged like any other, and policy is asked again with it.
import type { Api } from '../../../core/catalogue/index.ts';
import type { TicketContext } from '../../../core/context/index.ts';
import { type Grant, policyFactsOf, type Refused } from '../../../core/grants/index.ts';
import { explanationOf } from '../../../core/journey/index.ts';
import type { PolicyDecision } from '../../../core/policy/index.ts';
import { contextOfTicket, detailsOfTicket } from './context.ts';
import type { OidcContext } from './endpoint.ts';
import { contextRefused } from './policy-context.ts';
import type { TokenCall } from './token.ts';

type Judged =
  | { readonly refused: Refused; readonly explanation?: object | undefined }
  | { readonly refused?: undefined; readonly ticket: TicketContext; readonly explanation?: object | undefined };

/** The context of the first ticket of a grant. Session and person are read only when something depends on them. */
export async function codeContext(
  context: OidcContext,
  call: TokenCall,
  grant: Grant,
  api: Api | undefined,
): Promise<Judged> {
  const said = detailsOfTicket(context, call, grant);
  if (said.refused !== undefined) return said;
  const holder = said.details.length === 0 ? undefined : await holderOf(context, grant);
  const explanation = said.arrived ? askAgain(context, call, grant, holder, said.conditions) : undefined;
  if (explanation?.refused !== undefined) return { ...explanation, refused: explanation.refused };
  const { person } = holder ?? {};
  const found = await contextOfTicket(context, call, said, {
    api,
    grant: 'authorization_code',
    loggedIn: async () => person && { person, assurance: grant.about.acr },
  });
  return found.refused === undefined ? { ...found, explanation: explanation?.explanation } : found;
}

type Holder = Awaited<ReturnType<NonNullable<OidcContext['ports']['registers']>['holder']>>;

/** The session and the person of a grant that is not saved yet, as they stand now. */
export const holderOf = async ({ ports }: OidcContext, grant: Grant): Promise<Holder> =>
  ports.registers?.holder(grant.about.session);

/** What policy says now of a grant that it permitted before. Undefined when there is nobody to decide about. */
export function decideAgain(
  { ports }: OidcContext,
  { application, catalogue, now, parameters }: TokenCall,
  grant: Grant,
  holder: Holder,
  conditions: Parameters<typeof policyFactsOf>[2],
): PolicyDecision | undefined {
  if (holder === undefined) return undefined;
  const { session, person } = holder;
  const stored = { hash: '', grant, issuedAt: now, expiresAt: grant.expiresAt, session, person };
  const ticket = { now, application, catalogue, stored, scope: undefined, resources: parameters.all('resource') };
  return ports.decide(policyFactsOf(ticket, session, conditions), now);
}

/** Policy permitted the login without what is said now, so it is asked once more (N5). */
function askAgain(...given: Parameters<typeof decideAgain>): {
  readonly refused?: Refused | undefined;
  readonly explanation?: object | undefined;
} {
  const decision = decideAgain(...given);
  const explanation = decision && explanationOf(decision);
  return decision?.kind === 'permit' ? { explanation } : { refused: contextRefused, explanation };
}
