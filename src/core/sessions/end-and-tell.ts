// Ends one session and tells everything that it reached: the one way that every ending goes.
import { addToOutbox } from '../outbox/add.ts';
import { type EndCause, endCommit } from './ending.ts';
import type { SessionPorts } from './ports.ts';
import type { Session } from './session.ts';
import { tellings } from './telling.ts';

/**
 * Ends it and tells every application. A login that was under way may have reached one more between our look and our
 * commit; after the commit nothing is issued for the session, so a second look finds them all.
 */
export async function endAndTell(ports: SessionPorts, session: Session, cause: EndCause): Promise<void> {
  const now = ports.clock();
  const reached = await ports.store.reached(session.id);
  const ended = await ports.commit(endCommit({ session, reached, ...cause }, now));
  if (!ended.won) return;
  const told = new Set([...reached.map(({ application }) => application), cause.asker]);
  const late = (await ports.store.reached(session.id)).filter(({ application }) => !told.has(application));
  if (late.length === 0) return;
  const writes = tellings(late, cause.by, now).map(addToOutbox);
  await ports.commit({ claims: [], writes, ifWon: [], ifLost: [] });
}
