// What an application says when it redeems a code: judged like any other, and policy is asked again with it.
import type { Api } from '../../../core/catalogue/index.ts';
import type { TicketContext } from '../../../core/context/index.ts';
import { type Grant, policyFactsOf, type Refused } from '../../../core/grants/index.ts';
import { explanationBody } from '../../../core/journey/index.ts';
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
  const { ports } = context;
  const said = detailsOfTicket(context, call, grant);
  if (said.refused !== undefined) return said;
  const holder = said.details.length === 0 ? undefined : await ports.registers?.holder(grant.about.session);
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

/** Policy permitted the login without what is said now, so it is asked once more (N5). */
function askAgain(
  { ports }: OidcContext,
  { application, catalogue, now, parameters }: TokenCall,
  grant: Grant,
  holder: Holder,
  conditions: Parameters<typeof policyFactsOf>[2],
): { readonly refused?: Refused | undefined; readonly explanation?: object | undefined } {
  if (holder === undefined) return { refused: contextRefused };
  const { session, person } = holder;
  const stored = { hash: '', grant, issuedAt: now, expiresAt: grant.expiresAt, session, person };
  const ticket = { now, application, catalogue, stored, scope: undefined, resources: parameters.all('resource') };
  const decision = ports.decide(policyFactsOf(ticket, session, conditions), now);
  if (decision.kind === 'permit') return { explanation: explanationBody(decision.permit.explanation) };
  return { refused: contextRefused, explanation: explanationBody(decision.explanation) };
}
