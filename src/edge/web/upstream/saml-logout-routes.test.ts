// The address of single logout by itself: what is asked of the judge, where the browser goes, and who is slowed down.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { HttpRequest, HttpResponse } from '../../../base/http/index.ts';
import { tokenHash } from '../../../base/ids.ts';
import { type SamlLogoutInput, type SamlLogoutOutcome, samlLogoutRoutes } from './index.ts';

function face(outcome: SamlLogoutOutcome) {
  const asked: { readonly input: SamlLogoutInput; readonly ours: string | undefined }[] = [];
  const routes = samlLogoutRoutes({
    clock: () => 0,
    path: '/slo',
    take: async (input, ours) => {
      asked.push({ input, ours });
      return outcome;
    },
    stateCookie: '__Host-state',
    backPath: '/back',
    overPath: '/over',
    showFailure: () => ({ status: 403, headers: {}, body: 'failed' }),
  });
  const ask = async (method: 'GET' | 'POST', given: Partial<HttpRequest> = {}): Promise<HttpResponse> => {
    const route = routes.find((one) => one.method === method);
    assert.ok(route);
    const request = {
      method,
      path: '/slo',
      query: '',
      params: {},
      headers: {},
      body: Buffer.alloc(0),
      ip: '192.0.2.1',
    };
    return await route.handle({ ...request, ...given } as HttpRequest);
  };
  return { asked, ask };
}
const cookie = { headers: { cookie: '__Host-state=the-state' } };
const soap = { headers: { 'content-type': 'text/xml; charset=utf-8' }, body: Buffer.from('<a/>') };

describe('single logout by the browser', () => {
  test('an answer to ours goes on with the state of the cookie, which is used up', async () => {
    const { asked, ask } = face({ kind: 'answered', ended: true });
    const answer = await ask('GET', { ...cookie, query: 'SAMLResponse=x' });
    assert.equal(answer.headers.location, '/back?state=the-state');
    assert.match(String(answer.headers['set-cookie']), /__Host-state=;.*Max-Age=0/);
    assert.deepEqual(asked, [
      { input: { binding: 'redirect', query: 'SAMLResponse=x' }, ours: tokenHash('the-state') },
    ]);
    const open = await face({ kind: 'answered', ended: false }).ask('GET', cookie);
    assert.equal(open.headers.location, '/back?state=the-state&open=1');
  });

  test('an answer without our cookie, and what is refused, goes nowhere', async () => {
    assert.equal((await face({ kind: 'answered', ended: true }).ask('GET')).status, 403);
    assert.equal((await face({ kind: 'refused' }).ask('GET', cookie)).status, 403);
  });

  test('a request that was taken is answered at the provider, or by our own page where it has no place', async () => {
    const url = 'https://idp.example/slo?SAMLResponse=x';
    assert.equal((await face({ kind: 'taken', answer: { url } }).ask('GET')).headers.location, url);
    assert.equal((await face({ kind: 'taken', answer: undefined }).ask('GET')).headers.location, '/over');
  });
});

describe('single logout by the provider’s server', () => {
  test('is answered in SOAP', async () => {
    const answer = await face({ kind: 'taken', answer: { body: Buffer.from('<b/>') } }).ask('POST', soap);
    assert.deepEqual([answer.status, answer.headers['content-type']], [200, 'text/xml; charset=utf-8']);
  });

  test('in another type is not even read; who only sends what is refused is not listened to for a while', async () => {
    const { asked, ask } = face({ kind: 'refused' });
    assert.equal((await ask('POST', { headers: { 'content-type': 'text/html' } })).status, 400);
    assert.equal(asked.length, 0);
    for (let tries = 1; tries < 20; tries += 1) assert.equal((await ask('POST', soap)).status, 400);
    const answer = await ask('POST', soap);
    assert.equal(answer.status, 429);
    assert.ok(Number(answer.headers['retry-after']) > 0);
    assert.equal(asked.length, 19);
    assert.equal((await ask('POST', { ...soap, ip: '192.0.2.2' })).status, 400, 'others are');
  });
});
