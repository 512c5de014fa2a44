// The PAR endpoint (RFC 9126): an authenticated client leaves its authorization request and gets a request_uri.
import { type HttpRequest, type HttpResponse, json, readForm } from '../../../base/http/index.ts';
import { newToken, tokenHash } from '../../../base/ids.ts';
import type { Issuer } from '../../../core/catalogue/index.ts';
import type { Claim } from '../../../core/commit/index.ts';
import { type AuthorizationRequest, firstRefusal, savePushed } from '../../../core/grants/index.ts';
import { clientClaims, gatherClient } from './client.ts';
import { contextOfRequest } from './context.ts';
import { dpopClaims, gatherDpop, nonceHeader, provenKey } from './dpop.ts';
import {
  type Call,
  callOf,
  commitOrReplay,
  commonOf,
  knownClient,
  type OidcContext,
  ourKeys,
  refusalAnswer,
  refuse,
  replayed,
} from './endpoint.ts';
import { endpointUrl } from './endpoint-paths.ts';
import { parametersOf } from './parameters.ts';
import { doneRecord } from './records.ts';
import { gatherRequest, type RequestFacts, requestOf } from './request-facts.ts';

/** The prefix of every request_uri that we give out (RFC 9126 2.2). */
export const requestUriPrefix = 'urn:ietf:params:oauth:request_uri:';

/** Answers POST /par. */
export async function push(context: OidcContext, issuer: Issuer, request: HttpRequest): Promise<HttpResponse> {
  const call = callOf(context, issuer, 'par');
  const { ports } = context;
  const { now, catalogue } = call;
  const parameters = parametersOf(readForm(request));
  const client = await gatherClient(
    { request, parameters, issuer, endpoint: endpointUrl(issuer, 'par'), catalogue, now },
    { keys: context.clientKeys, verifySecret: ports.verifySecret },
  );
  // A proof is voluntary here and binds the code early (RFC 9449 10.1); the token endpoint demands it.
  const parUrl = endpointUrl(issuer, 'par');
  const dpop = gatherDpop(
    { request, uri: parUrl, required: false, application: client.application, now, catalogue },
    ports.nonces,
  );
  const asked = await gatherRequest(
    {
      channel: 'pushed',
      now,
      issuer,
      catalogue,
      application: client.application,
      outer: parameters,
      provenKey: () => provenKey(dpop),
      ourKeys: () => ourKeys(context, issuer),
    },
    context.clientKeys,
  );
  const refused = firstRefusal(context.checks.push, { parameters, client, dpop, request: asked });
  if (refused !== undefined) return refuse(context, call, refused, { client, dpop: dpop.present });

  const plain = requestOf(asked);
  const said = await contextOfRequest(context, call, asked, plain, client);
  if (said.refused !== undefined) return refuse(context, call, said.refused, { client, dpop: dpop.present });
  const { uri, hash, expiresAt, seconds } = newRequestUri(context, call);
  const kept = { ...plain, context: said.stored };
  const committed = await commitOrReplay(context, call, knownClient(client), {
    claims: [...clientClaims(client), ...dpopClaims(dpop), ...requestObjectClaims(asked)],
    writes: [savePushed({ hash, request: kept, expiresAt })],
    ifWon: [doneRecord('ticket.pushed', commonOf(call, kept.client), { ...pushedBody(kept), context: said.trail })],
  });
  if (!committed.won) {
    return refusalAnswer(context, call, replayed(committed.lost), { client, dpop: dpop.present });
  }
  const answer = json(201, { request_uri: uri, expires_in: seconds });
  return dpop.present ? { ...answer, headers: { ...answer.headers, ...nonceHeader(ports.nonces, now) } } : answer;
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

/** A signed request object that has a `jti` and an `exp` is single use too. */
export function requestObjectClaims({ object, application }: RequestFacts): readonly Claim[] {
  const verdict = object();
  if (application === undefined || verdict?.ok !== true || verdict.singleUse === undefined) return [];
  const { jti, until } = verdict.singleUse;
  return [{ scope: 'request_object', key: `${application.id} ${jti}`, until }];
}
