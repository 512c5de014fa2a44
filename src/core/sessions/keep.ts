// Sessions over their ports: find, list, end; and the round that ends those whose time is out.
import { tokenHash } from '../../base/ids.ts';
import { endCommit } from './ending.ts';
import { endReason, isLive } from './lifecycle.ts';
import type { Sessions } from './logout.ts';
import type { SessionPorts } from './ports.ts';
import type { Session, SessionEnd } from './session.ts';

/** Cookie values are base64url of 32 bytes; anything else is not looked up. */
const cookieShape = /^[A-Za-z0-9_-]{43}$/;

/** The `Sessions` face over ports. */
export function createSessions(ports: SessionPorts): Sessions {
  async function endOne(session: Session, by: SessionEnd, reference: string | undefined): Promise<void> {
    const reached = await ports.store.reached(session.id);
    await ports.commit(endCommit({ session, reached, by, reference }, ports.clock()));
  }
  return {
    async find(cookie, now) {
      if (!cookieShape.test(cookie)) return undefined;
      const session = await ports.store.bySecretHash(tokenHash(cookie));
      return session !== undefined && isLive(session, now) ? session : undefined;
    },
    byId: (id) => ports.store.byId(id),
    ofPerson: async (person, now) => (await ports.store.ofPerson(person)).filter((session) => isLive(session, now)),
    reached: (session) => ports.store.reached(session),
    async end(id, by, reference) {
      const session = await ports.store.byId(id);
      if (session === undefined || session.endedAt !== undefined) return;
      await endOne(session, by, reference);
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
    const reached = await ports.store.reached(session.id);
    await ports.commit(endCommit({ session, reached, by }, now));
  }
  return overdue.length;
}
