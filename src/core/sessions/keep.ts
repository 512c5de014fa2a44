// Sessions over their ports: find, list, end; and the round that ends those whose time is out.
import { tokenHash } from '../../base/ids.ts';
import { addToOutbox } from '../outbox/add.ts';
import { endCommit } from './ending.ts';
import { endReason, isLive } from './lifecycle.ts';
import type { Sessions } from './logout.ts';
import type { SessionPorts } from './ports.ts';
import type { Session, SessionEnd } from './session.ts';
import { tellings } from './telling.ts';

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
  const writes = tellings(late, by, now).map(addToOutbox);
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

/** Ends every session of a person, and tells what each reached. */
export async function endSessionsOf(ports: SessionPorts, person: string, by: SessionEnd): Promise<void> {
  const seen = new Set<string>();
  for (;;) {
    const found = (await ports.store.ofPerson(person)).filter(({ id }) => !seen.has(id));
    if (found.length === 0) return;
    for (const session of found) {
      seen.add(session.id);
      await endAndTell(ports, session, by);
    }
  }
}

/**
 * Ends sessions of closed people. The news of a closing does so at once (outbox, `personClosed`); this finds what a login
 * began at that very moment, and what was closed in any other way. Answers how many it took.
 */
export async function endClosedPeople(ports: SessionPorts, limit = 100): Promise<number> {
  const found = await ports.store.ofClosedPeople(limit);
  for (const session of found) await endAndTell(ports, session, 'personClosed');
  return found.length;
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
