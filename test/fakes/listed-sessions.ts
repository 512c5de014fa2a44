// Sessions of a list, for tests of pages: a cookie's value is the id of its session.
import type { Session, SessionEnd, Sessions } from '../../src/core/sessions/index.ts';

/** Sessions in memory; a cookie's value is the id of its session. */
export function fakeSessions(list: Session[]): Sessions & { readonly ended: [string, SessionEnd][] } {
  const ended: [string, SessionEnd][] = [];
  const live = () => list.filter(({ id }) => !ended.some(([one]) => one === id));
  return {
    ended,
    find: (cookie) => Promise.resolve(live().find(({ id }) => id === cookie)),
    findWithPerson: (cookie) => {
      const session = live().find(({ id }) => id === cookie);
      return Promise.resolve(session && { session, person: undefined });
    },
    byId: (id) => Promise.resolve(list.find((one) => one.id === id)),
    ofPerson: (person) => Promise.resolve(live().filter((one) => one.person === person)),
    reached: (session) =>
      Promise.resolve(
        session === 's1'
          ? ['ehr', 'core'].map((one) => ({ session, application: one, issuer: 'main', subject: 'sub', at: 0 }))
          : [],
      ),
    end: (id, by) => {
      ended.push([id, by]);
      return Promise.resolve();
    },
    marks: () => [],
    endedProofs: () => Promise.resolve([]),
    endIfLoggedOut: () => Promise.resolve(false),
  };
}
