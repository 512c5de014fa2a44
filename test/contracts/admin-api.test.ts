// The admin API on a real database: documents with versions, several at once, dry runs, kept answers, the brake, and nothing outside.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogueSections } from '../../src/core/catalogue/index.ts';
import { sampleItems } from '../../src/core/catalogue/sample-items.ts';
import { adminWorld } from './admin-world.ts';
import { personalNumber } from './apply-world.ts';
import { onEachServer } from './servers.ts';

const person = (id: string, more: object = {}) => ({
  id,
  givenName: 'Nina',
  familyName: 'Ny',
  assignments: [{ id: `${id}-a`, organisation: 'hospital', role: 'nurse' }],
  ...more,
});

onEachServer('the admin API', (database) => {
  let world: Awaited<ReturnType<typeof adminWorld>>;
  test('a world', async () => {
    world = await adminWorld(database);
  });

  test('every kind of the catalogue is made, read, listed, changed and removed by its version', async () => {
    const sectionOf = new Map(Object.entries(catalogueSections).map(([section, kind]) => [kind, section]));
    const items = sampleItems().map(({ kind, id, doc }) => ({ kind: sectionOf.get(kind), id, document: doc }));
    const made = await world.ask('POST', '/apply', { body: { items } });
    assert.equal(made.status, 200, JSON.stringify(made.body));
    assert.equal(made.body.total, items.length);
    await world.renew();
    for (const { kind, id } of items) {
      const one = await world.get(`/${kind}/${encodeURIComponent(id)}`);
      assert.equal(one.status, 200, `${kind} ${id}`);
      const page = await world.get(`/${kind}`);
      const listed = page.body.items.find((each: { id: string }) => each.id === id);
      assert.deepEqual([listed.etag, listed.document], [one.headers['etag'], one.body]);
      // What is read is what may be written: as no change.
      const same = await world.put(`/${kind}/${encodeURIComponent(id)}`, one.body);
      assert.deepEqual([same.status, same.body.total], [200, 0], `${kind} ${id} ${JSON.stringify(same.body)}`);
      assert.equal(same.headers['etag'], one.headers['etag']);
    }
    const brand = { id: 'second', name: 'Second', primary: '#005a8c', accent: '#7a1f5c', contact: 'x@example.org' };
    const fresh = await world.put('/brands/second', brand);
    assert.equal(fresh.status, 201);
    assert.equal(fresh.headers['location'], '/api/admin/v1/brands/second');
    const changed = await world.put('/brands/second', { ...brand, name: 'Other' });
    assert.deepEqual(changed.body.changes, [
      { action: 'change', kind: 'brand', id: 'second', members: [{ path: 'name', from: '"Second"', to: '"Other"' }] },
    ]);
    assert.notEqual(changed.headers['etag'], fresh.headers['etag']);
    const gone = await world.ask('DELETE', '/brands/second', { headers: { 'if-match': '*' } });
    assert.deepEqual([gone.status, gone.body.changes[0].action], [200, 'remove']);
    assert.equal((await world.get('/brands/second')).status, 404);
    const used = await world.ask('DELETE', '/brands/plain', { headers: { 'if-match': '*' } });
    assert.deepEqual([used.status, used.body.code], [422, 'invalid']);
    assert.match(JSON.stringify(used.body.errors), /brand/);
  });

  test('a write says which version it means, and another’s change in between is not lost', async () => {
    const one = await world.get('/organisations/other');
    const body = { ...one.body, name: 'Renamed' };
    assert.equal((await world.ask('PUT', '/organisations/other', { body })).status, 428);
    assert.equal((await world.ask('DELETE', '/organisations/other')).status, 428);
    const anew = await world.ask('PUT', '/organisations/other', { body, headers: { 'if-none-match': '*' } });
    assert.deepEqual([anew.status, anew.body.code], [412, 'stale']);
    const wrong = await world.ask('PUT', '/organisations/other', { body, headers: { 'if-match': '"x"' } });
    assert.equal(wrong.status, 412);
    const weak = `W/${one.headers['etag']}`;
    assert.equal((await world.ask('PUT', '/organisations/other', { body, headers: { 'if-match': weak } })).status, 412);
    const absent = await world.ask('PUT', '/organisations/none', {
      body: { id: 'none', name: 'N' },
      headers: { 'if-match': '*' },
    });
    assert.equal(absent.status, 412);
    const headers = { 'if-match': one.headers['etag'] };
    const both = await Promise.all([
      world.ask('PUT', '/organisations/other', { body, headers }),
      world.ask('PUT', '/organisations/other', { body: { ...body, name: 'By another' }, headers }),
    ]);
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 412]);
    const cached = await world.ask('GET', '/organisations/other', {
      headers: { 'if-none-match': (await world.get('/organisations/other')).headers['etag'] },
    });
    assert.deepEqual([cached.status, cached.body], [304, undefined]);
  });

  test('a dry run says what would change, and nothing does', async () => {
    const dry = await world.put('/people/planned?dryRun=true', person('planned', { username: 'planned' }));
    assert.deepEqual([dry.status, dry.body.dryRun, dry.body.total], [200, true, 1]);
    assert.equal((await world.get('/people/planned')).status, 404);
    const removal = await world.ask('DELETE', '/people/here?dryRun=true', { headers: { 'if-match': '*' } });
    assert.equal(removal.body.dryRun, true);
    assert.equal((await world.get('/people/here')).body.closed, false);
    assert.equal((await world.put('/people/planned?dryRun=perhaps', person('planned'))).status, 400);
  });

  test('faults name their place, secrets and personal numbers stay hidden', async () => {
    const bad = await world.put(
      '/people/bad',
      person('bad', { givenName: '', assignments: [{ id: 'x', organisation: 'none', role: 'r' }] }),
    );
    assert.deepEqual([bad.status, bad.body.code], [422, 'invalid']);
    assert.equal(bad.headers['content-type'], 'application/problem+json');
    assert.deepEqual(
      bad.body.errors.map(({ pointer }: { pointer: string }) => pointer),
      ['/givenName'],
    );
    const where = await world.put(
      '/people/bad',
      person('bad', { assignments: [{ id: 'x', organisation: 'none', role: 'r' }] }),
    );
    assert.deepEqual(where.body.errors, [
      { pointer: '/assignments/0/organisation', detail: 'there is no organisation none' },
    ]);
    const identities = [{ namespace: 'se-personnummer', value: '19121212-1212' }];
    const secret = await world.put('/people/numbered', person('numbered', { identities }));
    assert.equal(secret.status, 201);
    assert.doesNotMatch(JSON.stringify(secret.body), new RegExp(personalNumber));
    assert.deepEqual((await world.get('/people/numbered')).body.identities, [
      { namespace: 'se-personnummer', hidden: true },
    ]);
    const twin = await world.put('/people/twin', person('twin', { identities }));
    assert.equal(twin.body.errors[0].pointer, '/identities/0');
    assert.match(twin.body.errors[0].detail, /belongs to person numbered/);
    const file = await world.put('/people/file', person('file', { username: 'file', passwordFile: '/etc/hostname' }));
    assert.deepEqual([file.status, file.body.errors[0].pointer], [422, '/passwordFile']);
    assert.match(file.body.errors[0].detail, /no file \/etc\/hostname in the request/);
  });

  test('files come with the request, and several items become true together or not at all', async () => {
    const passwordFile = 'nina.txt';
    const items = [
      { kind: 'units', id: 'new-ward', document: { organisation: 'hospital', name: 'New' } },
      { kind: 'people', id: 'nina', document: person('nina', { username: 'nina', passwordFile }) },
    ];
    const files = { [passwordFile]: Buffer.from('a long enough passphrase of hers').toString('base64') };
    const broken = await world.ask('POST', '/apply', {
      body: { items: [...items, { kind: 'people', id: 'x', document: {} }], files },
    });
    assert.equal(broken.status, 422);
    assert.ok(
      broken.body.errors.every(({ item }: { item: number }) => item === 2),
      JSON.stringify(broken.body),
    );
    assert.equal((await world.get('/units/new-ward')).status, 404);
    const done = await world.ask('POST', '/apply', { body: { items, files } });
    assert.equal(done.status, 200, JSON.stringify(done.body));
    assert.equal(done.body.items[1].etag, (await world.get('/people/nina')).headers['etag']);
    assert.equal(done.body.passwords, undefined, 'it was given, not made');
    const removed = await world.ask('POST', '/apply', {
      body: { items: [{ kind: 'units', id: 'new-ward', remove: true }] },
    });
    assert.equal(removed.status, 200);
    const unknown = await world.ask('POST', '/apply', {
      body: { items: [{ kind: 'nonsense', id: 'x', document: {} }] },
    });
    assert.match(unknown.body.errors[0].pointer, /^\/items\/0/);
  });

  test('the same Idempotency-Key does it once, and its answer tells no password again', async () => {
    const headers = { 'idempotency-key': '"key-1"', 'if-none-match': '*' };
    const body = person('once', { username: 'once' });
    const [first, again] = [
      await world.ask('PUT', '/people/once', { body, headers }),
      await world.ask('PUT', '/people/once', { body, headers }),
    ];
    assert.deepEqual([first.status, again.status], [201, 201]);
    assert.equal(again.headers['etag'], first.headers['etag']);
    assert.match(first.body.passwords[0].password, /^[a-z2-9-]{20,}$/);
    assert.deepEqual(again.body.passwords, [{ username: 'once', password: '(shown once)' }]);
    const stored = await database.pool.query('SELECT body FROM hub.idempotent_answer');
    assert.doesNotMatch(JSON.stringify(stored.rows), new RegExp(first.body.passwords[0].password));
    const other = await world.ask('PUT', '/people/once', { body: { ...body, givenName: 'X' }, headers });
    assert.deepEqual([other.status, other.body.code], [422, 'keyReused']);
    // Somebody else's key is another key.
    const elsewhere = await world.ask('PUT', '/people/once', { body, headers, as: 'keeper' });
    assert.equal(elsewhere.status, 412);
    const racing = { 'idempotency-key': 'key-2', 'if-none-match': '*' };
    const both = await Promise.all(
      [1, 2, 3].map(() => world.ask('PUT', '/people/race', { body: person('race'), headers: racing })),
    );
    assert.deepEqual(
      both.map(({ status }) => status),
      [201, 201, 201],
    );
    const told = await database.pool.query(
      `SELECT text FROM hub.audit_event WHERE kind = 'admin.applied' AND text LIKE '%"race"%'`,
    );
    assert.equal(told.rowCount, 1);
    await database.pool.query(`UPDATE hub.idempotent_answer SET expires_at = now()`);
    assert.equal(
      (await world.ask('PUT', '/people/once', { body, headers })).status,
      412,
      'a day later it is a new request',
    );
  });

  test('what would end many people waits for two approvals; whoever brought it is known', async () => {
    const many = Array.from({ length: 30 }, (_, at) => ({
      kind: 'people',
      id: `many-${at}`,
      document: person(`many-${at}`),
    }));
    assert.equal((await world.ask('POST', '/apply', { body: { items: many } })).status, 200);
    const items = many.map(({ kind, id }) => ({ kind, id, remove: true }));
    const dry = await world.ask('POST', '/apply?dryRun=true', { body: { items } });
    assert.equal(dry.body.waits.people, 30);
    const held = await world.ask('POST', '/apply', { body: { items }, as: 'root/above' });
    assert.equal(held.status, 403, 'above administers nothing');
    await world.grant({ person: 'above' }, 'hub-administrator');
    const waits = await world.ask('POST', '/apply', { body: { items }, as: 'root/above' });
    assert.deepEqual([waits.status, waits.body.held.people], [202, 30]);
    const { rows } = await database.pool.query('SELECT bringers FROM hub.held_change WHERE id = $1', [
      waits.body.held.id,
    ]);
    assert.deepEqual(rows[0].bringers, ['above']);
    assert.equal((await world.get('/people/many-3')).body.closed, false);
  });

  test('pages go on by where the last one ended, whatever comes or goes meanwhile', async () => {
    const seen: string[] = [];
    let cursor = '';
    for (let page = 0; page < 100; page++) {
      const { body } = await world.get(`/people?limit=7${cursor}`);
      seen.push(...body.items.map(({ id }: { id: string }) => id));
      if (page === 1) await world.put('/people/aaaa', person('aaaa'));
      if (body.next === undefined) break;
      cursor = `&cursor=${body.next}`;
    }
    assert.deepEqual(seen, [...new Set(seen)].sort());
    assert.ok(seen.length > 30 && !seen.includes('aaaa'));
    const found = async (query: string) =>
      (await world.get(`/people?${query}`)).body.items.map(({ id }: { id: string }) => id);
    assert.deepEqual(await found('q=Given%20b'), ['below', 'beside', 'both']);
    assert.deepEqual(await found('organisation=clinic'), ['below']);
    assert.deepEqual(await found('q=%25'), []);
    assert.deepEqual(
      (await world.get('/organisations?q=clin')).body.items.map(({ id }: { id: string }) => id),
      ['clinic'],
    );
    await world.ask('DELETE', '/people/many-1', { headers: { 'if-match': '*' } });
    assert.deepEqual(await found('state=closed'), ['many-1']);
    for (const query of [
      'limit=0',
      'limit=501',
      'limit=x',
      'cursor=x',
      'cursor=%00',
      'state=x',
      'what=1',
      'q=',
      'limit=1&limit=2',
      'organisation=%20',
    ])
      assert.equal((await world.get(`/people?${query}`)).status, 400, query);
  });
});
