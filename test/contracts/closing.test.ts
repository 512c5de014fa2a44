// The contract of closing a person: the news is in the outbox exactly when the closing is true, and sessions are found.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loginStore } from '../../src/edge/store/hub/logins.ts';
import { applyWorld } from './apply-world.ts';
import { makeRow, sessionRow } from './make-rows.ts';
import { onEachServer } from './servers.ts';

const people = (...entries: string[]) => `people:\n${entries.map((entry) => `  - ${entry}\n`).join('')}`;
const person = (id: string, more = '') => `{ id: ${id}, givenName: ${id}, familyName: Ek${more} }`;

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
      await makeRow(database.pool, sessionRow(id, of));
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

  test('sessions of an assignment that is removed or over are found, and no others', async () => {
    const store = loginStore(database.pool, (_purpose, _id, sealed) => JSON.parse(sealed.toString('utf8')));
    const town = '{ id: town, name: Town }, { id: city, name: City }';
    const at = (id: string, organisation: string) =>
      person('ola', `, assignments: [{ id: ${id}, organisation: ${organisation}, role: nurse }]`);
    await applied(write(`organisations: [${town}]\n${people(at('w1', 'town'))}`));
    for (const [id, assignment] of [
      ['o1', 'w1'],
      ['o2', null],
    ] as const) {
      await makeRow(database.pool, sessionRow(id, 'ola'));
      await database.pool.query('UPDATE hub.session SET assignment = $2 WHERE id = $1', [id, assignment]);
    }
    const found = async () => (await store.ofEndedAssignments(Date.now(), 10)).map(({ id }) => id);
    const left = async () =>
      (
        await database.pool.query<{ ids: string }>(
          `SELECT payload ->> 'assignments' AS ids FROM hub.outbox WHERE kind = 'assignmentsEnded' ORDER BY id`,
        )
      ).rows.map(({ ids }) => ids);
    assert.deepEqual([await found(), await left()], [[], []]);
    await applied(write(people(at('w1', 'city'))));
    assert.deepEqual([await found(), await left()], [[], ['["w1"]']], 'moved: only the news tells');
    await database.pool.query(`UPDATE hub.assignment SET valid_until = now() - interval '1 second' WHERE id = 'w1'`);
    assert.deepEqual(await found(), ['o1']);
    await applied(write(people(at('w2', 'city'))));
    assert.deepEqual(await found(), ['o1']);
  });
});
