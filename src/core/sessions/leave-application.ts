// The part of a person's sessions at one application ends, while the sessions go on: its account is closed.
import { addToOutbox } from '../outbox/add.ts';
import type { SessionPorts } from './ports.ts';
import { logoutMessageId, tellings } from './telling.ts';
import { revokeGrantsAt } from './writes.ts';

export interface Leaving {
  readonly person: string;
  readonly application: string;
  /** Names this end among others: the same is told once, however often it is asked for. */
  readonly because: string;
  /** For the trail. */
  readonly target: string;
}

/**
 * Tells the application as the end of a session does, and revokes what was granted to it. Its next answer needs the account again. Answers
 * how many sessions had reached it.
 */
export async function leaveApplication(
  { store, commit, clock }: SessionPorts,
  { person, application, because, target }: Leaving,
): Promise<number> {
  let left = 0;
  for (const session of await store.ofPerson(person)) {
    const reached = (await store.reached(session.id)).filter((one) => one.application === application);
    if (reached.length === 0) continue;
    const now = clock();
    // An id of its own: the end of the session itself tells it once more, perhaps of a part that began since.
    const id = `${logoutMessageId(session.id, { kind: 'application', id: application })} ${because}`;
    const told = tellings(reached, 'accountClosed', now).map((message) => addToOutbox({ ...message, id, key: id }));
    const done = await commit({
      claims: [{ scope: 'session', key: id, until: session.absoluteUntil }],
      writes: [revokeGrantsAt(session.id, application, now), ...told],
      ifWon: [
        {
          kind: 'session.partEnded',
          at: now,
          outcome: 'ok',
          person,
          session: session.id,
          application,
          body: { by: 'accountClosed', target },
        },
      ],
      ifLost: [],
    });
    if (done.won) left += 1;
  }
  return left;
}
