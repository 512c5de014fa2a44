// Revocation (RFC 7009): a refresh token takes its grant along; an access token goes alone.
import { type HttpRequest, type HttpResponse, json, readForm } from '../../../base/http/index.ts';
import { tokenHash } from '../../../base/ids.ts';
import type { Issuer } from '../../../core/catalogue/index.ts';
import type { Claim, Write } from '../../../core/commit/index.ts';
import { firstRefusal, revokeGrant, spendToken } from '../../../core/grants/index.ts';
import { readAccessToken, stateOf } from './access-token.ts';
import { clientClaims, gatherClient } from './client.ts';
import {
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

/** Answers POST /revoke. A token that we do not know is as good as revoked (RFC 7009 2.2). */
export async function revoke(context: OidcContext, issuer: Issuer, request: HttpRequest): Promise<HttpResponse> {
  const call = callOf(context, issuer, 'revoke');
  const { ports } = context;
  const { now, catalogue } = call;
  const parameters = parametersOf(readForm(request, { maxBytes: 32_768, maxFields: 32 }));
  const client = await gatherClient(
    { request, parameters, issuer, endpoint: endpointUrl(issuer, 'revoke'), catalogue, now },
    { keys: context.clientKeys, verifySecret: ports.verifySecret },
  );
  const text = parameters.get('token');
  const reading =
    text?.includes('.') === true
      ? readAccessToken(text, { issuer: issuer.url, keys: ourKeys(context, issuer), now, catalogue })
      : undefined;
  const access = reading?.ok === true ? reading.token : undefined;
  const [state, refresh] = await Promise.all([
    stateOf(ports.reads, reading, now),
    text === undefined || text.includes('.') ? undefined : ports.reads.refreshToken(tokenHash(text)),
  ]);
  const holder = access?.client ?? refresh?.grant.client;
  const refused = firstRefusal(context.checks.revoke, { parameters, client, holder });
  if (refused !== undefined) return refuse(context, call, refused, { client });

  const claims: Claim[] = [...clientClaims(client)];
  const writes: Write[] = [];
  if (access !== undefined && state?.revoked === false) claims.push(spendToken(access.jti, access.expiresAt));
  if (refresh !== undefined) writes.push(revokeGrant(refresh.grant.id, now, 'client'));
  const kind = access !== undefined ? 'access_token' : refresh !== undefined ? 'refresh_token' : 'unknown';
  const done = doneRecord(
    'ticket.revoked',
    commonOf(call, client.application?.id),
    { token: kind, jti: access?.jti },
    refresh?.grant,
  );
  const committed = await commitOrReplay(context, call, client.application?.id, { claims, writes, ifWon: [done] });
  // Somebody else revoked the same token at this very moment: it is revoked, which is all that was asked.
  if (!committed.won && committed.lost.some(({ scope }) => scope !== 'token')) {
    return refusalAnswer(context, call, replayed(committed.lost), { client });
  }
  return json(200, {});
}
