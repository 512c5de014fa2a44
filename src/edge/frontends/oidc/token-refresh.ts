// refresh_token: the same client and key, a live session, a fresh look at card and policy, and new tickets.
import type { HttpResponse } from '../../../base/http/index.ts';
import { newToken, tokenHash } from '../../../base/ids.ts';
import { rotatesRefresh } from '../../../core/catalogue/index.ts';
import type { Claim, Write } from '../../../core/commit/index.ts';
import type { ContextConditions } from '../../../core/context/index.ts';
import {
  firstRefusal,
  type Grant,
  policyFactsOf,
  type RefreshFacts,
  type Refused,
  type RenewalFacts,
  type RenewedFacts,
  renewalTarget,
  renewedScope,
  renewedSubject,
  saveRefresh,
  spendRefresh,
  supersedeRefresh,
} from '../../../core/grants/index.ts';
import type { Statement } from '../../../core/issuing/index.ts';
import { explanationOf } from '../../../core/journey/index.ts';
import type { Evidence } from '../../../core/linking/index.ts';
import type { Session } from '../../../core/sessions/index.ts';
import { cardStatus, staleCards } from './card-status.ts';
import { withConfidential } from './confidential.ts';
import { contextBody, contextOfTicket, detailsOfTicket, withinTerms } from './context.ts';
import { commonOf, type OidcContext } from './endpoint.ts';
import { doneRecord } from './records.ts';
import { accountClosed, accountsAt, extension } from './refresh-account.ts';
import { deniedBy, loggedInOf } from './refresh-context.ts';
import type { TokenCall } from './token.ts';
import { plan, refuseReplay, refuseToken, ticketBody, tokenAnswer } from './token-answer.ts';
import { takeDown } from './token-code.ts';

/** Renews tickets (RFC 6749 6). */
export async function renew(context: OidcContext, call: TokenCall): Promise<HttpResponse> {
  const { ports, checks } = context;
  const { application, issuer, catalogue, parameters, now, jkt } = call;
  const refreshToken = parameters.get('refresh_token');
  const stored = refreshToken === undefined ? undefined : await ports.reads.refreshToken(tokenHash(refreshToken));
  const facts: RenewalFacts = {
    now,
    application,
    issuer,
    catalogue,
    refreshToken,
    scope: parameters.get('scope'),
    resources: parameters.all('resource'),
    jkt,
    stored,
  };
  const refused = firstRefusal(checks.renewal, facts);
  if (refused?.check === 'refresh.unused' && stored !== undefined) {
    return takeDown(context, call, stored.grant, refused);
  }
  const session = stored?.session;
  // A closed account takes the grants of its application with it: the application is told which of the two it was.
  if (refused?.check === 'refresh.revoked' && stored !== undefined) {
    if ((await accountsAt(context, call, stored)).kind === 'closed')
      return refuseToken(context, call, accountClosed, { grant: stored.grant });
  }
  if (refused !== undefined || stored === undefined || session === undefined || refreshToken === undefined) {
    const why = refused ?? { check: 'refresh.known', error: 'invalid_grant', description: 'the token is unknown' };
    return refuseToken(context, call, why, { grant: stored?.grant });
  }

  const said = detailsOfTicket(context, call, stored.grant);
  if (said.refused !== undefined) return refuseToken(context, call, said.refused, { grant: stored.grant });
  const stale = staleCards(call, session);
  const renewed = await lookAgain(context, call, facts, stored, session, stale, said.conditions);
  if (renewed.card === 'revoked') await ports.sessions.end(session.id, 'cardRevoked', call.reference);
  // Asking for a card's status can take seconds, in which the person may have logged out.
  const objection = firstRefusal(checks.renewed, renewed) ?? (await lateRefusal(context, facts, stored, stale));
  if (objection !== undefined || renewed.statement === undefined) {
    const why = objection ?? {
      check: 'statement',
      error: 'invalid_grant',
      description: 'there is nothing to release',
    };
    const saidAlone = deniedBy(context, facts, session, said, why.check, renewed.decision);
    return refuseToken(context, call, saidAlone ?? why, {
      grant: stored.grant,
      explanation: explanationOf(renewed.decision),
    });
  }
  const accounts = await accountsAt(context, call, stored);
  if (accounts.kind === 'closed') return refuseToken(context, call, accountClosed, { grant: stored.grant });
  const target = renewalTarget(facts).api;
  const found = await contextOfTicket(context, call, said, {
    api: target,
    grant: 'refresh_token',
    loggedIn: async () => loggedInOf(stored, renewed.decision),
  });
  if (found.refused !== undefined) return refuseToken(context, call, found.refused, { grant: stored.grant });

  const grant: Grant = { ...stored.grant, about: renewedSubject(stored.grant.about, renewed.statement) };
  const { scope, api, rejectedScope } = withinTerms(found.ticket, { scope: renewedScope(facts), api: target });
  const planned = plan(context, call, {
    scope,
    api,
    grant: withAll(grant, renewed.statement),
    context: found.ticket,
  });
  const rotation = rotate(context, call, stored, refreshToken);
  const common = { ...commonOf(call, application.id), reference: grant.about.decision };
  const explanation = explanationOf(renewed.decision);
  const { permit } = renewed.decision.kind === 'permit' ? renewed.decision : {};
  const longer = extension(call, stored, accounts, permit);
  const ifWon = [
    ...longer.events,
    doneRecord(
      'ticket.refreshed',
      common,
      {
        ...ticketBody(planned, call),
        rotated: rotation.rotated,
        ...contextBody(found.ticket, rejectedScope),
        explanation,
      },
      grant,
    ),
  ];
  const claims = [...call.claims, ...rotation.claims];
  let committed = await ports.commit({
    claims,
    writes: [...rotation.save, ...rotation.supersede, ...longer.writes],
    ifWon,
    ifLost: [],
  });
  if (!committed.won && committed.lost.every((claim) => claim.scope === 'refresh')) {
    // Another request of the same client rotated it a moment ago: within the grace, and our other claims are won.
    committed = await ports.commit({ claims: [], writes: [...rotation.save, ...longer.writes], ifWon, ifLost: [] });
  }
  if (!committed.won) return refuseReplay(context, call, committed.lost, grant);
  return tokenAnswer(context, call, planned, {
    refreshToken: rotation.refreshToken,
    refreshUntil: stored.expiresAt,
    rejectedScope,
  });
}

