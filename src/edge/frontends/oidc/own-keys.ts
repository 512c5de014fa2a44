// What an application does with its own record by a ticket of its own: it lists, registers and removes keys, and reads how it stands.
import { type HttpRequest, type HttpResponse, json, noContent, singleHeader } from '../../../base/http/index.ts';
import { accessTokenHash, type JsonObject, parseJsonObject } from '../../../base/jose/index.ts';
import { approves, type Issuer } from '../../../core/catalogue/index.ts';
import { type Claim, recordOnly, type Write } from '../../../core/commit/index.ts';
import {
  claimKey,
  claimKeyState,
  firstRefusal,
  type KeyFacts,
  liveKeys,
  type Refused,
  type RegisteredKey,
  registeredKeyOf,
  removedKeyOf,
  saveClientKey,
} from '../../../core/grants/index.ts';
import type { AuditKind } from '../../../wire/codes/index.ts';
import { readAccessToken, stateOf } from './access-token.ts';
import { dpopClaims, gatherDpop, nonceHeader } from './dpop.ts';
import { type Call, callOf, commitOrReplay, commonOf, type OidcContext, ourKeys, replayed } from './endpoint.ts';
import { endpointUrl } from './endpoint-paths.ts';
import { presentedToken } from './presented-token.ts';
import { problemAnswer } from './problem-answer.ts';
import { doneRecord, refusedRecord } from './records.ts';
import { refuseAtResource } from './resource-refusal.ts';

/** A call that showed a good ticket of an application for its own keys. */
interface OwnCall extends Call {
  readonly request: HttpRequest;
  readonly facts: KeyFacts;
  readonly jti: string;
  readonly claims: readonly Claim[];
}

type Handler = (context: OidcContext, call: OwnCall) => Promise<HttpResponse>;

/** Judges the ticket (RFC 9449 7.1), then does what is asked. Every answer gives the next nonce. */
const withTicket =
  (
    handle: Handler,
    path: (request: HttpRequest) => string = () => '',
    endpoint: 'client-keys' | 'client-status' = 'client-keys',
  ) =>
  async (context: OidcContext, issuer: Issuer, request: HttpRequest): Promise<HttpResponse> => {
    const call = callOf(context, issuer, endpoint);
    const { ports } = context;
    const { now, catalogue } = call;
    const { scheme, text, tokens } = presentedToken(request);
    const reading =
      text === undefined
        ? undefined
        : readAccessToken(text, { issuer: issuer.url, keys: ourKeys(context, issuer), now, catalogue });
    const token = reading?.ok === true ? reading.token : undefined;
    const application = token === undefined ? undefined : catalogue.clients.get(token.client);
    const uri = endpointUrl(issuer, endpoint) + path(request);
    const ath = text === undefined ? undefined : accessTokenHash(text);
    const dpop = gatherDpop({ request, uri, required: true, application, now, catalogue, ath }, ports.nonces);
    const state = await stateOf(ports.reads, reading, now);
    const refused = firstRefusal(context.checks.clientKeys, {
      tokens,
      scheme,
      reading,
      dpop,
      state,
      application,
      issuer,
    });
    if (refused !== undefined || token === undefined || application === undefined) {
      const why = refused ?? { check: 'clientKeys.token', error: 'invalid_token', description: 'no ticket' };
      const client = application?.id;
      return refuseAtResource(context, call, why, { client, presented: tokens > 0, scheme: 'DPoP' });
    }
    const { iat } = token.claims;
    const facts: KeyFacts = {
      now,
      application,
      registered: await ports.registeredKeys(application.id),
      ticketIssuedAt: typeof iat === 'number' ? iat * 1000 : 0,
    };
    const answer = await handle(context, { ...call, request, facts, jti: token.jti, claims: dpopClaims(dpop) });
    return { ...answer, headers: { ...answer.headers, ...nonceHeader(ports.nonces, now) } };
  };

/** GET: every live key, in the form of HelseID's self-service. */
export const listKeys = withTicket(async (context, call) => {
  const { application, registered, now } = call.facts;
  const done = await commit(context, call, [], []);
  if (done !== undefined) return done;
  return json(
    200,
    liveKeys(application, registered, now).map(({ key, origin, expiresAt }) => ({
      expiration: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
      kid: key.kid ?? null,
      jwkThumbprint: key.jkt,
      origin: origin === 'self' ? 'Api' : 'Gui',
      publicJwk: null,
    })),
  );
});

/** GET: whether the owners of its APIs have let it have its scopes, in the form of HelseID's self-service. */
export const clientStatus = withTicket(
  async (context, call) => {
    const { application } = call.facts;
    const done = await commit(context, call, [], [], undefined, 'admin.clientStatusRead');
    if (done !== undefined) return done;
    const apis = application.apis.flatMap((id) => call.catalogue.apis.get(id) ?? []);
    const statuses = application.scopes.map((scope) => {
      const api = apis.find(({ scopes }) => scopes.includes(scope));
      const granted = api === undefined || approves(api, application.id, scope);
      return { scope, granted, reason: granted ? null : 'ApiScopeAccessPending' };
    });
    return json(200, {
      status: statuses.every(({ granted }) => granted) ? 'Active' : 'Limited',
      details: { clientStatus: { active: true, reason: null }, apiScopeAccessStatuses: statuses },
    });
  },
  undefined,
  'client-status',
);

