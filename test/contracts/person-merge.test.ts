// V4, K10 on both databases: two people become one in one transaction, are two again as long as nothing stands against it, and no
// other way leads to it.
import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';
import { merge, unmerge } from '../../src/apps/cli/person-merge.ts';
import { accountNamespace } from '../../src/core/directory/index.ts';
import { directoryReader, identityLookup, personReader } from '../../src/edge/store/hub/directory.ts';
import { locks } from '../../src/edge/store/hub/locks.ts';
import { mergePeople } from '../../src/edge/store/hub/person-merges.ts';
import { number, otherNumber } from '../fakes/told-people.ts';
import { applyWorld, keyring, vault } from './apply-world.ts';
import { trailOf } from './enrolment-world.ts';
import { onEachServer } from './servers.ts';

const hsa = (value: string) => ({ namespace: 'hsa-id', value: `SE2321000156-${value}` });
const national = (value: string) => ({ namespace: 'se-personnummer', value });

onEachServer('making two people one', (database) => {
  const { write, applied, problemsOf } = applyWorld(database);
  const work = (id: string, organisation = 'town') => ({ id, organisation, role: 'nurse' });
  const anna = {
    id: 'anna',
    givenName: 'Anna',
    familyName: 'Berg',
    identities: [hsa('A'), national(number)],
    assignments: [work('anna-w')],
  };
  const twin = {
    id: 'twin',
    givenName: 'Anna',
    familyName: 'Berg',
    identities: [{ namespace: 'mail-login', value: 'anna@town.example' }],
    assignments: [work('twin-w')],
    username: 'anna.berg',
  };
  const lines: string[] = [];
  const io = { out: (line: string) => lines.push(line), err: (line: string) => lines.push(line) };
  const place = () => ({ pool: database.pool, keyring, clock: Date.now, who: 'tester@host' });
  const merged = (keep = 'anna', other = 'twin', more: { dryRun?: boolean; reason?: string } = {}) => {
    lines.length = 0;
    return merge(place(), { keep, other, reason: more.reason ?? 'Seen both cards', dryRun: more.dryRun ?? false }, io);
  };
  const undone = (id: string, dryRun = false) => {
    lines.length = 0;
    return unmerge(place(), { id, reason: 'They are two', dryRun }, io);
  };
  const mergeId = () => /unmerge (\S+)/.exec(lines.join('\n'))?.[1] ?? assert.fail(lines.join('\n'));
  const holderOf = async (key: { namespace: string; value: string }) =>
    (await identityLookup(database.pool, vault).find([key]))[0]?.person;
  const everything = async () =>
    JSON.stringify(
      await Promise.all([
        database.pool.query('SELECT * FROM hub.person ORDER BY id'),
        database.pool.query('SELECT namespace, lookup, person FROM hub.link WHERE until IS NULL ORDER BY 1, 2'),
        database.pool.query('SELECT id, person FROM hub.assignment ORDER BY id'),
        database.pool.query('SELECT username, person FROM hub.password ORDER BY 1'),
        database.pool.query('SELECT * FROM hub.told_person ORDER BY 1, 2'),
      ]).then((all) => all.map(({ rows }) => rows)),
    );
  before(async () => {
    await applied(write({ organisations: ['town', 'other'].map((id) => ({ id, name: id })) }));
  });
  beforeEach(async () => {
    await database.pool.query(
      'TRUNCATE hub.session, hub.person_merge, hub.audit_event, hub.outbox, hub.told_person, hub.assignment, hub.link, hub.identity, hub.password, hub.person CASCADE',
    );
    await applied(write({ assignmentConflicts: [] }), { prune: true });
    await applied(write({ people: [anna, twin] }));
    await database.pool.query('TRUNCATE hub.audit_event, hub.outbox');
  });

  test('every way of both leads to the one who is kept; the other is closed and points there; both trails tell, and no identifier', async () => {
    await database.pool.query(
      `INSERT INTO hub.told_person VALUES ('twin', 'hsa', 'r', now(), now()), ('anna', 'ad', 'r', now(), now()), ('twin', 'ad', 'r', now(), now())`,
    );
    const before = await everything();
    assert.equal(await merged('anna', 'twin', { dryRun: true }), 0);
    assert.ok(lines.includes('assignments: twin-w') && lines.includes('username: anna.berg'), lines.join('\n'));
    assert.equal(await everything(), before);
    assert.equal((await trailOf(database.pool, 'person.merged')).length, 0);

    assert.equal(await merged(), 0, lines.join('\n'));
    for (const key of [...anna.identities, ...twin.identities, { namespace: accountNamespace, value: 'anna.berg' }])
      assert.equal(await holderOf(key), 'anna', key.namespace);
    const facts = await personReader(database.pool).facts('anna');
    assert.deepEqual(
      facts?.assignments.map(({ id }) => id),
      ['anna-w', 'twin-w'],
    );
    assert.deepEqual(
      facts?.told?.map(({ source }) => source),
      ['ad', 'hsa'],
    );
    const [other] = await directoryReader(database.pool).people(['twin']);
    assert.deepEqual([other?.closed, other?.mergedInto, other?.identities], [true, 'anna', []]);
    const events = (await trailOf(database.pool, 'person.merged')).map(({ text }) => JSON.parse(text));
    assert.deepEqual(
      events.map(({ person }) => person),
      ['anna', 'twin'],
    );
    assert.ok(events.every(({ body }) => body.reason === 'Seen both cards' && body.who === 'tester@host'));
    assert.ok(!JSON.stringify(events).includes('anna@town.example') && !JSON.stringify(events).includes(number));
    const news = await database.pool.query(`SELECT payload FROM hub.outbox WHERE kind = 'personClosed'`);
    assert.deepEqual(news.rows, [{ payload: { person: 'twin' } }], 'sessions, devices and accounts of the other end');
    const opened = database.pool.query(`UPDATE hub.person SET closed = false WHERE id = 'twin'`);
    await assert.rejects(
      opened,
      /person_merged_closed/,
      'a change that waited for approvals does not open them either',
    );
    // K10: what was stays.
    const history = await database.pool.query(
      `SELECT count(*)::int AS n FROM hub.link WHERE person = 'twin' AND until IS NOT NULL`,
    );
    assert.equal(history.rows[0].n, 2);

    const id = mergeId();
    assert.match(
      await problemsOf(write({ people: [{ ...twin, identities: [], username: undefined, assignments: [] }] })),
      /turned out to be person anna/,
    );
    await applied(write({ people: [{ id: 'twin', givenName: 'Anna', familyName: 'Berg', closed: true }] }));
    assert.equal(await undone(id), 0, lines.join('\n'));
  });

  test('undone, both are as they were, and the sessions of the kept one end', async () => {
    const before = await everything();
    await merged();
    const id = mergeId();
    const during = await everything();
    assert.equal(await undone(id, true), 0);
    assert.equal(await everything(), during);
    assert.equal(await undone(id), 0, lines.join('\n'));
    assert.equal(await everything(), before);
    const news = await database.pool.query(`SELECT payload FROM hub.outbox WHERE kind = 'personSplit'`);
    assert.deepEqual(news.rows, [{ payload: { person: 'anna' } }]);
    assert.deepEqual(
      (await trailOf(database.pool, 'person.unmerged')).map(({ text }) => JSON.parse(text).person),
      ['anna', 'twin'],
    );
    assert.equal(await undone(id), 1);
    assert.match(lines.join('\n'), /undone already/);
    assert.equal(await merged(), 0, 'and merged again');
  });

  test('not while something that moved is elsewhere by now, and not before a later one', async () => {
    await merged();
    const id = mergeId();
    await database.pool.query(`DELETE FROM hub.assignment WHERE id = 'twin-w'`);
    assert.equal(await undone(id), 1);
    assert.match(lines.join('\n'), /1 of the assignments that moved/);
    await database.pool.query(`UPDATE hub.link SET until = now() WHERE person = 'anna' AND namespace = 'mail-login'`);
    assert.equal(await undone(id), 1);
    assert.match(lines.join('\n'), /1 of the identities that moved/);
    assert.equal(await undone('nothing'), 1);
    await applied(write({ people: [{ id: 'third', givenName: 'Anna', familyName: 'Berg' }] }));
    assert.equal(await merged('third', 'anna'), 0, lines.join('\n'));
    const second = mergeId();
    assert.equal(await undone(id), 1);
    assert.ok(lines.join('\n').includes(`undo ${second} first`), lines.join('\n'));
    assert.equal(await undone(second), 0, lines.join('\n'));
  });

  test('two numbers, two open accounts, cards, two usernames and assignments that a rule keeps apart stand against it, and nothing changes', async () => {
    const refuses = async (words: RegExp) => {
      const before = await everything();
      assert.equal(await merged(), 1);
      assert.match(lines.join('\n'), words);
      assert.equal(await everything(), before);
    };
    await applied(write({ people: [{ ...twin, identities: [national(otherNumber)] }] }));
    await refuses(/two different national numbers/);
    await applied(write({ people: [twin] }));
    const account = `INSERT INTO hub.account (target, person, key, state, until, delete_from) VALUES ('ad', $1, $1, 'open', now() + '1 hour', now() + '1 day')`;
    for (const person of ['anna', 'twin']) await database.pool.query(account, [person]);
    await refuses(/open account in ad/);
    await database.pool.query('TRUNCATE hub.account');
    await database.pool.query(
      `INSERT INTO hub.card (id, profile, holder, organisation, state, revision, ordered_by, ordered_at, temporary) VALUES ('c', 'p', 'twin', 'town', 'active', 1, 'x', now(), false)`,
    );
    await refuses(/twin has 1 cards/);
    await database.pool.query('TRUNCATE hub.card CASCADE');
    await applied(write({ people: [{ ...anna, username: 'anna' }] }));
    await refuses(/both have a username/);
    await applied(write({ people: [anna, { ...twin, assignments: [work('twin-w', 'other')] }] }));
    const rule = {
      id: 'two',
      name: { en: 'Two' },
      between: [{ organisations: ['town'] }, { organisations: ['other'] }],
      effect: 'block',
      owner: 'Legal',
      reason: 'Law',
    };
    await applied(write({ assignmentConflicts: [rule] }));
    await refuses(/anna-w and twin-w may not hold together by the rule two/);
    await applied(write({ assignmentConflicts: [] }), { prune: true });
    const before = await everything();
    assert.equal(await merged('anna', 'twin', { reason: '' }), 1);
    assert.equal(await merged('anna', 'nobody'), 1);
    assert.equal(await merged('anna', 'anna'), 1);
    assert.equal(await everything(), before);
  });

  test('of several at once one is made true', async () => {
    const wish = { reason: 'r', who: 'w', rules: [], now: Date.now(), dryRun: false };
    const all = await Promise.all([
      mergePeople(database.pool, vault, { ...wish, keep: 'anna', other: 'twin' }),
      mergePeople(database.pool, vault, { ...wish, keep: 'twin', other: 'anna' }),
      mergePeople(database.pool, vault, { ...wish, keep: 'anna', other: 'twin' }),
    ]);
    assert.deepEqual(all.map(({ kind }) => kind).sort(), ['done', 'refused', 'refused']);
    const open = await database.pool.query(`SELECT id FROM hub.person WHERE NOT closed`);
    assert.equal(open.rows.length, 1);
    assert.equal(await holderOf(hsa('A')), open.rows[0].id);
  });

  test('a login that was added while the merge waited moves along, and a session that began meanwhile is found', async () => {
    const client = await database.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('SELECT pg_advisory_xact_lock($1)', [locks.apply]);
      const merging = merged();
      const waiting = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid = ${locks.apply}`;
      while ((await client.query(waiting)).rowCount === 0) await new Promise((resolve) => setImmediate(resolve));
      await client.query(`INSERT INTO hub.identity (namespace, lookup) VALUES ('late', 'x')`);
      await client.query(
        `INSERT INTO hub.link (id, namespace, lookup, person, source, since) VALUES ('late', 'late', 'x', 'twin', 'self', now())`,
      );
      await client.query(
        `INSERT INTO hub.session (id, secret_hash, person, sealed, started_at, seen_at, idle_until, absolute_until)
         VALUES ('late', 'h', 'twin', '', now(), now(), now() + '1 hour', now() + '1 hour')`,
      );
      await client.query('COMMIT');
      assert.equal(await merging, 0, lines.join('\n'));
    } finally {
      client.release();
    }
    assert.equal(await holderOf({ namespace: 'late', value: 'x' }), 'anna');
    const open = await database.pool.query(
      `SELECT s.id FROM hub.session s JOIN hub.person p ON p.id = s.person WHERE s.ended_at IS NULL AND p.closed`,
    );
    assert.deepEqual(open.rows, [{ id: 'late' }], 'those the news ends, and the sweep of closed people after it');
    const news = await database.pool.query(`SELECT payload FROM hub.outbox WHERE kind = 'personClosed'`);
    assert.deepEqual(news.rows, [{ payload: { person: 'twin' } }]);
  });

  test('a failure at the last step leaves everything as it was', async () => {
    const before = await everything();
    await database.pool.query(
      `CREATE FUNCTION hub.fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.kind = 'person.merged' THEN RAISE EXCEPTION 'full'; END IF; RETURN NEW; END $$`,
    );
    await database.pool.query(
      'CREATE TRIGGER fail BEFORE INSERT ON hub.audit_event FOR EACH ROW EXECUTE FUNCTION hub.fail()',
    );
    await assert.rejects(merged(), /full/);
    await database.pool.query('DROP FUNCTION hub.fail() CASCADE');
    assert.equal(await everything(), before);
    const told = await database.pool.query('SELECT count(*)::int AS n FROM hub.outbox');
    assert.equal(told.rows[0].n, 0);
  });
});
