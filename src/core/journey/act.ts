// One action of the person at one version of a journey: a version is spent once, so nothing repeated or empty skips a step.
import { toldLink } from '../linking/news.ts';
import type { Action, Browser, StepProblem, Turn } from './dispatcher.ts';
import { gather, type Situation } from './gather.ts';
import type { Journey, Step } from './journey.ts';
import { next, offered } from './next.ts';
import { openJourney } from './open.ts';
import type { JourneyPorts } from './ports.ts';
import { judgeReply } from './prove.ts';
import { advanced, endRefused, nothing, settle, stale } from './settle.ts';

/** Starts over as somebody else: nothing that was proven here counts any more. */
const startedOver = (journey: Journey): Journey =>
  advanced(journey, {
    ignoreSession: true,
    evidence: [],
    person: undefined,
    assignment: undefined,
    provider: undefined,
    refusal: undefined,
  });

/** The journey after an action that only picks; undefined when the present step does not offer it. */
function picked(journey: Journey, step: Step, action: Action): Journey | undefined {
  switch (action.kind) {
    case 'chooseProvider':
      return offered(step).includes(action.provider)
        ? advanced(journey, { provider: action.provider, refusal: undefined })
        : undefined;
    case 'chooseAssignment':
      return step.kind === 'chooseAssignment' && step.assignments.includes(action.assignment)
        ? advanced(journey, { assignment: action.assignment, refusal: undefined })
        : undefined;
    case 'notMe':
      // A login is added to whose session began: as somebody else there is nothing to go on with.
      return journey.request.adds === undefined ? startedOver(journey) : undefined;
    case 'told':
      return step.kind === 'tell' ? advanced(journey, { told: true }) : undefined;
    case 'setLocale':
      return advanced(journey, { locale: action.locale });
    default:
      return undefined;
  }
}

function cancel(ports: JourneyPorts, journey: Journey, browser: Browser, situation: Situation) {
  const { step, error, decision } = next(journey, situation.facts, situation.now);
  // Leaving a page that says no gives the application that no; leaving any other is the person's own wish.
  const end =
    step.kind === 'fail' && error !== undefined
      ? { error, reason: step.reason, decision }
      : ({ error: 'cancelled', reason: 'journey.cancelled' } as const);
  return endRefused(ports, journey, end, browser, situation);
}

/** The dispatcher's `act`. */
export async function act(
  ports: JourneyPorts,
  id: string,
  version: number,
  action: Action,
  browser: Browser,
): Promise<Turn | StepProblem> {
  const opened = await openJourney(ports, id, browser);
  if (opened.kind === 'problem') return opened;
  const { journey } = opened;
  if (version !== journey.version) return stale(journey);
  const situation = await gather(ports, journey, browser);
  if (action.kind === 'cancel') return cancel(ports, journey, browser, situation);

  const { step } = next(journey, situation.facts, situation.now);
  if (action.kind === 'reply') {
    // Cards and providers' answers come back by a handoff alone; a form cannot pose as one.
    if (action.reply.kind !== 'form' || journey.request.adds !== undefined || !offered(step).includes(action.provider))
      return stale(journey);
    const judged = await judgeReply(ports, journey, situation, action.provider, action.reply);
    return settle(
      ports,
      journey,
      judged.journey,
      { ...nothing, claims: judged.claims, events: judged.events, proven: judged.proven },
      browser,
    );
  }
  const to = picked(journey, step, action);
  if (to === undefined) return stale(journey);
  const writes = step.kind === 'tell' && to.told === true ? step.news.map(toldLink) : [];
  return settle(ports, journey, to, { ...nothing, writes }, browser);
}
