// A logout that goes on to providers: there, back by our own state alone, and shown as ended only where a browser came back.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { beforeEach, describe, test } from 'node:test';
import { type WebFace, webFace } from '../../../../test/fakes/web-face.ts';
import type { HttpResponse } from '../../../base/http/index.ts';
import { tokenHash } from '../../../base/ids.ts';
import { loggedOutPath, passingOn, portalRoutes, upstreamRows } from './index.ts';

const target = [
  ['application', 'ehr'],
  ['uri', 'https://ehr.example/bye'],
  ['state', 'x'],
] as const;
const provider = (id: string) => ({ provider: id, address: (state: string) => `https://${id}.example/end?s=${state}` });
let face: WebFace;
beforeEach(() => {
  face = webFace(() => 'https://hub.example');
  face.upstream.set('told', [provider('north'), { provider: 'away' }, provider('south')]);
});

async function get(address: string, cookie = ''): Promise<HttpResponse> {
  const url = new URL(address, 'https://hub.example');
  const [, first, sessions = '', proof = ''] = url.pathname.split('/');
  const page = first === 'logged-out' && proof !== '' ? '/logged-out/:sessions/:proof' : url.pathname;
  const found = portalRoutes(face.portalPorts).find((route) => route.path === page && route.method === 'GET');
  assert.ok(found, page);
  return await found.handle({
    method: 'GET',
    path: url.pathname,
    query: url.search.slice(1),
    params: { sessions, proof },
    headers: { cookie: `__Host-tillit-locale=en; ${cookie}` },
    body: Buffer.alloc(0),
    ip: '192.0.2.7',
  });
}
const locationOf = ({ headers }: HttpResponse): string => String(headers.location);
const stateOf = (answer: HttpResponse): string => new URL(locationOf(answer)).searchParams.get('s') ?? '';
const back = (state: string) => get(`/logged-out/back?${new URLSearchParams({ state })}`);
const leave = (sessions: readonly string[], fields: readonly (readonly [string, string])[] = []) =>
  get(loggedOutPath(face.portalPorts, sessions, [...fields, passingOn]));
const rowOf = (body: unknown, name: string) =>
  new RegExp(`<li><span>${name}</span><span class="\\w+">([^<]+)`).exec(String(body))?.[1];

/** Through both providers to the page. */
async function through(sessions: readonly string[], fields: readonly (readonly [string, string])[] = []) {
  const first = await leave(sessions, fields);
  const second = await back(stateOf(first));
  assert.deepEqual(
    [first, second].map((one) => new URL(locationOf(one)).host),
    ['north.example', 'south.example'],
  );
  return await back(stateOf(second));
}

describe('a logout goes on to each provider that can be reached', () => {
  test('one after the other, and the page shows which ended', async () => {
    const { body } = await get(locationOf(await through(['told'])));
    assert.deepEqual(
      ['north', 'south', 'away'].map((name) => rowOf(body, name)),
      ['Logged out', 'Logged out', 'Cannot be logged out from here. Log out there too.'],
    );
    assert.match(String(body), /not everywhere/);
    // What was passed on stands in the trail: sent, and come back.
    assert.deepEqual(face.passedOn, [
      'told north sent',
      'told north returned',
      'told south sent',
      'told south returned',
    ]);
  });

  test('what nobody was sent to is not written down', async () => {
    assert.equal((await back('no-state-of-ours')).status, 303);
    assert.equal((await get(loggedOutPath(face.portalPorts, ['told']))).status, 200);
    assert.deepEqual(face.passedOn, []);
  });

  test('and then to where the application asked, when all was ended', async () => {
    face.upstream.set('told', [provider('north'), provider('south')]);
    const done = await get(locationOf(await through(['told'], target)));
    assert.deepEqual([done.status, locationOf(done)], [303, 'https://ehr.example/bye?state=x']);
  });

  test('never from a page that is looked at again, by the script or by its address without a proof', async () => {
    for (const address of [
      loggedOutPath(face.portalPorts, ['told']),
      loggedOutPath(face.portalPorts, ['told'], [passingOn, ['live', '1']]),
      loggedOutPath(face.portalPorts, ['s2'], [passingOn]).replace('/s2/', '/told/'),
    ])
      assert.equal((await get(address)).status, 200, address);
  });

  test('of a session of another browser nothing is passed on, and it is said to be open', async () => {
    const answer = await leave(['s1', 'told']);
    assert.equal(answer.status, 200);
    assert.equal(rowOf(answer.body, 'north'), 'Cannot be logged out from here. Log out there too.');
  });
});

