// V7: the trail is searched by every field, page by page, within a scope that no question leaves, and every reading is in the trail.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { AuditRecord } from '../../src/core/audit/index.ts';
import { readQuery } from '../../src/core/audit/query/index.ts';
import { conditionOf } from '../../src/edge/store/hub/audit-condition.ts';
import { forgetIndex, indexTrail } from '../../src/edge/store/hub/audit-index.ts';
import { insertAudit } from '../../src/edge/store/hub/audit-insert.ts';
import { askTrail, exportTrail, type TrailQuestion } from '../../src/edge/store/hub/audit-query.ts';
import { applyRetention } from '../../src/edge/store/hub/audit-retention.ts';
import { onEachServer } from './servers.ts';

const day = (n: number): number => Date.parse('2026-03-01T12:00:00Z') + n * 86_400_000;
const event = (n: number, given: Partial<AuditRecord>): AuditRecord => ({
  kind: 'journey.finished',
  at: day(n),
  outcome: 'ok',
  body: {},
  ...given,
});

const records: readonly AuditRecord[] = [
  event(0, {
    person: 'ola',
    organisation: 'a',
    application: 'ehr',
    session: 's1',
    journey: 'j1',
    reference: 'AAAA-BBBB',
  }),
  event(1, {
    kind: 'ticket.issued',
    person: 'ola',
    organisation: 'a',
    application: 'ehr',
    session: 's1',
    body: { jti: 't1', note: 'eldre sår og skift' },
  }),
  event(2, {
    kind: 'usage.reported',
    person: 'ola',
    organisation: 'a',
    application: 'ehr',
    body: { ticket: 't1', about: 'h1' },
  }),
  event(40, {
    kind: 'journey.refused',
    outcome: 'refused',
    person: 'kari',
    reason: 'card.expired',
    body: { provider: 'smartcard' },
  }),
  event(41, { kind: 'card.used', person: 'dag', body: { card: 'C1' } }),
  event(42, {
    kind: 'journey.finished',
    person: 'kari',
    organisation: 'b',
    application: 'lab',
    body: { provider: 'password', odd: 'a\u0000b' },
  }),
  event(43, { kind: 'journey.proved', person: 'both', body: { provider: 'smartcard' } }),
  event(44, { kind: 'admin.applied', body: { who: 'root' } }),
];

