// The guard of every API of the hub itself (admin API, reports of use, SCIM): who calls, by a ticket of the hub's own that only its holder can use.
import type { HttpRequest, HttpResponse } from '../../../base/http/index.ts';
import { accessTokenHash } from '../../../base/jose/index.ts';
import type { Api } from '../../../core/catalogue/index.ts';
import { firstRefusal, type Refused } from '../../../core/grants/index.ts';
import { readAccessToken, stateOf } from './access-token.ts';
import { dpopClaims, gatherDpop, nonceHeader } from './dpop.ts';
import { type Call, callOf, commitOrReplay, commonOf, type OidcContext, ourKeys, replayed } from './endpoint.ts';
import { presentedToken } from './presented-token.ts';
import { doneRecord } from './records.ts';
import { refuseAtResource } from './resource-refusal.ts';

/** Who calls. */
export interface HubCaller {
  /** client_id of the application. */
  readonly client: string;
  /** Absent: the application as itself. */
  readonly person?: string | undefined;
  readonly session?: string | undefined;
  readonly scopes: readonly string[];
  /** Ties what is done to the trail. */
  readonly reference: string;
}

export type Guarded =
  | { readonly ok: true; readonly caller: HubCaller; readonly headers: Readonly<Record<string, string>> }
  | {
      readonly ok: false;
      readonly status: number;
      /** As OAuth calls it: invalid_token, insufficient_scope, invalid_dpop_proof, use_dpop_nonce. */
      readonly error: string;
      readonly description: string;
      readonly reference: string;
      /** The challenge, and the nonce to use next. */
      readonly headers: Readonly<Record<string, string | readonly string[]>>;
      /** All of it as OAuth has it, for an API without a form of its own for refusals. */
      readonly answer: HttpResponse;
    };

/** What is asked of a call. */
export interface GuardWish {
  /** Absent: a ticket that names no API, whose audience is the issuer. */
  readonly api?: Pick<Api, 'audience'> | undefined;
  /** The ticket must have one of them. */
  readonly scopes: readonly string[];
  /** An application as itself, and nobody by it. */
  readonly machine?: boolean | undefined;
  /** Of the hub's public address: a proof names the whole URL. */
  readonly origin: string;
  /** What the trail says of the call; never a search text. Absent: what is done by it says enough. */
  readonly about?: Readonly<Record<string, unknown>> | undefined;
}

export type HubApiGuard = (request: HttpRequest, wish: GuardWish) => Promise<Guarded>;

/** Judges a call, uses its proof up, and writes it into the trail. */
export const hubApiGuard =
  (context: OidcContext): HubApiGuard =>
  async (request, { api, scopes, machine = false, origin, about }) => {
    const { ports } = context;
    const { scheme, text, tokens } = presentedToken(request);
    const { call, reading } = readFor(context, text);
    const { now, catalogue } = call;
    const token = reading?.ok === true ? reading.token : undefined;
    const application = token === undefined ? undefined : catalogue.clients.get(token.client);
    const ath = text === undefined ? undefined : accessTokenHash(text);
    const uri = origin + request.path;
    const dpop = gatherDpop({ request, uri, required: true, application, now, catalogue, ath }, ports.nonces);
    const [state, grant] = await Promise.all([
      stateOf(ports.reads, reading, now),
      token?.grant === undefined ? undefined : ports.reads.grant(token.grant),
    ]);
    const { issuer } = call;
    const facts = { api, scopes, machine, issuer, tokens, scheme, reading, dpop, state, grant, application };
    const refused = firstRefusal(context.checks.hubApi, facts);
    if (refused !== undefined || token === undefined || application === undefined) {
      const why = refused ?? { check: 'hubApi.token', error: 'invalid_token', description: 'no ticket' };
      return refusal(context, call, why, { client: application?.id, presented: tokens > 0 });
    }
    const committed = await commitOrReplay(
      context,
      call,
      application.id,
      {
        claims: dpopClaims(dpop),
        writes: [],
        ifWon:
          about === undefined
            ? []
            : [doneRecord('admin.apiUsed', commonOf(call, application.id), { jti: token.jti, ...about }, grant)],
      },
      grant,
    );
    if (!committed.won) return refusal(context, call, replayed(committed.lost), { client: application.id });
    return {
      ok: true,
      caller: {
        client: application.id,
        person: grant?.about.person,
        session: grant?.about.session,
        scopes: token.scope,
        reference: call.reference,
      },
      headers: nonceHeader(ports.nonces, now),
    };
  };

/** The token read at the issuer that it names: any of the hub's. Without one, at the first. */
function readFor(context: OidcContext, text: string | undefined) {
  const issuers = [...context.ports.catalogue().issuers.values()];
  const [first] = issuers;
  if (first === undefined) throw new Error('there is no issuer');
  for (const issuer of text === undefined ? [] : issuers) {
    const call = callOf(context, issuer, 'hub-api');
    const { now, catalogue } = call;
    const reading = readAccessToken(text ?? '', { issuer: issuer.url, keys: ourKeys(context, issuer), now, catalogue });
    if (reading.ok || reading.failed !== 'issuer') return { call, reading };
  }
  const reading = text === undefined ? undefined : ({ ok: false, failed: 'issuer' } as const);
  return { call: callOf(context, first, 'hub-api'), reading };
}

async function refusal(
  context: OidcContext,
  call: Call,
  refused: Refused,
  about: { readonly client?: string | undefined; readonly presented?: boolean },
): Promise<Guarded> {
  const answer = await refuseAtResource(context, call, refused, { ...about, scheme: 'DPoP' });
  const { status, headers } = answer;
  const { 'content-type': _type, ...kept } = headers;
  const { error, description } = refused;
  return { ok: false, status, error, description, reference: call.reference, headers: kept, answer };
}
