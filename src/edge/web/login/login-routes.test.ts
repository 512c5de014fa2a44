// The routes of a login over a scripted dispatcher: what reaches it, what does not, and which cookies come back.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { journeyOf, sessionOf, steps } from '../../../../test/fakes/login-steps.ts';
import type { FakeDispatcher } from '../../../../test/fakes/scripted-dispatcher.ts';
import { type WebFace, webFace } from '../../../../test/fakes/web-face.ts';
import { csrfToken, type HttpRequest, type HttpResponse } from '../../../base/http/index.ts';
import type { LoginOutcome, Turn } from '../../../core/journey/index.ts';
import { reasonCodes } from '../../../wire/codes/index.ts';
import { text } from '../../../wire/texts/index.ts';
import { agentWords, browserOf } from './index.ts';

const origin = 'https://hub.example';
let face: WebFace;
let dispatcher: FakeDispatcher;
beforeEach(() => {
  face = webFace(() => origin);
  ({ dispatcher } = face);
});

interface Asked {
  readonly cookie?: string;
  readonly query?: string;
  readonly form?: Record<string, string> | string;
  readonly headers?: Record<string, string>;
}
const ours = '__Host-tillit-browser=browser-token; __Host-tillit-locale=en';

async function ask(method: 'GET' | 'POST', path: string, asked: Asked = {}): Promise<HttpResponse> {
  for (const route of face.routes) {
    const names = [...route.path.matchAll(/:([a-z]+)/gi)].map((part) => part[1] ?? '');
    const pattern = route.path.replace(/:[a-z]+/gi, '([^/]+)');
    const found = route.method === method ? new RegExp(`^${pattern}$`).exec(path) : null;
    if (!found) continue;
    const body =
      asked.form === undefined
        ? ''
        : typeof asked.form === 'string'
          ? asked.form
          : new URLSearchParams(asked.form).toString();
    const request: HttpRequest = {
      method,
      path,
      query: asked.query ?? '',
      params: Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')])),
      headers: {
        cookie: asked.cookie ?? ours,
        'user-agent':
          'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0',
        ...(method === 'POST'
          ? { 'content-type': 'application/x-www-form-urlencoded', origin, 'sec-fetch-site': 'same-origin' }
          : {}),
        ...asked.headers,
      },
      body: Buffer.from(body),
      ip: '192.0.2.7',
    };
    return await route.handle(request);
  }
  throw new Error(`no route for ${method} ${path}`);
}
const cookies = (response: HttpResponse): readonly string[] => {
  const set = response.headers['set-cookie'];
  return set === undefined ? [] : typeof set === 'string' ? [set] : set;
};
const hidden = (action: string, more: Record<string, string> = {}) => ({
  _csrf: csrfToken(face.loginPorts.csrfKey, 'login', 'browser-token'),
  _version: '3',
  _action: action,
  ...more,
});
const permit = {} as Extract<LoginOutcome, { kind: 'granted' }>['permit'];
const granted: LoginOutcome = { kind: 'granted', permit, session: sessionOf('s1', 'p1'), reference: 'K7QM-2F9X' };
const done = (given: Partial<Extract<Turn, { kind: 'done' }>> = {}): Turn => ({
  kind: 'done',
  request: journeyOf().request,
  outcome: granted,
  ...given,
});

