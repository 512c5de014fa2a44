// client_credentials: an application as itself. One commit, nothing read, nothing stored but the trail.
import type { HttpResponse } from '../../../base/http/index.ts';
import { firstRefusal, machineScope, machineTarget } from '../../../core/grants/index.ts';
import { decideMachine, networkFinderOf, rulesFor } from '../../../core/policy/index.ts';
import { commitOrReplay, commonOf, type OidcContext } from './endpoint.ts';
import { doneRecord } from './records.ts';
import type { TokenCall } from './token.ts';
import { plan, refuseToken, replayAnswer, ticketBody, tokenAnswer } from './token-answer.ts';

/** Grants a machine its ticket (RFC 6749 4.4). */
export async function grantToMachine(context: OidcContext, call: TokenCall): Promise<HttpResponse> {
  const { application, catalogue, parameters, now, request, jkt } = call;
  const network = networkFinderOf(catalogue)(request.ip)?.id;
  const asked = { application, catalogue, scope: parameters.get('scope'), resources: parameters.all('resource'), jkt };
  const api = machineTarget(asked);
  const scope = machineScope(asked);
  const apis = api === undefined ? [] : [api.id];
  const rules = rulesFor(catalogue, apis, 'machine');
  const decision = decideMachine(
    { application, apis, scopes: scope, network, rules, catalogueRevision: catalogue.revision },
    now,
  );
  const explanation = decision.kind === 'permit' ? decision.permit.explanation : decision.explanation;
  const refused = firstRefusal(context.checks.machine, { ...asked, decision });
  if (refused !== undefined) {
    return refuseToken(context, call, refused, decision.kind === 'deny' ? { explanation } : {});
  }

  const planned = plan(context, call, { scope, api });
  const committed = await commitOrReplay(context, call, application.id, {
    claims: call.claims,
    writes: [],
    ifWon: [
      doneRecord('ticket.issued', commonOf(call, application.id), {
        ...ticketBody(planned, call),
        grantType: 'client_credentials',
        explanation,
      }),
    ],
  });
  if (!committed.won) return replayAnswer(context, call, committed.lost);
  return tokenAnswer(context, call, planned);
}
