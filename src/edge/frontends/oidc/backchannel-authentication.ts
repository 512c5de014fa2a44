// The back-channel authentication endpoint (CIBA Core 7): an authenticated program names a person, who is asked in the portal.
import { type HttpRequest, type HttpResponse, json } from '../../../base/http/index.ts';
import { newToken, tokenHash } from '../../../base/ids.ts';
import { keyedHashes } from '../../../base/sealing/index.ts';
import type { Issuer } from '../../../core/catalogue/index.ts';
import {
  firstRefusal,
  pollSeconds,
  saveWaiting,
  type WaitingRequest,
  waitingSeconds,
} from '../../../core/grants/index.ts';
import { commitDirect, type DirectFacts, gatherDirect, judgeDirect } from './direct-request.ts';
import { callOf, commonOf, type OidcContext, refuse } from './endpoint.ts';
import type { OidcPorts } from './ports.ts';
import { doneRecord } from './records.ts';
import { waitingBody, withoutRedirect } from './waiting-request.ts';

/** What an auth_req_id is stored as: a hash of its own kind, so that it is never taken for another code. */
export const authReqIdHash = (id: string): string => tokenHash(`auth_req_id ${id}`);

/**
 * Answers POST /bc-authorize. A person who is not found is answered like any other, and the request waits in vain: no
 * client finds out who exists (docs/decisions/0014-back-channel.md).
 */
export async function authenticateBackchannel(
  context: OidcContext,
  issuer: Issuer,
  request: HttpRequest,
): Promise<HttpResponse> {
  const call = callOf(context, issuer, 'backchannel-authentication');
  const { ports } = context;
  const { now } = call;
  const facts = await gatherDirect(context, call, request, 'backchannel');
  const judged = await judgeDirect(context, call, facts, context.checks.backchannelAuthentication);
  if (judged.refused !== undefined) return judged.refused;
  const { client, dpop, request: asked } = facts;

  const askedHashes = hashesOf(ports, judged.kept.client, facts);
  const [before, person] = await Promise.all([
    ports.waiting.countAsked(askedHashes, now - waitingSeconds * 1000),
    personOf(ports, facts),
  ]);
  const refused = firstRefusal(context.checks.backchannelCounted, { before });
  if (refused !== undefined) {
    const answer = await refuse(context, call, refused, { client, dpop: dpop.present });
    return { ...answer, status: 403 }; // CIBA Core 13: access_denied
  }

  const id = newToken(32, ports.random);
  const seconds = Math.min(Number(asked.get('requested_expiry') ?? waitingSeconds), waitingSeconds);
  const waiting: WaitingRequest = {
    hash: authReqIdHash(id),
    person,
    askedHash: askedHashes[0],
    // The hint may be a personal number: it is not kept, and goes to no provider.
    request: {
      ...withoutRedirect(judged.kept),
      loginHint: undefined,
      nonce: undefined,
      bindingMessage: asked.get('binding_message'),
    },
    from: request.ip,
    createdAt: now,
    expiresAt: now + seconds * 1000,
  };
  const body = { ...waitingBody(waiting), personFound: person !== undefined, context: judged.trail };
  return commitDirect(
    context,
    call,
    facts,
    {
      writes: [saveWaiting(waiting)],
      ifWon: [{ ...doneRecord('ticket.pushed', commonOf(call, judged.kept.client), body), person }],
    },
    json(200, { auth_req_id: id, expires_in: seconds, interval: pollSeconds }),
  );
}

/** Whom the hint means: by an identifier, or by the session of an ID token of ours. */
async function personOf({ hinted }: OidcPorts, { request }: DirectFacts): Promise<string | undefined> {
  const hint = request.hint();
  if (hint?.ok === true) return hint.session === undefined ? undefined : hinted.bySession(hint.session);
  const given = request.get('login_hint');
  return given === undefined ? undefined : hinted.byIdentifier(given);
}

/** Who was asked by whom, found or not: so that the count says nothing of who exists. */
function hashesOf({ nonces }: OidcPorts, client: string, { request }: DirectFacts): readonly string[] {
  const hint = request.hint();
  const who = hint?.ok === true ? `sub ${hint.subject}` : (request.get('login_hint') ?? '');
  return keyedHashes(nonces, 'back-channel hint', `${client} ${who.normalize('NFKC').trim().toLowerCase()}`);
}