describe('looking at a login', () => {
  test('every step is a page with our headers, a visible Cancel, and who is logged in with a way out', async () => {
    for (const [id, step] of Object.entries(steps)) {
      const answer = await ask('GET', `/login/${id}`);
      const body = String(answer.body);
      assert.equal(answer.status, 200, id);
      assert.match(String(answer.headers['content-security-policy']), /default-src 'none'/, id);
      assert.match(body, /<html lang="en">/, id);
      assert.match(body, /name="_action" value="cancel"/, id);
      assert.equal(body.includes('Logged in as Anna Lindqvist'), step.sessionPerson !== undefined, id);
      assert.equal(body.includes('Not you?'), step.sessionPerson !== undefined, id);
      assert.doesNotMatch(body, /<script|\sstyle=|\son[a-z]+="/i, id);
      assert.equal(dispatcher.acts.length, 0);
    }
  });

  test('a failure shows its code; a page without one does not', async () => {
    for (const [id, shows] of [
      ['password', false],
      ['password-wrong', true],
      ['card-none', true],
      ['fail', true],
    ] as const) {
      assert.equal(String((await ask('GET', `/login/${id}`)).body).includes('K7QM-2F9X'), shows, id);
    }
  });

  test('without a certificate the page lists what it can be and offers another try', async () => {
    const body = String((await ask('GET', '/login/card-none')).body);
    for (const check of ['Seated', 'Reader', 'Pin', 'Middleware', 'Wrong', 'Expired', 'Browser'] as const) {
      assert.ok(body.includes(text('en', `card.check${check}`)), check);
    }
    assert.ok(body.includes(text('en', 'card.checkKind', { cards: 'E-id card' })), 'also a card of another kind');
    assert.match(body, /href="\/login\/card-none\/card">Read the card again/);
  });

  test('a step-up says which application asks for which card, and why', async () => {
    const body = String((await ask('GET', '/login/card-step-up')).body);
    assert.ok(body.includes('National core record asks for a stronger login: your advanced card'));
    assert.ok(body.includes('The core record asks for the highest level'));
  });

  test('a pause is in words', async () => {
    assert.match(String((await ask('GET', '/login/password-delayed')).body), /Try again in 4 minutes/);
  });

  test('forms may lead to the application’s addresses and no further', async () => {
    const policy = String((await ask('GET', '/login/choose')).headers['content-security-policy']);
    assert.match(policy, /form-action 'self' https:\/\/ehr\.example;/);
  });

  test('an unknown login, and one without our cookie, are pages that say so', async () => {
    const unknown = await ask('GET', '/login/nothing');
    assert.equal(unknown.status, 404);
    assert.ok(String(unknown.body).includes(text('en', 'reason.journey.unknown.title')));
    const without = await ask('GET', '/login/choose', { cookie: '__Host-tillit-locale=nb' });
    assert.ok(String(without.body).includes(text('nb', 'reason.journey.noCookie.title')));
  });

  test('what an application or a proof says cannot become markup', async () => {
    const bad = '"><script>alert(1)</script>';
    const spoiled = { ...steps.password, sessionPerson: { id: 'p', name: bad } } as (typeof steps)[string];
    const view = dispatcher.view;
    dispatcher.view = async () => ({
      ...spoiled,
      journey: journeyOf({ id: 'x', request: { ...journeyOf().request, hint: bad } }),
      settings: face.loginPorts.catalogue().settings,
    });
    const body = String((await ask('GET', '/login/x')).body);
    dispatcher.view = view;
    assert.doesNotMatch(body, /<script/);
    assert.match(body, /&quot;&gt;&lt;script&gt;/);
  });
});

describe('taking an action', () => {
  for (const [name, id, form, action] of [
    ['a way', 'choose', { _action: 'provider', _provider: 'card' }, { kind: 'chooseProvider', provider: 'card' }],
    [
      'an assignment',
      'assignment',
      { _action: 'assignment', _assignment: 'a2' },
      { kind: 'chooseAssignment', assignment: 'a2' },
    ],
    ['not me', 'again', { _action: 'notMe' }, { kind: 'notMe' }],
    ['cancel', 'password', { _action: 'cancel' }, { kind: 'cancel' }],
    ['language', 'password', { _action: 'locale', _locale: 'nn' }, { kind: 'setLocale', locale: 'nn' }],
    [
      'a filled form: the fields that were asked for and no others',
      'password',
      { _action: 'reply', _provider: 'password', username: 'anna', password: ' p w ', extra: 'x' },
      {
        kind: 'reply',
        provider: 'password',
        reply: { kind: 'form', fields: { username: 'anna', password: ' p w ' }, ip: '192.0.2.7' },
      },
    ],
  ] as const) {
    test(name, async () => {
      const answer = await ask('POST', `/login/${id}`, { form: { ...hidden(''), ...form } });
      assert.equal(answer.status, 303);
      assert.equal(answer.headers.location, `/login/${id}`);
      assert.deepEqual(
        dispatcher.acts.map((one) => [one.journey, one.version, one.action, one.browser.token]),
        [[id, 3, action, 'browser-token']],
      );
    });
  }

  for (const [name, asked, status] of [
    ['from another origin', { headers: { origin: 'https://evil.example' } }, 303],
    ['from a sandbox', { headers: { origin: 'null' } }, 303],
    ['cross-site', { headers: { 'sec-fetch-site': 'cross-site' } }, 303],
    ['without our cookie', { cookie: '' }, 303],
    ['with another browser’s token', { cookie: '__Host-tillit-browser=other' }, 403],
    ['without a token', { form: { _version: '3', _action: 'cancel' } }, 403],
    ['as JSON', { headers: { 'content-type': 'application/json' } }, 400],
    ['without a version', { form: { _csrf: '', _action: 'cancel' } }, 403],
  ] as const) {
    test(`${name}: nothing is done`, async () => {
      const answer = await ask('POST', '/login/choose', { form: hidden('cancel'), ...asked });
      assert.equal(answer.status, status);
      if (status === 303) assert.equal(answer.headers.location, '/login/choose');
      assert.equal(dispatcher.acts.length, 0);
    });
  }

  for (const [name, form] of [
    ['an action that does not exist', { _action: 'finish' }],
    ['no action', { _action: '' }],
    ['a version that is no number', { _version: '3x' }],
    ['a negative version', { _version: '-1' }],
  ] as const) {
    test(`${name} is refused`, async () => {
      assert.equal((await ask('POST', '/login/choose', { form: { ...hidden('cancel'), ...form } })).status, 400);
      assert.equal(dispatcher.acts.length, 0);
    });
  }

  test('a field that comes twice is refused', async () => {
    const form = `${new URLSearchParams(hidden('provider', { _provider: 'card' }))}&_provider=password`;
    assert.equal((await ask('POST', '/login/choose', { form })).status, 400);
    assert.equal(dispatcher.acts.length, 0);
  });

  test('an empty form is asked for again, with each fault leading to its field, and no try is spent', async () => {
    const answer = await ask('POST', '/login/password', {
      form: hidden('reply', { _provider: 'password', username: '' }),
    });
    assert.equal(answer.status, 400);
    const body = String(answer.body);
    for (const field of ['username', 'password']) {
      assert.match(body, new RegExp(`<a href="#field-${field}">Fill in: `));
      assert.match(
        body,
        new RegExp(`id="field-${field}"[^>]*aria-invalid="true"[^>]*aria-describedby="field-${field}-error"`),
      );
    }
    assert.match(body, /<title>There is a problem: /);
    for (const path of ['choose', 'assignment'] as const) {
      const action = path === 'choose' ? 'provider' : 'assignment';
      assert.equal((await ask('POST', `/login/${path}`, { form: hidden(action) })).status, 400);
    }
    assert.equal(dispatcher.acts.length, 0);
  });

  test('a form for another provider than the page’s, or where a card is asked for, is not passed on', async () => {
    for (const [id, provider] of [
      ['password', 'card'],
      ['card', 'card'],
    ] as const) {
      const answer = await ask('POST', `/login/${id}`, {
        form: hidden('reply', { _provider: provider, username: 'a', password: 'b' }),
      });
      assert.equal(answer.status, 409);
    }
    assert.equal(dispatcher.acts.length, 0);
  });

  test('a page that was used already leads to where the login is now', async () => {
    dispatcher.answer = {
      kind: 'problem',
      reason: 'journey.alreadyUsed',
      reference: 'AAAA-BBBB',
      continueAt: 'choose',
    };
    const answer = await ask('POST', '/login/choose', { form: hidden('cancel') });
    assert.equal(answer.status, 409);
    assert.match(String(answer.body), /href="\/login\/choose"/);
    assert.match(String(answer.body), /AAAA-BBBB/);
  });

  test('a chosen language is remembered', async () => {
    const answer = await ask('POST', '/login/password', { form: hidden('locale', { _locale: 'nl' }) });
    assert.match(
      cookies(answer)[0] ?? '',
      /^__Host-tillit-locale=nl; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000$/,
    );
    assert.deepEqual(cookies(await ask('POST', '/login/password', { form: hidden('locale', { _locale: 'xx' }) })), []);
  });
});

describe('the end of a login', () => {
  test('the frontend answers, and the session’s cookie goes along', async () => {
    dispatcher.answer = done({ cookie: { value: 'new-session', maxAgeSeconds: 36_000 } });
    const answer = await ask('POST', '/login/password', { form: hidden('cancel') });
    assert.equal(answer.headers.location, 'https://ehr.example/callback?outcome=granted');
    assert.deepEqual(cookies(answer), [
      '__Host-tillit-session=new-session; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=36000',
    ]);
  });

  test('a session that was ended loses its cookie', async () => {
    dispatcher.answer = done({ forgetSession: true });
    assert.deepEqual(cookies(await ask('POST', '/login/password', { form: hidden('cancel') })), [
      '__Host-tillit-session=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0',
    ]);
    dispatcher.answer = done();
    assert.deepEqual(cookies(await ask('POST', '/login/password', { form: hidden('cancel') })), []);
  });

  test('a new browser gets its cookie on the way to the first page', async () => {
    const answer = await face.loginPorts.turnAnswer({ kind: 'interact', journey: 'j 1', browserToken: 'tok' });
    assert.equal(answer.headers.location, '/login/j%201');
    assert.deepEqual(cookies(answer), ['__Host-tillit-browser=tok; Path=/; Secure; HttpOnly; SameSite=Lax']);
  });
});

describe('the card', () => {
  test('the way out: a ticket on a host of its own', async () => {
    const answer = await ask('GET', '/login/card/card');
    assert.equal(answer.status, 303);
    assert.equal(answer.headers.location, 'https://label-siths-advanced.card.localhost:8444/card/ticket-out');
    assert.equal(answer.headers['referrer-policy'], 'no-referrer');
  });

  test('the way back takes one ticket', async () => {
    await ask('GET', '/login/card/handoff', { query: 'ticket=ticket-back' });
    assert.equal(dispatcher.acts[0]?.browser.agent, 'ticket-back');
    for (const query of ['', 'ticket=a&ticket=b', 'ticket']) {
      const answer = await ask('GET', '/login/card/handoff', { query });
      assert.equal(answer.status, query === 'ticket' ? 303 : 404);
    }
  });

  test('a problem page shows reasons and codes that exist, and nothing else', async () => {
    for (const reason of reasonCodes) {
      assert.ok(
        [400, 403, 404, 409, 413, 429, 500, 503].includes((await ask('GET', `/problem/${reason}`)).status),
        reason,
      );
    }
    const good = await ask('GET', '/problem/journey.expired', { query: 'code=K7QM-2F9X' });
    assert.match(String(good.body), /K7QM-2F9X/);
    const forged = await ask('GET', '/problem/journey.expired', { query: 'code=Call+0900' });
    assert.doesNotMatch(String(forged.body), /0900/);
    assert.equal((await ask('GET', '/problem/__proto__')).status, 404);
  });
});

describe('the language outside a login', () => {
  for (const [name, form, headers, location, set] of [
    ['back to the page', { _back: '/portal', _locale: 'nb' }, {}, '/portal', 1],
    ['never to another host', { _back: '//evil.example', _locale: 'nb' }, {}, '/', 1],
    ['nor by a scheme', { _back: 'https://evil.example', _locale: 'nb' }, {}, '/', 1],
    ['nor by a backslash', { _back: '/\\evil.example', _locale: 'nb' }, {}, '/', 1],
    ['a language that we have', { _back: '/', _locale: 'fr' }, {}, '/', 0],
    ['from our own pages alone', { _back: '/portal', _locale: 'nb' }, { origin: 'https://evil.example' }, '/', 0],
  ] as const) {
    test(name, async () => {
      const answer = await ask('POST', '/language', { form, headers });
      assert.equal(answer.headers.location, location);
      assert.equal(cookies(answer).length, set);
    });
  }
});

describe('the browser behind a request', () => {
  test('cookies, address, words about the program, language', () => {
    const browser = browserOf({
      method: 'GET',
      path: '/',
      query: '',
      params: {},
      body: Buffer.alloc(0),
      ip: '192.0.2.7',
      headers: {
        cookie: '__Host-tillit-browser=b; __Host-tillit-session=s; __Host-tillit-device=d; tillit-session=forged',
        'accept-language': 'nn-NO, en;q=0.5',
        'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      },
    });
    assert.deepEqual(browser, {
      token: 'b',
      session: 's',
      device: 'd',
      ip: '192.0.2.7',
      agent: 'Firefox, Linux',
      locale: 'nn',
    });
  });
  test('nothing of the header itself is kept', () => {
    assert.equal(agentWords('<script>alert(1)</script>'), '?');
    assert.equal(agentWords(undefined), '?');
  });
});
