// Fuzz of what browsers and proxies send beside the protocol: pages' forms, cookies, addresses, host names, headers.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type HttpRequest, type HttpResponse, parseForm } from '../../src/base/http/index.ts';
import { newToken } from '../../src/base/ids.ts';
import { cidrMatcher, parseBlock } from '../../src/base/ip-address.ts';
import { Problem } from '../../src/base/problem.ts';
import { redirectUriFault } from '../../src/core/catalogue/redirect-uri.ts';
import { createSessions } from '../../src/core/sessions/index.ts';
import { keysOfServerName } from '../../src/edge/web/card/index.ts';
import { agentWords, cardHandler, localeOfRequest } from '../../src/edge/web/login/index.ts';
import { readClientAddress } from '../../src/edge/web/server/client-address.ts';
import { locales } from '../../src/wire/codes/index.ts';
import { LoginUser } from '../fakes/login-user.ts';
import { MemoryLogin } from '../fakes/memory-login.ts';
import { webFace } from '../fakes/web-face.ts';
import { calm } from './calm.ts';

const origin = 'https://hub.example';
const anyText = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    '__proto__',
    'constructor',
    '\u0000',
    '../..',
    '//evil.example',
    'javascript:1',
    '-1',
    '9'.repeat(40),
  ),
  fc.constantFrom(
    '1',
    'choose',
    'password',
    'assignment',
    'a1',
    'cancel',
    'notMe',
    'reply',
    'provider',
    'locale',
    'sv',
  ),
  fc.constantFrom('x'.repeat(15_000), ','.repeat(8_000), ';q=0.'.repeat(3_000), '%'.repeat(9_000)),
);
const headerText = anyText.map((text) => text.replace(/[^\x20-\x7e]/g, '?'));

function sound(answer: HttpResponse): void {
  assert.ok(answer.status >= 200 && answer.status < 500, `${answer.status} ${answer.body}`);
  assert.ok(String(answer.body ?? '').length < 200_000);
  for (const value of Object.values(answer.headers).flat()) assert.ok(!/[\r\n\0]/.test(value), value);
  const { location } = answer.headers;
  // Wherever a browser is sent, it is to us, to the card's host or to a registered application.
  if (location !== undefined) {
    const { hostname } = new URL(String(location), origin);
    assert.match(hostname, /^(?:hub|ehr|core)\.example$|^label-[a-z-]*\.card\.localhost$/, String(location));
  }
}

describe('pages of the hub', () => {
  const names = ['_action', '_version', '_csrf', '_provider', '_assignment', '_locale', '_back', '_session', '_all'];
  const fields = fc.dictionary(
    fc.constantFrom(...names, 'username', 'password', 'kind', 'application', 'uri'),
    anyText,
    {
      maxKeys: 10,
    },
  );
  const cookies = fc.oneof(
    headerText,
    fc.constantFrom(
      '__Host-tillit-browser=b',
      '__Host-tillit-session=s1',
      '__Host-tillit-browser=b; __Host-tillit-session=s1',
    ),
  );
  const headers = fc.dictionary(
    fc.constantFrom('origin', 'sec-fetch-site', 'accept-language', 'user-agent', 'content-type', 'accept', 'referer'),
    fc.oneof(headerText, fc.constantFrom(origin, 'same-origin', 'application/x-www-form-urlencoded', 'text/html')),
  );
  const face = webFace(() => origin);
  for (const route of face.routes) {
    test(`${route.method} ${route.path}`, async () => {
      const params = Object.fromEntries([...route.path.matchAll(/:([a-zA-Z]+)/g)].map(([, name]) => [name ?? '', '']));
      await fc.assert(
        fc.asyncProperty(fields, cookies, headers, anyText, async (form, cookie, more, segment) => {
          const text = new URLSearchParams(form).toString();
          const request: HttpRequest = {
            method: route.method,
            path: route.path,
            query: route.method === 'GET' ? text : '',
            params: Object.fromEntries(Object.keys(params).map((name) => [name, segment])),
            headers: { cookie, 'content-type': 'application/x-www-form-urlencoded', ...more },
            body: Buffer.from(route.method === 'POST' ? text.slice(0, route.maxBodyBytes ?? 0) : ''),
            ip: '192.0.2.7',
          };
          try {
            sound(await calm(() => route.handle(request)));
          } catch (thrown) {
            // What the web server makes a page of; anything else would be a fault of ours.
            if (!(thrown instanceof Problem) || thrown.kind === 'internal') throw thrown;
          }
        }),
        { numRuns: 60 },
      );
    });
  }
});

test('the card’s host: any path and method; only a ticket’s path reaches the login', async () => {
  const asked: string[] = [];
  const handle = cardHandler(
    {
      cardShown: async (token) => {
        asked.push(token);
        return { kind: 'problem', reason: 'journey.unknown' };
      },
    },
    origin,
  );
  const path = fc.oneof(
    anyText,
    anyText.map((text) => `/card/${text}`),
  );
  await fc.assert(
    fc.asyncProperty(path, fc.constantFrom('GET', 'POST', 'X'), async (given, method) => {
      const request = { method, path: given, query: '', params: {}, headers: {}, body: Buffer.alloc(0), ip: '' };
      sound(await calm(() => handle(request as HttpRequest)));
    }),
    { numRuns: 500 },
  );
  for (const token of asked) assert.match(token, /^[A-Za-z0-9_-]{1,200}$/);
});

