// A request that a client makes directly (RFC 9126, RFC 8628, CIBA): form, client, proof and request, gathered in one way.
import { type HttpRequest, type HttpResponse, readForm } from '../../../base/http/index.ts';
import type { Claim, Commit } from '../../../core/commit/index.ts';
import { type AuthorizationRequest, type Check, firstRefusal, type Refused } from '../../../core/grants/index.ts';
import { type ClientFacts, clientClaims, gatherClient } from './client.ts';
import { contextOfRequest } from './context.ts';
import { type DpopFacts, dpopClaims, gatherDpop, nonceHeader, provenKey } from './dpop.ts';
import {
  type Call,
  commitOrReplay,
  knownClient,
  type OidcContext,
  ourKeys,
  refusalAnswer,
  refuse,
  replayed,
} from './endpoint.ts';
import { endpointUrl, type IssuerPage } from './endpoint-paths.ts';
import { type Parameters, parametersOf } from './parameters.ts';
import { type Channel, gatherRequest, type RequestFacts, requestOf } from './request-facts.ts';

export interface DirectFacts {
  readonly parameters: Parameters;
  readonly client: ClientFacts;
  readonly dpop: DpopFacts;
  readonly request: RequestFacts;
}

/** Gathers what the checks look at. A proof is voluntary and binds the tickets early (RFC 9449 10.1); the token endpoint demands it. */
export async function gatherDirect(
  context: OidcContext,
  call: Call & { readonly endpoint: IssuerPage },
  request: HttpRequest,
  channel: Channel,
): Promise<DirectFacts> {
  const { ports } = context;
  const { issuer, catalogue, now } = call;
  const parameters = parametersOf(readForm(request));
  const uri = endpointUrl(issuer, call.endpoint as IssuerPage);
  const client = await gatherClient(
    { request, parameters, issuer, endpoint: uri, catalogue, now },
    { keys: context.clientKeys, verifySecret: ports.verifySecret },
  );
  const { application } = client;
  const dpop = gatherDpop({ request, uri, required: false, application, now, catalogue }, ports.nonces);
  const asked = await gatherRequest(
    {
      channel,
      now,
      issuer,
      catalogue,
      application,
      outer: parameters,
      provenKey: () => provenKey(dpop),
      ourKeys: () => ourKeys(context, issuer),
    },
    context.clientKeys,
  );
  return { parameters, client, dpop, request: asked };
}

type Judged =
  | { readonly refused: HttpResponse }
  | {
      readonly refused?: undefined;
      /** The request as it is kept. */
      readonly kept: AuthorizationRequest;
      /** What the trail keeps of its details. */
      readonly trail: object | undefined;
    };

/** Judges them: by the endpoint's list, and what the request object says by the registers. A refusal is written down and ready to send. */
export async function judgeDirect(
  context: OidcContext,
  call: Call,
  facts: DirectFacts,
  checks: readonly Check<DirectFacts>[],
): Promise<Judged> {
  const { client, request } = facts;
  const no = async (refused: Refused): Promise<Judged> => ({
    refused: await refuse(context, call, refused, { client, dpop: facts.dpop.present }),
  });
  const refused = firstRefusal(checks, facts);
  if (refused !== undefined) return no(refused);
  const plain = requestOf(request);
  const said = await contextOfRequest(context, call, request, plain, client);
  if (said.refused !== undefined) return no(said.refused);
  return { kept: { ...plain, context: said.stored }, trail: said.trail };
}

/** Spends assertion, proof and request object with what is written, and answers, with the nonce for the next proof. */
export async function commitDirect(
  context: OidcContext,
  call: Call,
  { client, dpop, request }: DirectFacts,
  commit: Pick<Commit, 'writes' | 'ifWon'>,
  answer: HttpResponse,
): Promise<HttpResponse> {
  const claims = [...clientClaims(client), ...dpopClaims(dpop), ...requestObjectClaims(request)];
  const committed = await commitOrReplay(context, call, knownClient(client), { claims, ...commit });
  if (!committed.won) return refusalAnswer(context, call, replayed(committed.lost), { client, dpop: dpop.present });
  if (!dpop.present) return answer;
  return { ...answer, headers: { ...answer.headers, ...nonceHeader(context.ports.nonces, call.now) } };
}

/** A signed request object that has a `jti` and an `exp` is single use too. */
function requestObjectClaims({ object, application }: RequestFacts): readonly Claim[] {
  const verdict = object();
  if (application === undefined || verdict?.ok !== true || verdict.singleUse === undefined) return [];
  const { jti, until } = verdict.singleUse;
  return [{ scope: 'request_object', key: `${application.id} ${jti}`, until }];
}