/** POST: one more key. It counts at once; the old ones live on until they end or are removed. */
export const addKey = withTicket(async (context, call) => {
  const facts = { ...call.facts, catalogue: call.catalogue, jwk: sentJwk(call.request) };
  const refused = firstRefusal(context.checks.newKey, facts);
  const key = refused === undefined ? registeredKeyOf(facts) : undefined;
  if (key === undefined) return refuse(context, call, refused);
  const lost = await commit(context, call, [claimKey(key.thumbprint)], [saveClientKey(key)], {
    kind: 'admin.clientKeyAdded',
    key,
  });
  if (lost !== undefined) return lost;
  const { thumbprint, jwk, expiresAt } = key;
  return json(201, { expiration: new Date(expiresAt).toISOString(), kid: jwk.kid, jwkThumbprint: thumbprint });
});

const thumbprintIn = ({ params }: HttpRequest): string => params.thumbprint ?? '';

/** DELETE of one key: it verifies nothing any more, in any process. */
export const removeKey = withTicket(
  async (context, call) => {
    const facts = { ...call.facts, thumbprint: thumbprintIn(call.request) };
    const refused = firstRefusal(context.checks.keyRemoval, facts);
    const key = refused === undefined ? removedKeyOf(facts) : undefined;
    if (key === undefined) return refuse(context, call, refused);
    const lost = await commit(context, call, [], [saveClientKey(key)], { kind: 'admin.clientKeyRemoved', key });
    return lost ?? noContent();
  },
  (request) => `/${encodeURIComponent(thumbprintIn(request))}`,
);

/** Makes it so, with its trail; answers what to say when somebody was first. */
async function commit(
  context: OidcContext,
  call: OwnCall,
  claims: readonly Claim[],
  writes: readonly Write[],
  change?: { readonly kind: AuditKind; readonly key: RegisteredKey },
  read: AuditKind = 'admin.clientKeysRead',
): Promise<HttpResponse | undefined> {
  const { application, registered } = call.facts;
  const state = change === undefined ? [] : [claimKeyState(application.id, registered)];
  const body = { jti: call.jti, ...(change && keyBody(change.key)) };
  const committed = await commitOrReplay(context, call, application.id, {
    claims: [...call.claims, ...state, ...claims],
    writes,
    ifWon: [doneRecord(change?.kind ?? read, commonOf(call, application.id), body)],
  });
  return committed.won ? undefined : problemAnswer(lostTo(committed.lost), call.reference);
}

/** What a lost claim means here: another process changed the keys meanwhile, or the key is known already. */
function lostTo(lost: readonly Claim[]): Refused {
  const scopes = new Set(lost.map(({ scope }) => scope));
  if (scopes.has('dpop')) return replayed(lost);
  const check = 'singleUse';
  return scopes.has('client_keys')
    ? {
        check,
        error: 'temporarily_unavailable',
        description: 'the keys were changed meanwhile; read them and try again',
      }
    : { check, error: 'invalid_client_metadata', description: 'the key was registered before; make a new one' };
}

/** What the trail keeps of a key: which one, never the key. */
const keyBody = ({ thumbprint, jwk, expiresAt }: RegisteredKey) => ({
  thumbprint,
  kid: jwk.kid,
  expiresAt: new Date(expiresAt).toISOString(),
});

/** Records a refusal and answers it, in the words of RFC 9457 and of RFC 7591 3.2.2 at once. */
async function refuse(context: OidcContext, call: OwnCall, refused: Refused | undefined): Promise<HttpResponse> {
  const why: Refused = refused ?? { check: 'newKey', error: 'invalid_client_metadata', description: 'no key' };
  const client = call.facts.application.id;
  if (why.error === 'invalid_token') return refuseAtResource(context, call, why, { client, scheme: 'DPoP' });
  await context.ports.commit(recordOnly([refusedRecord(commonOf(call, client), why)]));
  return problemAnswer(why, call.reference);
}

const jsonType = /^application\/(?:json|jwk\+json)(?:[ \t]*;[ \t]*charset=(?:"utf-8"|utf-8))?$/i;

/** The JWK that was sent: an object, or (as some clients of HelseID do) a JSON text that holds one. */
function sentJwk(request: HttpRequest): JsonObject | undefined {
  if (!jsonType.test(singleHeader(request, 'content-type') ?? '')) return undefined;
  const direct = parseJsonObject(request.body);
  if (direct.ok) return direct.value;
  try {
    const text: unknown = JSON.parse(request.body.toString('utf8'));
    const inner = typeof text === 'string' ? parseJsonObject(Buffer.from(text, 'utf8')) : undefined;
    return inner?.ok === true ? inner.value : undefined;
  } catch {
    return undefined;
  }
}
