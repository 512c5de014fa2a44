// Release rules: what an application is told about a person, as one ordered list. Nothing leaves without a Permit.
import { Problem } from '../../base/problem.ts';
import { helseidClaimOf, helseidScopes } from '../catalogue/helseid-scopes.ts';
import { profileOf } from '../catalogue/protocol-profile.ts';
import type { Api, OidcApplication, ProtocolProfile } from '../catalogue/snapshot.ts';
import type { Assignment, HeldAccount, PersonFacts } from '../directory/directory.ts';
import { isPermit } from '../policy/decide.ts';
import type { Permit } from '../policy/policy.ts';
import { commissionFacts } from './commission-facts.ts';
import { securityLevelOf } from './security-level.ts';
import type { Statement } from './statement.ts';
import { ticketMinimum } from './ticket-minimum.ts';

/** What a ticket is asked for, and whom it is about. */
export interface ReleaseRequest {
  readonly application: OidcApplication;
  readonly person: PersonFacts;
  readonly scope: readonly string[];
  /** Names asked for in the `claims` parameter (OIDC Core 5.5). */
  readonly claims: readonly string[];
  /** APIs that tokens are asked for; absent = none. */
  readonly apis?: readonly Api[] | undefined;
  readonly session: string;
  /** Reference of the decision in the audit. */
  readonly decision: string;
  readonly held?: HeldFacts | undefined;
}

/** What the release rules need and the directory's facts do not say; looked up only when `heldFor` asks for it. */
export interface HeldFacts {
  /** Norwegian national number, opened for this ticket alone. */
  readonly nationalNumber?: string | undefined;
  /** Keyed hash of it: the subject in profile helseid. */
  readonly pseudonym?: string | undefined;
  /** Number in the register of health personnel; null = it does not name the person, undefined = the hub has no such register. */
  readonly hprNumber?: string | null | undefined;
  /** The person's account in the system that stands behind the application. */
  readonly account?: HeldAccount | undefined;
  /** Whether the person came over the health sector's network. */
  readonly healthNetwork?: boolean | undefined;
}

interface Known {
  readonly person: PersonFacts;
  readonly permit: Permit;
  readonly application: OidcApplication;
  readonly held: HeldFacts;
  /** The permitted assignment. */
  readonly assignment?: Assignment | undefined;
}

export interface ReleaseRule {
  readonly claim: string;
  /** The scope that brings it; `claims` may ask for it alone when the application is registered for the scope. */
  readonly scope: string;
  readonly clause: string;
  /** In this profile alone. */
  readonly profile?: ProtocolProfile;
  /** A national number: never stored or logged in the clear. */
  readonly confidential?: true;
  /** undefined = there is nothing to say. */
  readonly value: (known: Known) => unknown;
}

const organisationOf = ({ person, assignment }: Known) =>
  assignment === undefined ? undefined : person.organisations.get(assignment.organisation);
const unitOf = ({ person, assignment }: Known) =>
  assignment?.unit === undefined ? undefined : person.units.get(assignment.unit);

