// What the contract of sources of people stands on: a town with two who approve, people of files, and an empty directory.
import type pg from 'pg';
import type { SubjectKey } from '../../src/core/directory/index.ts';
import { saveGrant } from '../../src/edge/store/hub/administrations.ts';
import { saveOrganisations, savePeople } from '../../src/edge/store/hub/directory-write.ts';
import { townNumber } from '../fakes/told-people.ts';
import { vault } from './apply-world.ts';

/** Somebody of a file, with a doctor's assignment in the town. */
export const filed = (id: string, key?: SubjectKey) => ({
  person: { id, givenName: id, familyName: 'Filed', closed: false, protectedIdentity: false, attributes: {} },
  assignments: [{ id: `f-${id}`, person: id, organisation: 'town', role: 'doctor' }],
  link: key === undefined ? [] : [vault.row(key)],
  unlink: [],
});

export async function fileOf(
  pool: pg.Pool,
  now: number,
  ...people: readonly ReturnType<typeof filed>[]
): Promise<void> {
  const client = await pool.connect();
  try {
    await savePeople(client, people, 'apply', now);
  } finally {
    client.release();
  }
}

/** The town, a closed one, and two people who may let endings through. */
export async function aTown(pool: pg.Pool, now: number): Promise<void> {
  await saveOrganisations(pool, [
    { id: 'town', name: 'Smalltown', number: townNumber, closed: false },
    { id: 'shut', name: 'Shut', number: '2120000001', closed: true },
  ]);
  const people = ['anna', 'bo'];
  await fileOf(pool, now, ...people.map((id) => filed(id)));
  for (const who of people) {
    const scope = { kind: 'organisation', organisation: 'town' } as const;
    const dates = { from: now - 86_400_000, until: now + 86_400_000 };
    const grant = { id: who, person: who, role: 'ending-approver', grantedBy: 'test', reason: 'test' } as const;
    await saveGrant(pool, { ...grant, scope, ...dates }, now);
  }
}

/** Nothing but the town and the two. */
export async function emptied(pool: pg.Pool): Promise<void> {
  await pool.query(
    `TRUNCATE hub.audit_event, hub.outbox, hub.told_person, hub.assignment, hub.link, hub.identity, hub.unit, hub.held_change CASCADE`,
  );
  await pool.query(`DELETE FROM hub.person WHERE id NOT IN ('anna', 'bo')`);
}

/** Events of a kind, oldest first. */
export const trailOf = async (pool: pg.Pool, kind: string) =>
  (
    await pool.query<{ text: string; reason: string | null }>(
      'SELECT text, reason FROM hub.audit_event WHERE kind = $1 ORDER BY id',
      [kind],
    )
  ).rows;
