// authorization_code: a code becomes a grant and its first tickets, once. A second try takes the grant down.
import type { HttpResponse } from '../../../base/http/index.ts';
import { newToken, tokenHash } from '../../../base/ids.ts';
import type { Api } from '../../../core/catalogue/index.ts';
import {
  type CodeFacts,
  decideRedemption,
  type Grant,
  type RedemptionFacts,
  type Refused,
  redemptionTarget,
  revokeGrant,
  saveGrant,
  saveRefresh,
  scopesFor,
  spendCode,
} from '../../../core/grants/index.ts';
import { clientClaims } from './client.ts';
import { codeContext } from './code-context.ts';
import { withOpened } from './confidential.ts';
import { contextBody, withinTerms } from './context.ts';
import { commitOrReplay, commonOf, type OidcContext, refusalAnswer, replayRecord } from './endpoint.ts';
import { doneRecord, refusedRecord } from './records.ts';
import type { TokenCall } from './token.ts';
import { plan, refuseToken, replayAnswer, ticketBody, tokenAnswer } from './token-answer.ts';

/** Redeems a code (RFC 6749 4.1.3). */
export async function redeem(context: OidcContext, call: TokenCall): Promise<HttpResponse> {
  const { ports } = context;
  const { application, issuer, catalogue, parameters, now, jkt } = call;
  const code = parameters.get('code');
  const stored = code === undefined ? undefined : await ports.reads.code(tokenHash(code), now);
  const facts: RedemptionFacts = {
    now,
    application,
    issuer,
    catalogue,
    code,
    redirectUri: parameters.get('redirect_uri'),
    codeVerifier: parameters.get('code_verifier'),
    resources: parameters.all('resource'),
    jkt,
    stored,
  };
  const redemption = decideRedemption(facts, context.checks.redemption);
  if (redemption.kind === 'refused') {
    return redemption.revoke === undefined
      ? refuseToken(context, call, redemption.refused, { grant: stored?.grant })
      : takeDown(context, call, redemption.revoke, redemption.refused);
  }

  const { grant } = redemption;
  return firstTickets(
    context,
    call,
    { ...redemption.stored, grant },
    redemptionTarget(facts).api,
    'authorization_code',
  );
}

/** The first tickets of a grant, for a code that was judged: its context is judged, the code is spent, and both are written down. */
export async function firstTickets(
  context: OidcContext,
  call: TokenCall,
  stored: CodeFacts,
  target: Api | undefined,
  grantType: string,
): Promise<HttpResponse> {
  const { ports } = context;
  const { application, catalogue, now } = call;
  const { grant } = stored;
  const said = await codeContext(context, call, grant, target);
  if (said.refused !== undefined)
    return refuseToken(context, call, said.refused, { grant, explanation: said.explanation });
  const asked = { scope: scopesFor(target, catalogue, grant.scope), api: target };
  const { scope, api, rejectedScope } = withinTerms(said.ticket, asked);
  const refreshToken = application.grants.includes('refresh_token') ? newToken(32, ports.random) : undefined;
  const writes = [saveGrant(grant)];
  if (refreshToken !== undefined) {
    writes.push(saveRefresh(tokenHash(refreshToken), grant.id, now, grant.expiresAt));
  }
  const { nonce } = stored;
  const planned = plan(context, call, {
    scope,
    api,
    grant: withOpened(ports.nonces, grant),
    nonce,
    context: said.ticket,
  });
  // One login is one reference, from its first page to its last ticket.
  const common = { ...commonOf(call, application.id), reference: grant.about.decision };
  const committed = await commitOrReplay(
    context,
    call,
    application.id,
    {
      claims: [...call.claims, spendCode(stored)],
      writes,
      ifWon: [
        doneRecord(
          'ticket.issued',
          common,
          {
            ...ticketBody(planned, call),
            grantType,
            ...contextBody(said.ticket, rejectedScope),
            explanation: said.explanation,
          },
          grant,
        ),
      ],
    },
    grant,
  );
  if (!committed.won) {
    const lost = new Set(committed.lost.map(({ scope }) => scope));
    // Who lost the assertion's claim has not proved to be the client, so nothing is revoked on its word.
    if (lost.has('code') && !lost.has('assertion')) await revoke(context, call, grant);
    return replayAnswer(context, call, committed.lost);
  }
  return tokenAnswer(context, call, planned, { refreshToken, refreshUntil: grant.expiresAt, rejectedScope });
}

/** Revokes the grant of something that was used twice, with the trail of it, and refuses (RFC 6749 4.1.2, RFC 9700 4.14.2). */
export async function takeDown(
  context: OidcContext,
  call: TokenCall,
  grant: Grant,
  refused: Refused,
): Promise<HttpResponse> {
  const record = refusedRecord(commonOf(call, call.application.id), refused, { grant, kind: 'ticket.replayed' });
  // Who repeats a whole request that was seen on its way has not proved to be the client: that takes nothing down.
  await context.ports.commit({
    claims: clientClaims(call.client),
    writes: [revokeGrant(grant.id, call.now, 'replay')],
    ifWon: [record],
    ifLost: [replayRecord(call, call.application.id, grant)],
  });
  return refusalAnswer(context, call, refused, { client: call.client, dpop: call.jkt !== undefined });
}

async function revoke(context: OidcContext, call: TokenCall, grant: Grant): Promise<void> {
  await context.ports.commit({
    claims: [],
    writes: [revokeGrant(grant.id, call.now, 'replay')],
    ifWon: [doneRecord('ticket.revoked', commonOf(call, call.application.id), { by: 'replay' }, grant)],
    ifLost: [],
  });
}
