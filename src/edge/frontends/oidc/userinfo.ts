// The userinfo endpoint (OIDC Core 5.3): what was released about the person, to whoever holds token and key.
import { toSeconds } from '../../../base/clock.ts';
import { type HttpRequest, type HttpResponse, json } from '../../../base/http/index.ts';
import { accessTokenHash } from '../../../base/jose/index.ts';
import type { Issuer } from '../../../core/catalogue/index.ts';
import { firstRefusal } from '../../../core/grants/index.ts';
import { readAccessToken, stateOf } from './access-token.ts';
import { withOpened } from './confidential.ts';
import { dpopClaims, gatherDpop, nonceHeader } from './dpop.ts';
import { callOf, commitOrReplay, commonOf, type OidcContext, ourKeys, replayed } from './endpoint.ts';
import { endpointUrl, hasHelseidPages } from './endpoint-paths.ts';
import { hprDetails } from './hpr-details.ts';
import { presentedToken } from './presented-token.ts';
import { doneRecord } from './records.ts';
import { challenge, refuseAtResource } from './resource-refusal.ts';
import { userinfoClaims } from './tickets.ts';

/** Answers GET and POST /userinfo. */
export async function userinfo(context: OidcContext, issuer: Issuer, request: HttpRequest): Promise<HttpResponse> {
  const call = callOf(context, issuer, 'userinfo');
  const { ports } = context;
  const { now, catalogue } = call;
  const { scheme, text, tokens } = presentedToken(request);
  const reading =
    text === undefined
      ? undefined
      : readAccessToken(text, { issuer: issuer.url, keys: ourKeys(context, issuer), now, catalogue });
  const token = reading?.ok === true ? reading.token : undefined;
  const uri = endpointUrl(issuer, 'userinfo');
  const ath = text === undefined ? undefined : accessTokenHash(text);
  const required = token?.jkt !== undefined;
  const application = token === undefined ? undefined : catalogue.clients.get(token.client);
  const dpop = gatherDpop({ request, uri, required, application, now, catalogue, ath }, ports.nonces);
  const [state, grant] = await Promise.all([
    stateOf(ports.reads, reading, now),
    token?.grant === undefined ? undefined : ports.reads.grant(token.grant),
  ]);

  const refused = firstRefusal(context.checks.userinfo, { tokens, scheme, reading, dpop, state, grant, application });
  if (refused !== undefined || grant === undefined) {
    const why = refused ?? { check: 'grant', error: 'insufficient_scope', description: 'the token is about no person' };
    return refuseAtResource(context, call, why, { client: application?.id, presented: tokens > 0, scheme });
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
  if (!committed.won) return challenge(context, call, replayed(committed.lost), { scheme });
  const issued = hasHelseidPages(issuer)
    ? { ...(await hprDetails(context, grant, now)), userinfo_issued_at: toSeconds(now) }
    : {};
  const answer = json(200, { ...userinfoClaims(withOpened(ports.nonces, grant)), ...issued });
  return scheme === 'DPoP' ? { ...answer, headers: { ...answer.headers, ...nonceHeader(ports.nonces, now) } } : answer;
}