/** With the confidential claims of a fresh look, for the ticket alone: a renewed grant is not stored. */
const withAll = (grant: Grant, { claims, confidential, apiClaims, apiConfidential }: Statement): Grant => ({
  ...grant,
  about: {
    ...grant.about,
    sealed: undefined,
    sealedForApis: undefined,
    claims: { ...claims, ...confidential },
    apiClaims: withConfidential(apiClaims, apiConfidential),
  },
});

/** The facts that change while a session lives: card status, policy, what is released. */
async function lookAgain(
  { ports }: OidcContext,
  call: TokenCall,
  facts: RenewalFacts,
  stored: RefreshFacts,
  session: Session,
  stale: readonly Evidence[],
  conditions: ContextConditions,
): Promise<RenewedFacts> {
  const card = await cardStatus(ports.recheck, stale);
  const decision = ports.decide(policyFactsOf(facts, session, conditions), call.now);
  const { grant } = stored;
  const { api } = renewalTarget(facts);
  const statement =
    card === 'good' && decision.kind === 'permit'
      ? await ports.release(decision.permit, {
          application: call.application.id,
          scope: grant.scope,
          claims: [...grant.idTokenClaims, ...grant.userinfoClaims],
          apis: api === undefined ? [] : [api],
          session: session.id,
          decision: grant.about.decision,
          person: stored.person,
        })
      : undefined;
  return { card, decision, statement, stored };
}

/** The same list once more, over the token as it stands after cards were asked for. */
async function lateRefusal(
  { ports, checks }: OidcContext,
  facts: RenewalFacts,
  { hash }: RefreshFacts,
  stale: readonly Evidence[],
): Promise<Refused | undefined> {
  if (stale.length === 0) return undefined;
  return firstRefusal(checks.renewal, { ...facts, stored: await ports.reads.refreshToken(hash) });
}

interface Rotation {
  readonly refreshToken: string;
  readonly rotated: boolean;
  readonly claims: readonly Claim[];
  readonly save: readonly Write[];
  readonly supersede: readonly Write[];
}

/**
 * Without rotation the token stays, bound to client and key (FAPI 2.0 SP 5.3.2.1 clause 9). With it: a new one each
 * time; the one before it stays usable by the same client for the grace, since an answer may be lost on its way.
 */
function rotate({ ports }: OidcContext, call: TokenCall, stored: RefreshFacts, refreshToken: string): Rotation {
  if (!rotatesRefresh(call.application)) {
    return { refreshToken, rotated: false, claims: [], save: [], supersede: [] };
  }
  const next = newToken(32, ports.random);
  const save = [saveRefresh(tokenHash(next), stored.grant.id, call.now, stored.expiresAt)];
  const first = stored.supersededAt === undefined;
  return {
    refreshToken: next,
    rotated: true,
    claims: first ? [spendRefresh(stored.hash, stored.expiresAt)] : [],
    save,
    supersede: first ? [supersedeRefresh(stored.hash, call.now)] : [],
  };
}
