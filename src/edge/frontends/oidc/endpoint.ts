// What every endpoint does the same way: run its list, refuse with a trace, commit, and say what a lost claim means.
import { type EpochMs, secondMs } from '../../../base/clock.ts';
import { type HttpResponse, json } from '../../../base/http/index.ts';
import { newReference } from '../../../base/ids.ts';
import type { VerifyKey } from '../../../base/jose/index.ts';
import { readJwks } from '../../../base/jose/index.ts';
import type { AuditRecord } from '../../../core/audit/index.ts';
import type { CatalogueSnapshot, Issuer } from '../../../core/catalogue/index.ts';
import { type Claim, type Commit, type Committed, recordOnly } from '../../../core/commit/index.ts';
import type { Grant, OAuthError, Refused } from '../../../core/grants/index.ts';
import type { OidcChecks } from './checks.ts';
import type { ClientFacts } from './client.ts';
import type { ClientKeys } from './client-keys.ts';
import { nonceHeader } from './dpop.ts';
import type { OidcPorts } from './ports.ts';
import { type Endpoint, refusedRecord } from './records.ts';

/** What a handler works with: the ports, the lists of checks, the parsed keys. */
export interface OidcContext {
  readonly ports: OidcPorts;
  readonly checks: OidcChecks;
  readonly clientKeys: ClientKeys;
}

/** One call: at which issuer and endpoint, at which instant, by the catalogue of which revision. */
export interface Call {
  readonly issuer: Issuer;
  readonly endpoint: Endpoint;
  readonly now: EpochMs;
  readonly catalogue: CatalogueSnapshot;
  readonly reference: string;
}

export function callOf<Here extends Endpoint>(
  context: OidcContext,
  issuer: Issuer,
  endpoint: Here,
): Call & { readonly endpoint: Here } {
  const { clock, catalogue } = context.ports;
  return { issuer, endpoint, now: clock(), catalogue: catalogue(), reference: newReference() };
}

/** Fields that every record of a call has. */
export const commonOf = (call: Call, client: string | undefined) => ({
  now: call.now,
  issuer: call.issuer.id,
  endpoint: call.endpoint,
  client,
  reference: call.reference,
});

/** The id to write down: of a client that is known, never what a stranger sent. */
export const knownClient = (client: ClientFacts): string | undefined => client.application?.id;

/** A refusal as it goes out; the reference ties it to the trail. */
export function errorAnswer(
  refused: Refused,
  reference: string,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  const { error, description } = refused;
  const answer = json(statusOf(error), { error, error_description: description, reference });
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

interface RefusalOptions {
  readonly client?: ClientFacts | undefined;
  readonly grant?: Grant | undefined;
  /** Policy's explanation, for the trail. */
  readonly explanation?: object | undefined;
  /** The request carried or lacked a proof: the nonce to use next goes along. */
  readonly dpop?: boolean;
}

/** Records a refusal and answers it. A missing or old nonce is no failure: the client is told and comes again (RFC 9449 8). */
export async function refuse(
  context: OidcContext,
  call: Call,
  refused: Refused,
  options: RefusalOptions = {},
): Promise<HttpResponse> {
  if (refused.error !== 'use_dpop_nonce') {
    const client = options.client && knownClient(options.client);
    const { grant, explanation } = options;
    const record = refusedRecord(commonOf(call, client), refused, { grant, explanation });
    await context.ports.commit(recordOnly([record]));
  }
  return refusalAnswer(context, call, refused, options);
}

/** The answer of a refusal that is recorded already. */
export function refusalAnswer(
  { ports }: OidcContext,
  call: Call,
  refused: Refused,
  options: RefusalOptions = {},
): HttpResponse {
  return errorAnswer(refused, call.reference, {
    ...(options.dpop === true ? nonceHeader(ports.nonces, call.now) : {}),
    ...(refused.error === 'invalid_client' ? challengeOf(call.issuer, options.client) : {}),
  });
}

/** Commits, with the record of a replay in case that a claim is lost. */
export function commitOrReplay(
  context: OidcContext,
  call: Call,
  client: string | undefined,
  commit: Omit<Commit, 'ifLost'>,
  grant?: Grant,
): Promise<Committed> {
  return context.ports.commit({ ...commit, ifLost: [replayRecord(call, client, grant)] });
}

const usedBefore: Refused = { check: 'singleUse', error: 'invalid_request', description: 'used before' };

/** The trail of something single use that came again. */
export const replayRecord = (call: Call, client: string | undefined, grant?: Grant): AuditRecord =>
  refusedRecord(commonOf(call, client), usedBefore, { grant, kind: 'ticket.replayed' });

/** What the first of the lost claims means to the client. */
export function replayed(lost: readonly Claim[]): Refused {
  const scopes = new Set(lost.map(({ scope }) => scope));
  const check = 'singleUse';
  if (scopes.has('assertion'))
    return { check, error: 'invalid_client', description: 'the jti of client_assertion was used before' };
  if (scopes.has('dpop'))
    return { check, error: 'invalid_dpop_proof', description: 'the jti of the DPoP proof was used before' };
  if (scopes.has('request_object'))
    return { check, error: 'invalid_request_object', description: 'the jti of the request object was used before' };
  if (scopes.has('code')) return { check, error: 'invalid_grant', description: 'the code was used before' };
  return { check, error: 'invalid_grant', description: 'the token was used before' };
}

/** Our own published keys to verify with; parsed once for each set. */
export function ourKeys(context: OidcContext, issuer: Issuer): readonly VerifyKey[] {
  const published = context.ports.keys.published(issuer.id);
  const known = parsedSets.get(published);
  if (known !== undefined) return known;
  const set = readJwks({ keys: published });
  const keys = set.ok ? set.keys : [];
  parsedSets.set(published, keys);
  return keys;
}
const parsedSets = new WeakMap<readonly unknown[], readonly VerifyKey[]>();

/** Whole seconds that a ticket lives: at least one, never past `limit`. */
export function lifetimeOf(seconds: number, now: EpochMs, limit: EpochMs = Number.POSITIVE_INFINITY): number {
  return Math.max(1, Math.min(seconds, Math.floor((limit - now) / secondMs)));
}

function statusOf(error: OAuthError): number {
  if (error === 'invalid_client') return 401;
  return error === 'temporarily_unavailable' ? 503 : 400;
}

/** RFC 6749 5.2: whoever tried Basic is told that Basic is what we take. */
const challengeOf = (issuer: Issuer, client: ClientFacts | undefined): Record<string, string> =>
  client?.presented.includes('client_secret_basic') === true
    ? { 'www-authenticate': `Basic realm="${issuer.url}"` }
    : {};