onEachServer('search of the trail', (database) => {
  const seal = async (): Promise<void> => {
    await database.pool.query(
      `UPDATE hub.audit_event e SET leaf_index = s.leaf FROM (
         SELECT id, (SELECT coalesce(max(leaf_index) + 1, 0) FROM hub.audit_event) + row_number() OVER (ORDER BY id) - 1 AS leaf
         FROM hub.audit_event WHERE leaf_index IS NULL) s WHERE e.id = s.id`,
    );
  };
  const question = (text: string, more: Partial<TrailQuestion> = {}): TrailQuestion => {
    const read = readQuery(text);
    assert.ok(read.ok, JSON.stringify(read));
    return {
      query: read.query,
      scope: 'all',
      subjectOf: (value) => value,
      reader: { user: 'test' },
      action: 'test',
      now: day(45),
      limit: 100,
      ...more,
    };
  };
  const ask = async (text: string, more: Partial<TrailQuestion> = {}): Promise<readonly number[]> => {
    const answer = await askTrail(database.pool, question(text, more));
    assert.equal(answer.kind, 'found');
    // By the day on which it was: readings of the trail are of no day of these.
    return answer.kind === 'found'
      ? answer.events.map(({ text: stored }) => (Date.parse(JSON.parse(stored).at) - day(0)) / 86_400_000)
      : [];
  };

  before(async () => {
    await database.pool.query(
      `INSERT INTO hub.organisation (id, name) VALUES ('a', 'A'), ('b', 'B');
       INSERT INTO hub.person (id, given_name, family_name) VALUES ('ola', 'O', 'N'), ('kari', 'K', 'N'), ('dag', 'D', 'L'), ('both', 'B', 'B');
       INSERT INTO hub.assignment (id, person, organisation, role) VALUES ('1', 'ola', 'a', 'x'), ('2', 'kari', 'b', 'x'), ('3', 'dag', 'a', 'x'), ('4', 'both', 'a', 'x'), ('5', 'both', 'b', 'x')`,
    );
    await insertAudit(database.pool, records);
  });

  const cases: readonly (readonly [string, readonly number[]])[] = [
    ['person:ola', [2, 1, 0]],
    ['organisation:b', [42]],
    ['application:ehr kind:ticket.*', [1]],
    ['ticket:t1', [2, 1]],
    ['about:h1', [2]],
    ['session:s1', [1, 0]],
    ['journey:j1', [0]],
    ['reference:aaaa-bbbb', [0]],
    ['provider:smartcard', [43, 40]],
    ['card:C1', [41]],
    ['reason:card.expired', [40]],
    ['outcome:refused', [40]],
    ['class:usage', [2]],
    ['"sår og" class:ticket', [1]],
    ['SÅR class:ticket', [1]],
    ['kind:journey.* -provider:password', [43, 40, 0]],
    ['person:kari (outcome:refused OR application:lab)', [42, 40]],
    ['kind:journey.* from:2026-04-01 to:2026-04-11T12:00Z', [40]],
    ['kind:journey.* last:3d', [43, 42]],
    ['person:"x\' OR true --"', []],
  ];
  const eachCase = (): void => {
    for (const [text, found] of cases) test(text, async () => assert.deepEqual(await ask(text), found));
  };
  describe('before anything is sealed or taken in', eachCase);
  describe('when all is taken in', () => {
    before(async () => {
      await seal();
      assert.ok((await indexTrail(database.pool)) >= records.length);
      assert.equal(await indexTrail(database.pool), 0);
      const { rows } = await database.pool.query('SELECT count(*)::int AS n FROM hub.audit_find');
      assert.ok(rows[0].n >= records.length);
    });
    eachCase();
  });
  describe('when some is sealed and not taken in', () => {
    before(async () => {
      await forgetIndex(database.pool);
    });
    eachCase();
    test('it is taken in again', async () => {
      assert.ok((await indexTrail(database.pool)) >= records.length);
    });
  });

  test('an organisation sees events about its own people alone, whatever it asks (A7)', async () => {
    const everything = '(kind:journey.* OR kind:ticket.* OR kind:usage.* OR kind:card.* OR kind:admin.applied)';
    assert.deepEqual(await ask(everything, { scope: ['a'] }), [41, 2, 1, 0]);
    assert.deepEqual(await ask(everything, { scope: ['b'] }), [42, 40]);
    assert.deepEqual(await ask(everything, { scope: ['a', 'b'] }), [42, 41, 40, 2, 1, 0]);
    assert.deepEqual(await ask(everything, { scope: [] }), []);
    for (const way of [
      'organisation:b OR person:kari',
      '-person:ola',
      '-(organisation:a OR person:dag)',
      'person:both',
      'kind:admin.applied',
    ])
      assert.ok(
        (await ask(way, { scope: ['a'] })).every((n) => [41, 2, 1, 0].includes(n)),
        way,
      );
    // The very check: without it the question is the same, and finds the others.
    const read = readQuery('person:kari');
    assert.ok(read.ok);
    assert.match(conditionOf(read.query, { scope: ['a'], now: 0 }).text, /^owner = \$1 AND /);
    assert.equal((await ask('person:kari', { scope: ['a'] })).length, 0);
    assert.equal((await ask('person:kari')).length, 2);
  });

  test('pages follow one another without a gap or an event twice, also for events of one instant', async () => {
    await insertAudit(
      database.pool,
      Array.from({ length: 7 }, (_, n) => event(50, { person: 'many', body: { n } })),
    );
    await seal();
    await indexTrail(database.pool);
    await insertAudit(
      database.pool,
      Array.from({ length: 4 }, (_, n) => event(50, { person: 'many', body: { n: n + 7 } })),
    );
    const seen: string[] = [];
    let after: TrailQuestion['after'];
    do {
      const page = await askTrail(database.pool, question('person:many', { limit: 3, after }));
      assert.ok(page.kind === 'found' && page.events.length <= 3);
      seen.push(...page.events.map(({ id }) => id));
      after = page.next;
    } while (after !== undefined);
    assert.equal(seen.length, 11);
    assert.deepEqual(
      seen,
      [...new Set(seen)].sort((a, b) => Number(b) - Number(a)),
    );
  });

  test('who asked what, and how much was found, is in the trail; a personal number in the question is not', async () => {
    await ask('person:ola 19121212-1212', { reader: { person: 'dag', organisation: 'a' }, scope: ['a'] });
    await ask('person:ola', { reader: { person: 'dag', organisation: 'a' }, scope: ['a'] });
    const rows: string[] = [];
    for await (const { id } of exportTrail(database.pool, question('person:many', { action: 'export' }))) rows.push(id);
    assert.equal(rows.length, 11);
    const { rows: read } = await database.pool.query<{ text: string }>(
      `SELECT text FROM hub.audit_event WHERE kind = 'admin.audited' ORDER BY id DESC LIMIT 4`,
    );
    const [ended, begun, plain, number] = read.map(({ text }) => JSON.parse(text));
    assert.deepEqual([ended.body.action, ended.body.found, begun.body.asked], ['export', 11, 'person:many']);
    assert.deepEqual(
      [plain.person, plain.body.asked, plain.body.scope, plain.body.found],
      ['dag', 'person:ola', ['a'], 3],
    );
    assert.ok(!JSON.stringify(number).includes('1212'), JSON.stringify(number));
  });

  test('what retention empties is not found any more, nor named in the search', async () => {
    await seal();
    await indexTrail(database.pool);
    const policy = { login: 30, ticket: undefined, usage: undefined, admin: undefined, hub: undefined };
    await applyRetention({ pool: database.pool, clock: () => day(41), policy });
    assert.deepEqual(await ask('person:ola'), [2, 1]);
    const { rows } = await database.pool.query(`SELECT count(*)::int AS n FROM hub.audit_find WHERE journey = 'j1'`);
    assert.equal(rows[0].n, 0);
  });

  test('a question that the database cannot answer in time says so', async () => {
    const slow = question('person:ola');
    const locker = await database.pool.connect();
    try {
      await locker.query('BEGIN');
      await locker.query('LOCK TABLE hub.audit_feed IN ACCESS EXCLUSIVE MODE');
      assert.deepEqual(await askTrail(database.pool, slow), { kind: 'tooMuch' });
    } finally {
      await locker.query('ROLLBACK');
      locker.release();
    }
  });
});
