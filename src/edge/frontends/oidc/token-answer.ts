// The token endpoint's answers: what goes out once the commit has stood.
import { type EpochMs, toSeconds } from '../../../base/clock.ts';
import { type HttpResponse, json } from '../../../base/http/index.ts';
import { newToken } from '../../../base/ids.ts';
import { idTokenAlgorithmOf } from '../../../core/catalogue/index.ts';
import { type Claim, recordOnly } from '../../../core/commit/index.ts';
import type { Grant, Refused } from '../../../core/grants/index.ts';
import { nonceHeader } from './dpop.ts';
import { lifetimeOf, type OidcContext, refusalAnswer, refuse, replayed, replayRecord } from './endpoint.ts';
import { accessToken, accessTokenAlgorithm, idToken } from './tickets.ts';
import type { TokenCall } from './token.ts';

/** What a person's ticket is made of, worked out before the commit so that the trail can name it. */
export interface Planned {
  readonly jti: string;
  readonly scope: readonly string[];
  readonly audience: string;
  /** Seconds. */
  readonly lifetime: number;
}

/** The access token to be: its id, its one audience, its lifetime. Tokens without an API are for our own userinfo. */
export function plan(
  { ports }: OidcContext,
  { application, catalogue, now, issuer }: TokenCall,
  content: { readonly scope: readonly string[]; readonly audience: string | undefined; readonly until?: number },
): Planned {
  return {
    jti: newToken(16, ports.random),
    scope: content.scope,
    audience: content.audience ?? issuer.url,
    lifetime: lifetimeOf(
      application.accessTokenSeconds ?? catalogue.settings.lifetimes.accessToken,
      now,
      content.until,
    ),
  };
}

/** Signs and answers. */
export function tokenAnswer(
  { ports }: OidcContext,
  call: TokenCall,
  planned: Planned,
  about: {
    readonly subject: string;
    readonly grant?: Grant | undefined;
    readonly nonce?: string | undefined;
    readonly refreshToken?: string | undefined;
    /** Until when the refresh token can be used. */
    readonly refreshUntil?: EpochMs | undefined;
    /** Scopes that were asked for and are left out, with the rest granted (HelseID's `rejected_scope`). */
    readonly rejectedScope?: readonly string[] | undefined;
  },
): HttpResponse {
  const { issuer, application, now, jkt } = call;
  const { jti, scope, audience, lifetime } = planned;
  const { subject, grant, nonce, refreshToken, refreshUntil, rejectedScope = [] } = about;
  const issuedAt = toSeconds(now);
  const access = accessToken(
    {
      issuer,
      client: application.id,
      subject,
      audience,
      scope,
      jti,
      issuedAt,
      expiresAt: issuedAt + lifetime,
      jkt,
      grant,
      application,
    },
    ports.keys.signing(issuer.id, accessTokenAlgorithm),
  );
  const id =
    grant !== undefined && scope.includes('openid')
      ? idToken(
          { issuer, grant, nonce, accessToken: access, issuedAt },
          ports.keys.signing(issuer.id, idTokenAlgorithmOf(application)),
        )
      : undefined;
  const answer = json(200, {
    access_token: access,
    token_type: jkt === undefined ? 'Bearer' : 'DPoP',
    expires_in: lifetime,
    scope: scope.length > 0 ? scope.join(' ') : undefined,
    refresh_token: refreshToken,
    // HelseID's: whole seconds that the refresh token has left.
    rt_expires_in:
      refreshToken === undefined || refreshUntil === undefined ? undefined : toSeconds(refreshUntil) - issuedAt,
    rejected_scope: rejectedScope.length > 0 ? rejectedScope.join(' ') : undefined,
    id_token: id,
  });
  return jkt === undefined ? answer : { ...answer, headers: { ...answer.headers, ...nonceHeader(ports.nonces, now) } };
}

/** What the trail keeps of a ticket: enough to find it, nothing to use it with. */
export const ticketBody = ({ jti, scope, audience, lifetime }: Planned, { jkt, catalogue }: TokenCall) => ({
  jti,
  scope,
  audience,
  lifetime,
  jkt,
  catalogue: catalogue.revision,
});

export const refuseToken = (
  context: OidcContext,
  call: TokenCall,
  refused: Refused,
  grant?: Grant,
): Promise<HttpResponse> =>
  refuse(context, call, refused, { client: call.client, grant, dpop: call.jkt !== undefined });

/** The answer to a lost claim that the commit itself recorded. */
export const replayAnswer = (context: OidcContext, call: TokenCall, lost: readonly Claim[]): HttpResponse =>
  refusalAnswer(context, call, replayed(lost), { client: call.client, dpop: call.jkt !== undefined });

/** The same where the commit did not know yet what a lost claim would mean. */
export async function refuseReplay(
  context: OidcContext,
  call: TokenCall,
  lost: readonly Claim[],
  grant: Grant,
): Promise<HttpResponse> {
  await context.ports.commit(recordOnly([replayRecord(call, call.application.id, grant)]));
  return replayAnswer(context, call, lost);
}
