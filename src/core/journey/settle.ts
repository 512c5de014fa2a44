// Makes one turn true: from what was just learnt to the next step, in one commit, and the answer to the browser.

import type { ReasonCode } from '../../wire/codes/index.ts';
import type { AuditRecord } from '../audit/record.ts';
import type { Claim, Write } from '../commit/commit.ts';
import type { Evidence } from '../linking/evidence.ts';
import type { Permit, PolicyDecision } from '../policy/policy.ts';
import { accountQuestions } from './ask-accounts.ts';
import { withChecks } from './check-preconditions.ts';
import { countLogins } from './counting.ts';
import type { Browser, LoginOutcome, StepProblem, Turn } from './dispatcher.ts';
import { decided, ended, refused } from './events.ts';
import { finishLogin } from './finish.ts';
import type { Situation } from './gather.ts';
import type { Journey } from './journey.ts';
import type { Answer, LoginError } from './next.ts';
import { tellObserved } from './observe.ts';
import type { JourneyPorts } from './ports.ts';
import { endOther } from './replaced.ts';
import { claimVersion, endJourney, saveJourney } from './writes.ts';

/** What a turn brings with it beside the step. */
export interface Brought {
  readonly claims: readonly Claim[];
  readonly writes: readonly Write[];
  readonly events: readonly AuditRecord[];
  /** What was proven in this turn: it is counted with the turn's own commit. */
  readonly proven?: readonly Evidence[] | undefined;
}

export const nothing: Brought = { claims: [], writes: [], events: [] };

/** The journey as it is one version on. */
export const advanced = (journey: Journey, change: Partial<Journey>): Journey => ({
  ...journey,
  ...change,
  version: journey.version + 1,
});

/** A stale page is told, and where the journey goes on. */
export const stale = (journey: Journey): StepProblem => ({
  kind: 'problem',
  reason: 'journey.alreadyUsed',
  reference: journey.reference,
  ...(journey.ended ? { application: journey.request.application } : { continueAt: journey.id }),
});

/** The turn that ends a journey, with no session made or ended by it. */
export const endedTurn = ({ request }: Journey, outcome: LoginOutcome): Turn & { kind: 'done' } => ({
  kind: 'done',
  request,
  outcome,
});

/** Whom a decision is about. */
const decidedAbout = (journey: Journey, { facts }: Situation): string | undefined =>
  journey.person ?? facts.session?.session.person;

/** The frontend's refused turn. */
export const refusedTurn = (
  journey: Journey,
  error: LoginError,
  reason: ReasonCode,
  browser: Browser,
  situation: Situation,
  decision?: PolicyDecision,
): Turn & { kind: 'done' } => ({
  kind: 'done',
  request: journey.request,
  outcome: {
    kind: 'refused',
    error,
    reason,
    ...(decision?.kind === 'deny' && decision.rules.length > 0 ? { rules: decision.rules } : {}),
    ...(decision?.kind === 'deny' ? { person: decidedAbout(journey, situation) } : {}),
    reference: journey.reference,
  },
  ...(browser.session !== undefined && situation.live === undefined ? { forgetSession: true } : {}),
});

/** The decision's own event, for every answer that does not finish. */
export function decisionEvent(journey: Journey, answer: Answer, situation: Situation): readonly AuditRecord[] {
  if (answer.decision === undefined) return [];
  const person = decidedAbout(journey, situation);
  return [decided(journey, situation.now, answer.decision, person, { step: answer.step.kind })];
}

/** Ends a saved journey with a no. */
export async function endRefused(
  ports: JourneyPorts,
  journey: Journey,
  end: { readonly error: LoginError; readonly reason: ReasonCode; readonly decision?: PolicyDecision | undefined },
  browser: Browser,
  situation: Situation,
): Promise<Turn | StepProblem> {
  const done = await ports.commit({
    claims: [claimVersion(journey)],
    writes: [endJourney(journey.id)],
    ifWon: [ended(journey, situation.now, end.reason, { error: end.error })],
    ifLost: [refused(journey, situation.now, 'journey.alreadyUsed', {})],
  });
  return done.won ? refusedTurn(journey, end.error, end.reason, browser, situation, end.decision) : stale(journey);
}

/** A provider's logout that came while the login was committed ends it again: what was issued is dead with its session. */
async function heldToProviders(ports: JourneyPorts, journey: Journey, turn: Turn): Promise<Turn | StepProblem> {
  if (turn.kind !== 'done' || turn.outcome.kind !== 'granted') return turn;
  const { session, reference } = turn.outcome;
  if (!(await ports.sessions.endIfLoggedOut(session.id, journey.evidence, reference))) return turn;
  return { kind: 'problem', reason: 'upstream.loggedOut', reference, application: journey.request.application };
}

/**
 * Takes the saved journey `from` to `wanted`, which is one version on (or `from` itself, when a page finds that all is
 * there): finishes when `next` says so, otherwise saves it for the next page.
 */
export async function settle(
  ports: JourneyPorts,
  from: Journey,
  wanted: Journey,
  given: Brought,
  browser: Browser,
): Promise<Turn | StepProblem> {
  const { journey: to, situation, answer, events } = await withChecks(ports, wanted, browser);
  const brought = { ...given, events: [...given.events, ...events] };
  const lost = [refused(from, situation.now, 'journey.alreadyUsed', {})];
  const claims = [claimVersion(from), ...brought.claims];
  const other = await endOther(ports, to, situation);
  const count = (permit?: Permit) => countLogins(to, situation, brought.proven ?? [], permit);
  if (answer.step.kind === 'finish' && answer.decision?.kind === 'permit') {
    const end = finishLogin(ports, to, answer.decision.permit, situation, browser);
    const extended = accountQuestions(to, answer, situation);
    const done = await ports.commit({
      claims,
      writes: [
        ...other.writes,
        ...brought.writes,
        ...end.writes,
        ...extended.writes,
        ...count(answer.decision.permit),
        endJourney(from.id),
      ],
      ifWon: [...brought.events, ...other.events, ...extended.events, ...end.events],
      ifLost: lost,
    });
    if (!done.won) return stale(from);
    if (end.turn.outcome.kind === 'granted') await tellObserved(ports, to, situation, end.turn.outcome);
    return await heldToProviders(ports, to, end.turn);
  }
  // Nobody sees a page of such a login, so that the application is told at once.
  if (to.request.passive && answer.step.kind === 'fail' && answer.error !== undefined) {
    const { error, decision } = answer;
    const { reason } = answer.step;
    const done = await ports.commit({
      claims,
      writes: [...brought.writes, ...count(), endJourney(from.id)],
      ifWon: [
        ...brought.events,
        ...decisionEvent(to, answer, situation),
        ended(to, situation.now, reason, { error, passive: true }),
      ],
      ifLost: lost,
    });
    return done.won ? refusedTurn(to, error, reason, browser, situation, decision) : stale(from);
  }
  const questions = accountQuestions(to, answer, situation);
  const done = await ports.commit({
    claims,
    writes: [...other.writes, ...brought.writes, ...count(), ...questions.writes, saveJourney(to)],
    ifWon: [...brought.events, ...other.events, ...decisionEvent(to, answer, situation), ...questions.events],
    ifLost: lost,
  });
  return done.won ? { kind: 'interact', journey: to.id } : stale(from);
}
