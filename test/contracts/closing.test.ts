// The contract of closing a person: the news is in the outbox exactly when the closing is true, and sessions are found.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type pg from 'pg';
import type { Write } from '../../src/core/commit/index.ts';
import { logoutMessageId, reachApplication, saveSession } from '../../src/core/sessions/index.ts';
import { loginStore } from '../../src/edge/store/hub/logins.ts';
import { readReached } from '../../src/edge/store/hub/logout-progress.ts';
import { outboxStore } from '../../src/edge/store/hub/outbox.ts';
import { writeStatements } from '../../src/edge/store/hub/write-statements.ts';
import { applyWorld } from './apply-world.ts';
import { onEachServer } from './servers.ts';

const people = (...entries: string[]) => `people:\n${entries.map((entry) => `  - ${entry}\n`).join('')}`;
const person = (id: string, more = '') => `{ id: ${id}, givenName: ${id}, familyName: Ek${more} }`;
const now = Date.now();

/** Makes rows as the committer's statements would; documents are left as they are. */
async function make(pool: pg.Pool, { kind, row }: Write): Promise<void> {
  const { columns, sql } = writeStatements[kind];
  const sealed = Buffer.from(JSON.stringify(row['doc'] ?? {})).toString('base64');
  await pool.query(`WITH r AS (SELECT * FROM json_to_recordset($1::json) AS r(req int, ${columns})) ${sql}`, [
    JSON.stringify([{ ...row, sealed }]),
  ]);
}
const session = (id: string, of: string): Write => {
  const doc = {
    id,
    person: of,
    startedAt: now,
    seenAt: now,
    idleUntil: now + 3_600_000,
    absoluteUntil: now + 7_200_000,
  };
  return saveSession({ ...doc, evidence: [], device: 'fixed', agent: '?' }, `secret-${id}`);
};

onEachServer('closing a person', (database) => {
  const { write, applied } = applyWorld(database);
  const news = async () =>
    (
      await database.pool.query<{ person: string }>(
        `SELECT payload ->> 'person' AS person FROM hub.outbox WHERE kind = 'personClosed' ORDER BY id`,
      )
    ).rows.map((row) => row.person);

  test('by a file: one message, not for who was closed already, not for who is new and closed', async () => {
    await applied(write(people(person('ada'), person('bea'), person('old', ', closed: true'))));
    assert.deepEqual(await news(), []);
    await applied(write(people(person('ada', ', closed: true'), person('old', ', closed: true, locale: sv'))));
    assert.deepEqual(await news(), ['ada']);
    await applied(write(people(person('ada', ', closed: true, locale: nb'))));
    assert.deepEqual(await news(), ['ada'], 'she is closed already');
  });

  test('a plan closes nobody', async () => {
    await applied(write(people(person('bea', ', closed: true'))), { mode: 'plan' });
    assert.deepEqual(await news(), ['ada']);
  });

  test('by --prune, and again after having been opened', async () => {
    await applied(write(people(person('ada'))), { prune: true });
    assert.deepEqual(await news(), ['ada', 'bea']);
    await applied(write(people(person('ada', ', closed: true'))));
    assert.deepEqual(await news(), ['ada', 'bea', 'ada']);
  });

  test('sessions of closed people are found, whoever closed them, and no others', async () => {
    const store = loginStore(database.pool, (_purpose, _id, sealed) => JSON.parse(sealed.toString('utf8')));
    await applied(write(people(person('eva'), person('liv'))));
    for (const [id, of] of [
      ['e1', 'eva'],
      ['e2', 'eva'],
      ['l1', 'liv'],
      ['n1', 'nobody'],
    ] as const)
      await make(database.pool, session(id, of));
    assert.deepEqual(await store.ofClosedPeople(10), []);
    await database.pool.query(`UPDATE hub.person SET closed = true WHERE id = 'eva'`);
    const found = await store.ofClosedPeople(10);
    assert.deepEqual(found.map(({ id }) => id).sort(), ['e1', 'e2']);
    await database.pool.query(`UPDATE hub.session SET ended_at = now() WHERE id = 'e1'`);
    assert.deepEqual(
      (await store.ofClosedPeople(10)).map(({ id }) => id),
      ['e2'],
    );
  });

  test('the outbox leaves full lanes alone, and counts what was not delivered', async () => {
    await database.pool.query('DELETE FROM hub.outbox');
    const outbox = outboxStore(database.pool);
    await make(
      database.pool,
      reachApplication({ session: 'l1', application: 'slow', issuer: 'hub', subject: 'liv', at: now }),
    );
    for (const [application, at] of [
      ['slow', now - 60_000],
      ['quick', now],
    ] as const) {
      const row = {
        id: `logout l1 ${application}`,
        kind: 'backchannelLogout',
        key: `logout l1 ${application}`,
        payload: { session: 'l1', application, at },
        notBefore: now - 1000,
      };
      await make(database.pool, { kind: 'outbox.add', entity: row.id, row });
    }
    const undelivered = async () => {
      const { oldestSeconds, ...counts } = await outbox.undeliveredLogouts();
      return [counts, Math.floor(oldestSeconds / 60)];
    };
    assert.deepEqual(await undelivered(), [{ waiting: 2, failing: 0, dead: 0 }, 1]);
    const taken = await outbox.take(10, ['slow']);
    assert.deepEqual(
      taken.map(({ payload }) => payload.application),
      ['quick'],
    );
    await outbox.done('logout l1 quick');
    await outbox.retry('logout l1 slow', now, 'away');
    assert.deepEqual(await undelivered(), [{ waiting: 0, failing: 1, dead: 0 }, 1]);
    assert.equal((await outbox.take(10, ['quick'])).length, 1);
    await outbox.dead('logout l1 slow', 'away');
    assert.deepEqual(await undelivered(), [{ waiting: 0, failing: 0, dead: 1 }, 0]);
  });

  test('progress is read of ended sessions alone, and for a day', async () => {
    const read = readReached(database.pool);
    await make(database.pool, session('p1', 'liv'));
    for (const application of ['ehr', 'lab'])
      await make(
        database.pool,
        reachApplication({ session: 'p1', application, issuer: 'hub', subject: 'liv', at: now }),
      );
    const row = { kind: 'backchannelLogout', payload: {}, notBefore: now };
    const id = logoutMessageId('p1', { kind: 'application', id: 'ehr' });
    await make(database.pool, { kind: 'outbox.add', entity: id, row: { ...row, id, key: id } });
    assert.deepEqual(await read(['p1']), [], 'it has not ended');
    await database.pool.query(`UPDATE hub.session SET ended_at = now() WHERE id = 'p1'`);
    const told = (state?: object) => [
      { session: 'p1', to: { kind: 'application', id: 'ehr' }, issuer: 'hub', message: state },
      { session: 'p1', to: { kind: 'application', id: 'lab' }, issuer: 'hub', message: undefined },
    ];
    assert.deepEqual(await read(['p1', 'e1']), told({ done: false, dead: false, failed: false }));
    await outboxStore(database.pool).retry(id, now, 'away');
    assert.deepEqual(await read(['p1']), told({ done: false, dead: false, failed: true }));
    await database.pool.query(`UPDATE hub.session SET ended_at = now() - interval '25 hours' WHERE id = 'p1'`);
    assert.deepEqual(await read(['p1']), []);
  });
});
