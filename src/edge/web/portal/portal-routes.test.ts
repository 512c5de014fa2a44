// The hub's own pages: a session ends by its own browser alone, only one's own, and the page says what was ended.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { type WebFace, webFace } from '../../../../test/fakes/web-face.ts';
import { csrfToken, type HttpRequest, type HttpResponse } from '../../../base/http/index.ts';
import type { CatalogueSnapshot } from '../../../core/catalogue/index.ts';
import { loggedOutPath, passingOn, portalAnswer, portalLogin, portalRoutes } from './index.ts';

const origin = 'https://hub.example';
let face: WebFace;
beforeEach(() => {
  face = webFace(() => origin);
});

interface Asked {
  readonly session?: string | undefined;
  readonly form?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly query?: string;
}

async function ask(
  method: 'GET' | 'POST',
  path: string,
  { session = 's1', form, headers, query = '' }: Asked = {},
): Promise<HttpResponse> {
  const [, first = '', second, third] = path.split('/');
  const found = portalRoutes(face.portalPorts).find(
    (route) =>
      route.method === method &&
      (route.path === path || (third !== undefined && route.path === `/${first}/:sessions/:proof`)),
  );
  assert.ok(found, path);
  const request: HttpRequest = {
    method,
    path,
    query,
    params: third === undefined ? {} : { sessions: second ?? '', proof: third },
    headers: {
      cookie: `__Host-tillit-locale=en${session === '' ? '' : `; __Host-tillit-session=${session}`}`,
      ...(method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded', origin } : {}),
      ...headers,
    },
    body: Buffer.from(form ? new URLSearchParams(form).toString() : ''),
    ip: '192.0.2.7',
  };
  return await found.handle(request);
}
const csrf = (session = 's1') => csrfToken(face.portalPorts.csrfKey, 'portal', session);

describe('own sessions', () => {
  test('somebody without a session logs in first', async () => {
    const answer = await ask('GET', '/portal', { session: '' });
    assert.equal(answer.headers.location, '/login/choose');
    assert.match(String(answer.headers['set-cookie']), /__Host-tillit-browser=fresh-token/);
  });

  test('the page lists one’s own sessions with what they reached, and the latest logins', async () => {
    const body = String((await ask('GET', '/portal')).body);
    assert.match(body, /Anna Lindqvist/);
    assert.match(body, /Patient record, National core record/);
    assert.match(body, /name="_session" value="s2"/);
    assert.doesNotMatch(body, /value="other"/);
    assert.match(body, /Refused<\/span>: A stronger login is needed/);
  });

  test('one other session', async () => {
    const answer = await ask('POST', '/portal/end', { form: { _csrf: csrf(), _session: 's2' } });
    assert.equal(answer.headers.location, '/portal?ended=s2');
    assert.equal(answer.headers['set-cookie'], undefined);
    assert.deepEqual(face.sessions.ended, [['s2', 'endedByUser']]);
  });

  test('all of them, and the cookie goes', async () => {
    const answer = await ask('POST', '/portal/end', { form: { _csrf: csrf(), _all: '1' } });
    assert.deepEqual(
      face.sessions.ended.map(([id]) => id),
      ['s2', 's1'],
    );
    assert.deepEqual(answer.headers['set-cookie'], face.portalPorts.forget());
    assert.equal(answer.headers.location, loggedOutPath(face.portalPorts, ['s1', 's2'], [passingOn]));
  });

  test('somebody else’s session cannot be ended by its id (A13)', async () => {
    await ask('POST', '/portal/end', { form: { _csrf: csrf(), _session: 'other' } });
    assert.deepEqual(face.sessions.ended, []);
  });
});

describe('own logins', () => {
  test('are listed with what they are, and no personal number; only what one added can be removed', async () => {
    const body = String((await ask('GET', '/portal')).body);
    assert.match(body, /Your ways to log in/);
    assert.match(body, /<h3>Personal number<\/h3>/);
    assert.match(body, /<h3>User name anna<\/h3>/);
    assert.deepEqual(
      [...body.matchAll(/name="_link" value="([^"]+)"/g)].map(([, id]) => id),
      ['l3'],
    );
    assert.match(body, /A new login was added/);
    assert.match(body, /A login was removed/);
  });

  test('adding goes to the provider, or to a fresh proof first', async () => {
    const away = await ask('POST', '/portal/logins/add', { form: { _csrf: csrf(), _provider: 'eid' } });
    assert.equal(away.headers.location, '/login/leave');
    const first = await ask('POST', '/portal/logins/add', { form: { _csrf: csrf(), _provider: 'stale' } });
    assert.equal(first.headers.location, '/login/choose');
    assert.deepEqual(face.dispatcher.loginsAdded, ['eid', 'stale']);
  });

  test('removing says so; when the session rested on it, the cookie goes', async () => {
    const done = await ask('POST', '/portal/logins/remove', { form: { _csrf: csrf(), _link: 'l3' } });
    assert.equal(done.headers.location, '/portal?removed=1');
    const mine = await ask('POST', '/portal/logins/remove', { form: { _csrf: csrf(), _link: 'mine' } });
    assert.match(String(mine.headers.location), /^\/logged-out\//);
    assert.match(String(mine.headers['set-cookie']), /__Host-tillit-session=;.*Max-Age=0/);
    const last = await ask('POST', '/portal/logins/remove', { form: { _csrf: csrf(), _link: 'last' } });
    assert.equal(last.status, 403);
    assert.match(String(last.body), /This is your last login/);
  });

  for (const path of ['/portal/logins/add', '/portal/logins/remove'] as const) {
    for (const [name, asked] of [
      ['no token', { form: { _provider: 'eid', _link: 'l3' } }],
      ['another session’s token', { form: { _csrf: 's2', _provider: 'eid', _link: 'l3' } }],
      [
        'another origin',
        { form: { _csrf: 's1', _provider: 'eid', _link: 'l3' }, headers: { origin: 'https://evil.example' } },
      ],
    ] as (readonly [string, Asked])[]) {
      test(`${path}, ${name}: nothing is changed (A1)`, async () => {
        const { _csrf: of, ...fields } = asked.form ?? {};
        const form = of === undefined ? fields : { ...fields, _csrf: csrf(of) };
        assert.equal((await ask('POST', path, { ...asked, form })).status, 403);
        assert.deepEqual([...face.dispatcher.loginsAdded, ...face.dispatcher.loginsRemoved], []);
      });
    }
  }

  test('a fresh proof asks for the level and the age, and comes back to say so', () => {
    const request = portalLogin('main', '/portal?proved=1', { minimum: 'substantial', proofSeconds: 300 });
    assert.deepEqual([request.assurance, request.maxAge], ['substantial', 300]);
    const granted = { kind: 'granted', reference: 'K7QM-2F9X' } as Parameters<typeof portalAnswer>[1];
    assert.equal(portalAnswer(request, granted).headers.location, '/portal?proved=1');
    const stray = portalLogin('main', 'https://evil.example');
    assert.equal(portalAnswer(stray, granted).headers.location, '/');
  });
});

describe('forms come from our own page and this session', () => {
  for (const path of ['/portal/end', '/logout'] as const) {
    for (const [name, asked] of [
      ['no token', { form: { _session: 's2' } }],
      ['another session’s token', { form: { _csrf: 'other', _session: 's2' } }],
      ['another origin', { headers: { origin: 'https://evil.example' } }],
      ['the neighbour’s site', { headers: { 'sec-fetch-site': 'same-site' } }],
      ['another content type', { headers: { 'content-type': 'text/plain' } }],
    ] as const satisfies readonly (readonly [string, Asked])[]) {
      test(`${path}, ${name}: nothing ends`, async () => {
        const form = { _csrf: csrf(), _session: 's2' };
        const wrong = 'form' in asked && '_csrf' in asked.form ? { form: { ...asked.form, _csrf: csrf('s2') } } : asked;
        const answer = await ask('POST', path, { form, ...wrong });
        assert.equal(answer.status, 403);
        assert.deepEqual(face.sessions.ended, []);
      });
    }
  }
});

describe('logging out', () => {
  test('it is asked for once more, with what will be ended', async () => {
    const body = String((await ask('GET', '/logout')).body);
    assert.match(body, /National core record/);
    assert.deepEqual(face.sessions.ended, []);
  });

  test('then done, and shown with what is still being told', async () => {
    const answer = await ask('POST', '/logout', { form: { _csrf: csrf() } });
    assert.deepEqual(face.sessions.ended, [['s1', 'logout']]);
    assert.deepEqual(answer.headers['set-cookie'], face.portalPorts.forget());
    const [path = '', query = ''] = String(answer.headers.location).split('?');
    const shown = String((await ask('GET', path, { session: '', query })).body);
    assert.match(shown, /Patient record<\/span><span class="told">Logged out/);
    assert.match(shown, /National core record<\/span><span class="quiet">Is being logged out now/);
    assert.match(shown, /Show again/);
  });

  test('it goes on to the address that the application registered, and to no other (O11)', async () => {
    const registered = { application: 'ehr', uri: 'https://ehr.example/bye', state: 's&1' };
    const asked = await ask('GET', '/logout', { query: String(new URLSearchParams(registered)) });
    assert.match(String(asked.headers['content-security-policy']), /form-action 'self' https:\/\/ehr\.example;/);
    assert.match(String(asked.body), /name="state" value="s&amp;1"/);
    const done = await ask('POST', '/logout', { form: { _csrf: csrf(), ...registered } });
    assert.equal(
      done.headers.location,
      loggedOutPath(face.portalPorts, ['s1'], [...Object.entries(registered), passingOn]),
    );
    for (const uri of [
      'https://evil.example/',
      'https://ehr.example/bye/',
      'https://ehr.example/bye?x',
      '//evil.example',
    ]) {
      const wrong = { ...registered, uri };
      const page = await ask('GET', '/logout', { query: String(new URLSearchParams(wrong)) });
      assert.doesNotMatch(String(page.body), /name="uri"/, uri);
      const answer = await ask('POST', '/logout', { form: { _csrf: csrf(), ...wrong } });
      assert.match(String(answer.headers.location), /^\/logged-out[^?]*$/, uri);
    }
  });

  test('without a session there is nothing to ask', async () => {
    assert.equal((await ask('GET', '/logout', { session: '' })).headers.location, '/logged-out');
    const answer = await ask('POST', '/logout', { session: 'gone', form: { _csrf: csrf('gone') } });
    assert.match(String(answer.headers['set-cookie']), /Max-Age=0/);
    assert.deepEqual(face.sessions.ended, []);
  });
});

describe('the demo’s device switch', () => {
  test('sets the kind by the port', async () => {
    const answer = await ask('POST', '/demo/device', { form: { kind: 'portable' } });
    assert.deepEqual(face.deviceKinds, ['portable']);
    assert.match(String(answer.headers['set-cookie']), /__Host-tillit-device=device-1/);
  });
  test('not for strangers, not for other kinds', async () => {
    await ask('POST', '/demo/device', { form: { kind: 'portable' }, headers: { origin: 'https://evil.example' } });
    await ask('POST', '/demo/device', { form: { kind: 'unknown' } });
    assert.deepEqual(face.deviceKinds, []);
  });
  test('says what the computer counts as, why, and who is logged in', async () => {
    const body = String((await ask('GET', '/demo/device')).body);
    assert.match(body, /It counts as: Workplace computer\./);
    assert.match(body, /Because of the network that it is on\./);
    assert.match(body, /Logged in as Anna Lindqvist.*Not you\?/);
  });
  test('and the trail are not there without their ports', () => {
    const none = { device: undefined, trail: undefined, directory: undefined };
    const paths = portalRoutes({ ...face.portalPorts, ...none }).map(({ path }) => path);
    assert.deepEqual(
      paths.filter((path) => path.startsWith('/demo')),
      [],
    );
  });
});

describe('the demo’s trail', () => {
  test('tells each step in words, with its way, its level, its rules and its place in the log', async () => {
    const body = String((await ask('GET', '/demo/trail', { session: '' })).body);
    assert.match(body, /covers 41 events/);
    assert.match(body, /npx tillit explain AAAA-AAAA/);
    assert.match(body, /National core record · Anna Lindqvist/);
    assert.match(body, /Work card: high/);
    assert.match(
      body,
      /more is needed; level required: high · level reached: low · The core record asks for the highest level/,
    );
    assert.match(
      body,
      /<span class="failed">The proof was refused<\/span><br><span class="quiet">Wrong user name or password/,
    );
    assert.match(body, /An application was told about the logout<\/span><br><span class="quiet">Patient record</);
    assert.match(body, /sealed as no\. 39/);
    assert.match(body, /being sealed/);
  });
  test('tells what became of an account, in the system that it is in', async () => {
    face = webFace(() => origin);
    const event = { at: 0, kind: 'account.opened', target: 'region', reference: 'R', refused: false } as const;
    const trail = { latest: () => Promise.resolve({ events: [event], sealed: undefined }) };
    const accountTargets = new Map([['region', { name: { sv: 'Regionens katalog' } }]]);
    const catalogue = () => ({ ...face.portalPorts.catalogue(), accountTargets }) as unknown as CatalogueSnapshot;
    const route = portalRoutes({ ...face.portalPorts, trail, catalogue }).find(({ path }) => path === '/demo/trail');
    const request = { method: 'GET', path: '/demo/trail', query: '', params: {}, headers: {}, body: Buffer.alloc(0) };
    const answer = await route?.handle({ ...request, ip: '::1' } as HttpRequest);
    assert.match(String(answer?.body), /Konto: [^<]+<\/span><br><span class="quiet">Regionens katalog</);
  });
  test('says so when nothing has happened', async () => {
    face = webFace(() => origin);
    const trail = { latest: () => Promise.resolve({ events: [], sealed: undefined }) };
    const route = portalRoutes({ ...face.portalPorts, trail }).find(({ path }) => path === '/demo/trail');
    const request = {
      method: 'GET',
      path: '/demo/trail',
      query: '',
      params: {},
      headers: {},
      body: Buffer.alloc(0),
      ip: '::1',
    };
    assert.match(String((await route?.handle(request as HttpRequest))?.body), /Ingenting har hänt än/);
  });
});

describe('a login for our own pages', () => {
  const request = portalLogin('main', '/portal');
  test('leads back to a page of ours and nowhere else', () => {
    const granted = { kind: 'granted', reference: 'K7QM-2F9X' } as Parameters<typeof portalAnswer>[1];
    assert.equal(portalAnswer(request, granted).headers.location, '/portal');
    assert.equal(portalAnswer({ ...request, memo: { back: 'https://evil.example' } }, granted).headers.location, '/');
  });
  test('a refusal is a page with its code', () => {
    const refused = { kind: 'refused', error: 'denied', reason: 'person.unknown', reference: 'K7QM-2F9X' } as const;
    assert.equal(portalAnswer(request, refused).headers.location, '/problem/person.unknown?code=K7QM-2F9X');
    const cancelled = { ...refused, error: 'cancelled', reason: 'journey.cancelled' } as const;
    assert.equal(portalAnswer(request, cancelled).headers.location, '/');
  });
});

test('the start page has applications, the walk, people, trust and links', async () => {
  const body = String((await ask('GET', '/', { session: '' })).body);
  for (const words of ['Patient record', 'Open the national core record', 'Card file', '3F:7A', 'OpenID discovery'])
    assert.ok(body.includes(words), words);
});
