// Gathers what stands for and against making two people one, or two again.
import type { MergeFacts, MergeSide, Moved, UnmergeFacts } from '../../../core/directory/index.ts';
import type { Queryable } from './audit-insert.ts';
import { type PersonFactsRow, personFactsSql, readPersonFacts } from './directory.ts';
import { candidatesOf, underOlderKeys } from './duplicates.ts';
import type { IdentityVault } from './identity-vault.ts';

/** Within the transaction that merges, with both rows locked. */
export async function mergeFacts(
  client: Queryable,
  vault: IdentityVault,
  wish: { readonly keep: string; readonly other: string } & Pick<MergeFacts, 'reason' | 'rules' | 'now'>,
): Promise<MergeFacts> {
  const { keep, other, reason, rules, now } = wish;
  const numbers = await candidatesOf(client, [keep, other], await underOlderKeys(client, vault));
  const organisations: (readonly [string, NonNullable<ReturnType<MergeFacts['organisations']['get']>>])[] = [];
  const sideOf = async (id: string): Promise<MergeSide | undefined> => {
    const [row] = (await client.query<PersonFactsRow>(personFactsSql('$1'), [id])).rows;
    if (row === undefined) return undefined;
    const facts = readPersonFacts(row);
    organisations.push(...facts.organisations);
    const held = await client.query<{ usernames: string[]; targets: string[]; cards: number }>(
      `SELECT ARRAY(SELECT w.username FROM hub.password w WHERE w.person = $1 ORDER BY 1) AS usernames,
         ARRAY(SELECT c.target FROM hub.account c WHERE c.person = $1 AND c.state = 'open' ORDER BY 1) AS targets,
         ((SELECT count(*) FROM hub.card c WHERE c.holder = $1 AND c.state NOT IN ('ended', 'declined')) +
          (SELECT count(*) FROM hub.derived d WHERE d.person = $1 AND d.state IN ('asked', 'issued') AND d.valid_until > $2) +
          (SELECT count(*) FROM hub.device d WHERE d.holder = $1 AND NOT d.closed))::int AS cards`,
      [id, new Date(now)],
    );
    const found = held.rows[0] ?? { usernames: [], targets: [], cards: 0 };
    const { assignments, person } = facts;
    return { id, closed: person.closed, numbers: numbers.get(id)?.numbers ?? new Map(), assignments, ...found };
  };
  const sides = { keep: await sideOf(keep), other: await sideOf(other) };
  return { ...sides, reason, rules, now, organisations: new Map(organisations) };
}

/** Within the transaction that undoes a merge. */
export async function unmergeFacts(
  client: Queryable,
  { id, reason }: { readonly id: string; readonly reason: string },
): Promise<UnmergeFacts> {
  const { rows } = await client.query<{
    keep: string;
    other: string;
    undone: boolean;
    moved: Moved;
    pointing: boolean;
    later: string[];
  }>(
    `SELECT m.keep, m.other, m.undone_at IS NOT NULL AS undone, m.moved,
       EXISTS (SELECT FROM hub.person p WHERE p.id = m.other AND p.closed AND p.merged_into = m.keep) AS pointing,
       ARRAY(SELECT n.id FROM hub.person_merge n WHERE n.undone_at IS NULL AND n.id > m.id AND ARRAY[n.keep, n.other] && ARRAY[m.keep, m.other] ORDER BY n.id) AS later
     FROM hub.person_merge m WHERE m.id = $1`,
    [id],
  );
  const [row] = rows;
  const none = { liveLinks: [], heldAssignments: [], heldUsernames: [], isPointing: false, later: [], reason };
  if (row === undefined) return { merge: undefined, ...none };
  const { keep, other, undone, moved, pointing, later } = row;
  const idsOf = async (sql: string, ids: readonly string[]) =>
    (await client.query<{ id: string }>(sql, [keep, ids])).rows.map((one) => one.id);
  return {
    merge: { id, keep, other, undone, moved },
    liveLinks: await idsOf(
      'SELECT id FROM hub.link WHERE person = $1 AND id = ANY($2) AND until IS NULL',
      moved.links.map(({ to }) => to),
    ),
    heldAssignments: await idsOf('SELECT id FROM hub.assignment WHERE person = $1 AND id = ANY($2)', moved.assignments),
    heldUsernames: await idsOf(
      'SELECT username AS id FROM hub.password WHERE person = $1 AND username = ANY($2)',
      moved.usernames,
    ),
    isPointing: pointing,
    later,
    reason,
  };
}
