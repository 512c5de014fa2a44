// Whom a grant is about, as they stand now: the assignment, and what policy is asked for a ticket without a new login.
import type { EpochMs } from '../../base/clock.ts';
import type { CatalogueSnapshot, OidcApplication } from '../catalogue/index.ts';
import type { ContextConditions } from '../context/index.ts';
import { type Assignment, holds } from '../directory/index.ts';
import { candidatesFor, cutoffsFor, federationOf, type PolicyFacts, rulesFor } from '../policy/index.ts';
import type { Session } from '../sessions/index.ts';
import type { GrantHolder } from './ports.ts';

/** The assignment of the grant, if it still holds. */
export function holderAssignment({ grant, person }: GrantHolder, now: EpochMs): Assignment | undefined {
  const wanted = grant.about.assignment;
  return person?.assignments.find((each) => each.id === wanted && holds(each, now));
}

/** What policy is asked when nobody proves anything anew: all evidence is old, and its age counts. */
export function holderPolicyFacts(
  facts: {
    readonly application: OidcApplication;
    readonly catalogue: CatalogueSnapshot;
    readonly now: EpochMs;
    readonly holder: GrantHolder | undefined;
    /** The API of the ticket: its owner's limits are rules too (N5). */
    readonly apis: readonly string[];
    readonly scopes: readonly string[];
    /** Workplace, role and grounds that the application gave. */
    readonly context?: ContextConditions | undefined;
  },
  session: Session,
): PolicyFacts {
  const { application, catalogue, now, holder, apis, scopes, context } = facts;
  return {
    application,
    federation: federationOf(application, catalogue),
    requested: holder?.grant.assurance,
    fresh: false,
    since: now,
    person: holder?.person,
    evidence: session.evidence,
    holders: new Map(session.evidence.map(({ id }) => [id, session.person])),
    assignment: holder && holderAssignment(holder, now),
    device: session.device,
    deviceSource: session.device === 'unknown' ? 'unknown' : session.network === undefined ? 'enrolled' : 'network',
    network: session.network,
    apis,
    scopes,
    context,
    rules: rulesFor(catalogue, apis),
    assignmentConflicts: [...catalogue.assignmentConflicts.values()],
    cutoffs: cutoffsFor(catalogue, application.id),
    candidates: candidatesFor(application, catalogue),
    highReuseSeconds: catalogue.settings.lifetimes.highReuse,
    catalogueRevision: catalogue.revision,
  };
}
