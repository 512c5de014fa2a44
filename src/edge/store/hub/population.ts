// What the brake counts against and plans with: active people by organisation tree, and live sessions with the cards behind them.
import type { EpochMs } from '../../../base/clock.ts';
import { Problem } from '../../../base/problem.ts';
import type { Population } from '../../../core/brake/index.ts';
import { type Organisation, topOf } from '../../../core/directory/index.ts';
import type { PlannedSession } from '../../../core/ordering/index.ts';
import type { Session } from '../../../core/sessions/index.ts';
import type { Queryable } from './audit-insert.ts';
import { directoryReader } from './directory.ts';

/** Every organisation, by its id. */
export const organisationsById = async (client: Queryable): Promise<ReadonlyMap<string, Organisation>> =>
  new Map((await directoryReader(client).organisations()).map((each) => [each.id, each]));

/** Open people with an assignment now, by the tops of their organisations, and all open people. */
export async function activePeople(
  client: Queryable,
  organisations: ReadonlyMap<string, Organisation>,
  now: EpochMs,
): Promise<Population> {
  const tops = [...organisations.keys()].map((id) => ({ id, top: topOf(id, organisations) }));
  const byTop = await client.query<{ top: string; people: number }>(
    `SELECT t.top, count(DISTINCT a.person)::int AS people
     FROM json_to_recordset($1::json) AS t(id text, top text) JOIN hub.assignment a ON a.organisation = t.id JOIN hub.person p ON p.id = a.person
     WHERE NOT p.closed AND (a.valid_from IS NULL OR a.valid_from <= $2) AND (a.valid_until IS NULL OR a.valid_until > $2) GROUP BY t.top`,
    [JSON.stringify(tops), new Date(now)],
  );
  const all = await client.query<{ people: number }>('SELECT count(*)::int AS people FROM hub.person WHERE NOT closed');
  return {
    all: all.rows[0]?.people ?? 0,
    byTop: new Map(byTop.rows.map(({ top, people }) => [top, people])),
  };
}

/** Live sessions of these people, with the cards that proved them. `open` unseals a session's document. */
export async function liveSessions(
  client: Queryable,
  people: readonly string[],
  open: (purpose: string, id: string, sealed: Buffer) => unknown,
  now: EpochMs,
): Promise<readonly PlannedSession[]> {
  const result = await client.query<{ id: string; person: string; sealed: Buffer }>(
    `SELECT id, person, sealed FROM hub.session
     WHERE person = ANY($1) AND ended_at IS NULL AND least(idle_until, absolute_until) > $2 ORDER BY person, id`,
    [people, new Date(now)],
  );
  return result.rows.map(({ id, person, sealed }) => {
    return { id, person, cards: cardsBehind(() => open('session', id, sealed) as Partial<Session>) };
  });
}

/** A session that cannot be opened (a master key that is gone) is no reason to stop a change of the directory. */
function cardsBehind(read: () => Partial<Session>): readonly string[] {
  try {
    return (read().evidence ?? []).flatMap(
      ({ certificate }) => certificate?.card?.id ?? certificate?.derived?.card ?? [],
    );
  } catch (thrown) {
    if (thrown instanceof Problem) return [];
    throw thrown;
  }
}
