// The one chooser: from a journey and its facts to the next step. Pure.
import type { EpochMs } from '../../base/clock.ts';
import { type ConnectorKind, linkReasons, type ReasonCode } from '../../wire/codes/index.ts';
import type { AssignmentConflict } from '../catalogue/assignment-conflict.ts';
import type { MethodCutoff } from '../catalogue/method-cutoff.ts';
import type { PolicyRule } from '../catalogue/policy-rule.ts';
import type { Precondition } from '../catalogue/precondition.ts';
import type { Application, Federation } from '../catalogue/snapshot.ts';
import type { Assignment, LoginNews, PersonFacts, ToldPerson } from '../directory/directory.ts';
import type { AdditionIntent } from '../linking/add-identity.ts';
import type { Evidence } from '../linking/evidence.ts';
import { newsFor } from '../linking/news.ts';
import { eligibleAssignments } from '../policy/assignments.ts';
import type { Candidate } from '../policy/candidates.ts';
import { decide } from '../policy/decide.ts';
import type { DeviceFacts } from '../policy/device.ts';
import type { PolicyDecision } from '../policy/policy.ts';
import { type AccountFacts, allOpen, readiness } from '../provisioning/ask.ts';
import { preconditionStanding } from '../provisioning/precondition.ts';
import type { Session } from '../sessions/session.ts';
import type { LoginOutcome } from './dispatcher.ts';
import type { Journey, LoginRequest, Step, StepUpReason } from './journey.ts';

/** Everything that `next` looks at; gathered before. */
export interface JourneyFacts {
  /** Absent when the catalogue does not know it. */
  readonly application?: Application | undefined;
  /** The federation that the application is for the members of. */
  readonly federation?: Federation | undefined;
  readonly candidates: readonly Candidate[];
  /** Ids of the APIs that the login must be good for. */
  readonly apis: readonly string[];
  /** The catalogue's, and those of the APIs. */
  readonly rules: readonly PolicyRule[];
  readonly assignmentConflicts: readonly AssignmentConflict[];
  readonly cutoffs: readonly MethodCutoff[];
  readonly where: DeviceFacts;
  readonly highReuseSeconds: number;
  readonly catalogueRevision: number;
  /** The live session of this browser. */
  readonly session?:
    | {
        readonly session: Session;
        readonly person: PersonFacts;
        /** `unknown`: a card of the session should be checked again, and could not be. */
        readonly cards: 'good' | 'unknown';
      }
    | undefined;
  /** The person that the journey's own evidence belongs to. */
  readonly person?: PersonFacts | undefined;
  /** What the application needs in other systems; absent when it needs nothing there. */
  readonly accounts?: AccountFacts | undefined;
  /** Open ones that name the application; absent when there are none. */
  readonly preconditions?: readonly Precondition[] | undefined;
  /** What sources told of these people that is too old, since they do not answer. */
  readonly stale?: ReadonlyMap<string, readonly ToldPerson[]> | undefined;
  /** `sub` of these people towards the application, where it is not our own id; only when the request names one. */
  readonly subjects?: ReadonlyMap<string, string> | undefined;
}

export type LoginError = Extract<LoginOutcome, { kind: 'refused' }>['error'];

export interface Answer {
  readonly step: Step;
  /** What the frontend says when the login ends here; only with `fail`. */
  readonly error?: LoginError | undefined;
  /** Policy's decision, when it was asked. */
  readonly decision?: PolicyDecision | undefined;
  /** The assignment that the decision was made with. */
  readonly assignment?: Assignment | undefined;
}

/** True when proof must be made in this journey. `max_age=0` says the same as prompt=login (OIDC Core 3.1.2.1). */
export const wantsFresh = ({ fresh, chooseAgain, maxAge }: LoginRequest): boolean =>
  fresh || chooseAgain || maxAge === 0;

/** True when this is the person whom the application expects, if it names one. */
export function isExpected(request: LoginRequest, person: PersonFacts, subject = person.person.id): boolean {
  const { expectedSubject, expectedPerson, expectedHprNumber: hpr } = request;
  if (expectedPerson !== undefined && expectedPerson !== person.person.id) return false;
  if (expectedSubject !== undefined && expectedSubject !== subject) return false;
  return hpr === undefined || person.assignments.some(({ hprNumber }) => hprNumber === hpr);
}

/** True when the browser's session, of `person`, may speak for the person in this journey. */
export function usesSession(journey: Journey, session: Session, person: PersonFacts, subject?: string): boolean {
  const { request } = journey;
  return (
    !journey.ignoreSession &&
    !wantsFresh(request) &&
    isExpected(request, person, subject) &&
    (journey.person === undefined || journey.person === session.person)
  );
}

