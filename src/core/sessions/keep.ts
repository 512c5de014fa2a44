// Sessions over their ports: find, list, end; and the round that ends those whose time is out.
import { tokenHash } from '../../base/ids.ts';
import { endAndTell } from './end-and-tell.ts';
import { endReason, isLive } from './lifecycle.ts';
import type { Sessions } from './logout.ts';
import type { SessionPorts } from './ports.ts';
import type { Session, SessionEnd } from './session.ts';
import { endedProofs, saveMarks } from './upstream-logins.ts';
import { endIfLoggedOut } from './upstream-logout.ts';

/** Cookie values are base64url of 32 bytes; anything else is not looked up. */
const cookieShape = /^[A-Za-z0-9_-]{43}$/;

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
    async end(id, by, reference, asker) {
      const session = await ports.store.byId(id);
      if (session === undefined || session.endedAt !== undefined) return;
      await endAndTell(ports, session, { by, reference, asker });
    },
    marks: (session, evidence) => saveMarks(ports, session, evidence),
    endedProofs: (evidence) => endedProofs(ports, evidence),
    endIfLoggedOut: (session, evidence, reference) => endIfLoggedOut(ports, session, evidence, reference),
  };
}

/** Ends every session of a person, or those that `which` picks, and tells what each reached. */
export async function endSessionsOf(
  ports: SessionPorts,
  person: string,
  by: SessionEnd,
  which: (session: Session) => boolean = () => true,
): Promise<void> {
  const seen = new Set<string>();
  for (;;) {
    const found = (await ports.store.ofPerson(person)).filter((session) => !seen.has(session.id) && which(session));
    if (found.length === 0) return;
    for (const session of found) {
      seen.add(session.id);
      await endAndTell(ports, session, { by });
    }
  }
}

/**
 * Ends sessions of closed people. The news of a closing does so at once (outbox, `personClosed`); this finds what a login
 * began at that very moment, and what was closed in any other way. Answers how many it took.
 */
export async function endClosedPeople(ports: SessionPorts, limit = 100): Promise<number> {
  const found = await ports.store.ofClosedPeople(limit);
  for (const session of found) await endAndTell(ports, session, { by: 'personClosed' });
  return found.length;
}

/**
 * Ends sessions whose chosen assignment is held no more: removed, or past its last day (K8). The news of a change does so at once
 * (outbox, `assignmentsEnded`), and alone finds an assignment that moved. Answers how many it took.
 */
export async function endLeftAssignments(ports: SessionPorts, limit = 200): Promise<number> {
  const found = await ports.store.ofEndedAssignments(ports.clock(), limit);
  for (const session of found) await endAndTell(ports, session, { by: 'assignmentEnded' });
  return found.length;
}

/** Ends sessions whose idle or absolute time is out, so that their applications are told. Answers how many it took. */
export async function endOverdue(ports: SessionPorts, limit = 100): Promise<number> {
  const now = ports.clock();
  const overdue = await ports.store.overdue(now, limit);
  for (const session of overdue) {
    const by = endReason(session, now);
    if (by === undefined || session.endedAt !== undefined) continue;
    await endAndTell(ports, session, { by });
  }
  return overdue.length;
}
