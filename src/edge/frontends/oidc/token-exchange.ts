// token-exchange (RFC 8693): reads the ticket that came, looks at person and policy anew, issues a narrower one.
import type { HttpResponse } from '../../../base/http/index.ts';
import { isJsonObject, type JsonValue } from '../../../base/jose/index.ts';
import { type ContextConditions, conditionsOf } from '../../../core/context/index.ts';
import {
  type Actor,
  accessTokenType,
  actorOf,
  type ExchangedFacts,
  type ExchangeFacts,
  exchangedGrant,
  exchangedScope,
  firstRefusal,
  type Grant,
  type GrantHolder,
  holderAssignment,
  holderPolicyFacts,
  type SubjectToken,
} from '../../../core/grants/index.ts';
import { explanationBody } from '../../../core/journey/index.ts';
import { decideMachine, networkFinderOf, rulesFor } from '../../../core/policy/index.ts';
import { type ReadAccessToken, readAccessToken, stateOf } from './access-token.ts';
import { cardStatus, staleCards } from './card-status.ts';
import { contextBody, contextOfTicket, detailsOfTicket, withoutTerms } from './context.ts';
import { commitOrReplay, commonOf, type OidcContext, ourKeys } from './endpoint.ts';
import { doneRecord } from './records.ts';
import type { TokenCall } from './token.ts';
import { plan, refuseToken, replayAnswer, ticketBody, tokenAnswer } from './token-answer.ts';

/** Exchanges a ticket that the application was given for one to the next API. */
export async function exchange(context: OidcContext, call: TokenCall): Promise<HttpResponse> {
  const { ports, checks } = context;
  const { application, issuer, catalogue, parameters, now, jkt } = call;
  const text = parameters.get('subject_token');
  const keys = ourKeys(context, issuer);
  const reading = text === undefined ? undefined : readAccessToken(text, { issuer: issuer.url, keys, now, catalogue });
  const subject = reading?.ok === true ? subjectOf(reading.token) : undefined;
  const audience = parameters.get('audience');
  const facts: ExchangeFacts = {
    application,
    issuer,
    catalogue,
    scope: parameters.get('scope'),
    targets: [...parameters.all('resource'), ...(audience === undefined ? [] : [audience])],
    subjectTokenType: parameters.get('subject_token_type'),
    requestedTokenType: parameters.get('requested_token_type'),
    actorToken: parameters.fields.has('actor_token') || parameters.fields.has('actor_token_type'),
    subject,
    state: await stateOf(ports.reads, reading, now),
    jkt,
  };
  const refused = firstRefusal(checks.exchange, facts);
  if (refused !== undefined || subject === undefined) {
    const why = refused ?? { check: 'exchange.subject', error: 'invalid_request', description: 'no ticket' };
    return refuseToken(context, call, why);
  }

  const holder = subject.grant === undefined ? undefined : await ports.reads.holder(subject.grant);
  const said = detailsOfTicket(context, call);
  if (said.refused !== undefined) return refuseToken(context, call, said.refused);
  // What the first application said of the login counts for the whole chain, and so does what the actor says.
  const conditions = conditionsOf([said.conditions, holder?.grant.context?.conditions ?? {}]);
  const looked = await look(context, call, subject, holder, { ...exchangedScope(facts), conditions });
  if (looked.card === 'revoked' && holder?.session !== undefined) {
    await ports.sessions.end(holder.session.id, 'cardRevoked', call.reference);
  }
  const objection = firstRefusal(checks.exchanged, looked);
  const explanation = explanationOf(looked.decision);
  if (objection !== undefined) return refuseToken(context, call, objection, { grant: holder?.grant, explanation });

  const { scope, api } = exchangedScope(facts);
  const found = await contextOfTicket(context, call, said, {
    api,
    grant: 'client_credentials',
    loggedIn: async () => undefined,
  });
  if (found.refused !== undefined) return refuseToken(context, call, found.refused, { grant: holder?.grant });
  if (found.ticket.barredFrom !== undefined)
    return refuseToken(context, call, withoutTerms(scope), { grant: holder?.grant });

  const { statement } = looked;
  const grant: Grant | undefined = holder && statement && exchangedGrant(holder.grant, statement, subject);
  const act = actorOf(issuer, application, subject.act);
  const planned = plan(context, call, {
    scope,
    api,
    grant,
    context: found.ticket,
    exchanged: { act, original: subject.original, subject: subject.subject, until: subject.expiresAt },
  });
  const body = {
    ...ticketBody(planned, call),
    grantType: 'token-exchange',
    act,
    from: subject.jti,
    explanation,
    ...contextBody(found.ticket),
  };
  const common = { ...commonOf(call, application.id), reference: grant?.about.decision ?? call.reference };
  const committed = await commitOrReplay(
    context,
    call,
    application.id,
    { claims: call.claims, writes: [], ifWon: [doneRecord('ticket.issued', common, body, grant)] },
    grant,
  );
  if (!committed.won) return replayAnswer(context, call, committed.lost);
  return tokenAnswer(context, call, planned, { issuedTokenType: accessTokenType });
}

