// The page of a journey: what it shows, and how the card step's certificate request is narrowed.
import { shownName } from '../directory/directory.ts';
import { populationsReaching } from '../policy/candidates.ts';
import { withoutOldNo } from './check-preconditions.ts';
import { type Ask, leaves } from './connector.ts';
import type { Browser, StepProblem, StepView, Turn } from './dispatcher.ts';
import { gather, type Situation } from './gather.ts';
import type { Journey } from './journey.ts';
import { type Answer, next } from './next.ts';
import { openJourney } from './open.ts';
import type { JourneyPorts } from './ports.ts';
import { advanced, nothing, settle } from './settle.ts';

/** What the provider asks; a card is asked for only from the populations that reach what is required. */
export function askOf(ports: JourneyPorts, situation: Situation, answer: Answer, provider: string): Ask | undefined {
  const record = situation.snapshot.providers.get(provider);
  const candidate = situation.facts.candidates.find((one) => one.provider === provider);
  if (record === undefined || candidate === undefined) return undefined;
  const connector = ports.connectors[record.connector];
  if (leaves(connector)) return { kind: 'redirect' };
  const ask = connector.begin(record);
  if (ask.kind !== 'card' || answer.decision?.kind !== 'stepUp') return ask;
  const reaching = populationsReaching(candidate, answer.decision.assurance);
  return { ...ask, populations: ask.populations.filter((population) => reaching.includes(population)) };
}

/** Who the page says is logged in: whom this journey proved, else whose session the browser has. */
function whoIsHere(journey: Journey, situation: Situation) {
  // Adding a login offers no "Not you?": it belongs to the session that began.
  if (journey.request.adds !== undefined) return undefined;
  const facts = situation.facts.person ?? (journey.ignoreSession ? undefined : situation.live?.person);
  return facts === undefined ? undefined : { id: facts.person.id, name: shownName(facts.person) };
}

/** How long a page is kept back for accounts: most are there by then, and nobody sees a page in between. */
const pageWaitMs = 1_500;

/** The facts; those of a journey that waits for accounts as soon as they are there, or after a while. */
async function whenSettled(ports: JourneyPorts, journey: Journey, browser: Browser): Promise<Situation> {
  const situation = await gather(ports, journey, browser);
  if (ports.accounts === undefined || next(journey, situation.facts, situation.now).step.kind !== 'ready')
    return situation;
  await ports.accounts.settled(journey.id, pageWaitMs);
  return gather(ports, journey, browser);
}

/**
 * The dispatcher's `view`. Ends the journey only when all is there already, for example by a login
 * in another tab, or when nobody may be asked.
 */
export async function view(ports: JourneyPorts, id: string, browser: Browser): Promise<StepView | Turn | StepProblem> {
  const opened = await openJourney(ports, id, browser);
  if (opened.kind === 'problem') return opened;
  const situation = await whenSettled(ports, opened.journey, browser);
  const journey: Journey =
    situation.justEnded === 'cardRevoked'
      ? { ...opened.journey, refusal: { reason: 'card.revoked', params: {} } }
      : opened.journey;
  const answer = next(journey, situation.facts, situation.now);
  const { step } = answer;
  const isOver = step.kind === 'finish' || (step.kind === 'fail' && journey.request.passive);
  // A no from elsewhere is not for ever: who looks again is asked about again.
  const again = withoutOldNo(journey, answer, situation);
  if (again !== undefined) return settle(ports, journey, advanced(again, {}), nothing, browser);
  // What a changed rule asks for now was not asked for yet: the journey is saved with the question.
  if (step.kind === 'ready' && (step.ask.length > 0 || step.check !== undefined))
    return settle(ports, journey, advanced(journey, {}), nothing, browser);
  if (isOver) return settle(ports, journey, journey, nothing, browser);
  return {
    journey,
    step,
    ask: step.kind === 'prove' ? askOf(ports, situation, answer, step.provider) : undefined,
    sessionPerson: whoIsHere(journey, situation),
    settings: situation.snapshot.settings,
    before: step.kind === 'ready' ? await ports.accounts?.before(journey.id) : undefined,
  };
}
