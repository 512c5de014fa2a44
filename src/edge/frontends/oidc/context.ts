// What an application says of its request (core/context), wherever it comes or counts: read, judged, sealed and opened.
import type { EpochMs } from '../../../base/clock.ts';
import { type JsonValue, parseJsonObject } from '../../../base/jose/index.ts';
import { Problem } from '../../../base/problem.ts';
import { type Keyring, open, seal } from '../../../base/sealing/index.ts';
import type { Api, OidcApplication } from '../../../core/catalogue/index.ts';
import {
  type CarrierFacts,
  type ContextConditions,
  type ContextFacts,
  carrierChecks,
  conditionsOfDetails,
  detailNames,
  detailsOfAssertion,
  emptyRegisters,
  type FoundFault,
  faultsOf,
  gatherContext,
  judgeContext,
  type LoggedIn,
  type PlacedDetail,
  readDetails,
  type TicketContext,
} from '../../../core/context/index.ts';
import {
  type AuthorizationRequest,
  type Grant,
  type OAuthError,
  type Refused,
  resourcesAsked,
  type StoredContext,
  wantedApis,
} from '../../../core/grants/index.ts';
import type { ClientFacts } from './client.ts';
import type { Call, OidcContext } from './endpoint.ts';
import type { ContextWiring } from './ports.ts';
import type { RequestFacts } from './request-facts.ts';
import type { TokenCall } from './token.ts';

type Outcome<Value> = { readonly refused: Refused } | ({ readonly refused?: undefined } & Value);

/** What came with a call of the token endpoint, and what its grant holds. */
export interface TicketDetails {
  readonly details: readonly PlacedDetail[];
  /** What policy is asked with. */
  readonly conditions: ContextConditions;
  /** Something came with this very request. */
  readonly arrived: boolean;
}

const nobody: ContextWiring = {
  ...emptyRegisters,
  nationalNumber: async () => undefined,
  holder: async () => undefined,
};

const errors: Partial<Readonly<Record<FoundFault['code'], OAuthError>>> = {
  'HID-DOUBLE-STRUCTURE': 'access_denied',
  attestation_has_expired: 'attestation_has_expired',
};

/** A fault in OAuth's words: HelseID's number stands first in the description, as its clients expect. */
const refusedBy = ({ check, code, text }: FoundFault): Refused => ({
  check,
  error: errors[code] ?? 'invalid_authorization_details',
  description: code.startsWith('HID-') ? `${code}: ${text}` : text,
});

const usesSecret = (application: OidcApplication | undefined): boolean =>
  application !== undefined && application.authentication.method !== 'private_key_jwt';

function assertionOf(client: ClientFacts | undefined): CarrierFacts['assertion'] {
  const verdict = client?.assertion();
  return verdict?.ok === true ? verdict.assertion.claims.all : {};
}

/** Judges by the registers; a register that cannot answer lets nobody through. */
async function judged(
  { ports }: OidcContext,
  details: readonly PlacedDetail[],
  given: Omit<Parameters<typeof gatherContext>[1], 'loggedIn'> & { readonly loggedIn?: LoggedIn | undefined },
  ticket: boolean,
): Promise<Outcome<{ readonly ticket: TicketContext }>> {
  let facts: ContextFacts;
  try {
    facts = await gatherContext(details, given, ports.registers ?? nobody);
  } catch (thrown) {
    if (!(thrown instanceof Problem && thrown.kind === 'unavailable')) throw thrown;
    const description = 'a register that the details are held against does not answer now; try again';
    return { refused: { check: 'context.registers', error: 'temporarily_unavailable', description } };
  }
  const verdict = judgeContext(details, facts, ticket);
  return verdict.ok ? { ticket: verdict.context } : { refused: refusedBy(verdict.fault) };
}

/** Details of an authorization request, judged as far as that can be before anybody logged in. */
export async function contextOfRequest(
  context: OidcContext,
  call: Call,
  request: RequestFacts,
  asked: AuthorizationRequest,
  client?: ClientFacts,
): Promise<Outcome<{ readonly stored?: StoredContext; readonly trail?: TicketContext['trail'] }>> {
  const { application, outer, now, catalogue } = request;
  const inside = request.object();
  const [fault] = faultsOf(carrierChecks, {
    at: 'request',
    secret: usesSecret(application),
    plain: detailNames.filter((name) => outer.get(name) !== undefined),
    requestObject: inside?.ok === true ? inside.details : {},
    assertion: assertionOf(client),
    sticky: [],
  });
  if (fault !== undefined) return { refused: refusedBy(fault) };
  const value = inside?.ok === true ? (inside.details.authorization_details ?? undefined) : undefined;
  const reading = readDetails(value);
  if (!reading.ok) return { refused: refusedBy(reading.fault) };
  if (value === undefined || application === undefined) return {};
  const details = placed(reading.details, 'requestObject', now, true);
  const [api] = wantedApis(application, catalogue, asked.scope, resourcesAsked(asked));
  const verdict = await judged(context, details, { now: call.now, application, grant: 'login', api }, false);
  if (verdict.refused !== undefined) return verdict;
  return {
    stored: {
      types: details.map(({ type }) => type.type),
      conditions: verdict.ticket.conditions,
      sealed: sealed(context.ports.nonces, application.id, { receivedAt: now, details: value }),
    },
    trail: verdict.ticket.trail,
  };
}

