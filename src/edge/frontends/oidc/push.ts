// The PAR endpoint (RFC 9126): an authenticated client leaves its authorization request and gets a request_uri.
import { type HttpRequest, type HttpResponse, json } from '../../../base/http/index.ts';
import { newToken, tokenHash } from '../../../base/ids.ts';
import type { Issuer } from '../../../core/catalogue/index.ts';
import { type AuthorizationRequest, savePushed } from '../../../core/grants/index.ts';
import { commitDirect, gatherDirect, judgeDirect } from './direct-request.ts';
import { type Call, callOf, commonOf, type OidcContext } from './endpoint.ts';
import { doneRecord } from './records.ts';

/** The prefix of every request_uri that we give out (RFC 9126 2.2). */
export const requestUriPrefix = 'urn:ietf:params:oauth:request_uri:';

/** Answers POST /par. */
export async function push(context: OidcContext, issuer: Issuer, request: HttpRequest): Promise<HttpResponse> {
  const call = callOf(context, issuer, 'par');
  const facts = await gatherDirect(context, call, request, 'pushed');
  const judged = await judgeDirect(context, call, facts, context.checks.push);
  if (judged.refused !== undefined) return judged.refused;
  const { uri, hash, expiresAt, seconds } = newRequestUri(context, call);
  const { kept, trail } = judged;
  return commitDirect(
    context,
    call,
    facts,
    {
      writes: [savePushed({ hash, request: kept, expiresAt })],
      ifWon: [doneRecord('ticket.pushed', commonOf(call, kept.client), { ...pushedBody(kept), context: trail })],
    },
    json(201, { request_uri: uri, expires_in: seconds }),
  );
}

/** A fresh request_uri and what is stored of it. */
export function newRequestUri({ ports }: OidcContext, { now, catalogue }: Call) {
  const token = newToken(32, ports.random);
  const seconds = Math.min(catalogue.settings.lifetimes.pushedRequest, 600);
  return { uri: requestUriPrefix + token, hash: tokenHash(token), seconds, expiresAt: now + seconds * 1000 };
}

/** What the trail keeps of a request: no state, no nonce, no hint. */
export const pushedBody = (request: AuthorizationRequest) => ({
  redirectUri: request.redirectUri,
  scope: request.scope,
  resources: request.resources,
  assurance: request.assurance,
  prompt: request.prompt,
  maxAge: request.maxAge,
});
