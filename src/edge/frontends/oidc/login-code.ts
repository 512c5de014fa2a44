// What a permitted login becomes: the statement is released, the last checks are made, and a code is ready to be saved.
import { newId } from '../../../base/ids.ts';
import type { AuditRecord } from '../../../core/audit/index.ts';
import type { OidcApplication } from '../../../core/catalogue/index.ts';
import {
  type AuthorizationCode,
  type AuthorizationRequest,
  apisToGrant,
  codeOf,
  firstRefusal,
  type OAuthError,
  type Refused,
} from '../../../core/grants/index.ts';
import type { LoginOutcome } from '../../../core/journey/index.ts';
import { withSealed } from './confidential.ts';
import { contextBody, contextOfLogin } from './context.ts';
import { type Call, commonOf, type OidcContext } from './endpoint.ts';
import { doneRecord } from './records.ts';

export type Granted = Extract<LoginOutcome, { kind: 'granted' }>;

const errors: Readonly<Record<Extract<LoginOutcome, { kind: 'refused' }>['error'], OAuthError>> = {
  denied: 'access_denied',
  cancelled: 'access_denied',
  loginRequired: 'login_required',
  interactionRequired: 'interaction_required',
  assuranceNotReached: 'unmet_authentication_requirements',
};

/** A login that ended without a Permit, in OAuth's words. */
export const refusedLogin = (outcome: Extract<LoginOutcome, { kind: 'refused' }>): Refused => ({
  check: 'login',
  error: errors[outcome.error],
  description: ['the login ended without a ticket:', outcome.reason, ...(outcome.rules ?? [])].join(' '),
});

type LoginCode =
  | { readonly refused: Refused }
  | { readonly refused?: undefined; readonly code: AuthorizationCode; readonly record: AuditRecord };

/** The code of a login, under the hash that it will be asked for by, and the record of it; or why there is none. */
export async function codeOfLogin(
  context: OidcContext,
  call: Call,
  request: AuthorizationRequest,
  outcome: Granted,
  { hash, askedPerson }: { readonly hash: string; readonly askedPerson?: string | undefined },
): Promise<LoginCode> {
  const { ports } = context;
  const { now, issuer, catalogue, reference } = call;
  const { permit, session } = outcome;
  const application = catalogue.clients.get(request.client);
  const statement = await ports.release(permit, {
    application: request.client,
    scope: request.scope,
    claims: [...request.idTokenClaims, ...request.userinfoClaims],
    // Of those that the decision is not about the list of checks speaks; they are not released.
    apis: apisToGrant({ application, catalogue, request }).filter(({ id }) => permit.apis.includes(id)),
    session: session.id,
    decision: reference,
    person: outcome.person,
  });
  const facts = { now, catalogue, issuer, application, request, permit, session, statement, askedPerson };
  const refused = firstRefusal(context.checks.codeIssue, facts);
  if (refused !== undefined) return { refused };
  const said = application && (await judgeContext(context, call, application, request, outcome));
  if (said?.refused !== undefined) return { refused: said.refused };

  const made = codeOf(facts, { grant: newId(now, ports.random), codeHash: hash });
  const grant = withSealed(ports.nonces, made.grant, statement);
  const body = {
    redirectUri: request.redirectUri || undefined,
    scope: grant.scope,
    resources: grant.resources,
    acr: grant.about.acr,
    amr: grant.about.amr,
    assignment: grant.about.assignment,
    ...(said?.ticket && contextBody(said.ticket)),
    catalogue: catalogue.revision,
  };
  return {
    code: { ...made, grant },
    record: doneRecord('ticket.authorized', commonOf(call, request.client), body, grant),
  };
}

/** What the request object said, held against who logged in (core/context). */
async function judgeContext(
  context: OidcContext,
  call: Call,
  application: OidcApplication,
  request: AuthorizationRequest,
  { person, permit, session }: Granted,
) {
  if (request.context === undefined) return {};
  const holder = person ?? (await context.ports.registers?.holder(session.id))?.person;
  return contextOfLogin(context, call, {
    application,
    request,
    api: apisToGrant({ application, catalogue: call.catalogue, request })[0],
    loggedIn: holder && { person: holder, assurance: permit.assurance },
  });
}