/** How many were asked for a proof, one by the other: none for what was proven here. */
const askedOnTheWay = ({ upstream }: Evidence): number =>
  upstream === undefined ? 0 : 1 + (upstream.behind?.length ?? 0);

function fail(
  reason: ReasonCode,
  error: LoginError,
  more: { rules?: readonly string[]; decision?: PolicyDecision } = {},
): Answer {
  const services = more.decision?.kind === 'deny' ? more.decision.services : [];
  const cutoffs = more.decision?.kind === 'permit' ? undefined : more.decision?.cutoffs;
  const by = { ...(services.length > 0 ? { services } : {}), ...(cutoffs === undefined ? {} : { cutoffs }) };
  return { step: { kind: 'fail', reason, rules: more.rules ?? [], ...by }, error, decision: more.decision };
}

/** What each kind of connector is called in `amr` (RFC 8176). */
const methodNames: Readonly<Record<ConnectorKind, readonly string[]>> = {
  smartcard: ['smartcard', 'sc', 'hwk'],
  password: ['password', 'pwd'],
  directoryPassword: ['password', 'pwd'],
  oidc: [],
  saml: [],
};

/** The first way that the application would like, among those that policy allows; the person may still pick another. */
function wished(providers: readonly string[], { request }: Journey, { candidates }: JourneyFacts): string | undefined {
  const offers = candidates.filter(({ provider }) => providers.includes(provider));
  for (const name of request.wishedProviders ?? []) {
    const byName = offers.find(({ names }) => names.includes(name));
    if (byName !== undefined) return byName.provider;
  }
  const methods = request.wishedMethods ?? [];
  return offers.find(({ provider, connector, methods: further }) =>
    methods.some((name) => name === provider || methodNames[connector].includes(name) || further.includes(name)),
  )?.provider;
}

/** The one provider to prove with, or the choice between several; the person's own pick holds while it is possible. */
function ask(providers: readonly string[], journey: Journey, facts: JourneyFacts, why: StepUpReason | undefined): Step {
  const picked = providers.find((provider) => provider === journey.provider) ?? wished(providers, journey, facts);
  const only = providers.length === 1 ? providers[0] : undefined;
  const provider = picked ?? only;
  const reason = why === undefined ? {} : { why };
  if (provider === undefined) return { kind: 'choose', providers, ...reason };
  return { kind: 'prove', provider, alternatives: providers.filter((other) => other !== provider), ...reason };
}

/**
 * The one provider that may be asked, once, whether somebody is logged in there, where nobody may be asked anything:
 * when nobody is logged in here, whom the answer could put out, and the application named it or there is no other.
 */
function silent(providers: readonly string[], journey: Journey, facts: JourneyFacts): string | undefined {
  const { request, refusal, evidence } = journey;
  if (refusal !== undefined || evidence.length > 0 || facts.session !== undefined || wantsFresh(request))
    return undefined;
  const able = facts.candidates.filter(({ provider, passive }) => passive === true && providers.includes(provider));
  const wish = wished(providers, journey, facts);
  const found = wish === undefined && able.length === 1 ? able[0] : able.find(({ provider }) => provider === wish);
  return found?.provider;
}

/** The end, or the one silent question, of a login in which nobody may be asked. */
function askNobody(
  journey: Journey,
  facts: JourneyFacts,
  decision: PolicyDecision & { readonly kind: 'stepUp' },
): Answer {
  const provider = silent(decision.providers, journey, facts);
  if (provider !== undefined) return { step: { kind: 'prove', provider, alternatives: [] }, decision };
  const { reason = decision.reason } = journey.refusal ?? {};
  const error = reason === 'upstream.noPassive' ? 'interactionRequired' : 'loginRequired';
  return fail(reason, error, { rules: decision.rules, decision });
}

/** True when somebody who is logged in must prove again, because the application says so. */
const asksAgain = (journey: Journey, facts: JourneyFacts): boolean =>
  facts.session !== undefined && !journey.ignoreSession && (journey.request.fresh || journey.request.maxAge === 0);

/**
 * Why more is asked for. To somebody who proved nothing yet, only a rule that narrows the ways is worth a word, or that
 * the session of this browser is not enough for an application that wants to see them again.
 */
function whyOf(
  decision: PolicyDecision & { kind: 'stepUp' },
  proven: boolean,
  again: boolean,
): StepUpReason | undefined {
  const { reason, rules, cutoffs } = decision;
  if (proven) return { reason, rules, ...(cutoffs === undefined ? {} : { cutoffs }) };
  if (decision.rules.length > 0) return { reason: 'policy.methodNotAllowed', rules: decision.rules };
  return again ? { reason: 'policy.fresh', rules: [] } : undefined;
}

