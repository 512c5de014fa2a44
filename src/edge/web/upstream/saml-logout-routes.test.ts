// The addresses of single logout by themselves: what is asked of the judge, where the browser goes, and who is slowed down.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { HttpRequest, HttpResponse } from '../../../base/http/index.ts';
import { tokenHash } from '../../../base/ids.ts';
import {
  type CarriedSamlLogout,
  type SamlLogoutAnswer,
  type SamlLogoutInput,
  type SamlLogoutOutcome,
  samlLogoutRoutes,
} from './index.ts';

const url = 'https://idp.example/slo?SAMLResponse=x';
const taken: SamlLogoutOutcome = {
  kind: 'taken',
  taken: { provider: 'kommun', requestId: '_r', relayState: 'theirs', binding: 'redirect', sessions: ['s1', 's2'] },
};

function face(
  outcome: SamlLogoutOutcome,
  given: { readonly answer?: SamlLogoutAnswer | undefined; readonly here?: string } = {},
) {
  const asked: SamlLogoutInput[] = [];
  const passed: (string | undefined)[] = [];
  let strays = 0;
  const routes = samlLogoutRoutes({
    clock: () => 0,
    origin: 'https://hub.example',
    path: '/slo',
    take: async (input) => {
      asked.push(input);
      return outcome;
    },
    answer: async (_taken, said) => {
      passed.push(said);
      return given.answer;
    },
    seal: (carried) => Buffer.from(JSON.stringify(carried)).toString('base64url'),
    unseal: (text) => {
      try {
        return JSON.parse(Buffer.from(text, 'base64url').toString()) as CarriedSamlLogout;
      } catch {
        return undefined;
      }
    },
    stray: async () => {
      strays += 1;
    },
    page: async (_request, sessions, { provider, uri }) =>
      given.here !== undefined && sessions.includes(given.here)
        ? { status: 303, headers: { location: `/page?${new URLSearchParams({ provider, uri })}` }, body: '' }
        : undefined,
    stateCookie: '__Host-state',
    backPath: '/back',
    overPath: '/over',
    localeOf: () => 'nn',
    showFailure: () => ({ status: 403, headers: {}, body: 'failed' }),
  });
  const ask = async (method: 'GET' | 'POST', sent: Partial<HttpRequest> = {}, at = '/slo'): Promise<HttpResponse> => {
    const to = new URL(at, 'https://hub.example');
    const route = routes.find((one) => one.method === method && one.path === to.pathname);
    assert.ok(route);
    const request = { method, path: to.pathname, query: to.search.slice(1), params: {}, headers: {}, ip: '192.0.2.1' };
    return await route.handle({ ...request, body: Buffer.alloc(0), ...sent } as HttpRequest);
  };
  return { asked, passed, ask, strays: () => strays };
}
const cookie = { headers: { cookie: '__Host-state=the-state' } };
const soap = { headers: { 'content-type': 'text/xml; charset=utf-8' }, body: Buffer.from('<a/>') };
const posted = (fields: Record<string, string>) => ({
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: Buffer.from(new URLSearchParams(fields).toString()),
});
const answered = (ended: boolean, state = 'the-state'): SamlLogoutOutcome => ({
  kind: 'answered',
  state: tokenHash(state),
  ended,
});
/** Where a page in place of a redirect goes on to. */
const onOf = ({ headers }: HttpResponse): string => String(headers.refresh).slice('0; url='.length);