/** The details of a request object once more, now that somebody logged in. */
export async function contextOfLogin(
  context: OidcContext,
  { now }: Call,
  given: {
    readonly application: OidcApplication;
    readonly request: AuthorizationRequest;
    readonly api: Api | undefined;
    readonly loggedIn: LoggedIn | undefined;
  },
): Promise<Outcome<{ readonly ticket?: TicketContext }>> {
  const { application, request, api, loggedIn } = given;
  if (request.context === undefined) return {};
  const details = opened(context.ports.nonces, request.client, request.context);
  if (details === undefined) return { refused: unreadable };
  return judged(context, details, { now, application, grant: 'authorization_code', api, loggedIn }, true);
}

/** Reads what a call of the token endpoint brings and what its grant holds: nothing is looked up yet. */
export function detailsOfTicket({ ports }: OidcContext, call: TokenCall, grant?: Grant): Outcome<TicketDetails> {
  const { application, parameters, now } = call;
  const assertion = assertionOf(call.client);
  const [fault] = faultsOf(carrierChecks, {
    at: 'token',
    secret: usesSecret(application),
    plain: detailNames.filter((name) => parameters.get(name) !== undefined),
    requestObject: {},
    assertion,
    sticky: grant?.context?.types ?? [],
  });
  if (fault !== undefined) return { refused: refusedBy(fault) };
  const value = detailsOfAssertion(assertion);
  const reading = readDetails(value);
  if (!reading.ok) return { refused: refusedBy(reading.fault) };
  const sticky = grant?.context === undefined ? [] : opened(ports.nonces, grant.client, grant.context);
  if (sticky === undefined) return { refused: unreadable };
  const details = [...sticky, ...placed(reading.details, 'assertion', now, true)];
  return { details, conditions: conditionsOfDetails(details, application), arrived: value !== undefined };
}

/** Judges them for the ticket. `loggedIn` is asked only when a detail is about the person. */
export async function contextOfTicket(
  context: OidcContext,
  call: TokenCall,
  { details }: TicketDetails,
  given: {
    readonly api: Api | undefined;
    readonly grant: ContextFacts['grant'];
    readonly loggedIn: () => Promise<LoggedIn | undefined>;
  },
): Promise<Outcome<{ readonly ticket: TicketContext }>> {
  const { application, now } = call;
  const loggedIn = details.some(({ type }) => type.aboutPerson) ? await given.loggedIn() : undefined;
  return judged(context, details, { now, application, grant: given.grant, api: given.api, loggedIn }, true);
}

/** What the represented organisation may have: the scopes and the API, without one whose terms it did not accept. */
export function withinTerms(
  { barredFrom }: TicketContext,
  asked: { readonly scope: readonly string[]; readonly api: Api | undefined },
): {
  readonly scope: readonly string[];
  readonly api: Api | undefined;
  readonly rejectedScope: readonly string[];
} {
  if (barredFrom === undefined) return { ...asked, rejectedScope: [] };
  const rejectedScope = asked.scope.filter((each) => barredFrom.scopes.includes(each));
  return {
    scope: asked.scope.filter((each) => !rejectedScope.includes(each)),
    api: undefined,
    rejectedScope,
  };
}

/** A machine's ticket is for an API: without its terms there is none to give. */
export const withoutTerms = (scope: readonly string[]): Refused => ({
  check: 'context.terms',
  error: 'invalid_scope',
  description: `the organisation has not accepted the terms of the API; rejected_scope: ${scope.join(' ')}`,
});

/** What the trail keeps of a ticket's context. */
export const contextBody = ({ trail }: TicketContext, rejectedScope: readonly string[] = []) => ({
  context: trail,
  rejectedScope: rejectedScope.length > 0 ? rejectedScope : undefined,
});

function placed(
  details: readonly Pick<PlacedDetail, 'type' | 'details' | 'strangers'>[],
  carrier: PlacedDetail['carrier'],
  receivedAt: EpochMs,
  arrives: boolean,
): readonly PlacedDetail[] {
  return details.map((each) => ({ ...each, carrier, receivedAt, arrives }));
}

const purpose = 'request context';
interface Kept {
  readonly receivedAt: EpochMs;
  readonly details: JsonValue;
}

/** They may name a patient: nothing that is stored says so in the clear. */
const sealed = (keyring: Keyring, client: string, kept: Kept): string =>
  seal(keyring, purpose, client, Buffer.from(JSON.stringify(kept), 'utf8')).toString('base64');

function opened(
  keyring: Keyring,
  client: string,
  { sealed: text }: StoredContext,
): readonly PlacedDetail[] | undefined {
  const found = open(keyring, purpose, client, Buffer.from(text, 'base64'));
  const parsed = found.ok ? parseJsonObject(found.bytes) : undefined;
  if (parsed?.ok !== true) return undefined;
  const reading = readDetails(parsed.value.details);
  return reading.ok ? placed(reading.details, 'requestObject', Number(parsed.value.receivedAt), false) : undefined;
}

const unreadable: Refused = {
  check: 'context.readable',
  error: 'invalid_grant',
  description: 'the details of the request object cannot be read any more; log in again',
};
