// The pages where a person allows a device: nothing happens by a link or from another site, and the page says who asks.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { type WebFace, webFace } from '../../../../test/fakes/web-face.ts';
import type { HttpRequest, HttpResponse } from '../../../base/http/index.ts';
import { locales } from '../../../wire/codes/index.ts';
import { portalRoutes } from './index.ts';

const origin = 'https://hub.example';
const code = 'BCDF-GHJK';
let face: WebFace;
beforeEach(() => {
  face = webFace(() => origin);
});

async function ask(
  method: 'GET' | 'POST',
  path: string,
  given: {
    readonly form?: Record<string, string>;
    readonly body?: string;
    readonly query?: string;
    readonly locale?: string;
    readonly headers?: Record<string, string | undefined>;
  } = {},
): Promise<HttpResponse> {
  const found = portalRoutes(face.portalPorts).find((route) => route.method === method && route.path === path);
  assert.ok(found, path);
  const request: HttpRequest = {
    method,
    path,
    query: given.query ?? '',
    params: {},
    headers: {
      cookie: `__Host-tillit-locale=${given.locale ?? 'en'}`,
      ...(method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded', origin } : {}),
      ...given.headers,
    },
    body: Buffer.from(given.body ?? new URLSearchParams(given.form).toString()),
    ip: '192.0.2.7',
  };
  return found.handle(request);
}

describe('codes of devices', () => {
  test('a link only fills the code in, and repeats nothing as markup', async () => {
    const body = String((await ask('GET', '/device', { query: `user_code=${code}` })).body);
    assert.match(body, /value="BCDF-GHJK"/);
    assert.doesNotMatch(body, /Ward/, 'nothing is looked up by a link');
    const crafted = String((await ask('GET', '/device', { query: 'user_code=%22%3E%3Cscript%3E' })).body);
    assert.match(crafted, /value="&quot;&gt;&lt;script&gt;"/);
    const long = String((await ask('GET', '/device', { query: `user_code=${'B'.repeat(41)}` })).body);
    assert.match(long, /value=""/);
  });

  for (const locale of locales) {
    test(`names who asks and from where, and warns, in ${locale}`, async () => {
      const body = String((await ask('POST', '/device', { form: { user_code: code }, locale })).body);
      assert.match(body, locale === 'sv' ? /Avdelningens &lt;läsare&gt;/ : /(Ward|Avdelningens) &lt;/);
      assert.match(body, /192\.0\.2\.9/);
      assert.match(body, /Hospital network/);
      assert.match(body, /datetime="2026-01-05T07:30/);
      assert.match(body, /class="bad"/);
      assert.match(body, /value="no"/);
      assert.deepEqual(face.deviceAnswers, []);
    });
  }

  test('another language keeps the code, on either page, and nothing else that was typed', async () => {
    const back = async (answer: Promise<HttpResponse>) => {
      const found = /name="_back" value="([^"]*)"/.exec(String((await answer).body))?.[1] ?? '';
      const form = new URLSearchParams({ _back: found, _locale: 'nb' });
      const request = { method: 'POST', path: '/language', query: '', params: {}, ip: '192.0.2.7' } as const;
      const headers = { 'content-type': 'application/x-www-form-urlencoded', origin };
      const body = Buffer.from(form.toString());
      const route = face.routes.find(({ path }) => path === '/language');
      return (await route?.handle({ ...request, headers, body }))?.headers.location;
    };
    const here = `/device?user_code=${code}`;
    assert.equal(await back(ask('POST', '/device', { form: { user_code: code } })), here);
    assert.equal(await back(ask('GET', '/device', { query: `user_code=${code}` })), here);
    assert.equal(await back(ask('GET', '/device', { query: 'user_code=%26next%3Devil' })), '/device');
  });

  test('yes begins the login, no tells the device', async () => {
    const yes = await ask('POST', '/device/decide', { form: { user_code: code, answer: 'yes' } });
    assert.equal(yes.headers.location, '/device/done');
    const no = await ask('POST', '/device/decide', { form: { user_code: code, answer: 'no' } });
    assert.equal(no.headers.location, '/device/stopped');
    assert.deepEqual(face.deviceAnswers, ['allow', 'deny']);
  });

  test('a wrong code and too many of them are said beside the field', async () => {
    const wrong = await ask('POST', '/device', { form: { user_code: 'nothing' } });
    assert.deepEqual([wrong.status, /aria-invalid="true"/.test(String(wrong.body))], [400, true]);
    assert.equal((await ask('POST', '/device', { form: { user_code: 'TOO-MANY' } })).status, 429);
    assert.equal((await ask('POST', '/device/decide', { form: { user_code: 'nothing', answer: 'yes' } })).status, 400);
  });

  const strangers: readonly (readonly [string, Record<string, string | undefined>])[] = [
    ['another site', { origin: 'https://evil.example' }],
    ['a sandboxed page', { origin: 'null' }],
    ['a cross-site fetch', { origin: undefined, 'sec-fetch-site': 'cross-site' }],
    ['a client that says nothing', { origin: undefined }],
  ];
  for (const [what, headers] of strangers) {
    test(`refuses a form from ${what}`, async () => {
      const form = { user_code: code, answer: 'yes' };
      assert.equal((await ask('POST', '/device/decide', { form, headers })).status, 403);
      assert.equal((await ask('POST', '/device', { form, headers })).status, 403);
      assert.deepEqual(face.deviceAnswers, []);
    });
  }

  test('neither yes nor no, and both, are no answer', async () => {
    assert.equal((await ask('POST', '/device/decide', { form: { user_code: code } })).status, 400);
    const both = await ask('POST', '/device/decide', { body: `user_code=${code}&answer=no&answer=yes` });
    assert.equal(both.status, 403);
    assert.deepEqual(face.deviceAnswers, []);
  });

  test('no pages until an application has the grant', async () => {
    const { devices } = face.portalPorts;
    face = { ...face, portalPorts: { ...face.portalPorts, devices: { ...devices, offered: () => false } } };
    for (const path of ['/device', '/device/done', '/device/stopped'])
      assert.equal((await ask('GET', path)).status, 404);
    assert.equal((await ask('POST', '/device', { form: { user_code: code } })).status, 404);
    assert.equal((await ask('POST', '/device/decide', { form: { user_code: code, answer: 'yes' } })).status, 404);
  });
});
