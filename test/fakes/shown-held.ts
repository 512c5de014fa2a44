// Changes that wait as their pages are given them: one in each state, and what was decided of them.
import {
  type HeldChange,
  type HeldPerson,
  type HeldReason,
  heldReasons,
  heldSources,
  heldStates,
} from '../../src/core/brake/index.ts';
import type { HeldDesk, HeldDone } from '../../src/edge/web/portal/index.ts';

const at = Date.UTC(2027, 0, 3, 8, 0);
const change = (state: HeldChange['state'], index: number): HeldChange => ({
  id: `held-${state}`,
  source: heldSources[index % heldSources.length] ?? 'apply',
  covers: ['people'],
  digest: 'd',
  broughtBy: index % 2 === 0 ? 'anna as root@<host>' : 'hub',
  bringers: [],
  people: 25,
  over: { people: 25, of: 327, ...(index % 2 === 0 ? { organisation: 'hospital' } : {}) },
  tops: ['hospital'],
  heldAt: at,
  expiresAt: at + 72 * 3_600_000,
  state,
  approvals: [],
  ...(state === 'refused' ? { reason: 'The file is <wrong>', decidedBy: 'mona', decidedAt: at } : {}),
});
const changes = heldStates.map(change);
const person = (why: HeldReason): HeldPerson => ({
  person: `p-${why}`,
  why,
  tops: ['hospital'],
  cards: ['c1', 'c2'],
  certificates: ['own 2a', 'own 2b'],
  sessions: ['s1'],
  accounts: ['region annber'],
});

/** A desk over these changes; `done` collects what was decided, `answers` what the next decision is told. */
export function shownHeld() {
  const done: string[] = [];
  const answers: HeldDone[] = [];
  const desk: HeldDesk = {
    mayDecide: async (who) => who === 'administrator',
    list: async (who) => (who === 'administrator' ? changes : []),
    async look(who, id, after) {
      const held = changes.find((each) => each.id === id);
      if (held === undefined || who !== 'administrator') return undefined;
      done.push(`look ${id} ${after}`);
      return {
        held,
        over: held.over.organisation === undefined ? undefined : 'Fjord & Hospital',
        counts: { people: 25, cards: 31, certificates: 40, sessions: 6, accounts: 9 },
        people: heldReasons.map((why) => ({
          ...person(why),
          name: 'Nina <Berg>',
          organisations: ['Fjord & Hospital'],
        })),
        next: after === '' ? 'p-nameChanged' : undefined,
        approvals: held.state === 'waiting' ? [] : [{ name: 'Mona Lund', at }],
        decidedBy: held.decidedBy && 'Mona Lund',
        noApproval: after === 'twice' ? 'held.twice' : undefined,
        mayRefuse: held.state === 'waiting',
      };
    },
    async decide(session, id, action, { proof, reason }) {
      done.push(`${action} ${session.person} ${id} ${proof.minimum} ${reason}`);
      return answers.shift() ?? { kind: 'done' };
    },
  };
  return { desk, done, answers };
}
