// client_credentials: an application as itself. One commit, nothing read, nothing stored but the trail.
import type { HttpResponse } from '../../../base/http/index.ts';
import { firstRefusal, machineScope, type Refused } from '../../../core/grants/index.ts';
import { decideMachine, networkFinderOf } from '../../../core/policy/index.ts';
import { contextBody, contextOfTicket, detailsOfTicket, withinTerms } from './context.ts';
import { commitOrReplay, commonOf, type OidcContext } from './endpoint.ts';
import { doneRecord } from './records.ts';
import type { TokenCall } from './token.ts';
import { plan, refuseToken, replayAnswer, ticketBody, tokenAnswer } from './token-answer.ts';

/** Grants a machine its ticket (RFC 6749 4.4). */
export async function grantToMachine(context: OidcContext, call: TokenCall): Promise<HttpResponse> {
  const { application, catalogue, parameters, now, request } = call;
  const said = detailsOfTicket(context, call);
  if (said.refused !== undefined) return refuseToken(context, call, said.refused);
  const network = networkFinderOf(catalogue)(request.ip)?.id;
  const { workplaces } = said.conditions;
  const decision = decideMachine(
    { application, network, workplaces, rules: catalogue.rules.values(), catalogueRevision: catalogue.revision },
    now,
  );
  const facts = {
    application,
    catalogue,
    scope: parameters.get('scope'),
    resources: parameters.all('resource'),
    decision,
  };
  const refused = firstRefusal(context.checks.machine, facts);
  const explanation = decision.kind === 'permit' ? decision.permit.explanation : decision.explanation;
  if (refused !== undefined) {
    return refuseToken(context, call, refused, undefined, refused.check === 'machine.permit' ? explanation : undefined);
  }
  const asked = machineScope(facts);
  const found = await contextOfTicket(context, call, said, {
    audience: asked.audience,
    grant: 'client_credentials',
    loggedIn: async () => undefined,
  });
  if (found.refused !== undefined) return refuseToken(context, call, found.refused);
  const { scope, audience, rejectedScope } = withinTerms(found.ticket, asked);
  if (found.ticket.barredFrom !== undefined) return refuseToken(context, call, withoutTerms(rejectedScope));

  const planned = plan(context, call, { scope, audience, context: found.ticket });
  const committed = await commitOrReplay(context, call, application.id, {
    claims: call.claims,
    writes: [],
    ifWon: [
      doneRecord('ticket.issued', commonOf(call, application.id), {
        ...ticketBody(planned, call),
        grantType: 'client_credentials',
        ...contextBody(found.ticket),
        explanation,
      }),
    ],
  });
  if (!committed.won) return replayAnswer(context, call, committed.lost);
  return tokenAnswer(context, call, planned);
}

/** A machine's ticket is for an API: without its terms there is none to give. */
const withoutTerms = (scope: readonly string[]): Refused => ({
  check: 'context.terms',
  error: 'invalid_scope',
  description: `the organisation has not accepted the terms of the API; rejected_scope: ${scope.join(' ')}`,
});