/**
 * The assignment that was made of the commission which was chosen at the provider in this login. The person's own sources gave it: what a
 * provider says chooses among those and gives none.
 */
function chosenThere({ evidence, request }: Journey, eligible: readonly Assignment[]): Assignment | undefined {
  const newest = [...evidence]
    .sort((a, b) => b.provenAt - a.provenAt)
    .find(({ commission }) => commission !== undefined);
  if (newest?.commission === undefined || request.chooseAgain) return undefined;
  const meant = eligible.filter(
    ({ commission, source, missingSince }) =>
      commission?.id === newest.commission && source !== undefined && missingSince === undefined,
  );
  return meant.length === 1 ? meant[0] : undefined;
}

/** The assignment to go by: picked here, else chosen at the provider, else picked earlier in the session, else the only one. */
function assignmentOf(journey: Journey, facts: JourneyFacts, eligible: readonly Assignment[]): Assignment | undefined {
  const session = facts.session?.session;
  const remembers = !journey.request.chooseAgain && !journey.ignoreSession && session?.person === eligible[0]?.person;
  return (
    eligible.find(({ id }) => id === journey.assignment) ??
    chosenThere(journey, eligible) ??
    (remembers ? eligible.find(({ id }) => id === session?.assignment) : undefined) ??
    (eligible.length === 1 ? eligible[0] : undefined)
  );
}

const sessionUsed = (
  journey: Journey,
  { session, person }: NonNullable<JourneyFacts['session']>,
  { subjects }: JourneyFacts,
): boolean => usesSession(journey, session, person, subjects?.get(session.person));

interface Who {
  readonly person?: PersonFacts | undefined;
  readonly evidence: readonly Evidence[];
  readonly holders: ReadonlyMap<string, string>;
}

function whoIs(journey: Journey, facts: JourneyFacts): Who {
  const used = facts.session !== undefined && sessionUsed(journey, facts.session, facts) ? facts.session : undefined;
  const person = journey.person === undefined ? used?.person : facts.person;
  const kept = (used?.session.evidence ?? [])
    .filter((evidence) => used?.cards !== 'unknown' || evidence.certificate === undefined)
    .filter((evidence) => askedOnTheWay(evidence) <= (journey.request.passedOn ?? Number.POSITIVE_INFINITY));
  const holders = new Map<string, string>();
  for (const { id } of kept) if (used !== undefined) holders.set(id, used.session.person);
  for (const { id } of journey.evidence) if (journey.person !== undefined) holders.set(id, journey.person);
  return { person, evidence: [...kept, ...journey.evidence], holders };
}

/** What the person is told before going on; only where somebody proved something, so that a person reads it. */
function newsOf(journey: Journey, facts: JourneyFacts, { person }: Who): readonly LoginNews[] {
  const { request, evidence, told } = journey;
  if (told || request.passive || request.frontend === 'portal' || evidence.length === 0) return [];
  const { session } = facts.session ?? {};
  const own = session?.person === person?.person.id ? session?.id : undefined;
  return newsFor(person?.news ?? [], evidence, own);
}

/** The end of a permitted login, once what must hold elsewhere does, and then the accounts that the application needs are there (K5). */
function whenReady(
  { request, checked = [] }: Journey,
  { accounts, preconditions = [] }: JourneyFacts,
  { person }: Who,
  decision: PolicyDecision & { readonly kind: 'permit' },
  assignment: Assignment | undefined,
  now: EpochMs,
): Answer {
  const finish: Answer = { step: { kind: 'finish' }, decision };
  const opening = { application: request.application, assignment };
  // First of all, so that no account is made for somebody who cannot use it.
  const standing = preconditionStanding(preconditions, checked, opening);
  if (standing.kind === 'refused') {
    // There is a page that says what to order: an application that let nobody be asked may bring them to it.
    const { step, error } = fail(standing.reason, request.passive ? 'interactionRequired' : 'denied');
    return { step: { ...step, precondition: standing.precondition } as Step, error };
  }
  if (standing.kind === 'toAsk') {
    const check = standing.preconditions.map(({ id }) => id);
    return { step: { kind: 'ready', ask: [], check }, decision };
  }
  if (accounts === undefined) return finish;
  const found = readiness(accounts, opening, now);
  if (found.kind === 'ready') return finish;
  if (found.kind === 'refused') return fail(found.reason, 'denied');
  const ask = found.toAsk.map(({ id }) => id);
  // Where nobody may be asked nobody waits either: an account that is open already will do, and is extended meanwhile.
  if (request.passive)
    return allOpen(accounts, opening, person?.accounts ?? [], now)
      ? { step: { kind: 'finish', extend: ask }, decision }
      : fail('account.late', 'interactionRequired');
  return { step: { kind: 'ready', ask, since: found.since }, decision };
}

