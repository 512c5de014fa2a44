// Sessions over their ports: find, list, end; and the round that ends those whose time is out.
import { tokenHash } from '../../base/ids.ts';
import { addToOutbox } from '../outbox/add.ts';
import { endCommit, logoutMessage } from './ending.ts';
import { endReason, isLive } from './lifecycle.ts';
import type { Sessions } from './logout.ts';
import type { SessionPorts } from './ports.ts';
import type { Session, SessionEnd } from './session.ts';

/** Cookie values are base64url of 32 bytes; anything else is not looked up. */
const cookieShape = /^[A-Za-z0-9_-]{43}$/;

/**
 * Ends it and tells every application. A login that was under way may have reached one more between our look and our
 * commit; after the commit nothing is issued for the session, so a second look finds them all.
 */
async function endAndTell(ports: SessionPorts, session: Session, by: SessionEnd, reference?: string): Promise<void> {
  const now = ports.clock();
  const reached = await ports.store.reached(session.id);
  const ended = await ports.commit(endCommit({ session, reached, by, reference }, now));
  if (!ended.won) return;
  const told = new Set(reached.map(({ application }) => application));
  const late = (await ports.store.reached(session.id)).filter(({ application }) => !told.has(application));
  if (late.length === 0) return;
  const writes = late.map((reach) => addToOutbox(logoutMessage(reach, by, now)));
  await ports.commit({ claims: [], writes, ifWon: [], ifLost: [] });
}

/** The `Sessions` face over ports. */
export function createSessions(ports: SessionPorts): Sessions {
  return {
    async find(cookie, now) {
      if (!cookieShape.test(cookie)) return undefined;
      const session = await ports.store.bySecretHash(tokenHash(cookie));
      return session !== undefined && isLive(session, now) ? session : undefined;
    },
    async findWithPerson(cookie, now) {
      if (!cookieShape.test(cookie)) return undefined;
      const found = await ports.store.withPerson(tokenHash(cookie));
      return found !== undefined && isLive(found.session, now) ? found : undefined;
    },
    byId: (id) => ports.store.byId(id),
    ofPerson: async (person, now) => (await ports.store.ofPerson(person)).filter((session) => isLive(session, now)),
    reached: (session) => ports.store.reached(session),
    async end(id, by, reference) {
      const session = await ports.store.byId(id);
      if (session === undefined || session.endedAt !== undefined) return;
      await endAndTell(ports, session, by, reference);
    },
  };
}

/** Ends sessions whose idle or absolute time is out, so that their applications are told. Answers how many it took. */
export async function endOverdue(ports: SessionPorts, limit = 100): Promise<number> {
  const now = ports.clock();
  const overdue = await ports.store.overdue(now, limit);
  for (const session of overdue) {
    const by = endReason(session, now);
    if (by === undefined || session.endedAt !== undefined) continue;
    await endAndTell(ports, session, by);
  }
  return overdue.length;
}
