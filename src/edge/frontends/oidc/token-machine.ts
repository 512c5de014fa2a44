// client_credentials: an application as itself. One commit, nothing read, nothing stored but the trail.
import type { HttpResponse } from '../../../base/http/index.ts';
import { firstRefusal, machineScope, machineTarget } from '../../../core/grants/index.ts';
import { decideMachine, networkFinderOf, rulesFor } from '../../../core/policy/index.ts';
import { contextBody, contextOfTicket, detailsOfTicket, withinTerms, withoutTerms } from './context.ts';
import { commitOrReplay, commonOf, type OidcContext } from './endpoint.ts';
import { doneRecord } from './records.ts';
import type { TokenCall } from './token.ts';
import { plan, refuseToken, replayAnswer, ticketBody, tokenAnswer } from './token-answer.ts';

/** Grants a machine its ticket (RFC 6749 4.4). */
export async function grantToMachine(context: OidcContext, call: TokenCall): Promise<HttpResponse> {
  const { application, catalogue, parameters, now, request, jkt } = call;
  const said = detailsOfTicket(context, call);
  if (said.refused !== undefined) return refuseToken(context, call, said.refused);
  const network = networkFinderOf(catalogue)(request.ip)?.id;
  const { workplaces } = said.conditions;
  const asked = { application, catalogue, scope: parameters.get('scope'), resources: parameters.all('resource'), jkt };
  const target = machineTarget(asked);
  const scopes = machineScope(asked);
  const apis = target === undefined ? [] : [target.id];
  const rules = rulesFor(catalogue, apis, 'machine');
  const decision = decideMachine(
    { application, apis, scopes, network, workplaces, rules, catalogueRevision: catalogue.revision },
    now,
  );
  const explanation = decision.kind === 'permit' ? decision.permit.explanation : decision.explanation;
  const refused = firstRefusal(context.checks.machine, { ...asked, decision });
  if (refused !== undefined) {
    return refuseToken(context, call, refused, decision.kind === 'deny' ? { explanation } : {});
  }
  const found = await contextOfTicket(context, call, said, {
    api: target,
    grant: 'client_credentials',
    loggedIn: async () => undefined,
  });
  if (found.refused !== undefined) return refuseToken(context, call, found.refused);
  const { scope, api, rejectedScope } = withinTerms(found.ticket, { scope: scopes, api: target });
  if (found.ticket.barredFrom !== undefined) return refuseToken(context, call, withoutTerms(rejectedScope));

  const planned = plan(context, call, { scope, api, context: found.ticket });
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
