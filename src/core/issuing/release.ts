// Release rules: what an application is told about a person, as one ordered list. Nothing leaves without a Permit.
import { Problem } from '../../base/problem.ts';
import type { Application } from '../catalogue/snapshot.ts';
import type { Assignment, PersonFacts } from '../directory/directory.ts';
import { isPermit } from '../policy/decide.ts';
import type { Permit } from '../policy/policy.ts';
import type { Statement } from './statement.ts';
import { ticketMinimum } from './ticket-minimum.ts';

/** What a ticket is asked for, and whom it is about. */
export interface ReleaseRequest {
  readonly application: Application;
  readonly person: PersonFacts;
  readonly scope: readonly string[];
  /** Names asked for in the `claims` parameter (OIDC Core 5.5). */
  readonly claims: readonly string[];
  readonly session: string;
  /** Reference of the decision in the audit. */
  readonly decision: string;
}

interface Known {
  readonly person: PersonFacts;
  /** The permitted assignment. */
  readonly assignment?: Assignment | undefined;
}

export interface ReleaseRule {
  readonly claim: string;
  /** The scope that brings it; `claims` may ask for it alone when the application is registered for the scope. */
  readonly scope: string;
  readonly clause: string;
  /** undefined = there is nothing to say. */
  readonly value: (known: Known) => unknown;
}

const organisationOf = ({ person, assignment }: Known) =>
  assignment === undefined ? undefined : person.organisations.get(assignment.organisation);
const unitOf = ({ person, assignment }: Known) =>
  assignment?.unit === undefined ? undefined : person.units.get(assignment.unit);

/** Standard claims first (OIDC Core 5.1), then ours: short names, documented in docs/integrate. */
export const releaseRules: readonly ReleaseRule[] = [
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
];

/** Names of all claims that can be released: for discovery's `claims_supported`. */
export const releasedClaims: readonly string[] = releaseRules.map(({ claim }) => claim);

const refuse = (detail: string): Problem => new Problem({ kind: 'internal', code: 'internal', detail });

/**
 * Makes the Statement of a permitted login. Throws when the Permit is not a genuine one of this process, or is about
 * another person or application than the request: that is a fault of ours, never something to answer with a ticket.
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
  const known = { person, assignment: person.assignments.find(({ id }) => id === permit.assignment) };
  const claims: Record<string, unknown> = {};
  for (const rule of rules) {
    const registered = application.scopes.includes(rule.scope);
    const wanted = request.scope.includes(rule.scope) || request.claims.includes(rule.claim);
    const value = registered && wanted ? rule.value(known) : undefined;
    if (value !== undefined) claims[rule.claim] = value;
  }
  return {
    subject: permit.person,
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
  };
}