test('a provider that one browser came back from is still open where a session in another browser rests on it', async () => {
  face.upstream.set('told', [provider('north'), provider('south')]);
  face.upstream.set('s2', [provider('north')]);
  const { body } = await get(locationOf(await through(['told', 's2'])));
  assert.equal(rowOf(body, 'north'), 'Cannot be logged out from here. Log out there too.');
  assert.equal(rowOf(body, 'south'), 'Logged out');
});

describe('only our own state counts', () => {
  test('without it, with another’s or a changed one, the browser gets the page that says nothing', async () => {
    const state = stateOf(await leave(['told'], target));
    const [words = '', proof = ''] = state.split('~');
    const other = Buffer.from(Buffer.from(words, 'base64url').toString().replace('told', 's2')).toString('base64url');
    assert.notEqual(other, words);
    for (const wrong of ['', 'x', words, `${words}~`, `~${proof}`, `${other}~${proof}`, `${words}~${'A'.repeat(43)}`])
      assert.equal(locationOf(await back(wrong)), '/logged-out', wrong);
    assert.notEqual(locationOf(await back(state)), '/logged-out');
  });

  test('that a provider was passed cannot be written by hand, nor carried over from another session', async () => {
    const { searchParams } = new URL(locationOf(await through(['told'])), 'https://hub.example');
    const passed = searchParams.get('passed') ?? '';
    face.upstream.set('s2', [provider('north')]);
    for (const wrong of [passed, 's2 north', `s2 north~${passed.split('~')[1]}`]) {
      const { body } = await get(loggedOutPath(face.portalPorts, ['s2'], [['passed', wrong]]));
      assert.equal(rowOf(body, 'north'), 'Cannot be logged out from here. Log out there too.', wrong);
    }
  });
});

test('forms that end a session may lead to its providers (form-action)', async () => {
  face.upstream.set('s1', [provider('north'), { provider: 'away' }]);
  for (const page of ['/logout', '/portal']) {
    const answer = await get(page, '__Host-tillit-session=s1');
    assert.match(
      String(answer.headers['content-security-policy']),
      /form-action 'self' https:\/\/north\.example/,
      page,
    );
  }
});

test('the own sessions’ page says what is still open at a provider', async () => {
  face.upstream.set('s2', [provider('north')]);
  const { body } = await get('/portal?ended=s2', '__Host-tillit-session=s1');
  assert.equal(rowOf(body, 'north'), 'Cannot be logged out from here. Log out there too.');
});

