// Renewals as their pages are given them: one in each state, and what was done with them.
import {
  type RenewalAction,
  type RenewalState,
  renewalItemStates,
  renewalStates,
} from '../../src/core/ordering/index.ts';
import type { RenewalDesk, RenewalDone, RenewalView } from '../../src/edge/web/portal/index.ts';
import { staffCard } from './shown-cards.ts';

const at = Date.UTC(2027, 0, 3, 8, 0);
const actions: Readonly<Record<RenewalState, readonly RenewalAction[]>> = {
  draft: ['start'],
  asked: ['approve', 'stop'],
  running: ['pause', 'stop', 'retry'],
  paused: ['resume', 'stop', 'retry'],
  stopped: [],
  done: ['retry'],
};

const view = (state: RenewalState): RenewalView => ({
  job: {
    id: `renewal-${state}`,
    state,
    revision: 3,
    organisation: 'hospital',
    profile: staffCard.id,
    expiringBefore: at + 90 * 86_400_000,
    askedBy: 'olof',
    draftedAt: at,
    ...(state === 'done' || state === 'stopped' ? { endedAt: at } : {}),
  },
  profile: state === 'stopped' ? undefined : { ...staffCard, dualControl: state === 'asked' },
  organisation: 'Fjord & Hospital',
  counts: { waiting: state === 'done' ? 0 : 40, done: state === 'draft' ? 0 : 50, failed: 2, excluded: 3 },
  askedBy: 'Olof <Ek>',
  approvedBy: state === 'running' ? 'Siri Ås' : undefined,
  actions: actions[state],
  reasons: [
    { state: 'excluded', reason: 'order.hasOne', cards: 2 },
    { state: 'excluded', reason: 'order.notInUse', cards: 1 },
    { state: 'failed', reason: 'renewal.internal', cards: 2 },
  ],
  secondsLeft: state === 'running' ? 300 : undefined,
  items: renewalItemStates.map((each, index) => ({
    place: index + 1,
    card: `card-${each}`,
    holder: 'Nina <Berg>',
    validUntil: at + 30 * 86_400_000,
    state: each,
    reason: each === 'failed' ? 'order.notEmployed' : undefined,
    renewal: each === 'done' ? 'card-new' : undefined,
  })),
  next: 50,
});

/** A desk over these renewals; `done` collects what was asked, `answers` what the next step is told. */
export function shownRenewals() {
  const done: string[] = [];
  const answers: RenewalDone[] = [];
  const desk: RenewalDesk = {
    choices: async (person) => ({
      organisations: person === 'administrator' ? [{ id: 'hospital', name: 'Fjord & Hospital' }] : [],
      profiles: [staffCard],
    }),
    list: async () => renewalStates.map(view),
    async draft(session, wish) {
      done.push(`draft ${session.person} ${JSON.stringify(wish)}`);
      return answers.shift() ?? { kind: 'done', id: 'renewal-draft' };
    },
    async look(_session, id, { words, show, after }) {
      done.push(`look ${words} ${show ?? ''} ${after ?? ''}`);
      const state = renewalStates.find((each) => `renewal-${each}` === id);
      if (state === undefined) return undefined;
      return words === 'nobody' ? { ...view(state), items: [], next: undefined } : view(state);
    },
    async act(session, id, action, seen) {
      done.push(`${action} ${session.person} ${id} ${seen}`);
      return answers.shift() ?? { kind: 'done', id };
    },
  };
  return { desk, done, answers };
}
