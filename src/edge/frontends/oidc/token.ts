// The token endpoint (RFC 6749 3.2): one list for every call, then the grant's own; a commit; and only then a signature.
import { type HttpRequest, type HttpResponse, readForm } from '../../../base/http/index.ts';
import { type Issuer, mustBind, type OidcApplication } from '../../../core/catalogue/index.ts';
import type { Claim } from '../../../core/commit/index.ts';
import { backchannelGrant, deviceGrant, firstRefusal } from '../../../core/grants/index.ts';
import { type ClientFacts, clientClaims, gatherClient } from './client.ts';
import { type DpopFacts, dpopClaims, gatherDpop, provenKey } from './dpop.ts';
import { type Call, callOf, type OidcContext, refuse } from './endpoint.ts';
import { endpointUrl } from './endpoint-paths.ts';
import { type Parameters, parametersOf } from './parameters.ts';
import { redeem } from './token-code.ts';
import { exchange } from './token-exchange.ts';
import { grantToMachine } from './token-machine.ts';
import { renew } from './token-refresh.ts';
import { redeemWaiting } from './token-waiting.ts';

/** A call of the token endpoint that passed what all grants begin with. */
export interface TokenCall extends Call {
  readonly request: HttpRequest;
  readonly parameters: Parameters;
  readonly client: ClientFacts;
  readonly application: OidcApplication;
  readonly dpop: DpopFacts;
  /** Thumbprint of the proof's key. */
  readonly jkt: string | undefined;
  /** Assertion and proof, to be spent by whatever is committed. */
  readonly claims: readonly Claim[];
}

/** Answers POST /token. */
export async function token(context: OidcContext, issuer: Issuer, request: HttpRequest): Promise<HttpResponse> {
  const call = callOf(context, issuer, 'token');
  const { ports } = context;
  const { now, catalogue } = call;
  const uri = endpointUrl(issuer, 'token');
  const parameters = parametersOf(readForm(request, { maxBytes: 32_768, maxFields: 32 }));
  const client = await gatherClient(
    { request, parameters, issuer, endpoint: uri, catalogue, now },
    { keys: context.clientKeys, verifySecret: ports.verifySecret },
  );
  const required = mustBind(client.application);
  const dpop = gatherDpop({ request, uri, required, application: client.application, now, catalogue }, ports.nonces);

  const refused = firstRefusal(context.checks.token, { parameters, client, dpop });
  const { application } = client;
  if (refused !== undefined || application === undefined) {
    const why = refused ?? { check: 'client.known', error: 'invalid_client', description: 'no such client' };
    return refuse(context, call, why, { client, dpop: required || dpop.present });
  }
  const claims = [...clientClaims(client), ...dpopClaims(dpop)];
  const judged: TokenCall = {
    ...call,
    request,
    parameters,
    client,
    application,
    dpop,
    jkt: provenKey(dpop),
    claims,
  };
  const grantType = parameters.get('grant_type');
  switch (grantType) {
    case 'authorization_code':
      return redeem(context, judged);
    case 'refresh_token':
      return renew(context, judged);
    case deviceGrant:
    case backchannelGrant:
      return redeemWaiting(context, judged, grantType);
    case 'urn:ietf:params:oauth:grant-type:token-exchange':
      return exchange(context, judged);
    default:
      return grantToMachine(context, judged);
  }
}
