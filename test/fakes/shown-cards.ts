// Cards as their pages are given them: one in each state, and what was done with them.
import type { CardProfile } from '../../src/core/catalogue/index.ts';
import { type Card, type CardAction, type CardState, cardStates } from '../../src/core/ordering/index.ts';
import type { CardDesk, CardDone, CardLine, SoftCardDone } from '../../src/edge/web/portal/index.ts';

const at = Date.UTC(2027, 0, 3, 8, 0);
export const staffCard: CardProfile = {
  id: 'staff-card',
  name: { en: 'Staff card', sv: 'Tjänstekort' },
  flow: 'own',
  issuer: 'own',
  population: 'own-cards',
  certificates: [{ profile: 'login', fields: ['commonName', 'serialNumber'] }],
  approval: true,
  softCard: true,
  dualControl: false,
  identityDocuments: ['passport', 'nationalIdCard'],
  identifier: 'hsa-id',
  country: 'SE',
  validityDays: 1095,
  temporaryHours: 24,
  renewBeforeDays: 60,
  endsBy: ['employmentEnded'],
  nameChange: 'keep',
  nameChangeDays: 30,
  closed: false,
};
const withKeys: readonly CardState[] = ['made', 'received', 'inUse', 'suspended', 'ended', 'expired'];
const card = (state: CardState): Card => ({
  id: `card-${state}`,
  profile: staffCard.id,
  holder: 'p1',
  organisation: 'hospital',
  state,
  revision: 4,
  orderedBy: 'mona',
  orderedAt: at,
  temporary: state === 'received',
  replaces: state === 'received' ? 'card-suspended' : undefined,
  requests: [],
  certificates: withKeys.includes(state)
    ? [
        {
          profile: 'login',
          issuer: 'own',
          serial: '2a',
          fingerprint: 'a'.repeat(64),
          notBefore: at,
          notAfter: at + 1095 * 86_400_000,
        },
      ]
    : [],
  byHand: state === 'ended' ? [{ issuer: 'outside-ca', serial: '2a' }] : [],
});
const line = (state: CardState): CardLine => ({
  card: card(state),
  profile: staffCard,
  holder: 'Nina <Berg>',
  organisation: 'Fjord & Hospital',
});
const actions: Readonly<Partial<Record<CardState, readonly CardAction[]>>> = {
  ordered: ['approve', 'decline', 'withdraw'],
  approved: ['checkIdentity', 'withdraw'],
  checked: ['requestCertificates'],
  made: ['makeAgain', 'receive', 'handOver', 'reportLost'],
  inUse: ['suspend', 'end', 'reportLost'],
  suspended: ['resume', 'end'],
  ended: ['confirmByHand'],
};

/** A desk over these cards; `done` collects what was asked, `answers` what the next step is told. */
export function shownCards() {
  const done: string[] = [];
  const answers: CardDone[] = [];
  const softAnswers: SoftCardDone[] = [];
  const soft = (id: string, temporary: boolean): SoftCardDone =>
    softAnswers.shift() ?? {
      kind: 'made',
      file: Buffer.from('p12'),
      pin: 'K7QM-2F9X-ABCD',
      card: { id, revision: 6, temporary },
      holder: 'Nina <Berg>',
    };
  const answer = (): CardDone => answers.shift() ?? { kind: 'done' };
  const desk: CardDesk = {
    tasks: async (person) =>
      person === 'administrator' ? { orders: true, issues: true } : { orders: false, issues: false },
    byHand: async (person) => (person === 'administrator' ? 3 : 0),
    own: async (person) => (person === 'p1' ? [line('inUse'), line('ended')] : []),
    async find(_person, { words, show, after }) {
      done.push(`find ${words} ${show} ${after?.id ?? ''}`);
      if (words === 'nobody') return { lines: [] };
      const lines = cardStates.map(line);
      return { lines, next: after === undefined ? { orderedAt: at, id: 'card-made' } : undefined };
    },
    async look(_session, id) {
      const state = cardStates.find((each) => `card-${each}` === id);
      if (state === undefined) return undefined;
      return {
        ...line(state),
        steps: [
          { card: id, revision: 1, action: 'order', state: 'ordered', at, by: 'mona', name: 'Mona Lund' },
          {
            card: id,
            revision: 2,
            action: 'decline',
            state: 'declined',
            at,
            by: 'x',
            name: undefined,
            reason: 'No <b>',
          },
          { card: id, revision: 3, action: 'certify', state: 'made', at, name: undefined },
          { card: id, revision: 4, action: 'end', state, at, by: 'olof', name: 'Olof Ek', reason: 'broken' },
        ],
        actions: actions[state] ?? [],
        issuerWork:
          state === 'requested'
            ? [{ kind: 'submit', since: at, failure: 'certificate issuer x: EST: status <503>' }]
            : state === 'ended'
              ? [{ kind: 'revoke', since: at, failure: undefined }]
              : [],
        suspendedHereOnly: state === 'suspended',
        waitsForIdentity: false,
        mayOrderTemporary: state === 'inUse',
        mayRenew: state === 'inUse',
      };
    },
    certificate: async (_session, id, fingerprint) =>
      id === 'card-made' && fingerprint === 'a'.repeat(64) ? '-----BEGIN CERTIFICATE-----' : undefined,
    people: async (_person, words) => ({
      found:
        words === 'nobody'
          ? []
          : ['hospital', 'clinic'].map((organisation) => ({
              person: 'nina',
              name: 'Nina <Berg>',
              organisation,
              organisationName: `The ${organisation}`,
              title: 'Nurse',
            })),
      more: words === 'nina',
    }),
    async order(session, wish) {
      done.push(`order ${session.person} ${JSON.stringify(wish)}`);
      return answer();
    },
    async missing(_session, { words, card: id }) {
      done.push(`missing ${words} ${id}`);
      if (words === 'nobody') return [];
      return words === 'two' ? [line('inUse'), line('suspended')] : [line('inUse')];
    },
    async temporary(session, wish) {
      done.push(`temporary ${session.person} ${JSON.stringify(wish)}`);
      return soft(wish.id, true);
    },
    async makeSoft(session, id, seen) {
      done.push(`soft ${session.person} ${id} ${seen}`);
      return soft(id, false);
    },
    async act(session, id, action, input, seen) {
      done.push(`${action} ${session.person} ${id} ${seen} ${JSON.stringify(input)}`);
      return answer();
    },
  };
  return { desk, done, answers, softAnswers };
}