/** Policy's explanation for the trail: of a person's ticket, or of a machine's. */
function explanationOf(decision: ExchangedFacts['decision']): object {
  const found = decision.kind === 'permit' ? decision.permit.explanation : decision.explanation;
  return 'device' in found ? explanationBody(found) : found;
}

/** Card, policy and what may be said now: of the person behind the ticket, or of the machine. */
async function look(
  { ports }: OidcContext,
  call: TokenCall,
  subject: SubjectToken,
  holder: GrantHolder | undefined,
  { scope, api, conditions }: ReturnType<typeof exchangedScope> & { readonly conditions: ContextConditions },
): Promise<ExchangedFacts> {
  const { application, catalogue, now, request } = call;
  const common = { application, subject };
  const apis = api === undefined ? [] : [api.id];
  if (subject.grant === undefined) {
    const network = networkFinderOf(catalogue)(request.ip)?.id;
    const facts = {
      application,
      network,
      apis,
      scopes: scope,
      workplaces: conditions.workplaces,
      rules: rulesFor(catalogue, apis, 'machine'),
      catalogueRevision: catalogue.revision,
    };
    const decision = decideMachine(facts, now);
    return { ...common, card: 'good', assignmentHolds: true, decision, statement: undefined, assurance: undefined };
  }
  if (holder?.session === undefined) throw new Error('a live ticket without a session');
  const { grant, session, person } = holder;
  const card = await cardStatus(ports.recheck, staleCards(call, session));
  const decision = ports.decide(
    holderPolicyFacts({ application, catalogue, now, holder, apis, scopes: scope, context: conditions }, session),
    now,
  );
  const statement =
    card === 'good' && decision.kind === 'permit'
      ? await ports.release(decision.permit, {
          application: application.id,
          scope,
          claims: [],
          apis: api === undefined ? [] : [api],
          session: session.id,
          decision: grant.about.decision,
          person,
        })
      : undefined;
  const assignmentHolds = grant.about.assignment === undefined || holderAssignment(holder, now) !== undefined;
  return { ...common, card, assignmentHolds, decision, statement, assurance: grant.about.acr };
}

function subjectOf(token: ReadAccessToken): SubjectToken {
  const { jti, client, subject, audience, scope, expiresAt, grant, claims } = token;
  const { original_client_id: original } = claims;
  const first = typeof original === 'string' ? original : client;
  return { jti, client, original: first, subject, audience, scope, expiresAt, grant, act: readActor(claims.act) };
}

/** The chain as we signed it; anything else in its place is as deep as can be, so that it is refused. */
function readActor(value: JsonValue | undefined): Actor | undefined {
  if (value === undefined) return undefined;
  if (!isJsonObject(value)) return endless;
  const { iss, sub, client_id: client, act } = value;
  if (typeof iss !== 'string' || typeof sub !== 'string' || typeof client !== 'string') return endless;
  return { iss, sub, client_id: client, act: readActor(act) };
}

const nobody = { iss: '', sub: '', client_id: '' };
const endless: Actor = { ...nobody, act: { ...nobody, act: { ...nobody, act: nobody } } };