/** Standard claims first (OIDC Core 5.1), then ours: short names, documented in docs/integrate. */
export const releaseRules: readonly ReleaseRule[] = [
  ...helseidRules(),
  {
    claim: 'name',
    scope: 'profile',
    clause: 'OIDC Core 5.1',
    value: ({ person: { person } }) => `${person.givenName} ${person.familyName}`,
  },
  { claim: 'given_name', scope: 'profile', clause: 'OIDC Core 5.1', value: ({ person }) => person.person.givenName },
  { claim: 'family_name', scope: 'profile', clause: 'OIDC Core 5.1', value: ({ person }) => person.person.familyName },
  { claim: 'locale', scope: 'profile', clause: 'OIDC Core 5.1 (BCP 47)', value: ({ person }) => person.person.locale },
  {
    claim: 'organisation',
    scope: 'assignment',
    clause: 'Organisation of the chosen assignment: {id, name, number}',
    value: (known) => {
      const organisation = organisationOf(known);
      return organisation && { id: organisation.id, name: organisation.name, number: organisation.number };
    },
  },
  {
    claim: 'unit',
    scope: 'assignment',
    clause: 'Unit of the chosen assignment: {id, name}',
    value: (known) => {
      const unit = unitOf(known);
      return unit && { id: unit.id, name: unit.name };
    },
  },
  {
    claim: 'role',
    scope: 'assignment',
    clause: 'Role of the chosen assignment: {code, title}',
    value: ({ assignment }) => assignment && { code: assignment.role, title: assignment.title },
  },
  { claim: 'hsa_id', scope: 'assignment', clause: 'HSA-ID (SE)', value: ({ assignment }) => assignment?.hsaId },
  {
    claim: 'hpr_number',
    scope: 'assignment',
    clause: 'HPR number (NO)',
    value: ({ assignment }) => assignment?.hprNumber,
  },
  {
    claim: 'assignment_id',
    scope: 'assignment',
    clause: 'Id of the assignment',
    value: ({ assignment }) => assignment?.id,
  },
  {
    claim: 'upn',
    scope: 'account',
    clause: 'Principal name of the account behind the application, else the person’s attribute of that name',
    value: ({ held, person: { person } }) => held.account?.principal ?? person.attributes['upn'],
  },
  {
    claim: 'account_name',
    scope: 'account',
    clause: 'Login name of the account behind the application',
    value: ({ held }) => held.account?.loginName,
  },
  ...commissionRules(),
];

/** Of the commission at its source that the assignment was made of (HSA). */
function commissionRules(): readonly ReleaseRule[] {
  return Object.values(commissionFacts).map(({ claim, clause, value }) => ({
    claim,
    scope: 'assignment',
    clause,
    value: ({ assignment }) => assignment?.commission && value(assignment.commission),
  }));
}

/** HelseID's claims, each by the scope of its name; `client_amr`, `nbf` and the like are the frontend's. */
function helseidRules(): readonly ReleaseRule[] {
  const of = (scope: string, clause: string, value: ReleaseRule['value']): ReleaseRule => ({
    claim: helseidClaimOf(scope),
    scope,
    clause,
    value,
  });
  return [
    {
      ...of(helseidScopes.pid, 'National number, 11 digits (HelseID)', ({ held }) => held.nationalNumber),
      confidential: true,
    },
    of(helseidScopes.pidPseudonym, 'Keyed hash of the national number (HelseID)', ({ held }) => held.pseudonym),
    of(helseidScopes.securityLevel, '2, 3 or 4 (HelseID)', ({ permit }) => securityLevelOf(permit.assurance)),
    of(helseidScopes.assuranceLevel, 'low, substantial or high (HelseID)', ({ permit }) => permit.assurance),
    of(helseidScopes.network, 'internett or helsenett (HelseID)', ({ held }) =>
      held.healthNetwork === undefined ? undefined : held.healthNetwork ? 'helsenett' : 'internett',
    ),
    of(
      helseidScopes.hprNumber,
      'HPR number, digits, only of who is in HPR (HelseID)',
      ({ held: { hprNumber }, person, assignment }) =>
        hprNumber === undefined ? hprOf(person, assignment) : (hprNumber ?? undefined),
    ),
    of(helseidScopes.clientName, 'Name of the client (HelseID)', ({ application }) => application.name.en),
    {
      claim: 'idp',
      scope: 'openid',
      clause: 'Provider of the newest proof (HelseID)',
      profile: 'helseid',
      value: ({ permit }) => permit.evidence.at(-1)?.provider,
    },
  ];
}

/** Where there is no register, the directory's word: a number of HPR is the person's own, that of the chosen assignment, or the only one that there is. */
function hprOf({ assignments }: PersonFacts, chosen: Assignment | undefined): string | undefined {
  if (chosen?.hprNumber !== undefined) return chosen.hprNumber;
  const all = new Set(assignments.map(({ hprNumber }) => hprNumber).filter((each) => each !== undefined));
  return all.size === 1 ? [...all][0] : undefined;
}

const isWanted = (
  rule: ReleaseRule,
  { application, scope, claims }: Pick<ReleaseRequest, 'application' | 'scope' | 'claims'>,
): boolean =>
  application.scopes.includes(rule.scope) &&
  (rule.profile === undefined || rule.profile === application.profile) &&
  (scope.includes(rule.scope) || claims.includes(rule.claim));

