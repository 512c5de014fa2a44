// The pages where a person answers programs that named them: only their own, only by their own form, and who asks is named.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { routeOf } from '../../../../test/fakes/serve-routes.ts';
import { type WebFace, webFace } from '../../../../test/fakes/web-face.ts';
import { csrfToken, type HttpRequest, type HttpResponse } from '../../../base/http/index.ts';
import { locales } from '../../../wire/codes/index.ts';
import { portalAnswer, portalLogin, portalRoutes } from './index.ts';

const origin = 'https://hub.example';
let face: WebFace;
beforeEach(() => {
  face = webFace(() => origin);
});

async function ask(
  method: 'GET' | 'POST',
  path: string,
  given: {
    readonly session?: string;
    readonly body?: string;
    readonly locale?: string;
    readonly headers?: Record<string, string | undefined>;
  } = {},
): Promise<HttpResponse> {
  const { session = 's1', body = '', locale = 'en', headers } = given;
  const { route, params } = routeOf(portalRoutes(face.portalPorts), method, path);
  assert.ok(route, path);
  const request: HttpRequest = {
    method,
    path,
    query: '',
    params,
    headers: {
      cookie: `__Host-tillit-locale=${locale}${session === '' ? '' : `; __Host-tillit-session=${session}`}`,
      ...(method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded', origin } : {}),
      ...headers,
    },
    body: Buffer.from(body),
    ip: '192.0.2.7',
  };
  return route.handle(request);
}
const csrf = (session = 's1') => csrfToken(face.portalPorts.csrfKey, 'portal', session);
const say = (answer: string, id = 'r1', more: Parameters<typeof ask>[2] = {}) =>
  ask('POST', `/requests/${id}`, {
    body: new URLSearchParams({ _csrf: csrf(more.session), answer }).toString(),
    ...more,
  });

describe('requests that wait for a person', () => {
  test('the start page and the list name them, with message, second and place; nobody else’s', async () => {
    for (const path of ['/', '/requests']) {
      const body = String((await ask('GET', path)).body);
      assert.match(body, /href="\/requests\/r1"><span><b>Ward &lt;scanner&gt;<\/b><span>Bed &lt;7&gt;, 4711<\/span>/);
      assert.match(body, /10:14:07<\/time>, Hospital network, 192\.0\.2\.9/);
      assert.match(body, /10:14:31/);
      assert.match(body, /<b>Laboratory<\/b><span><time/);
    }
    const other = String((await ask('GET', '/', { session: 'other' })).body);
    assert.doesNotMatch(other, /requests\/r1|asks you to log in/);
    assert.match(String((await ask('GET', '/requests', { session: 'other' })).body), /No system asks you/);
    assert.doesNotMatch(String((await ask('GET', '/', { session: '' })).body), /asks you to log in/);
  });

  test('somebody without a session logs in first, and comes back', async () => {
    for (const path of ['/requests', '/requests/r1'])
      assert.equal((await ask('GET', path, { session: '' })).headers.location, '/login/choose');
    const outcome = { kind: 'granted' } as Parameters<typeof portalAnswer>[1];
    assert.equal(portalAnswer(portalLogin('main', '/requests'), outcome).headers.location, '/requests');
    assert.equal((await say('yes', 'r1', { session: '' })).headers.location, '/requests');
    assert.deepEqual(face.deviceAnswers, []);
  });

  for (const locale of locales) {
    test(`names who asks, for whom, what the program shows, and warns, in ${locale}`, async () => {
      const body = String((await ask('GET', '/requests/r1', { locale })).body);
      assert.match(body, locale === 'sv' ? /Avdelningens &lt;läsare&gt;/ : /(Ward|Avdelningens) &lt;/);
      for (const part of [
        /<strong>Bed &lt;7&gt;, 4711<\/strong>/,
        /Region &amp; City/,
        /192\.0\.2\.9/,
        /Hospital network/,
      ])
        assert.match(body, part);
      assert.match(body, /class="bad"/);
      assert.match(body, /name="_back" value="\/requests\/r1"/, 'another language keeps the place');
      for (const answer of ['yes', 'no', 'reported']) assert.match(body, new RegExp(`value="${answer}"`));
      assert.deepEqual(face.deviceAnswers, []);
    });
  }

  test('two with one message are said to be two', async () => {
    assert.match(String((await ask('GET', '/requests/r2')).body), /Another request with the same text/);
    const alone = String((await ask('GET', '/requests/r3')).body);
    assert.doesNotMatch(alone, /Another request|must show the text|belongs to/);
  });

  test('yes begins the login, no and “it was not me” tell the program', async () => {
    assert.equal((await say('yes')).headers.location, '/requests/done');
    assert.equal((await say('no')).headers.location, '/requests/stopped');
    const reported = await say('reported', 'r2');
    assert.equal(reported.headers.location, '/requests/reported');
    assert.match(String((await ask('GET', '/requests/reported')).body), /Tell your help desk/);
    assert.equal((await say('no', 'r3')).status, 404, 'answered meanwhile, in another tab');
    assert.deepEqual(face.deviceAnswers, ['allow r1', 'deny r1', 'disown r2', 'deny r3']);
  });

  test('another person’s, an old one and none at all are told so, and nothing happens', async () => {
    for (const [id, session] of [
      ['r1', 'other'],
      ['gone', 's1'],
      ['%2e%2e', 's1'],
    ] as const) {
      const page = await ask('GET', `/requests/${id}`, { session });
      assert.deepEqual([page.status, /is not for you/.test(String(page.body))], [404, true]);
      assert.equal((await say('yes', id, { session })).status, 404);
    }
    assert.deepEqual(face.deviceAnswers, []);
  });

  test('only the person’s own form counts', async () => {
    for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }])
      assert.equal((await say('yes', 'r1', { headers })).status, 403);
    assert.equal((await ask('POST', '/requests/r1', { body: 'answer=yes' })).status, 403);
    assert.equal((await ask('POST', '/requests/r1', { body: `_csrf=${csrf('s2')}&answer=yes` })).status, 403);
    assert.equal((await ask('POST', '/requests/r1', { body: `_csrf=${csrf()}&answer=no&answer=yes` })).status, 403);
    assert.equal((await say('maybe')).status, 400);
    assert.deepEqual(face.deviceAnswers, []);
  });

  test('no pages until an application has the grant', async () => {
    const { requests } = face.portalPorts;
    face = { ...face, portalPorts: { ...face.portalPorts, requests: { ...requests, offered: () => false } } };
    for (const path of ['/requests', '/requests/done', '/requests/stopped', '/requests/reported', '/requests/r1'])
      assert.equal((await ask('GET', path)).status, 404);
    assert.equal((await say('yes')).status, 404);
    assert.doesNotMatch(String((await ask('GET', '/')).body), /requests\/r1/);
    assert.deepEqual(face.deviceAnswers, []);
  });
});
