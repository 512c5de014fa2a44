// The token endpoint's answers: what goes out once the commit has stood.
import { type EpochMs, toSeconds } from '../../../base/clock.ts';
import { type HttpResponse, json } from '../../../base/http/index.ts';
import { newToken } from '../../../base/ids.ts';
import {
  type Api,
  accessTokenAlgorithmOf,
  idTokenAlgorithmOf,
  type TicketAlgorithm,
} from '../../../core/catalogue/index.ts';
import { type Claim, recordOnly } from '../../../core/commit/index.ts';
import type { TicketContext } from '../../../core/context/index.ts';
import type { Actor, Grant, Refused } from '../../../core/grants/index.ts';
import { ticketDigest, withContext } from '../../../core/issuing/index.ts';
import { nonceHeader } from './dpop.ts';
import { lifetimeOf, type OidcContext, refusalAnswer, refuse, replayed, replayRecord } from './endpoint.ts';
import { accessToken, accessTokenText, idToken, idTokenText, type TicketText } from './tickets.ts';
import type { TokenCall } from './token.ts';

/** What a person's ticket is made of, worked out before the commit so that the trail can name it. */
export interface Planned {
  readonly jti: string;
  readonly scope: readonly string[];
  readonly audience: string;
  /** Seconds. */
  readonly lifetime: number;
  readonly access: TicketText;
  readonly algorithm: TicketAlgorithm;
  readonly type: 'JWT' | undefined;
  /** Absent where no ID token is due. */
  readonly id: TicketText | undefined;
}

/** The tickets to be: id, one audience, lifetime and exact words. Access tokens without an API are for our own userinfo. */
export function plan(
  { ports }: OidcContext,
  { application, catalogue, now, issuer, jkt, reference }: TokenCall,
  content: {
    readonly scope: readonly string[];
    readonly api: Api | undefined;
    /** Absent for a machine. */
    readonly grant?: Grant | undefined;
    readonly nonce?: string | undefined;
    /** An exchanged ticket has its subject and end from the one that was exchanged. */
    readonly exchanged?:
      | { readonly act: Actor; readonly original: string; readonly subject: string; readonly until: EpochMs }
      | undefined;
    /** What the application said of the request. */
    readonly context: TicketContext;
  },
): Planned {
  const { scope, api, nonce, exchanged, context } = content;
  const grant = content.grant && withMinimum(content.grant, context);
  const jti = newToken(16, ports.random);
  const audience = api?.audience ?? issuer.url;
  const usual = shortest(application.accessTokenSeconds, api?.accessTokenSeconds);
  const lifetime = lifetimeOf(
    usual ?? catalogue.settings.lifetimes.accessToken,
    now,
    Math.min(grant?.expiresAt ?? Number.POSITIVE_INFINITY, exchanged?.until ?? Number.POSITIVE_INFINITY),
  );
  const issuedAt = toSeconds(now);
  const access = accessTokenText({
    issuer,
    client: application.id,
    subject: exchanged?.subject ?? grant?.about.subject ?? application.id,
    audience,
    scope,
    jti,
    issuedAt,
    expiresAt: issuedAt + lifetime,
    jkt,
    grant,
    exchanged,
    decision: grant === undefined ? reference : undefined,
    context: context.claims,
    minimum: grant === undefined ? withContext({}, context.minimum) : undefined,
    application,
  });
  const id =
    grant !== undefined && scope.includes('openid') ? idTokenText({ issuer, grant, nonce, issuedAt }) : undefined;
  const header = { algorithm: accessTokenAlgorithmOf(application, api), type: api?.accessTokenType };
  return { jti, scope, audience, lifetime, access, ...header, id };
}

/** Of the lifetimes that application and API are registered with. */
const shortest = (...seconds: readonly (number | undefined)[]): number | undefined => {
  const told = seconds.filter((each) => each !== undefined);
  return told.length === 0 ? undefined : Math.min(...told);
};
/** The grant with the minimum of this very ticket. */
const withMinimum = (grant: Grant, { minimum }: TicketContext): Grant => ({
  ...grant,
  about: { ...grant.about, minimum: grant.about.minimum && withContext(grant.about.minimum, minimum) },
});

/** Signs and answers. */
export function tokenAnswer(
  { ports }: OidcContext,
  { issuer, application, now, jkt }: TokenCall,
  { scope, lifetime, access, algorithm, type, id }: Planned,
  about: {
    readonly refreshToken?: string | undefined;
    /** Until when the refresh token can be used. */
    readonly refreshUntil?: EpochMs | undefined;
    /** Scopes that were asked for and are left out, with the rest granted (HelseID's `rejected_scope`). */
    readonly rejectedScope?: readonly string[] | undefined;
    /** RFC 8693 2.2.1. */
    readonly issuedTokenType?: string | undefined;
  } = {},
): HttpResponse {
  const { refreshToken, refreshUntil, rejectedScope = [], issuedTokenType } = about;
  const token = accessToken(access, ports.keys.signing(issuer.id, algorithm), type);
  const answer = json(200, {
    access_token: token,
    issued_token_type: issuedTokenType,
    token_type: jkt === undefined ? 'Bearer' : 'DPoP',
    expires_in: lifetime,
    scope: scope.length > 0 ? scope.join(' ') : undefined,
    refresh_token: refreshToken,
    // HelseID's: whole seconds that the refresh token has left.
    rt_expires_in:
      refreshToken === undefined || refreshUntil === undefined ? undefined : toSeconds(refreshUntil) - toSeconds(now),
    rejected_scope: rejectedScope.length > 0 ? rejectedScope.join(' ') : undefined,
    id_token: id && idToken(id, token, ports.keys.signing(issuer.id, idTokenAlgorithmOf(application))),
  });
  return jkt === undefined ? answer : { ...answer, headers: { ...answer.headers, ...nonceHeader(ports.nonces, now) } };
}

/** What the trail keeps of a ticket: enough to find it, nothing to use it with. */
export const ticketBody = ({ jti, scope, audience, lifetime, access, id }: Planned, { jkt, catalogue }: TokenCall) => ({
  jti,
  digest: ticketDigest(access),
  idDigest: id && ticketDigest(id),
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
  more: { readonly grant?: Grant | undefined; readonly explanation?: object | undefined } = {},
): Promise<HttpResponse> => {
  // Who must send a proof is given the nonce for it.
  const dpop = call.jkt !== undefined || refused.error === 'invalid_dpop_proof';
  return refuse(context, call, refused, { client: call.client, dpop, ...more });
};

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
