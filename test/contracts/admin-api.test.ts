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

  test('an organisation’s program sees its own, what also works elsewhere in part, and nothing else', async () => {
    const ids = async (target: string) =>
      (await world.get(target, 'hr')).body.items.map(({ id }: { id: string }) => id);
    const people = await ids('/people?limit=500');
    assert.ok(['here', 'below', 'both'].every((id) => people.includes(id)));
    assert.ok(!people.includes('above') && !people.includes('beside'));
    assert.deepEqual(await ids('/organisations'), ['clinic', 'hospital']);
    assert.deepEqual(await ids('/units'), ['ward']);
    assert.deepEqual(await ids('/people?organisation=other'), []);
    const both = await world.get('/people/both', 'hr');
    assert.deepEqual(
      [both.body.identities, both.body.assignments.map(({ id }: { id: string }) => id)],
      [[], ['both-hospital']],
    );
    assert.equal((await world.get('/organisations/hospital', 'hr')).body.parent, undefined);
    const none = await world.get('/people/nobody', 'hr');
    for (const target of [
      '/people/beside',
      '/people/above',
      '/organisations/other',
      '/units/other-ward',
      '/people/beside/sessions',
    ]) {
      const hidden = await world.get(target, 'hr');
      assert.deepEqual([hidden.status, hidden.body], [404, none.body], target);
    }
    for (const target of ['/brands', '/settings/hub', '/keys', '/applications/ehr'])
      assert.deepEqual(
        [(await world.get(target, 'hr')).status, (await world.get(target, 'hr')).body.code],
        [403, 'hubOnly'],
        target,
      );
    assert.equal((await world.get('/people', 'stranger')).body.code, 'noGrant');
    assert.equal((await world.get('/people', 'root/nobody')).body.code, 'noGrant');
  });

  test('it writes its own, and never reaches outside or raises itself', async () => {
    const opened = await world.put('/people/hired', person('hired', { username: 'hired' }), 'hr');
    assert.equal(opened.status, 201, JSON.stringify(opened.body));
    const doc = (await world.get('/people/hired', 'hr')).body;
    assert.equal((await world.put('/people/hired', { ...doc, familyName: 'Gift' }, 'hr')).status, 200);
    assert.equal((await world.put('/units/ward-2', { organisation: 'clinic', name: 'W2' }, 'hr')).status, 201);
    const both = (await world.get('/people/both', 'hr')).body;
    const own = { ...both, assignments: [{ ...both.assignments[0], unit: 'ward' }] };
    assert.equal((await world.put('/people/both', own, 'hr')).status, 200);
    const whole = (await world.get('/people/both')).body;
    assert.deepEqual(whole.assignments.map(({ id }: { id: string }) => id).sort(), ['both-hospital', 'both-other']);
    assert.equal(whole.identities.length, 1, 'what it does not see stays');
    const refusals: [string, string, object, number, string][] = [
      ['PUT', '/people/both', { ...own, familyName: 'Mine' }, 403, 'shared'],
      ['PUT', '/people/hired', { ...doc, attributes: { administrator: true } }, 403, 'attributes'],
      [
        'PUT',
        '/people/hired',
        { ...doc, identities: [{ namespace: 'hsa-id', value: 'SE2321000156-ZZZ1' }] },
        403,
        'logins',
      ],
      ['PUT', '/people/hired', { ...doc, username: 'other' }, 403, 'logins'],
      [
        'PUT',
        '/people/hired',
        { ...doc, assignments: [{ id: 'h2', organisation: 'other', role: 'r' }] },
        403,
        'outside',
      ],
      ['PUT', '/people/hired', { ...doc, assignments: [] }, 403, 'lastAssignment'],
      ['PUT', '/people/beside', person('beside'), 409, 'taken'],
      ['PUT', '/units/other-ward', { organisation: 'hospital', name: 'Mine' }, 409, 'taken'],
      ['PUT', '/units/ward', { organisation: 'other', name: 'Theirs' }, 403, 'outside'],
      ['PUT', '/organisations/hospital', { id: 'hospital', name: 'Mine' }, 403, 'hubOnly'],
      ['PUT', '/organisations/new', { id: 'new', name: 'Mine', parent: 'hospital' }, 403, 'hubOnly'],
      ['PUT', '/applications/mine', { id: 'mine' }, 403, 'hubOnly'],
    ];
    for (const [method, target, body, status, code] of refusals) {
      const seen = await world.get(target, 'hr');
      const condition = seen.status === 200 ? { 'if-match': '*' } : { 'if-none-match': '*' };
      const answer = await world.ask(method, target, { as: 'hr', body, headers: condition });
      assert.deepEqual([answer.status, answer.body.code], [status, code], `${target} ${JSON.stringify(answer.body)}`);
      const together = await world.ask('POST', '/apply', {
        as: 'hr',
        body: { items: [{ kind: target.split('/')[1], id: target.split('/')[2], document: body }] },
      });
      assert.equal(together.body.code, code, 'by the other way too');
    }
    assert.ok(world.told.some(({ kind, application }) => kind === 'admin.apiWriteRefused' && application === 'hr'));
    for (const target of ['/people/beside', '/people/above', '/units/other-ward'])
      assert.equal((await world.ask('DELETE', target, { as: 'hr', headers: { 'if-match': '*' } })).status, 404, target);
    const stolen = await world.put(
      '/people/thief',
      person('thief', { assignments: [{ id: 'beside-other', organisation: 'hospital', role: 'r' }] }),
      'hr',
    );
    assert.deepEqual([stolen.status, stolen.body.errors[0].pointer], [422, '/assignments/0/id']);
    assert.doesNotMatch(JSON.stringify(stolen.body), /person beside/);
    const strange = await world.put(
      '/people/thief',
      person('thief', { assignments: [{ id: 't', organisation: 'hospital', unit: 'other-ward', role: 'r' }] }),
      'hr',
    );
    assert.match(strange.body.errors[0].detail, /^there is no unit other-ward$/);
  });

  test('whoever administers is not taken over by an organisation’s program, nor raised by whoever keeps the directory', async () => {
    await world.grant({ person: 'here' }, 'card-officer', 'hospital');
    const here = (await world.get('/people/here', 'hr')).body;
    assert.equal((await world.put('/people/here', { ...here, familyName: 'X' }, 'hr')).body.code, 'administers');
    const keeper = (await world.get('/people/here', 'keeper')).body;
    assert.equal((await world.put('/people/here', { ...keeper, username: 'evil' }, 'keeper')).body.code, 'administers');
    assert.equal(
      (await world.put('/people/below', { ...person('below'), attributes: { administrator: true } }, 'keeper')).body
        .code,
      'attributes',
    );
    assert.equal((await world.get('/brands', 'keeper')).body.code, 'hubOnly');
    // A person who administers the hospital does not change themselves.
    await world.grant({ person: 'below' }, 'organisation-administrator', 'hospital');
    const self = (await world.get('/people/below', 'console/below')).body;
    const raised = { ...self, assignments: [{ ...self.assignments[0], role: 'doctor' }] };
    assert.equal((await world.put('/people/below', raised, 'console/below')).body.code, 'self');
    const closed = await world.ask('DELETE', '/people/here', { as: 'hr', headers: { 'if-match': '*' } });
    assert.equal(closed.status, 200, 'closing takes only away');
    assert.equal((await world.get('/people/here', 'hr')).body.closed, true);
  });

  test('sessions are seen and ended within reach', async () => {
    const session = (id: string, whose: string, assignment?: string) =>
      world.live.push({
        id,
        person: whose,
        assignment,
        startedAt: 0,
        seenAt: 0,
        absoluteUntil: 1,
        device: 'fixed',
        agent: 'x',
      } as never);
    session('s1', 'both', 'both-hospital');
    session('s2', 'both', 'both-other');
    session('s3', 'beside');
    const ids = async (as: string) =>
      (await world.get('/people/both/sessions', as)).body.items.map(({ id }: { id: string }) => id);
    assert.deepEqual([await ids('hr'), await ids('root')], [['s1'], ['s1', 's2']]);
    const end = (target: string) => world.ask('DELETE', target, { as: 'hr' });
    assert.equal((await end('/people/both/sessions/s2')).status, 404);
    assert.equal((await end('/people/beside/sessions/s3')).status, 404);
    assert.equal((await end('/people/both/sessions/s1')).status, 200);
    assert.deepEqual(world.ended, ['s1']);
  });

  test('a protected person is hidden, found by id alone, and closed by their own organisation', async () => {
    await world.put('/people/shy', person('shy', { protectedIdentity: true, givenName: 'Findable' }));
    assert.deepEqual((await world.get('/people/shy', 'hr')).body, { id: 'shy', hidden: true });
    assert.deepEqual((await world.get('/people?q=Findable', 'hr')).body.items, []);
    assert.equal((await world.get('/people?q=shy', 'hr')).body.items.length, 1);
    assert.equal((await world.put('/people/shy', person('shy'), 'hr')).body.code, 'protected');
    const gone = await world.ask('DELETE', '/people/shy', { as: 'hr', headers: { 'if-match': '*' } });
    assert.equal(gone.status, 200, JSON.stringify(gone.body));
    assert.doesNotMatch(JSON.stringify(gone.body), /Findable/);
  });
});
