// Asks about everybody whom a source told of, each in their turn, by one hub at a time; a source that does not answer ends nothing.
import { secondMs } from '../../../base/clock.ts';
import type { EnrolmentRule } from '../../../core/catalogue/index.ts';
import { type DuePerson, putBack, takeDue } from '../../../edge/store/hub/told-people.ts';
import { isUnavailable } from './ask-source.ts';
import type { EnrolmentDesk, EnrolmentParts } from './enrolment.ts';

/** How many one hub takes at once, and how many it asks about side by side. */
const aRound = 40;
const atOnce = 4;
/** When somebody's turn comes again that came to nothing. */
const againMs = 60 * secondMs;

/** One round over all rules. Answers how many were asked about. */
export async function syncDue(
  { pool, clock, snapshot }: Pick<EnrolmentParts, 'pool' | 'clock' | 'snapshot'>,
  freshenBy: EnrolmentDesk['freshenBy'],
): Promise<number> {
  let asked = 0;
  for (const rule of snapshot().enrolmentRules.values()) {
    const due = await takeDue(pool, rule, clock(), aRound);
    const left = await askInTurn(due, rule, freshenBy);
    asked += due.length - left.length;
    if (left.length > 0) await putBack(pool, left, rule.syncSeconds, clock() + againMs);
  }
  return asked;
}

/** A few side by side; after the first that gets no answer nobody more is asked about. Answers who is left. */
async function askInTurn(
  due: readonly DuePerson[],
  rule: EnrolmentRule,
  freshenBy: EnrolmentDesk['freshenBy'],
): Promise<readonly DuePerson[]> {
  const waiting = [...due];
  const left: DuePerson[] = [];
  const worker = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift())
      try {
        await freshenBy(one.person, rule);
      } catch (thrown) {
        if (!isUnavailable(thrown)) throw thrown;
        left.push(one, ...waiting.splice(0));
      }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return left;
}
