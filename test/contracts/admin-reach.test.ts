// Who sees and changes what by the admin API, on a real database (V3, A7): an organisation's own, and nothing outside.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adminWorld } from './admin-world.ts';
import { onEachServer } from './servers.ts';

const person = (id: string, more: object = {}) => ({
  id,
  givenName: 'Nina',
  familyName: 'Ny',
  assignments: [{ id: `${id}-a`, organisation: 'hospital', role: 'nurse' }],
  ...more,
});

onEachServer('reach of the admin API', (database) => {
  let world: Awaited<ReturnType<typeof adminWorld>>;
  test('a world', async () => {
    world = await adminWorld(database);
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