/** What policy's answer means for the journey. */
function stepFor(
  journey: Journey,
  facts: JourneyFacts,
  who: Who,
  decision: PolicyDecision,
  eligible: readonly Assignment[],
  assignment: Assignment | undefined,
  now: EpochMs,
): Answer {
  const { passive } = journey.request;
  if (decision.kind === 'permit') {
    const news = newsOf(journey, facts, who);
    return news.length > 0
      ? { step: { kind: 'tell', news } }
      : whenReady(journey, facts, who, decision, assignment, now);
  }
  if (decision.kind === 'stepUp') {
    const untrusted = facts.session?.cards === 'unknown' && sessionUsed(journey, facts.session, facts);
    if (untrusted && journey.person === undefined) {
      return fail('policy.cardRecheckFailed', passive ? 'loginRequired' : 'denied', { decision });
    }
    if (passive) return askNobody(journey, facts, decision);
    const why = whyOf(decision, who.evidence.length > 0, asksAgain(journey, facts));
    return { step: ask(decision.providers, journey, facts, why), decision };
  }
  if (decision.reason === 'policy.noAssignment' && eligible.length > 1) {
    if (passive) return fail('policy.noAssignment', 'interactionRequired', { decision });
    return { step: { kind: 'chooseAssignment', assignments: eligible.map(({ id }) => id) }, decision };
  }
  const error = decision.reason === 'policy.noWayToReach' ? 'assuranceNotReached' : 'denied';
  return fail(decision.reason, error, { rules: decision.rules, decision });
}

/** A journey that adds a login leads to that one provider and back, as long as the session that began it is there. */
function addition(journey: Journey, { provider, person, session }: AdditionIntent, facts: JourneyFacts): Answer {
  const here = facts.session;
  if (here?.session.id !== session || here.session.person !== person) return fail('link.sessionChanged', 'denied');
  const refusal = linkReasons.find((reason) => reason === journey.refusal?.reason);
  if (refusal !== undefined) return fail(refusal, 'denied');
  if (!facts.candidates.some((one) => one.provider === provider)) return fail('link.noIdentity', 'denied');
  return { step: { kind: 'prove', provider, alternatives: [] } };
}

/** The next step of `journey`; the same journey and facts always give the same answer. */
export function next(journey: Journey, facts: JourneyFacts, now: EpochMs): Answer {
  const { application } = facts;
  const { request } = journey;
  if (request.adds !== undefined) return addition(journey, request.adds, facts);
  if (application === undefined) return fail('request.unknownApplication', 'denied');
  const who = whoIs(journey, facts);
  if (journey.person !== undefined && who.person === undefined) return fail('person.unknown', 'denied');
  if (who.person?.person.closed) return fail('person.closed', 'denied');
  if (who.person && !isExpected(request, who.person, facts.subjects?.get(who.person.person.id))) {
    return fail('policy.denied', 'denied');
  }
  const eligible =
    who.person === undefined ? [] : eligibleAssignments({ application, federation: facts.federation }, who.person, now);
  const assignment = assignmentOf(journey, facts, eligible);
  const decision = decide(
    {
      application,
      federation: facts.federation,
      requested: request.assurance,
      fresh: wantsFresh(request),
      maxAge: request.maxAge,
      since: journey.createdAt,
      person: who.person,
      stale: who.person && facts.stale?.get(who.person.person.id),
      evidence: who.evidence,
      holders: who.holders,
      assignment,
      apis: facts.apis,
      scopes: request.scopes ?? [],
      ...facts.where,
      context: request.context,
      rules: facts.rules,
      assignmentConflicts: facts.assignmentConflicts,
      cutoffs: facts.cutoffs,
      candidates: facts.candidates,
      highReuseSeconds: facts.highReuseSeconds,
      catalogueRevision: facts.catalogueRevision,
    },
    now,
  );
  return { ...stepFor(journey, facts, who, decision, eligible, assignment, now), assignment };
}

/** Providers that the step lets the person use. */
export function offered(step: Step): readonly string[] {
  if (step.kind === 'choose') return step.providers;
  return step.kind === 'prove' ? [step.provider, ...step.alternatives] : [];
}
