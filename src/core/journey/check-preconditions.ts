// Before a login waits for accounts or finishes: what must hold elsewhere is asked, and written into the journey with its event.
import type { AuditRecord } from '../audit/record.ts';
import {
  type CheckedPrecondition,
  type PreconditionAnswer,
  preconditionQuestion,
} from '../provisioning/precondition.ts';
import type { Browser } from './dispatcher.ts';
import { preconditionAsked } from './events.ts';
import { gather, type Situation } from './gather.ts';
import type { Journey } from './journey.ts';
import { type Answer, next } from './next.ts';
import type { JourneyPorts } from './ports.ts';

/** From then on a page that says no asks again when it is looked at: what was ordered may be there. */
const answerHoldsMs = 10_000;

export interface Checked {
  readonly journey: Journey;
  readonly situation: Situation;
  readonly answer: Answer;
  readonly events: readonly AuditRecord[];
}

const unasked: PreconditionAnswer = { kind: 'silent', why: 'nobody to ask with' };

/**
 * The step of a journey once what must hold elsewhere was asked, all at the same time. Each question is bounded by the port; the facts
 * are gathered again afterwards, so that what comes of it is decided on what is true then.
 */
export async function withChecks(ports: JourneyPorts, journey: Journey, browser: Browser): Promise<Checked> {
  const situation = await gather(ports, journey, browser);
  const { facts } = situation;
  const answer = next(journey, facts, situation.now);
  const person = journey.person === undefined ? facts.session?.person : facts.person;
  const ids = answer.step.kind === 'ready' ? (answer.step.check ?? []) : [];
  if (ids.length === 0 || person === undefined) return { journey, situation, answer, events: [] };

  const { assignment } = answer;
  const opening = { application: journey.request.application, assignment };
  const asked = await Promise.all(
    (facts.preconditions ?? [])
      .filter(({ id }) => ids.includes(id))
      .map(async (one) => {
        const question = preconditionQuestion(one, opening, person);
        const found =
          question === undefined
            ? ({ kind: 'noKey' } as const)
            : ((await ports.preconditions?.ask(one, question)) ?? unasked);
        const checked: CheckedPrecondition = {
          precondition: one.id,
          at: ports.clock(),
          answer: found.kind,
          ...(assignment === undefined ? {} : { assignment: assignment.id }),
          ...(found.kind === 'missing' && found.order !== undefined ? { order: found.order } : {}),
        };
        const why = found.kind === 'silent' ? found.why : undefined;
        return { checked, event: preconditionAsked(journey, checked, person.person.id, one.whenSilent, why) };
      }),
  );
  const to = { ...journey, checked: [...(journey.checked ?? []), ...asked.map(({ checked }) => checked)] };
  const then = await gather(ports, to, browser);
  return {
    journey: to,
    situation: then,
    answer: next(to, then.facts, then.now),
    events: asked.map(({ event }) => event),
  };
}

/** The journey without the no that its page says, when that is old enough to be asked again. */
export function withoutOldNo(journey: Journey, { step }: Answer, { now }: Situation): Journey | undefined {
  if (step.kind !== 'fail' || step.precondition === undefined) return undefined;
  const { precondition: id } = step;
  const isOld = (one: CheckedPrecondition): boolean => one.precondition === id && now - one.at >= answerHoldsMs;
  const { checked = [] } = journey;
  return checked.some(isOld) ? { ...journey, checked: checked.filter((one) => !isOld(one)) } : undefined;
}
