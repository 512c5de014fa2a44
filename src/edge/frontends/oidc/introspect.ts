// Introspection (RFC 7662), also as a signed answer (RFC 9701): for the resource server of the token's own API alone.
import { toSeconds } from '../../../base/clock.ts';
import { type HttpRequest, type HttpResponse, json, privateAnswerHeaders, readForm } from '../../../base/http/index.ts';
import { signCompact } from '../../../base/jose/index.ts';
import type { Issuer } from '../../../core/catalogue/index.ts';
import { firstRefusal } from '../../../core/grants/index.ts';
import { type ReadAccessToken, readAccessToken, stateOf } from './access-token.ts';
import { clientClaims, gatherClient } from './client.ts';
import {
  type Call,
  callOf,
  commitOrReplay,
  commonOf,
  type OidcContext,
  ourKeys,
  refusalAnswer,
  refuse,
  replayed,
} from './endpoint.ts';
import { endpointUrl } from './endpoint-paths.ts';
import { parametersOf } from './parameters.ts';
import { doneRecord } from './records.ts';

const signedType = 'application/token-introspection+jwt';

/** Answers POST /introspect. */
export async function introspect(context: OidcContext, issuer: Issuer, request: HttpRequest): Promise<HttpResponse> {
  const call = callOf(context, issuer, 'introspect');
  const { ports } = context;
  const { now, catalogue } = call;
  const parameters = parametersOf(readForm(request, { maxBytes: 32_768, maxFields: 32 }));
  const client = await gatherClient(
    { request, parameters, issuer, endpoint: endpointUrl(issuer, 'introspect'), catalogue, now },
    { keys: context.clientKeys, verifySecret: ports.verifySecret },
  );
  const refused = firstRefusal(context.checks.introspect, { parameters, client });
  const asking = client.application;
  if (refused !== undefined || asking === undefined) {
    const why = refused ?? { check: 'client.known', error: 'invalid_client', description: 'no such client' };
    return refuse(context, call, why, { client });
  }

  const text = parameters.get('token') ?? '';
  const reading = readAccessToken(text, { issuer: issuer.url, keys: ourKeys(context, issuer), now, catalogue });
  const state = await stateOf(ports.reads, reading, now);
  const inactive = firstRefusal(context.checks.active, { asking, catalogue, reading, state });
  const token = inactive === undefined && reading.ok ? reading.token : undefined;
  const committed = await commitOrReplay(context, call, asking.id, {
    claims: clientClaims(client),
    writes: [],
    ifWon: [
      doneRecord('ticket.introspected', commonOf(call, asking.id), {
        active: token !== undefined,
        because: inactive?.check,
        jti: token?.jti,
        of: token?.client,
      }),
    ],
  });
  if (!committed.won) return refusalAnswer(context, call, replayed(committed.lost), { client });
  const answer = token === undefined ? { active: false } : activeAnswer(token);
  return wantsSigned(request) ? signedAnswer(context, call, asking.id, answer) : json(200, answer);
}

/** RFC 7662 2.2: the token's own claims, with `token_type` as the resource server must enforce it (RFC 9449 6.2). */
function activeAnswer({ claims, scope, jkt }: ReadAccessToken): Record<string, unknown> {
  // Here `scope` is one text whatever the token has (RFC 7662 2.2).
  const text = scope.length > 0 ? scope.join(' ') : undefined;
  return { ...claims, scope: text, active: true, token_type: jkt === undefined ? 'Bearer' : 'DPoP' };
}

/** `introspection_signing_alg_values_supported`: whoever asks for a signed answer reads RFC 9701, and with it ES256. */
export const answerAlgorithm = 'ES256';

/** RFC 9701 5: signed for the one resource server that asked; `exp` and `sub` of the token stay inside. */
function signedAnswer({ ports }: OidcContext, call: Call, asking: string, answer: object): HttpResponse {
  const { issuer, now } = call;
  const claims = { iss: issuer.url, aud: asking, iat: toSeconds(now), token_introspection: answer };
  const key = ports.keys.signing(issuer.id, answerAlgorithm);
  const body = signCompact({ typ: 'token-introspection+jwt' }, JSON.stringify(claims), key);
  return { status: 200, headers: { ...privateAnswerHeaders, 'content-type': signedType }, body };
}

function wantsSigned(request: HttpRequest): boolean {
  const { accept } = request.headers;
  const text = typeof accept === 'string' ? accept : (accept ?? []).join(',');
  return text.split(',').some((each) => each.split(';')[0]?.trim().toLowerCase() === signedType);
}