/**
 * What must be looked up for a ticket: the national number is opened only for one that says it, or whose subject is made
 * of it.
 */
export function heldFor(request: Pick<ReleaseRequest, 'application' | 'scope' | 'claims' | 'apis'>): {
  readonly nationalNumber: boolean;
  readonly pseudonym: boolean;
  readonly hprNumber: boolean;
} {
  const told = ({ claim }: ReleaseRule): boolean => (request.apis ?? []).some(({ claims }) => claims.includes(claim));
  const says = (rule: ReleaseRule): boolean => told(rule) || isWanted(rule, request);
  return {
    nationalNumber: releaseRules.some((rule) => rule.confidential === true && says(rule)),
    pseudonym:
      profileOf(request.application).subject === 'pseudonym' ||
      releaseRules.some((rule) => rule.scope === helseidScopes.pidPseudonym && told(rule)),
    hprNumber: releaseRules.some((rule) => rule.scope === helseidScopes.hprNumber && says(rule)),
  };
}

/** Names of all claims that can be released: for discovery's `claims_supported`. */
export const releasedClaims: readonly string[] = [...new Set(releaseRules.map(({ claim }) => claim))];

const refuse = (detail: string): Problem => new Problem({ kind: 'internal', code: 'internal', detail });

/**
 * Makes the Statement of a permitted login. Throws when the Permit is not a genuine one of this process, or is about
 * another person, application or API than the request: that is a fault of ours, never something to answer with a ticket.
 */
export function release(
  permit: Permit,
  request: ReleaseRequest,
  rules: readonly ReleaseRule[] = releaseRules,
): Statement {
  if (!isPermit(permit)) throw refuse('a statement was asked for without a permit');
  const { application, person } = request;
  if (permit.application !== application.id) throw refuse('the permit is for another application');
  if (permit.person !== person.person.id) throw refuse('the permit is about another person');
  const assignment = person.assignments.find(({ id }) => id === permit.assignment);
  const { held = {}, apis = [] } = request;
  if (apis.some(({ id }) => !permit.apis.includes(id))) throw refuse('the permit is not for this API');
  const known: Known = { person, assignment, permit, application, held };
  const claims: Record<string, unknown> = {};
  const confidential: Record<string, unknown> = {};
  for (const rule of rules) {
    const value = isWanted(rule, request) ? rule.value(known) : undefined;
    if (value === undefined) continue;
    (rule.confidential === true ? confidential : claims)[rule.claim] = value;
  }
  const subject = profileOf(application).subject === 'pseudonym' ? held.pseudonym : permit.person;
  if (subject === undefined) throw refuse('a ticket by pseudonym was asked for without one');
  return {
    subject,
    application: permit.application,
    assurance: permit.assurance,
    methods: permit.methods,
    authTime: permit.authTime,
    session: request.session,
    assignment: permit.assignment,
    organisation: permit.organisation,
    decision: request.decision,
    minimum: ticketMinimum(person, known.assignment),
    claims,
    ...(Object.keys(confidential).length > 0 ? { confidential } : {}),
    ...toldToApis(apis, known, rules),
  };
}

/** What each API is told: what its record wants, by the same rules; nothing that the client asked for moves it (HelseID). */
function toldToApis(
  apis: readonly Api[],
  known: Known,
  rules: readonly ReleaseRule[],
): Pick<Statement, 'apiClaims' | 'apiConfidential'> {
  const open: Record<string, Record<string, unknown>> = {};
  const confidential: Record<string, Record<string, unknown>> = {};
  for (const { audience, claims } of apis) {
    open[audience] = {};
    for (const rule of rules) {
      const value = claims.includes(rule.claim) ? rule.value(known) : undefined;
      if (value === undefined) continue;
      const told = rule.confidential === true ? confidential : open;
      told[audience] = { ...told[audience], [rule.claim]: value };
    }
  }
  return { apiClaims: open, ...(Object.keys(confidential).length > 0 ? { apiConfidential: confidential } : {}) };
}
