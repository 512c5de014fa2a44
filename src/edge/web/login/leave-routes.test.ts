// The choice of a way in, the way to a provider and back, and a disturbance there, as pages without scripts.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { journeyOf, regionIds, steps } from '../../../../test/fakes/login-steps.ts';
import { type WebFace, webFace } from '../../../../test/fakes/web-face.ts';
import type { HttpRequest, HttpResponse } from '../../../base/http/index.ts';
import type { StepView } from '../../../core/journey/index.ts';

let face: WebFace;
beforeEach(() => {
  face = webFace(() => 'https://hub.example');
});

interface Asked {
  readonly query?: string;
  readonly form?: Readonly<Record<string, string>> | string;
  /** Cookies beside the browser's own and the language. */
  readonly cookie?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function ask(method: 'GET' | 'POST', path: string, asked: Asked = {}): Promise<HttpResponse> {
  for (const route of face.routes) {
    const names = [...route.path.matchAll(/:([a-z]+)/gi)].map((part) => part[1] ?? '');
    const found = new RegExp(`^${route.path.replace(/:[a-z]+/gi, '([^/]+)')}$`).exec(path);
    if (!found || route.method !== method) continue;
    const request: HttpRequest = {
      method,
      path,
      query: asked.query ?? '',
      params: Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')])),
      headers: {
        cookie: `__Host-tillit-browser=browser-token; __Host-tillit-locale=en${asked.cookie ?? ''}`,
        ...(method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
        ...asked.headers,
      },
      body: Buffer.from(
        asked.form === undefined || typeof asked.form === 'string'
          ? (asked.form ?? '')
          : new URLSearchParams(asked.form).toString(),
      ),
      ip: '192.0.2.7',
    };
    return await route.handle(request);
  }
  throw new Error(`no route for ${method} ${path}`);
}
const page = async (path: string, asked?: Asked): Promise<string> => String((await ask('GET', path, asked)).body);
const at = (body: string, ...words: readonly string[]): readonly number[] => words.map((word) => body.indexOf(word));
const last = (provider: string): Asked => ({ cookie: `; __Host-tillit-provider=${encodeURIComponent(provider)}` });

describe('the choice of a way in', () => {
  test('shows each way that policy left, in its order; another’s pages are a link, ours a button', async () => {
    const body = await page('/login/choose-provider');
    const places = at(body, 'value="card"', 'value="password"', 'leave?provider=eid', 'leave?provider=down');
    assert.ok(!places.includes(-1), String(places));
    assert.deepEqual(
      [...places].sort((a, b) => a - b),
      places,
    );
    assert.ok(!body.includes('region-1'), 'a way that policy did not leave');
    assert.doesNotMatch(body, /<script/);
  });

  test('puts the way that this browser used last first, and says so', async () => {
    const body = await page('/login/choose-provider', last('eid'));
    const [eid = 0, card = 0] = at(body, 'leave?provider=eid', 'value="card"');
    assert.ok(eid > 0 && eid < card);
    assert.match(body, /You used this last time|last time/i);
  });

  test('forgets a last way that is not among these, or was never there', async () => {
    for (const gone of ['region-1', 'nowhere', '%E0%A4%A', '"><script>'])
      assert.equal(await page('/login/choose-provider', last(gone)), await page('/login/choose-provider'), gone);
  });

  test('a long list can be searched without scripts, case or marks; a short one cannot', async () => {
    const body = await page('/login/choose-long');
    assert.match(body, /<form method="get" action="\/login\/choose-long#ways" role="search"/);
    for (const id of regionIds) assert.ok(body.includes(`leave?provider=${id}"`), id);
    for (const words of ['ore', 'ÖRE', 'örebro']) {
      const found = await page('/login/choose-long', { query: `q=${encodeURIComponent(words)}` });
      assert.ok(found.includes('leave?provider=region-1"') && !found.includes('leave?provider=region-2"'), words);
    }
    const found = await page('/login/choose-long', { query: 'q=nobody' });
    assert.match(found, /role="status">No way/);
    assert.match(found, new RegExp(`href="/login/choose-long\\?q=#ways">Show all ${regionIds.length + 1}`));
    assert.match(
      await page('/login/choose-long', { query: 'q=ore' }),
      new RegExp(`role="status">1 of ${regionIds.length + 1} ways`),
    );
    assert.ok(!(await page('/login/choose-long', { query: 'q=%3Cimg%3E' })).includes('<img>'));
    assert.ok(!(await page('/login/choose-provider')).includes('role="search"'));
  });
});

describe('a long list of other ways', () => {
  test('shows the first, all that are looked for, and all', async () => {
    const body = await page('/login/provider-down');
    assert.match(body, /role="search"/);
    assert.ok(body.includes('leave?provider=eid"') && !body.includes(`leave?provider=${regionIds.at(-1)}"`));
    const found = await page('/login/provider-down', { query: 'q=ore' });
    assert.ok(found.includes('leave?provider=region-1"') && !found.includes('leave?provider=region-2"'));
    const all = await page('/login/provider-down', { query: 'q=' });
    for (const id of regionIds) assert.ok(all.includes(`leave?provider=${id}"`), id);
  });

  test('puts the way that this browser used last among the first', async () => {
    const [id = ''] = regionIds.slice(-1);
    assert.ok((await page('/login/provider-down', last(id))).includes(`leave?provider=${id}"`));
  });
});

describe('leaving for a provider', () => {
  test('goes where the dispatcher says, and remembers the way', async () => {
    const answer = await ask('GET', '/login/choose-provider/leave', { query: 'provider=eid' });
    assert.deepEqual([answer.status, answer.headers.location], [303, 'https://eid.example/authorize?state=s']);
    assert.match(String(answer.headers['set-cookie']), /^__Host-tillit-provider=eid;.*Secure.*HttpOnly/);
    assert.deepEqual(face.dispatcher.left, [{ journey: 'choose-provider', provider: 'eid' }]);
  });

  test('that cannot be asked leads back to the page, and is not remembered', async () => {
    const answer = await ask('GET', '/login/j1/leave', { query: 'provider=down' });
    assert.deepEqual([answer.status, answer.headers.location], [303, '/login/j1']);
    assert.ok(!String(answer.headers['set-cookie'] ?? '').includes('tillit-provider'));
  });

  test('asks the dispatcher nothing when the address is not one of ours', async () => {
    for (const query of [
      '',
      'provider=',
      'provider=..%2Fx',
      'provider=eid&provider=down',
      `provider=${'x'.repeat(600)}`,
    ])
      assert.ok((await ask('GET', '/login/j1/leave', { query })).status >= 400, query);
    assert.deepEqual(face.dispatcher.left, []);
  });

  test('goes on by itself where there is nothing to read, and waits where there is', async () => {
    const view = face.dispatcher.view;
    const plain: StepView = {
      ...(steps.leave as StepView),
      step: { kind: 'prove', provider: 'eid', alternatives: [] },
      sessionPerson: undefined,
      journey: journeyOf(),
      settings: { lifetimes: {}, trustedProxies: [], demo: false } as unknown as StepView['settings'],
    };
    face.dispatcher.view = async () => plain;
    const goesOn = await ask('GET', '/login/j1');
    assert.equal(goesOn.headers.refresh, '0; url=/login/j1/leave?provider=eid');
    assert.match(String(goesOn.body), /href="\/login\/j1\/leave\?provider=eid"/, 'and by a link where it does not');
    face.dispatcher.view = view;
    for (const id of ['leave', 'provider-down'])
      assert.equal((await ask('GET', `/login/${id}`)).headers.refresh, undefined);
  });
});

test('a disturbance is told by the provider’s name, with another try and every other way', async () => {
  const body = await page('/login/provider-down');
  assert.match(body, /BankID does not answer now/);
  assert.match(body, /K7QM-2F9X/);
  for (const way of ['leave?provider=down"', 'leave?provider=eid"', 'value="card"', 'role="search"'])
    assert.ok(body.includes(way), way);
});

describe('a provider’s answer', () => {
  const back = { method: 'GET', path: '/login/callback/eid' } as const;
  test('by GET or by a form from elsewhere is handed on as it came; the browser goes to the journey with a ticket', async () => {
    const byGet = await ask(back.method, back.path, { query: 'state=s&code=c&iss=https%3A%2F%2Feid.example' });
    const byForm = await ask('POST', back.path, {
      form: { state: 's', code: 'c', iss: 'https://eid.example' },
      headers: { origin: 'https://eid.example', 'sec-fetch-site': 'cross-site' },
    });
    const on = '/login/j1/handoff?ticket=ticket-back';
    assert.deepEqual([byGet.status, byGet.headers.location], [303, on]);
    // Not by a redirect after another site's form: its `form-action` would be held against where the login ends.
    assert.deepEqual(
      [byForm.status, byForm.headers.location, byForm.headers.refresh],
      [200, undefined, `0; url=${on}`],
    );
    assert.match(String(byForm.body), /<html lang="en">.*<a href="\/login\/j1\/handoff\?ticket=ticket-back">Continue/s);
    const [one, two] = face.dispatcher.returnedCalls;
    assert.deepEqual(one, {
      provider: 'eid',
      parameters: { state: 's', code: 'c', iss: 'https://eid.example' },
      ip: '192.0.2.7',
    });
    assert.deepEqual(two, one);
  });

  test('with a parameter twice, too many or too much is refused unread (RFC 6749 3.1)', async () => {
    const many = Array.from({ length: 30 }, (_, n) => `p${n}=1`).join('&');
    for (const query of ['state=s&state=t&code=c', many, `state=${'x'.repeat(20_000)}`])
      assert.ok((await ask(back.method, back.path, { query })).status >= 400, query.slice(0, 40));
    assert.ok((await ask('POST', back.path, { form: 'code=a&code=b' })).status >= 400);
    assert.ok((await ask('GET', '/login/callback/EID')).status >= 400);
    assert.deepEqual(face.dispatcher.returnedCalls, []);
  });

  test('that nobody asked for leads to the place of the provider’s record, where there is one, and never to its RelayState', async () => {
    const post = (SAMLResponse: string) =>
      ask('POST', '/login/saml/answer', { form: { SAMLResponse, RelayState: 'https://evil.example/' } });
    const placed = await post('unasked');
    assert.deepEqual([placed.status, placed.headers.refresh], [200, '0; url=https://ehr.example/']);
    const other = await post('another');
    assert.deepEqual([other.headers.location, other.headers.refresh], [undefined, undefined]);
    assert.ok(other.status >= 400);
  });

  test('of a login that is over is told with its code', async () => {
    const answer = await ask(back.method, back.path, { query: 'state=gone&code=c' });
    assert.ok(answer.status >= 400);
    assert.match(String(answer.body), /K7QM-2F9X/);
  });
});
