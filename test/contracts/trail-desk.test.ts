// A7, V7: the desk behind the pages of auditors on both databases: a grant lets somebody read about the own people alone, and its end ends it.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { trailDesk } from '../../src/apps/hub/trail/trail-desk.ts';
import { keyringOf } from '../../src/base/sealing/index.ts';
import { Secret } from '../../src/base/secret.ts';
import { readQuery } from '../../src/core/audit/query/index.ts';
import { endGrants, saveGrant } from '../../src/edge/store/hub/administrations.ts';
import { insertAudit } from '../../src/edge/store/hub/audit-insert.ts';
import { snapshot } from '../fakes/ward.ts';
import { onEachServer } from './servers.ts';

const day = 86_400_000;

onEachServer('the desk of auditors', (database) => {
  const now = Date.now();
  const seals = keyringOf({ id: 'k1', key: new Secret(Buffer.alloc(32, 7)) });
  const desk = () => trailDesk({ pool: database.pool, clock: () => Date.now(), seals, catalogue: () => snapshot() });
  const session = (person: string) => ({ id: `s-${person}`, person }) as Parameters<ReturnType<typeof desk>['ask']>[0];
  const everything = (() => {
    const read = readQuery('class:ticket OR class:usage OR class:login');
    assert.ok(read.ok);
    return read.query;
  })();
  const seen = async (person: string): Promise<readonly (string | undefined)[]> => {
    const found = await desk().ask(session(person), everything);
    return found.kind === 'found' ? [...new Set(found.events.map((event) => event.person))].sort() : [];
  };

  before(async () => {
    await database.pool.query(
      `INSERT INTO hub.organisation (id, name, parent) VALUES ('region', 'Region', NULL), ('a', 'A', 'region'), ('b', 'B', NULL);
       INSERT INTO hub.person (id, given_name, family_name, attributes, protected_identity) VALUES
         ('root', 'R', 'R', '{"administrator": true}', false), ('aud', 'Au', 'D', '{}', false), ('none', 'N', 'N', '{}', false),
         ('anna', 'Anna', 'A', '{}', false), ('bo', 'Bo', 'B', '{}', false), ('hid', 'Hid', 'Den', '{}', true);
       INSERT INTO hub.assignment (id, person, organisation, role) VALUES ('1', 'anna', 'a', 'x'), ('2', 'bo', 'b', 'x'), ('3', 'hid', 'a', 'x')`,
    );
    await saveGrant(
      database.pool,
      {
        id: 'g1',
        person: 'aud',
        role: 'auditor',
        scope: { kind: 'organisation', organisation: 'region' },
        from: now - day,
        until: now + day,
        grantedBy: 'test',
        reason: 'test',
      },
      now,
    );
    await insertAudit(database.pool, [
      { kind: 'journey.started', at: now, outcome: 'ok', application: 'ehr', reference: 'AAAA-BBBB', body: {} },
      { kind: 'journey.finished', at: now, outcome: 'ok', person: 'anna', reference: 'AAAA-BBBB', body: {} },
      {
        kind: 'ticket.issued',
        at: now,
        outcome: 'ok',
        person: 'anna',
        organisation: 'a',
        reference: 'AAAA-BBBB',
        body: { jti: 't-anna' },
      },
      { kind: 'ticket.issued', at: now, outcome: 'ok', person: 'bo', organisation: 'b', body: { jti: 't-bo' } },
      { kind: 'usage.reported', at: now, outcome: 'ok', person: 'anna', organisation: 'a', body: { ticket: 't-anna' } },
    ]);
  });

  test('the whole hub is seen by its administrators, an organisation with those below it by its auditor, nothing by others', async () => {
    assert.deepEqual(await seen('root'), ['anna', 'bo', undefined]);
    assert.deepEqual(await seen('aud'), ['anna']);
    assert.deepEqual(await seen('none'), []);
    assert.deepEqual(
      [await desk().mayLook('root'), await desk().mayLook('aud'), await desk().mayLook('none')],
      [true, true, false],
    );
    assert.deepEqual([await desk().scope('root'), [...(await desk().scope('aud'))].sort()], ['all', ['A', 'Region']]);
  });

  test('an auditor of the whole hub sees it until the grant ends; the same role over an organisation does not', async () => {
    const given = {
      role: 'auditor',
      from: now - day,
      grantedBy: 'test',
      reason: 'test',
      scope: { kind: 'hub' },
    } as const;
    await saveGrant(database.pool, { ...given, id: 'g2', person: 'bo', until: now + day }, now);
    await saveGrant(database.pool, { ...given, id: 'g3', person: 'none', until: now - 1 }, now);
    assert.deepEqual(await seen('bo'), ['anna', 'bo', undefined]);
    assert.equal(await desk().scope('bo'), 'all');
    assert.deepEqual(await seen('none'), []);
  });

  test('a ticket of the own people gives login, ticket and use; another’s is not there', async () => {
    const story = await desk().story(session('aud'), 't-anna');
    assert.deepEqual(
      [story?.login, story?.ticket, story?.use].map((part) => part?.map(({ kind }) => kind)),
      [['journey.finished'], ['ticket.issued'], ['usage.reported']],
    );
    assert.equal(await desk().story(session('aud'), 't-bo'), undefined);
    assert.equal((await desk().story(session('root'), 't-bo'))?.ticket.length, 1);
  });

  test('files and completion stay within the same people, and nobody protected is found by a name', async () => {
    const { lines } = await desk().export(session('aud'), everything, 1000);
    assert.ok(lines.length > 0 && lines.every(({ text }) => JSON.parse(text).person === 'anna'));
    const people = async (person: string, text: string) =>
      (await desk().complete(session(person), text, text.length))?.items.map((item) => item.text);
    assert.deepEqual([await people('aud', 'person:bo'), await people('root', 'person:bo')], [[], ['bo']]);
    assert.deepEqual(await people('aud', 'person:ann'), ['anna']);
    assert.deepEqual([await people('aud', 'person:den'), await people('aud', 'person:hid')], [[], ['hid']]);
    assert.deepEqual(await people('aud', 'organisation:'), ['a', 'region']);
    assert.deepEqual(await people('none', 'person:a'), []);
  });

  test('each reading is in the trail, by whom, of what and how much', async () => {
    await seen('aud');
    const { rows } = await database.pool.query<{ text: string }>(
      `SELECT text FROM hub.audit_event WHERE kind = 'admin.audited' AND person = 'aud' ORDER BY id DESC LIMIT 1`,
    );
    const { body, session: by } = JSON.parse(rows[0]?.text ?? '{}');
    assert.deepEqual(
      [by, body.action, body.asked, body.found, [...body.scope].sort()],
      ['s-aud', 'page', 'class:ticket OR class:usage OR class:login', 3, ['a', 'region']],
    );
  });

  test('questions are kept for oneself, in the place of one of the same name, fifty at most', async () => {
    assert.ok(await desk().save('aud', { name: 'one', query: 'card:1' }));
    assert.ok(await desk().save('aud', { name: 'one', query: 'card:2' }));
    assert.deepEqual(await desk().saved('aud'), [{ name: 'one', query: 'card:2' }]);
    assert.deepEqual(await desk().saved('root'), []);
    for (let n = 1; n < 50; n += 1) assert.ok(await desk().save('aud', { name: `n${n}`, query: 'card:1' }));
    assert.ok(!(await desk().save('aud', { name: 'more', query: 'card:1' })));
    assert.ok(await desk().save('aud', { name: 'one', query: 'card:3' }));
    await desk().forget('aud', 'one');
    assert.equal((await desk().saved('aud')).length, 49);
  });

  test('with the grant the sight ends', async () => {
    await endGrants(database.pool, { id: 'g1' }, { who: 'test', reason: 'over' }, Date.now());
    assert.deepEqual([await seen('aud'), await desk().mayLook('aud')], [[], false]);
  });
});
