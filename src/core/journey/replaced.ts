// Another person's session on this browser: it ends, and its applications are told, before anybody else goes on.
import type { AuditRecord } from '../audit/record.ts';
import type { Write } from '../commit/commit.ts';
import { endingOf } from '../sessions/ending.ts';
import type { Situation } from './gather.ts';
import type { Journey } from './journey.ts';
import type { JourneyPorts } from './ports.ts';

/** What ends the browser's live session when somebody else than its person was proven; nothing otherwise. */
export async function endOther(
  ports: JourneyPorts,
  journey: Journey,
  situation: Situation,
): Promise<{ readonly writes: readonly Write[]; readonly events: readonly AuditRecord[] }> {
  const { live, now } = situation;
  if (live === undefined || journey.person === undefined || live.session.person === journey.person) {
    return { writes: [], events: [] };
  }
  const { session } = live;
  const reached = await ports.sessions.reached(session.id);
  const { reference, id } = journey;
  const ending = endingOf({ session, reached, by: 'replaced', reference, journey: id }, now);
  return { writes: ending.writes, events: [ending.event] };
}
