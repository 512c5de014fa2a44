// Wires the pages of auditors: whose events somebody sees, names for ids, and the record of each reading.
import type pg from 'pg';
import type { Keyring } from '../../../base/sealing/index.ts';
import { parseEventText } from '../../../core/audit/index.ts';
import { anyOf, complete, loginOf, ofTicket, type Query, storyPartOf } from '../../../core/audit/query/index.ts';
import type { CatalogueSnapshot } from '../../../core/catalogue/index.ts';
import { shownName } from '../../../core/directory/index.ts';
import type { Session } from '../../../core/sessions/index.ts';
import type { AuditScope } from '../../../edge/store/hub/audit-condition.ts';
import { askTrail, exportTrail, type PlacedEvent, type TrailQuestion } from '../../../edge/store/hub/audit-query.ts';
import { forgetQuestion, savedQuestions, saveQuestion } from '../../../edge/store/hub/audit-saved.ts';
import { directoryReader } from '../../../edge/store/hub/directory.ts';
import { organisationsById } from '../../../edge/store/hub/population.ts';
import { usageSubject } from '../../../edge/store/hub/usage-subject.ts';
import type { ShownEvent, TrailDesk } from '../../../edge/web/portal/index.ts';
import { scopeOf } from '../accounts/scope.ts';
import { fieldValues } from './field-values.ts';

const pageSize = 50;
const longestStory = 500;

export function trailDesk({
  pool,
  clock,
  seals,
  catalogue,
}: {
  readonly pool: pg.Pool;
  readonly clock: () => number;
  readonly seals: Keyring;
  readonly catalogue: () => CatalogueSnapshot;
}): TrailDesk {
  const subjectOf = usageSubject(seals);
  const scopeFor = async (person: string): Promise<AuditScope> => {
    const over = await scopeOf(pool, person, clock(), 'readTrail');
    return over === 'all' ? 'all' : [...over];
  };
  const asked = async (session: Session, query: Query, action: string): Promise<Omit<TrailQuestion, 'limit'>> => ({
    query,
    scope: await scopeFor(session.person),
    subjectOf,
    reader: { person: session.person, session: session.id },
    action,
    now: clock(),
  });
  const shown = async (events: readonly PlacedEvent[]): Promise<readonly ShownEvent[]> => {
    const read = events.map((event) => ({ event, stored: parseEventText(event.text) }));
    const ids = [...new Set(read.flatMap(({ stored }) => stored?.person ?? []))];
    const names = new Map((await directoryReader(pool).people(ids)).map((person) => [person.id, shownName(person)]));
    return read.map(({ event: { id, index, text, place }, stored }) => {
      const ticket = stored?.body['jti'] ?? stored?.body['ticket'];
      return {
        id,
        index,
        text,
        at: Date.parse(stored?.at ?? place.at),
        kind: stored?.kind ?? '',
        outcome: stored?.outcome ?? '',
        reason: stored?.reason,
        person: stored?.person,
        name: stored?.person === undefined ? undefined : names.get(stored.person),
        application: stored?.application,
        ticket: typeof ticket === 'string' ? ticket : undefined,
      };
    });
  };

  return {
    async mayLook(person) {
      const scope = await scopeFor(person);
      return scope === 'all' || scope.length > 0;
    },
    async scope(person) {
      const scope = await scopeFor(person);
      if (scope === 'all') return 'all';
      const organisations = await organisationsById(pool);
      return scope.map((id) => organisations.get(id)?.name ?? id);
    },
    async ask(session, query, after) {
      const answer = await askTrail(pool, { ...(await asked(session, query, 'page')), limit: pageSize, after });
      if (answer.kind !== 'found') return answer;
      return { kind: 'found', events: await shown(answer.events), next: answer.next };
    },
    async story(session, ticket) {
      const named = await askTrail(pool, {
        ...(await asked(session, ofTicket(ticket), 'ticket')),
        limit: longestStory,
      });
      if (named.kind !== 'found' || named.events.length === 0) return undefined;
      const login = loginOf(named.events.flatMap(({ text }) => parseEventText(text) ?? []));
      const all =
        login === undefined
          ? named
          : await askTrail(pool, {
              ...(await asked(session, anyOf([ofTicket(ticket), login]), 'ticket')),
              limit: longestStory,
            });
      const events = (await shown((all.kind === 'found' ? all : named).events)).toReversed();
      const of = (part: ReturnType<typeof storyPartOf>) => events.filter(({ kind }) => storyPartOf(kind) === part);
      return { login: of('login'), ticket: of('ticket'), use: of('use') };
    },
    async export(session, query, most) {
      const reading = exportTrail(pool, await asked(session, query, 'page export'), most);
      const lines: PlacedEvent[] = [];
      for (;;) {
        const { value, done } = await reading.next();
        if (done) return { lines, complete: value.end === 'all' };
        lines.push(value);
      }
    },
    async complete(session, text, cursor) {
      return complete(text, cursor, fieldValues(pool, catalogue(), await scopeFor(session.person)));
    },
    saved: (person) => savedQuestions(pool, person),
    save: (person, search) => saveQuestion(pool, person, search, clock()),
    forget: (person, name) => forgetQuestion(pool, person, name),
  };
}
