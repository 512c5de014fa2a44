// The trail as the pages of auditors are given it: hostile events, and what was asked, kept and exported.
import { printQuery } from '../../src/core/audit/query/index.ts';
import type { ShownEvent, TrailDesk } from '../../src/edge/web/portal/index.ts';

const at = Date.UTC(2027, 0, 4, 8, 0);
const event = (id: string, more: Partial<ShownEvent>): ShownEvent => ({
  id,
  index: Number(id),
  at,
  kind: 'journey.finished',
  outcome: 'ok',
  text: JSON.stringify({
    v: 1,
    kind: more.kind ?? 'journey.finished',
    at: new Date(at).toISOString(),
    outcome: 'ok',
    person: '=HYPERLINK("x")',
    body: { note: '<script>alert(1)</script>' },
  }),
  ...more,
});
export const shownEvents: readonly ShownEvent[] = [
  event('3', { kind: 'usage.reported', person: 'p1', name: 'Nina <Berg>', application: 'ehr', ticket: 'ticket "1"' }),
  event('2', { kind: 'ticket.issued', person: 'p1', name: 'Nina <Berg>', application: 'ehr', ticket: 'ticket "1"' }),
  event('1', { outcome: 'refused', reason: 'card.expired', kind: 'journey.refused' }),
  event('0', { kind: 'admin.applied', outcome: 'odd', text: 'no json <b>' }),
];

/** The administrator sees the whole hub, others what a test gives them. */
export function shownTrail() {
  const asked: string[] = [];
  const saved = new Map<string, string>([['Old <one>', 'person:"a b"']]);
  const people: Record<string, 'all' | readonly string[]> = { administrator: 'all' };
  const desk: TrailDesk = {
    mayLook: async (person) => Object.hasOwn(people, person),
    scope: async (person) => people[person] ?? [],
    async ask(session, query, after) {
      asked.push(`${session.person}: ${printQuery(query)}${after === undefined ? '' : ` after ${after.id}`}`);
      if (printQuery(query) === 'slow') return { kind: 'tooMuch' };
      if (printQuery(query) === 'nothing') return { kind: 'found', events: [], next: undefined };
      return { kind: 'found', events: shownEvents, next: { at: '2027-01-04T08:00:00.000000Z', id: '0' } };
    },
    async story(session, ticket) {
      asked.push(`${session.person}: story ${ticket}`);
      if (ticket !== 'ticket "1"') return undefined;
      return { login: shownEvents.slice(2, 3), ticket: shownEvents.slice(1, 2), use: [] };
    },
    async export(session, query, most) {
      asked.push(`${session.person}: export ${printQuery(query)} ${most}`);
      return { lines: shownEvents, complete: printQuery(query) !== 'many' };
    },
    complete: async (_session, text, cursor) => ({ at: 0, end: cursor, items: [{ text: 'person:', label: text }] }),
    saved: async () => [...saved].map(([name, query]) => ({ name, query })),
    async save(person, { name, query }) {
      asked.push(`${person}: save`);
      if (name === 'full') return false;
      saved.set(name, query);
      return true;
    },
    forget: async (person, name) => {
      asked.push(`${person}: forget ${name}`);
      saved.delete(name);
    },
  };
  return { desk, asked, saved, people };
}
