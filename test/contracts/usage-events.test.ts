// V7: reported uses on both databases: the ticket is found at once, each event is kept once, and the trail joins login, ticket and use.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyringOf } from '../../src/base/sealing/index.ts';
import { Secret } from '../../src/base/secret.ts';
import type { AuditRecord } from '../../src/core/audit/index.ts';
import { readQuery } from '../../src/core/audit/query/index.ts';
import { indexTrail } from '../../src/edge/store/hub/audit-index.ts';
import { insertAudit } from '../../src/edge/store/hub/audit-insert.ts';
import { askTrail } from '../../src/edge/store/hub/audit-query.ts';
import { issuedTickets, keepUsage } from '../../src/edge/store/hub/usage-events.ts';
import { usageSubject } from '../../src/edge/store/hub/usage-subject.ts';
import { onEachServer } from './servers.ts';

const at = Date.parse('2026-11-30T08:00:00Z');
const key = { id: 'k1', key: new Secret(Buffer.alloc(32, 7)) };
const subjectOf = usageSubject(keyringOf(key));
const use = (id: string, about = '13116900216') => ({
  id,
  record: {
    kind: 'usage.reported',
    at,
    outcome: 'ok',
    person: 'anna',
    application: 'record',
    body: { ticket: 't1', event: id, about: subjectOf(about) },
  } satisfies AuditRecord,
});

test('a number has one hash, however it is written, also when the keys were turned; the hash stands for itself', () => {
  const turned = keyringOf({ id: 'k2', key: new Secret(Buffer.alloc(32, 8)) }, [key]);
  for (const spelled of ['19121212-1212', '191212121212', '121212-1212', '121212+1212', ' 1212121212 '])
    assert.equal(usageSubject(turned)(spelled), subjectOf('1212121212'));
  assert.notEqual(subjectOf('1212121213'), subjectOf('1212121212'));
  assert.equal(subjectOf(subjectOf('x')), subjectOf('x'));
});

onEachServer('reported uses', (database) => {
  test('the ticket is found before and after it is taken into the search', async () => {
    const { pool } = database;
    await insertAudit(pool, [
      {
        kind: 'journey.finished',
        at,
        outcome: 'ok',
        person: 'anna',
        application: 'ehr',
        reference: 'AAAA-BBBB',
        session: 's',
        body: {},
      },
      {
        kind: 'ticket.issued',
        at,
        outcome: 'ok',
        person: 'anna',
        organisation: 'a',
        application: 'ehr',
        reference: 'AAAA-BBBB',
        session: 's',
        body: { jti: 't1', audience: 'https://api.example' },
      },
      { kind: 'ticket.introspected', at, outcome: 'ok', application: 'other', body: { jti: 't1' } },
    ]);
    const wanted = {
      id: 't1',
      at,
      application: 'ehr',
      audience: 'https://api.example',
      person: 'anna',
      organisation: 'a',
      session: 's',
      reference: 'AAAA-BBBB',
    };
    assert.deepEqual([...(await issuedTickets(pool, ['t1', 'none'])).values()], [wanted]);
    await pool.query('UPDATE hub.audit_event SET leaf_index = id');
    assert.deepEqual([...(await issuedTickets(pool, ['t1'])).values()], [wanted]);
    await indexTrail(pool);
    assert.deepEqual([...(await issuedTickets(pool, ['t1'])).values()], [wanted]);
    assert.equal((await issuedTickets(pool, [])).size, 0);
  });

  test('an event is kept once, also when two requests bring it at the same time', async () => {
    const { pool } = database;
    const both = await Promise.all([
      keepUsage(pool, 'record', [use('e1'), use('e2')], [], at),
      keepUsage(pool, 'record', [use('e2'), use('e1')], [], at),
    ]);
    assert.equal(both[0].size + both[1].size, 2);
    assert.deepEqual([...(await keepUsage(pool, 'record', [use('e1'), use('e3')], [], at))], ['e3']);
    // Another application's ids are its own.
    assert.deepEqual([...(await keepUsage(pool, 'other', [use('e1')], [], at))], ['e1']);
    const { rows } = await pool.query(`SELECT count(*)::int AS n FROM hub.audit_event WHERE kind = 'usage.reported'`);
    assert.equal(rows[0].n, 4);
  });

  test('a ticket gives login, ticket and use; a patient is found by number, which is stored nowhere', async () => {
    const ask = async (text: string): Promise<readonly string[]> => {
      const read = readQuery(text);
      assert.ok(read.ok);
      const answer = await askTrail(database.pool, {
        query: read.query,
        scope: 'all',
        subjectOf,
        reader: { user: 'test' },
        action: 'test',
        now: at,
        limit: 50,
      });
      return answer.kind === 'found' ? answer.events.map(({ text: stored }) => JSON.parse(stored).kind) : [];
    };
    assert.deepEqual(
      new Set(await ask('ticket:t1')),
      new Set(['usage.reported', 'ticket.issued', 'ticket.introspected']),
    );
    assert.equal((await ask('about:131169 00216 kind:usage.*')).length, 0, 'two words');
    assert.equal((await ask('about:"131169 00216"')).length, 4);
    const { rows } = await database.pool.query(
      `SELECT (SELECT count(*)::int FROM hub.audit_event WHERE text LIKE '%13116900216%' OR text LIKE '%131169 00216%')
        + (SELECT count(*)::int FROM hub.audit_find f WHERE f::text LIKE '%13116900216%') AS n`,
    );
    assert.equal(rows[0].n, 0);
  });
});