describe('a provider whose protocol has no room for our state', () => {
  beforeEach(() => {
    face.upstream.set('told', [{ ...provider('north'), stateInCookie: true }, provider('south')]);
  });

  test('gets its hash, and a cookie of this browser carries it', async () => {
    const first = await leave(['told']);
    const [, state = ''] =
      /__Host-tillit-logout=([^;]+); Path=\/; Secure; HttpOnly/.exec(String(first.headers['set-cookie'])) ?? [];
    assert.equal(stateOf(first), tokenHash(state));
    const second = await back(state);
    assert.equal(new URL(locationOf(second)).host, 'south.example');
    const { body } = await get(locationOf(await back(stateOf(second))));
    assert.deepEqual(
      ['north', 'south'].map((name) => rowOf(body, name)),
      ['Logged out', 'Logged out'],
    );
  });

  test('that does not say that it ended is passed, and shown as open', async () => {
    const first = await leave(['told']);
    const [, state = ''] = /__Host-tillit-logout=([^;]+)/.exec(String(first.headers['set-cookie'])) ?? [];
    const second = await get(`/logged-out/back?${new URLSearchParams({ state, open: '1' })}`);
    assert.equal(new URL(locationOf(second)).host, 'south.example');
    const { body } = await get(locationOf(await back(stateOf(second))));
    assert.notEqual(rowOf(body, 'north'), 'Logged out');
    assert.equal(rowOf(body, 'south'), 'Logged out');
  });

  test('keeps its state in one cookie, however long what the application wants back is', async () => {
    // 2 kB of RelayState as they stand in the address that we go on to: sealed, and so nothing that could be packed.
    const sealed = randomBytes(2300).toString('base64url');
    const uri = `https://hub.example/helse/saml/slo/done?to=${sealed}`;
    face.portalPorts = {
      ...face.portalPorts,
      logoutTarget: (fields) => (fields.get('uri') === uri ? uri : undefined),
    };
    const first = await leave(
      ['told'],
      [
        ['application', 'ehr'],
        ['uri', uri],
      ],
    );
    const [line = ''] = first.headers['set-cookie'] ?? [];
    assert.ok(line.length <= 4096, `${line.length}`);
    const [, state = ''] = /__Host-tillit-logout=([^;]+)/.exec(line) ?? [];
    const second = await back(state);
    const done = await back(stateOf(second));
    assert.equal(new URL(locationOf(done), 'https://hub.example').searchParams.get('uri'), uri);
  });

  test('is not begun where no cookie can carry the state: shown as open, and the rest goes on', async () => {
    const uri = `https://hub.example/x?${randomBytes(3500).toString('base64url')}`;
    face.portalPorts = { ...face.portalPorts, logoutTarget: () => uri };
    const first = await leave(
      ['told'],
      [
        ['application', 'ehr'],
        ['uri', uri],
      ],
    );
    assert.equal(new URL(locationOf(first)).host, 'south.example');
    assert.deepEqual(face.passedOn, ['told south sent']);
    const { body } = await get(locationOf(await back(stateOf(first))));
    assert.equal(rowOf(body, 'north'), 'Cannot be logged out from here. Log out there too.');
    assert.equal(rowOf(body, 'south'), 'Logged out');
  });

  test('is gone to by a form where that is its way', async () => {
    const address = (state: string) => ({
      action: 'https://north.example/slo',
      fields: [['RelayState', state] as const],
    });
    face.upstream.set('told', [{ provider: 'north', address, stateInCookie: true }]);
    const { status, body, headers } = await leave(['told']);
    const [, state = ''] = /__Host-tillit-logout=([^;]+)/.exec(String(headers['set-cookie'])) ?? [];
    assert.equal(status, 200);
    assert.match(String(body), /<form method="post" action="https:\/\/north\.example\/slo">/);
    assert.ok(String(body).includes(`name="RelayState" value="${tokenHash(state)}"`));
    face.upstream.set('s1', [{ provider: 'north', address }]);
    const asking = await get('/logout', '__Host-tillit-session=s1');
    assert.match(String(asking.headers['content-security-policy']), /form-action 'self' https:\/\/north\.example/);
  });
});

describe('a logout that came from a provider', () => {
  const uri = 'https://hub.example/login/saml/logout/done?to=x';
  const fields = [['provider', 'north'] as const, ['uri', uri] as const];
  beforeEach(() => {
    const logoutTarget = (given: ReadonlyMap<string, string>) =>
      given.get('provider') === 'north' && given.get('uri') === uri
        ? `${uri}&passed=${given.get('passed')}`
        : undefined;
    face.portalPorts = { ...face.portalPorts, logoutTarget };
    face.upstream.set('told', [provider('north'), provider('south')]);
  });

  test('goes on to the others, never back to that one, and then to its answer with what was passed', async () => {
    const first = await leave(['told'], fields);
    assert.equal(new URL(locationOf(first)).host, 'south.example');
    const done = await get(locationOf(await back(stateOf(first))));
    assert.equal(done.status, 303);
    const to = new URL(locationOf(done));
    assert.equal(to.pathname, '/login/saml/logout/done');
    const rows = await upstreamRows(face.portalPorts, ['told'], to.searchParams.get('passed') ?? '', 'north');
    assert.deepEqual(
      rows.map(({ status }) => status),
      ['told', 'told'],
    );
  });

  test('shows what was not reached, and leads on to the provider by its name', async () => {
    face.upstream.set('told', [provider('north'), { provider: 'south' }]);
    const { status, body } = await leave(['told'], fields);
    assert.equal(status, 200);
    assert.deepEqual(
      [rowOf(body, 'north'), rowOf(body, 'south')],
      ['Logged out', 'Cannot be logged out from here. Log out there too.'],
    );
    assert.match(
      String(body),
      /<a class="button main" href="https:\/\/hub\.example\/login\/saml\/logout\/done[^"]*">Continue to north/,
    );
  });
});
