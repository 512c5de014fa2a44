// Drafts of clients, as HelseID's self-service takes them: a client system sends one, an administrator decides in the portal.
import { type HttpRequest, type HttpResponse, headerCount, json, singleHeader } from '../../../base/http/index.ts';
import { newId, tokenHash } from '../../../base/ids.ts';
import { type JsonObject, parseJsonObject } from '../../../base/jose/index.ts';
import type { CatalogueSnapshot, ClientSystem, Issuer } from '../../../core/catalogue/index.ts';
import { recordOnly } from '../../../core/commit/index.ts';
import type { OrganisationKey, RegisteredOrganisation } from '../../../core/context/index.ts';
import {
  asksOf,
  type ClientDraft,
  claimDraft,
  type DraftFacts,
  draftEnd,
  draftKey,
  firstRefusal,
  type Refused,
  readDraft,
  saveDraft,
} from '../../../core/grants/index.ts';
import { type Call, callOf, commonOf, type OidcContext } from './endpoint.ts';
import { problemAnswer } from './problem-answer.ts';
import { doneRecord, refusedRecord } from './records.ts';
import { tryOf } from './tries.ts';

const noDrafts: Refused = { check: 'draft.offered', error: 'invalid_client', description: 'no drafts are taken here' };

/** POST client-drafts */
export async function draftClient(context: OidcContext, issuer: Issuer, request: HttpRequest): Promise<HttpResponse> {
  const call = callOf(context, issuer, 'client-drafts');
  const { drafts } = context.ports;
  if (drafts === undefined) return problemAnswer(noDrafts, call.reference);
  const facts = await gather(context, call, request);
  const refused = firstRefusal(context.checks.clientDraft, facts);
  const asks = asksOf(facts);
  const { system, organisation, before, now } = facts;
  if (refused !== undefined || system === undefined || organisation === undefined || asks === undefined)
    return refuse(context, call, refused ?? { ...noDrafts, check: 'draft.apiKey' });
  const answer = (status: number, draft: ClientDraft): HttpResponse =>
    json(status, {
      clientId: draft.id,
      confirmationUri: drafts.confirmationUrl(draft.id),
      expiration: new Date(draft.expiresAt).toISOString(),
    });
  if (before !== undefined) return answer(200, before);
  const thumbprint = draftKey(asks.jwk as JsonObject)?.jkt ?? '';
  const draft: ClientDraft = {
    id: facts.id,
    system: system.id,
    organisation: organisation.id,
    thumbprint,
    asks,
    createdAt: now,
    expiresAt: draftEnd(now),
  };
  const record = doneRecord('admin.clientDrafted', commonOf(call, draft.id), {
    system: system.id,
    thumbprint,
    scopes: asks.scopes,
    children: asks.children.map(({ number }) => number),
    redirectUris: asks.redirectUris,
    until: new Date(draft.expiresAt).toISOString(),
  });
  const committed = await context.ports.commit({
    claims: [claimDraft(draft)],
    writes: [saveDraft(draft)],
    ifWon: [{ ...record, organisation: organisation.id }],
    ifLost: [],
  });
  if (committed.won) return answer(201, draft);
  // The same call at the same moment was first, or the key is known from elsewhere.
  const first = await drafts.draftOfKey(thumbprint);
  const lost = firstRefusal(context.checks.clientDraft, { ...facts, before: first });
  return first !== undefined && lost === undefined ? answer(200, first) : refuse(context, call, lost ?? knownKey);
}

const knownKey: Refused = {
  check: 'singleUse',
  error: 'invalid_client_metadata',
  description: 'the key was registered before; make a new one',
};

/** Everything that a draft is judged by. A stranger's is not read further than its api key. */
async function gather(context: OidcContext, call: Call, request: HttpRequest): Promise<DraftFacts> {
  const { ports } = context;
  const { now, catalogue, issuer } = call;
  const system = systemOf(catalogue, issuer, request);
  const nothing: DraftFacts = {
    now,
    catalogue,
    id: newId(now, ports.random),
    delayed: false,
    system,
    sent: undefined,
    reading: undefined,
    organisation: undefined,
    register: undefined,
    waiting: 0,
    before: undefined,
  };
  if (system === undefined) {
    const key = singleHeader(request, 'api-key');
    if (key === undefined) return nothing;
    const pass = await ports.deviceTries.ask(tryOf(ports, 'draft', tokenHash(key), request.ip, now));
    return { ...nothing, delayed: pass.kind !== 'go' };
  }
  const sent = sentObject(request);
  const reading = sent && readDraft(sent);
  if (reading?.ok !== true || ports.drafts === undefined) return { ...nothing, sent, reading };
  const { organizationNumber: number, childOrganizationNumbers = [] } = reading.body;
  const key = draftKey(reading.jwk);
  const [organisation, register, before] = await Promise.all([
    ports.drafts.organisationByNumber(number),
    askRegister(context, [number, ...childOrganizationNumbers]),
    key && ports.drafts.draftOfKey(key.jkt),
  ]);
  const waiting = organisation === undefined ? 0 : await ports.drafts.waiting(system.id, organisation.id, now);
  return { ...nothing, sent, reading, organisation, register, before, waiting };
}

/** The system whose key was sent, at the issuer of its record. The key has 256 random bits: its hash may be compared as it is. */
function systemOf(catalogue: CatalogueSnapshot, issuer: Issuer, request: HttpRequest): ClientSystem | undefined {
  const key = headerCount(request, 'api-key') === 1 ? singleHeader(request, 'api-key') : undefined;
  if (key === undefined || key === '') return undefined;
  const hash = tokenHash(key);
  return [...catalogue.clientSystems.values()].find(
    ({ closed, issuer: at, apiKeyHashes }) => !closed && at === issuer.id && apiKeyHashes.includes(hash),
  );
}

async function askRegister(
  { ports }: OidcContext,
  numbers: readonly OrganisationKey[],
): Promise<ReadonlyMap<OrganisationKey, RegisteredOrganisation> | undefined> {
  return ports.registers?.organisations.find(numbers).catch(() => undefined);
}

const jsonType = /^application\/json(?:[ \t]*;[ \t]*charset=(?:"utf-8"|utf-8))?$/i;

function sentObject(request: HttpRequest): JsonObject | undefined {
  if (!jsonType.test(singleHeader(request, 'content-type') ?? '')) return undefined;
  const parsed = parseJsonObject(request.body);
  return parsed.ok ? parsed.value : undefined;
}

async function refuse(context: OidcContext, call: Call, refused: Refused): Promise<HttpResponse> {
  await context.ports.commit(recordOnly([refusedRecord(commonOf(call, undefined), refused)]));
  return problemAnswer(refused, call.reference);
}
