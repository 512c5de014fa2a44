// People that sources told of: who is to be asked about, by which identifiers, and when a source answered last.
import type { EpochMs } from '../../../base/clock.ts';
import type { SubjectKey, ToldPerson } from '../../../core/directory/index.ts';
import type { Queryable } from './audit-insert.ts';
import type { IdentityVault } from './identity-vault.ts';

const at = (given: EpochMs): Date => new Date(given);

/** Somebody whom one hub asks about now. */
export interface DuePerson {
  readonly person: string;
  readonly source: string;
  readonly rule: string;
}

/** Takes people whose turn it is by this rule, so that no other hub asks about them in this round. Closed people have no turn. */
export async function takeDue(
  client: Queryable,
  rule: { readonly id: string; readonly syncSeconds: number },
  now: EpochMs,
  limit: number,
): Promise<readonly DuePerson[]> {
  const result = await client.query<DuePerson>(
    `UPDATE hub.told_person t SET asked_at = $2
     WHERE (t.person, t.source) IN (
       SELECT d.person, d.source FROM hub.told_person d JOIN hub.person p ON p.id = d.person
       WHERE d.rule = $1 AND d.asked_at <= $3 AND NOT p.closed ORDER BY d.asked_at LIMIT $4 FOR UPDATE OF d SKIP LOCKED)
     RETURNING t.person, t.source, t.rule`,
    [rule.id, at(now), at(now - rule.syncSeconds * 1000), limit],
  );
  return result.rows;
}

/** Gives a turn back that came to nothing, since the source does not answer: it comes again a little later. */
export async function putBack(
  client: Queryable,
  people: readonly DuePerson[],
  syncSeconds: number,
  again: EpochMs,
): Promise<void> {
  await client.query(
    `UPDATE hub.told_person t SET asked_at = $2 FROM json_to_recordset($1::json) AS r(person text, source text)
     WHERE t.person = r.person AND t.source = r.source`,
    [JSON.stringify(people), at(again - syncSeconds * 1000)],
  );
}

/** What somebody is looked up by in a source: their identities of one namespace, opened. */
export async function identitiesOf(
  client: Queryable,
  vault: IdentityVault,
  person: string,
  namespace: string,
): Promise<readonly SubjectKey[]> {
  const result = await client.query<{ namespace: string; lookup: string; sealed: Buffer | null }>(
    `SELECT i.namespace, i.lookup, i.sealed FROM hub.link l JOIN hub.identity i ON i.namespace = l.namespace AND i.lookup = l.lookup
     WHERE l.person = $1 AND l.namespace = $2 AND l.until IS NULL ORDER BY l.since, i.lookup`,
    [person, namespace],
  );
  return result.rows.flatMap((row) => {
    const value = vault.reveal(row);
    return value === undefined ? [] : [{ namespace, value }];
  });
}

/** What sources told of one person. */
export async function toldOf(client: Queryable, person: string): Promise<readonly ToldPerson[]> {
  const result = await client.query<{ source: string; rule: string; told_at: Date; names: boolean }>(
    `SELECT t.source, t.rule,
       greatest(t.told_at, CASE WHEN t.rule LIKE 'feed %' THEN (SELECT f.synced_at FROM hub.people_feed f WHERE f.source = t.source) END) AS told_at, p.named_by IS NOT DISTINCT FROM t.source AS names
     FROM hub.told_person t JOIN hub.person p ON p.id = t.person WHERE t.person = $1 ORDER BY t.source`,
    [person],
  );
  return result.rows.map(({ source, rule, told_at, names }) => ({ source, rule, at: told_at.getTime(), names }));
}

/** How many people each source told of, and the oldest word; for metrics. */
export async function toldCounts(
  client: Queryable,
): Promise<readonly { readonly source: string; readonly people: number; readonly oldest: EpochMs }[]> {
  const result = await client.query<{ source: string; people: number; oldest: Date }>(
    `SELECT t.source, count(*)::int AS people, min(t.told_at) AS oldest FROM hub.told_person t JOIN hub.person p ON p.id = t.person
     WHERE NOT p.closed GROUP BY t.source ORDER BY t.source`,
  );
  return result.rows.map(({ source, people, oldest }) => ({ source, people, oldest: oldest.getTime() }));
}