test('journey ids, cookies and tickets: nothing but the right one opens anything', async () => {
  const hub = new MemoryLogin();
  const user = new LoginUser(hub);
  const journey = await user.begin();
  const right = user.token;
  const sessions = createSessions(hub.sessionPorts);
  const value = fc.oneof(anyText, fc.constant(journey), fc.constant(right ?? ''), fc.constant(newToken()));
  await fc.assert(
    fc.asyncProperty(value, value, value, async (id, token, ticket) => {
      const browser = { ...user.browser, token, session: ticket };
      if (id === journey && token === right) return;
      const answers = await calm(() =>
        Promise.all([
          user.dispatcher.view(id, browser),
          user.dispatcher.cardTicket(id, browser),
          user.dispatcher.takeHandoff(id, ticket, browser),
          user.dispatcher.cardShown(ticket, [], ''),
          user.dispatcher.act(id, 1, { kind: 'cancel' }, browser),
        ]),
      );
      for (const answer of answers) assert.equal('kind' in answer && answer.kind, 'problem');
      assert.equal(await sessions.find(ticket, hub.now), undefined);
    }),
    { numRuns: 300 },
  );
  assert.equal((await user.page(journey)).journey.version, 1);
});

describe('addresses', () => {
  const piece = fc.constantFrom(
    '1',
    '255',
    '256',
    '01',
    'f',
    'ffff',
    ':',
    '::',
    '.',
    '/',
    '%eth0',
    '/32',
    '/-1',
    '/129',
    '[',
    ']',
  );
  const addressLike = fc.oneof(
    anyText,
    fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join('')),
  );
  test('blocks: any text is a block that matches something, or none', async () => {
    await fc.assert(
      fc.asyncProperty(addressLike, addressLike, async (block, address) => {
        const parsed = await calm(() => parseBlock(block));
        if (parsed !== undefined) assert.equal(typeof cidrMatcher([block])(address), 'boolean');
      }),
      { numRuns: 2000 },
    );
  });
  test('forwarded headers: whatever a proxy passes on, the answer is an address; a stranger changes nothing', async () => {
    const isProxy = cidrMatcher(['10.0.0.0/24']);
    const value = fc.oneof(
      headerText,
      fc.array(addressLike, { maxLength: 6 }).map((all) => all.join(', ')),
      fc.array(headerText),
    );
    await fc.assert(
      fc.asyncProperty(
        value,
        fc.constantFrom('x-forwarded-for', 'forwarded'),
        fc.boolean(),
        async (text, name, stranger) => {
          const peer = stranger ? '203.0.113.9' : '10.0.0.1';
          const headers: Record<string, string | readonly string[] | undefined> = {
            'x-forwarded-for': text,
            forwarded: text,
            'client-cert': ':AA==:',
          };
          const address = await calm(() => readClientAddress(headers, peer, isProxy, name));
          assert.ok(parseBlock(address) !== undefined && !address.includes('/'), address);
          if (stranger) assert.equal(address, peer);
          assert.equal(headers['client-cert'], stranger ? undefined : ':AA==:');
        },
      ),
      { numRuns: 1000 },
    );
  });
});

test('server names: any text picks only CA names', async () => {
  const name = fc.oneof(
    anyText,
    anyText.map((text) => `${text}.card.localhost`),
  );
  await fc.assert(
    fc.asyncProperty(name, async (given) => {
      const keys = await calm(() => keysOfServerName(given, 'card.localhost'));
      assert.ok(keys === undefined || keys.every((key) => /^[a-z2-7]{4}$/.test(key)));
    }),
    { numRuns: 1000 },
  );
});

test('languages and User-Agent: one of ours, and few words', async () => {
  await fc.assert(
    fc.asyncProperty(headerText, headerText, async (accepted, agent) => {
      const headers = { 'accept-language': accepted, cookie: `__Host-tillit-locale=${agent}` };
      const request = {
        method: 'GET',
        path: '/',
        query: '',
        params: {},
        headers,
        body: Buffer.alloc(0),
        ip: '',
      } as const;
      assert.ok(locales.includes(await calm(() => localeOfRequest(request))));
      assert.ok((await calm(() => agentWords(agent))).length < 40);
    }),
    { numRuns: 500 },
  );
});

test('redirect URIs: what may be registered is an address that URL parsers read as it is written', async () => {
  const piece = fc.constantFrom(
    'https:',
    'http:',
    '//',
    '/',
    'ehr.example',
    'localhost',
    '@',
    ':',
    '443',
    '..',
    '%2e',
    '%2f',
    '?',
    '#',
    '*',
    'a',
    '\\',
    ';',
    ' ',
  );
  const uri = fc.oneof(
    anyText,
    fc.webUrl(),
    fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join('')),
  );
  let good = 0;
  await fc.assert(
    fc.asyncProperty(uri, fc.constantFrom('fapi2', 'basic'), async (text, profile) => {
      if ((await calm(() => redirectUriFault(text, profile))) !== undefined) return;
      good += 1;
      const url = new URL(text);
      assert.ok(url.href === text || url.href === `${text}/`, text);
      assert.ok(
        url.protocol === 'https:' ||
          (profile === 'basic' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)),
      );
      assert.ok(!/[#*\\\s]/.test(text) && url.username === '' && !text.split('/')[2]?.includes('@'), text);
    }),
    { numRuns: 3000 },
  );
  assert.ok(good > 50, `only ${good} were good`);
});

test('a form of the greatest size costs little', async () => {
  for (const unit of ['a=1&', '%41', '&', '=', '+', 'a%', 'é']) {
    await calm(() => parseForm(Buffer.from(unit.repeat(Math.floor(65_536 / Buffer.byteLength(unit))))));
  }
});
