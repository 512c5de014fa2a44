// The userinfo endpoint (OIDC Core 5.3): what was released about the person, to whoever holds token and key.
import { toSeconds } from '../../../base/clock.ts';
import { type HttpRequest, type HttpResponse, isForm, json, parseForm, parseQuery } from '../../../base/http/index.ts';
import { accessTokenHash } from '../../../base/jose/index.ts';
import type { Issuer } from '../../../core/catalogue/index.ts';
import { recordOnly } from '../../../core/commit/index.ts';
import { firstRefusal, type Refused } from '../../../core/grants/index.ts';
import { readAccessToken, stateOf } from './access-token.ts';
import { withOpened } from './confidential.ts';
import { dpopClaims, gatherDpop, nonceHeader } from './dpop.ts';
import {
  type Call,
  callOf,
  commitOrReplay,
  commonOf,
  errorAnswer,
  type OidcContext,
  ourKeys,
  replayed,
} from './endpoint.ts';
import { endpointUrl, hasHelseidPages } from './endpoint-paths.ts';
import { hprDetails } from './hpr-details.ts';
import { doneRecord, refusedRecord } from './records.ts';
import { userinfoClaims } from './tickets.ts';

type Scheme = 'DPoP' | 'Bearer';

/** Answers GET and POST /userinfo. */
export async function userinfo(context: OidcContext, issuer: Issuer, request: HttpRequest): Promise<HttpResponse> {
  const call = callOf(context, issuer, 'userinfo');
  const { ports } = context;
  const { now, catalogue } = call;
  const { scheme, text, tokens } = presentedToken(request);
  const reading =
    text === undefined ? undefined : readAccessToken(text, { issuer: issuer.url, keys: ourKeys(context, issuer), now });
  const token = reading?.ok === true ? reading.token : undefined;
  const uri = endpointUrl(issuer, 'userinfo');
  const ath = text === undefined ? undefined : accessTokenHash(text);
  const required = token?.jkt !== undefined;
  const application = token === undefined ? undefined : catalogue.applications.get(token.client);
  const dpop = gatherDpop({ request, uri, required, application, now, catalogue, ath }, ports.nonces);
  const [state, grant] = await Promise.all([
    stateOf(ports.reads, reading, now),
    token?.grant === undefined ? undefined : ports.reads.grant(token.grant),
  ]);

  const refused = firstRefusal(context.checks.userinfo, { tokens, scheme, reading, dpop, state, grant, application });
  if (refused !== undefined || grant === undefined) {
    const why = refused ?? { check: 'grant', error: 'insufficient_scope', description: 'the token is about no person' };
    return refuse(context, call, why, application?.id, tokens > 0, scheme);
  }
  const committed = await commitOrReplay(
    context,
    call,
    application?.id,
    {
      claims: dpopClaims(dpop),
      writes: [],
      ifWon: [doneRecord('ticket.introspected', commonOf(call, application?.id), { jti: token?.jti }, grant)],
    },
    grant,
  );
  if (!committed.won) return challenge(context, call, replayed(committed.lost), true, scheme);
  const issued = hasHelseidPages(issuer)
    ? { ...(await hprDetails(context, grant, now)), userinfo_issued_at: toSeconds(now) }
    : {};
  const answer = json(200, { ...userinfoClaims(withOpened(ports.nonces, grant)), ...issued });
  return scheme === 'DPoP' ? { ...answer, headers: { ...answer.headers, ...nonceHeader(ports.nonces, now) } } : answer;
}

async function refuse(
  context: OidcContext,
  call: Call,
  refused: Refused,
  client: string | undefined,
  presented: boolean,
  scheme: Scheme | undefined,
): Promise<HttpResponse> {
  if (refused.error !== 'use_dpop_nonce') {
    await context.ports.commit(recordOnly([refusedRecord(commonOf(call, client), refused)]));
  }
  return challenge(context, call, refused, presented, scheme);
}

/** RFC 6750 3 and RFC 9449 7.1: the error in the challenge; none when no token came at all. */
function challenge(
  { ports }: OidcContext,
  call: Call,
  refused: Refused,
  presented: boolean,
  scheme: Scheme | undefined,
): HttpResponse {
  const { error, description } = refused;
  const status = error === 'insufficient_scope' ? 403 : error === 'invalid_request' ? 400 : 401;
  const why = presented ? `, error="${error}", error_description="${description}"` : '';
  const dpop = `DPoP realm="${call.issuer.url}", algs="ES256 PS256 EdDSA"`;
  const bearer = `Bearer realm="${call.issuer.url}"`;
  const challenges = scheme === 'Bearer' ? [bearer + why, dpop] : [dpop + why, bearer];
  const answer = errorAnswer(refused, call.reference, scheme === 'Bearer' ? {} : nonceHeader(ports.nonces, call.now));
  return { ...answer, status, headers: { ...answer.headers, 'www-authenticate': challenges } };
}

/** The token of the Authorization header, and how many tokens there are in all: elsewhere they are counted to be refused. */
function presentedToken(request: HttpRequest): {
  readonly scheme: Scheme | undefined;
  readonly text: string | undefined;
  readonly tokens: number;
} {
  const raw = request.headers.authorization;
  const headers = raw === undefined ? [] : typeof raw === 'string' ? [raw] : raw;
  let tokens = headers.length;
  const query = parseQuery(request.query);
  if (query.ok && query.fields.has('access_token')) tokens += 1;
  if (request.method === 'POST' && isForm(request)) {
    const form = parseForm(request.body);
    if (form.ok && form.fields.has('access_token')) tokens += 1;
  }
  const match = /^(DPoP|Bearer) +([A-Za-z0-9\-._~+/]+=*)$/i.exec(headers[0] ?? '');
  if (match === null) return { scheme: undefined, text: undefined, tokens };
  return { scheme: match[1]?.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer', text: match[2], tokens };
}
