// Drafts of clients as their pages are given them: one in each standing, and what was decided.
import type { ClientDrafts, DraftView, ShownDraft } from '../../src/edge/web/portal/index.ts';
import { practice } from './draft-hub.ts';

const at = Date.UTC(2027, 0, 3, 8, 0);
const shown = (id: string, change: Partial<ShownDraft['draft']> = {}): ShownDraft => ({
  draft: {
    id,
    system: 'practice',
    organisation: 'fjord',
    thumbprint: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
    createdAt: at,
    expiresAt: at + 30 * 86_400_000,
    asks: {
      number: '200000007',
      jwk: {},
      scopes: ['journal/read'],
      redirectUris: ['http://localhost:1337/cb'],
      postLogoutRedirectUris: [],
      children: [{ number: '200000015', name: 'Fjord <hospital>, medicine' }],
    },
    ...change,
  },
  organisation: 'Fjord Hospital',
  system: practice,
  supplier: 'Record & Sons',
  apis: [{ name: { en: 'Journal', sv: 'Journal' }, scopes: ['journal/read', 'journal/write'] }],
  people: true,
  decidedBy: change.decidedBy === undefined ? undefined : 'Kari Nordmann',
});
const decision = { decidedAt: at + 60_000, decidedBy: 'kari' };
const views: Readonly<Record<string, DraftView>> = {
  open: { standing: 'open', ...shown('open') },
  expired: { standing: 'expired', ...shown('expired') },
  confirmed: { standing: 'confirmed', ...shown('confirmed', { decision: 'confirmed', ...decision }) },
  refused: {
    standing: 'refused',
    ...shown('refused', { decision: 'refused', reason: 'Nobody here <ordered> it', ...decision }),
  },
  foreign: { standing: 'noRight', organisation: 'Fjord Hospital', administrators: ['Kari Nordmann', 'L. V.'] },
  nobodys: { standing: 'noRight', organisation: 'Fjord Hospital', administrators: [] },
};

/** The pages' port; the person `administrator` administers the organisation. `decisions` is what was decided, and for whom. */
export function shownDrafts(decisions: string[]): ClientDrafts {
  const decide =
    (word: string) =>
    async (id: string, person: string, more = '') => {
      decisions.push([word, id, person, more].join(' ').trim());
      if (id === 'misfit') return { kind: 'misfit' } as const;
      return id === 'open'
        ? ({ kind: 'done', returnTo: 'http://localhost:1337/confirmed' } as const)
        : ({ kind: 'late' } as const);
    };
  return {
    waiting: async (person) => (person === 'administrator' ? [shown('open')] : []),
    look: async (id, person) => {
      const view = id === 'misfit' ? views.open : views[id];
      if (view === undefined) return { standing: 'unknown' };
      return person === 'administrator' ? view : (views.foreign as DraftView);
    },
    returnTo: (_shown, asked) => (asked === undefined ? undefined : `http://localhost:${asked.port}${asked.path}`),
    confirm: (id, { person }) => decide('yes')(id, person),
    refuse: (id, { person }, reason) => decide('no')(id, person, reason),
  };
}
