// Which of a person's ways in get them into an application, until when, and what they order: by the decision itself (G6).
import type { EpochMs } from '../../base/clock.ts';
import { type Assurance, type ConnectorKind, higherOf } from '../../wire/codes/index.ts';
import type { MethodCutoff } from '../catalogue/method-cutoff.ts';
import type { Application, CatalogueSnapshot } from '../catalogue/snapshot.ts';
import type { Assignment, PersonFacts } from '../directory/directory.ts';
import type { Evidence } from '../linking/evidence.ts';
import { namespacesOf } from '../linking/provable.ts';
import { rulesFor } from './api-rules.ts';
import { eligibleAssignments } from './assignments.ts';
import { type Candidate, candidatesFor, federationOf } from './candidates.ts';
import { type CutoffWay, cutoffsFor, isInForce, namesWay, ordersFor, standingOf } from './cutoffs.ts';
import { decide } from './decide.ts';
import type { DeviceFacts } from './device.ts';
import type { PolicyFacts } from './policy.ts';

/** A way in that the person has: the provider, and the highest level that it gives them. */
export interface OwnWay extends CutoffWay {
  readonly connector: ConnectorKind;
}

export type WayStanding =
  | { readonly kind: 'works'; readonly until?: EpochMs | undefined }
  /** It works by an exemption. */
  | { readonly kind: 'exempt'; readonly until: EpochMs }
  | { readonly kind: 'ended'; readonly from: EpochMs | undefined }
  | { readonly kind: 'not' };

/** How one of their ways stands at one application. */
export interface OwnStanding {
  readonly way: OwnWay;
  readonly standing: WayStanding;
}

/** How a person is to log in to one application. */
export interface OwnApplication {
  readonly application: Application;
  readonly ways: readonly OwnStanding[];
  /** Cut-offs, in force or coming, that name one of their ways, and what those people order. */
  readonly orders: readonly { readonly cutoff: MethodCutoff; readonly order: readonly number[] }[];
}

/** The level that a card of theirs reaches here: that of the populations whose identifiers they have. */
function cardLevel(
  { populations }: Candidate,
  { namespaces }: PersonFacts,
  snapshot: CatalogueSnapshot,
): Assurance | undefined {
  const own = populations.filter(({ id }) => {
    const population = snapshot.populations.get(id);
    return (
      population?.derived === undefined &&
      population?.identifiers.some(({ namespace }) => namespaces.includes(namespace)) === true
    );
  });
  const [first, ...others] = own.map(({ assurance }) => assurance);
  return first === undefined ? undefined : others.reduce(higherOf, first);
}

/** The ways into an application that the person has an identity for. */
export function ownWays(application: Application, person: PersonFacts, snapshot: CatalogueSnapshot): readonly OwnWay[] {
  return candidatesFor(application, snapshot).flatMap((candidate): readonly OwnWay[] => {
    const { provider, madeBy, connector, maximum } = candidate;
    const record = snapshot.providers.get(provider);
    if (!record || !namespacesOf(record, snapshot).some((each) => person.namespaces.includes(each))) return [];
    const level = connector === 'smartcard' ? cardLevel(candidate, person, snapshot) : maximum;
    return level === undefined ? [] : [{ provider, madeBy, connector, level }];
  });
}

/** What they would prove by it, now. */
const proofBy = ({ provider, connector, level }: OwnWay, now: EpochMs): Evidence => ({
  ...{ id: provider, provider, connector, assurance: level, provenAt: now },
  ...{ subject: { namespace: 'own-ways', value: provider }, alternates: [], methods: [] },
});

function factsOf(
  { application, person, snapshot, where }: OwnQuestion,
  way: OwnWay | undefined,
  assignment: Assignment | undefined,
  now: EpochMs,
): PolicyFacts {
  const evidence = way === undefined ? [] : [proofBy(way, now)];
  return {
    application,
    federation: federationOf(application, snapshot),
    fresh: false,
    since: now,
    person,
    evidence,
    holders: new Map(evidence.map(({ id }) => [id, person.person.id])),
    assignment,
    apis: [],
    scopes: [],
    ...where,
    rules: rulesFor(snapshot, []),
    assignmentConflicts: [...snapshot.assignmentConflicts.values()],
    cutoffs: cutoffsFor(snapshot, application.id),
    candidates: candidatesFor(application, snapshot),
    highReuseSeconds: snapshot.settings.lifetimes.highReuse,
    catalogueRevision: snapshot.revision,
  };
}

export interface OwnQuestion {
  readonly application: Application;
  readonly person: PersonFacts;
  readonly snapshot: CatalogueSnapshot;
  readonly where: DeviceFacts;
}

const instant = (text: string | undefined): EpochMs | undefined => (text === undefined ? undefined : Date.parse(text));

function standingAt(question: OwnQuestion, way: OwnWay, assignment: Assignment | undefined, now: EpochMs): WayStanding {
  const permits = (at: EpochMs) => decide(factsOf(question, way, assignment, at), at).kind === 'permit';
  const cutoffs = cutoffsFor(question.snapshot, question.application.id).filter((one) => namesWay(one, way));
  if (!permits(now)) {
    const facts = factsOf(question, way, assignment, now);
    const stopping = cutoffs.filter((one) => isInForce(one, now) && standingOf(one, facts, now).kind === 'holds');
    const [first] = stopping.map(({ from }) => instant(from)).sort((a = 0, b = 0) => a - b);
    return stopping.length === 0 ? { kind: 'not' } : { kind: 'ended', from: first };
  }
  const turns = cutoffs
    .flatMap(({ from, exemptions }) => [instant(from), ...exemptions.map(({ until }) => Date.parse(until))])
    .filter((at): at is EpochMs => at !== undefined && at > now)
    .sort((a, b) => a - b);
  const until = turns.find((at) => !permits(at));
  const facts = factsOf(question, way, assignment, now);
  const isExempt = cutoffs.some((one) => isInForce(one, now) && standingOf(one, facts, now).kind === 'exempt');
  return isExempt && until !== undefined ? { kind: 'exempt', until } : { kind: 'works', until };
}

/** How the person is to log in there; undefined when it is not open to them. Of several assignments the first that lets a way in counts. */
export function howToLogIn(question: OwnQuestion, now: EpochMs): OwnApplication | undefined {
  const { application, person, snapshot } = question;
  const limits = { application, federation: federationOf(application, snapshot) };
  const held = eligibleAssignments(limits, person, now);
  const restricted = application.requireAssignment || application.organisation !== undefined || limits.federation;
  if (application.closed || (restricted && held.length === 0)) return undefined;
  const choices: readonly (Assignment | undefined)[] = held.length === 0 ? [undefined] : held;
  const ways = ownWays(application, person, snapshot).map((way): OwnStanding => {
    const found = choices.map((assignment) => standingAt(question, way, assignment, now));
    const best = found.find(({ kind }) => kind === 'works' || kind === 'exempt') ?? found[0];
    return { way, standing: best ?? { kind: 'not' } };
  });
  const facts = factsOf(question, undefined, held.length === 1 ? held[0] : undefined, now);
  const orders = cutoffsFor(snapshot, application.id)
    .filter((cutoff) => ways.some(({ way }) => namesWay(cutoff, way)))
    .filter((cutoff) => ['holds', 'waits'].includes(standingOf(cutoff, facts, now).kind))
    .map((cutoff) => ({ cutoff, order: ordersFor(cutoff, facts, now) }));
  return { application, ways, orders };
}