describe('an answer to ours', () => {
  test('by redirect goes on with the state of the cookie, which is used up', async () => {
    const { asked, ask } = face(answered(true));
    const answer = await ask('GET', { ...cookie, query: 'SAMLResponse=x' });
    assert.equal(answer.headers.location, '/back?state=the-state');
    assert.match(String(answer.headers['set-cookie']), /__Host-state=;.*Max-Age=0/);
    assert.deepEqual(asked, [{ binding: 'redirect', query: 'SAMLResponse=x' }]);
    const open = await face(answered(false)).ask('GET', cookie);
    assert.equal(open.headers.location, '/back?state=the-state&open=1');
  });

  test('by POST comes without our cookie, and is taken up when the browser is back with it', async () => {
    const { asked, ask } = face(answered(true));
    const came = await ask('POST', posted({ SAMLResponse: 'x', RelayState: 's', other: 'y' }));
    assert.deepEqual([came.status, came.headers.location], [200, undefined]);
    assert.match(String(came.body), /<html lang="nn">/);
    assert.deepEqual(asked, [
      {
        binding: 'post',
        fields: [
          ['SAMLResponse', 'x'],
          ['RelayState', 's'],
        ],
      },
    ]);
    const back = await ask('GET', cookie, onOf(came));
    assert.equal(back.headers.location, '/back?state=the-state');
    assert.equal((await ask('GET', {}, onOf(came))).status, 403, 'another browser');
  });

  test('counts in the browser that left for it alone; of others it is written down', async () => {
    const { ask, strays } = face(answered(true, 'of another'));
    assert.deepEqual([(await ask('GET')).status, (await ask('GET', cookie)).status, strays()], [403, 403, 2]);
    assert.equal((await face({ kind: 'refused' }).ask('GET', cookie)).status, 403);
  });
});

describe('a request that was taken', () => {
  const redirect = { kind: 'redirect', url } as const;

  test('is shown to the browser of a session that it ended, and then answered by what the page saw', async () => {
    const { ask, passed } = face(taken, { answer: redirect, here: 's2' });
    const { searchParams } = new URL(String((await ask('GET')).headers.location), 'https://hub.example');
    assert.equal(searchParams.get('provider'), 'kommun');
    const done = searchParams.get('uri') ?? '';
    assert.match(done, /^https:\/\/hub\.example\/slo\/done\?to=/);
    assert.deepEqual(passed, []);
    assert.equal((await ask('GET', {}, `${done}&passed=p`)).headers.location, url);
    assert.deepEqual(passed, ['p']);
  });

  test('is answered at once in a frame, and to a browser that has none of the sessions', async () => {
    for (const [here, dest] of [
      ['s2', 'iframe'],
      ['s2', 'image'],
      ['s9', 'document'],
      [undefined, undefined],
    ] as const) {
      const { ask } = face(taken, { answer: redirect, ...(here === undefined ? {} : { here }) });
      const answer = await ask('GET', dest === undefined ? {} : { headers: { 'sec-fetch-dest': dest } });
      assert.equal(answer.headers.location, url, `${here} ${dest}`);
    }
  });

  test('by POST is done at once, and shown when the browser is back', async () => {
    const { asked, ask } = face(taken, { answer: redirect, here: 's1' });
    const came = await ask('POST', posted({ SAMLRequest: 'x' }));
    assert.equal(asked.length, 1);
    assert.match(String((await ask('GET', {}, onOf(came))).headers.location), /^\/page\?provider=kommun/);
    assert.equal(asked.length, 1, 'once');
  });

  test('is answered by POST where that is the provider’s way, and by our own page where it has none', async () => {
    const form = { action: 'https://idp.example/slo', fields: [['SAMLResponse', 'x']] as const };
    const { status, body } = await face(taken, { answer: { kind: 'post', form } }).ask('GET');
    assert.equal(status, 200);
    assert.match(
      String(body),
      /<form method="post" action="https:\/\/idp\.example\/slo"><input type="hidden" name="SAMLResponse" value="x">/,
    );
    assert.equal((await face(taken).ask('GET')).headers.location, '/over');
  });

  test('nothing comes of an address that we did not make', async () => {
    const { ask } = face(taken, { answer: redirect });
    for (const at of ['/slo/on', '/slo/on?to=x', '/slo/done', '/slo/done?to=x', '/slo/done?to=x&to=y'])
      assert.equal((await ask('GET', {}, at)).status, 403, at);
    const carried = `to=${Buffer.from(JSON.stringify(answered(true))).toString('base64url')}`;
    assert.equal((await ask('GET', cookie, `/slo/done?${carried}`)).status, 403, 'an answer is no request');
  });
});

describe('single logout by the provider’s server', () => {
  test('is answered in SOAP', async () => {
    const answer = await face(taken, { answer: { kind: 'soap', body: Buffer.from('<b/>') } }).ask('POST', soap);
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
