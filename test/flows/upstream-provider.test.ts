// Logins at an upstream provider, oidc-provider over HTTPS: what is used when it is offered, and every answer that logs nobody in.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose';
import { parse, stringify } from 'yaml';
import { realNumber, syntheticNumber } from '../fakes/upstream-provider.ts';
import {
  ApplicationClient,
  demoApplication,
  formsOf,
  type HttpAnswer,
  HttpBrowser,
  logInWithPassword,
  OpenIdPeer,
  type RunningHub,
  startHub,
  temporaryFolder,
  tillitCommand,
} from '../support/index.ts';
import { connectorAlone } from './connector-alone.ts';

const texts = {
  invalid: /We could not trust the answer/,
  levelTooLow: /A stronger login is needed/,
  unavailable: /does not answer now/,
  cancelled: /The login was not completed/,
  subject: /We were not told who you are/,
  testNumber: /This is a test identity/,
};

/** What docs/operations/providers.md tells an operator to write. */
const page = readFileSync(new URL('../../docs/operations/providers.md', import.meta.url), 'utf8');
const [example, organisationExample] = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(
  ([, yaml = '']) => (parse(yaml) as { providers: { id: string; upstream: object }[] }).providers[0],
);
assert.ok(example?.id === 'idporten' && organisationExample !== undefined, 'the page has two examples');

describe('a login at an upstream provider', () => {
  const folder = temporaryFolder('upstream');
  let hub: RunningHub;
  let peer: OpenIdPeer;
  let client: ApplicationClient;
  const secret = randomBytes(32).toString('base64url');

  before(async () => {
    hub = await startHub();
    const callback = (provider: string) => `${hub.hubUrl}/login/callback/${provider}`;
    const shared = { response_types: ['code' as const], id_token_signed_response_alg: 'ES256' as const };
    peer = await OpenIdPeer.start({
      root: hub.rootPem,
      certificate: join(hub.dataFolder, 'demo', 'ca', 'server.pem'),
      key: join(hub.dataFolder, 'demo', 'ca', 'server.key'),
      clients: [
        {
          ...shared,
          client_id: 'tillit',
          redirect_uris: [callback('idporten')],
          token_endpoint_auth_method: 'private_key_jwt',
          jwks_uri: `${hub.hubUrl}/login/client-jwks`,
          dpop_bound_access_tokens: true,
          require_pushed_authorization_requests: true,
        },
        {
          ...shared,
          client_id: 'tillit-by-secret',
          client_secret: secret,
          redirect_uris: [callback('regional')],
          token_endpoint_auth_method: 'client_secret_basic',
        },
      ],
    });
    peer.people.set('peer-1', { pid: realNumber, name: 'Ola of the Peer' });
    peer.people.set('made-up', { pid: syntheticNumber });
    peer.people.set('unnamed', {});
    peer.people.set('stranger', { pid: '02017012345' });
    writeFileSync(join(folder.path, 'secret'), secret);
    await apply({
      issuers: [
        { id: 'hub', url: hub.hubUrl, brand: 'demo', federation: { authorityHints: ['https://anchor.example'] } },
      ],
      providers: [
        // The page's own example, but for where the provider is.
        { ...example, upstream: { ...example.upstream, issuer: peer.issuer, privateNetwork: true } },
        provider('regional', {
          preset: 'idporten',
          clientId: 'tillit-by-secret',
          authentication: { method: 'client_secret_basic', secretFile: 'secret' },
          responseMode: 'form_post',
        }),
      ],
      people: [
        {
          id: 'ola',
          givenName: 'Ola',
          familyName: 'Nordmann',
          identities: [{ namespace: 'no-fodselsnummer', value: realNumber }],
          assignments: [{ id: 'ola-ward', organisation: 'fjord-hospital', unit: 'fjord-ward-3', role: 'nurse' }],
        },
      ],
    });
    client = new ApplicationClient(demoApplication(hub));
    // Our key for the new provider is made within seconds; until then it is told as a disturbance.
    const keys = async () => (await new HttpBrowser(hub.rootPem).go(`${hub.hubUrl}/login/client-jwks`)).body;
    for (let tries = 0; !(await keys()).includes('"kid"'); tries += 1) {
      assert.ok(tries < 100, 'no key was made');
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  });
  after(async () => {
    await peer?.close();
    await hub?.remove();
    folder.remove();
  });
  beforeEach(() => {
    peer.answer = { sub: 'peer-1', acr: 'idporten-loa-high', amr: ['BankID'] };
    peer.fault = undefined;
    peer.down = undefined;
    peer.seen.length = 0;
  });

  const provider = (id: string, upstream: object) => ({
    id,
    connector: 'oidc',
    name: { en: `The ${id} login` },
    maximumAssurance: 'high',
    order: 5,
    price: { amount: '0.55', currency: 'NOK' },
    upstream: { issuer: peer.issuer, namespaces: ['no-fodselsnummer'], privateNetwork: true, ...upstream },
  });

  async function apply(sections: object): Promise<void> {
    const file = join(folder.path, 'upstream.yaml');
    writeFileSync(file, stringify(sections));
    const { code, output } = await tillitCommand(hub, 'apply', file, '--yes');
    assert.equal(code, 0, output);
    // Running hubs take it within a second; another second for a busy machine.
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }

  const atApplication = (url: URL): boolean => url.origin === hub.ehrUrl;
  const atCallback = (url: URL): boolean => url.pathname.startsWith('/login/callback/');

  async function begin(wish: Readonly<Record<string, string>> = {}) {
    const browser = new HttpBrowser(hub.rootPem);
    const login = await client.push(wish);
    const page = await browser.go(login.url, atApplication);
    return { browser, login, page };
  }

  const wayTo = (page: HttpAnswer, id = 'idporten'): URL => {
    const found = new RegExp(`href="([^"]*/leave\\?provider=${id})"`).exec(page.body)?.[1];
    assert.ok(found, `no way to ${id}:\n${page.body}`);
    return new URL(found, page.url);
  };

  /** The whole way: to the choice, to the peer, and back as far as it goes. */
  async function go(wish?: Readonly<Record<string, string>>, until = atApplication) {
    const begun = await begin(wish);
    const end = await begun.browser.go(wayTo(begun.page), until);
    return { ...begun, end };
  }

  const noCode = (end: HttpAnswer, what: RegExp): void => {
    assert.ok(!atApplication(end.url), `somebody was logged in: ${end.url.href}`);
    assert.match(end.body, what);
  };

  test('succeeds; pushed request, PKCE, private_key_jwt by our published key, and DPoP with its nonce are used', async () => {
    const { end, login } = await go();
    const tickets = await client.complete(end.url, login);
    assert.deepEqual(
      [tickets.idClaims.sub, tickets.idClaims.acr, tickets.idClaims.amr],
      ['ola', 'urn:tillit:loa:high', ['BankID']],
    );
    const [pushed, ...more] = peer.to('pushed_authorization_request');
    assert.deepEqual([pushed?.status, more.length], [201, 0]);
    assert.match(String(pushed?.parameters.client_assertion), /^[\w-]+\.[\w-]+\.[\w-]+$/);
    assert.equal(pushed?.parameters.code_challenge_method, 'S256');
    assert.deepEqual(
      peer.to('token').map(({ status, headers }) => [status, headers.dpop !== undefined]),
      [
        [400, true],
        [200, true],
      ],
      'first without the nonce, then with it',
    );
  });

  test('the browser carries no more than the handle of the pushed request', async () => {
    const { browser, page } = await begin();
    const away = await browser.go(wayTo(page), (url) => url.origin === peer.issuer);
    assert.deepEqual([...away.url.searchParams.keys()].sort(), ['client_id', 'request_uri']);
  });

  test('the level that is required is asked for by its own name there, with the age that it may have', async () => {
    const { end, login } = await go({ acr_values: 'urn:tillit:loa:high' });
    assert.equal((await client.complete(end.url, login)).idClaims.acr, 'urn:tillit:loa:high');
    const { acr_values: asked, max_age: age } = peer.to('pushed_authorization_request')[0]?.parameters ?? {};
    assert.equal(asked, 'idporten-loa-high');
    assert.ok(Number(age) > 0);
  });

  test('works by a client secret and form_post, at a callback address of its own', async () => {
    const { browser, login, page } = await begin();
    const form = await browser.go(wayTo(page, 'regional'));
    const [answer] = formsOf(form);
    assert.ok(answer, form.body);
    assert.match(answer.action, /\/login\/callback\/regional$/);
    const posted = await browser.request(new URL(answer.action), {
      method: 'POST',
      body: new URLSearchParams(answer.fields).toString(),
      // As a browser that comes from the provider's page: its origin, and none of our cookies of SameSite=Lax or Strict.
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: peer.issuer, cookie: '' },
    });
    assert.equal(posted.headers.location, undefined, 'no redirect: the provider’s form-action names us alone');
    const end = await browser.onward(posted, atApplication);
    assert.equal((await client.complete(end.url, login)).idClaims.sub, 'ola');
  });

  describe('logs nobody in', () => {
    const claims: readonly (readonly [string, (claims: Record<string, unknown>) => Record<string, unknown>])[] = [
      ['wrong iss', (all) => ({ ...all, iss: 'https://evil.example' })],
      ['wrong nonce', (all) => ({ ...all, nonce: 'of-another-login' })],
      ['wrong aud', (all) => ({ ...all, aud: 'tillit-by-secret' })],
      ['expired', (all) => ({ ...all, exp: Number(all.iat) - 60 })],
    ];
    for (const [what, fault] of claims) {
      test(`${what} in the ID token`, async () => {
        peer.fault = fault;
        noCode((await go()).end, texts.invalid);
      });
    }

    test('the same tampering with nothing changed does log in: the cases above turn by their claim alone', async () => {
      peer.fault = (all) => all;
      const { end, login } = await go();
      assert.equal((await client.complete(end.url, login)).idClaims.sub, 'ola');
    });

    test('a wrong iss beside the code (mix-up)', async () => {
      const { browser, end } = await go({}, atCallback);
      const mixed = new URL(end.url);
      mixed.searchParams.set('iss', 'https://evil.example');
      noCode(await browser.go(mixed, atApplication), texts.invalid);
    });

    test('an answer at another provider’s address', async () => {
      const { browser, end } = await go({}, atCallback);
      const elsewhere = new URL(end.url.href.replace('/callback/idporten', '/callback/regional'));
      noCode(await browser.go(elsewhere, atApplication), texts.invalid);
      assert.equal(peer.to('token').length, 0, 'the code went to nobody');
    });

    test('a replayed state', async () => {
      const { browser, end, login } = await go({}, atCallback);
      const first = await browser.go(end.url, atApplication);
      assert.equal((await client.complete(first.url, login)).idClaims.sub, 'ola');
      const replayed = await browser.go(end.url, atApplication);
      assert.ok(!atApplication(replayed.url));
      assert.notEqual(replayed.status, 200);
      assert.equal(peer.to('token').filter(({ status }) => status === 200).length, 1);
    });

    test('an answer brought to another browser', async () => {
      const { end } = await go({}, atCallback);
      const other = await begin();
      const there = await other.browser.go(end.url, atApplication);
      assert.ok(!atApplication(there.url));
      assert.equal(peer.to('token').length, 0);
    });

    test('a level below the required one', async () => {
      peer.answer = { sub: 'peer-1', acr: 'idporten-loa-substantial' };
      noCode((await go({ acr_values: 'urn:tillit:loa:high' })).end, texts.levelTooLow);
    });

    test('a level with a name that is not on the list: it is low, whatever it says', async () => {
      peer.answer = { sub: 'peer-1', acr: 'urn:tillit:loa:high' };
      noCode((await go({ acr_values: 'urn:tillit:loa:substantial' })).end, texts.levelTooLow);
      const { end, login } = await go();
      assert.equal((await client.complete(end.url, login)).idClaims.acr, 'urn:tillit:loa:low');
    });

    test('a person who says no there', async () => {
      peer.answer = { sub: 'peer-1', error: 'access_denied' };
      noCode((await go()).end, texts.cancelled);
    });

    test('an error of the provider', async () => {
      peer.answer = { sub: 'peer-1', error: 'temporarily_unavailable' };
      noCode((await go()).end, texts.unavailable);
    });

    test('nobody’s number, a made-up one, one that we do not know', async () => {
      peer.answer = { sub: 'unnamed', acr: 'idporten-loa-high' };
      noCode((await go()).end, texts.subject);
      peer.answer = { sub: 'made-up', acr: 'idporten-loa-high' };
      noCode((await go()).end, texts.testNumber);
      peer.answer = { sub: 'stranger', acr: 'idporten-loa-high' };
      const { end } = await go();
      assert.ok(!atApplication(end.url));
    });
  });

  test('every login is counted once, single sign-on as avoided, and the command tells what it cost', async () => {
    const counts = async () => {
      const { code, output } = await tillitCommand(hub, 'logins', '--json');
      assert.equal(code, 0, output);
      return output
        .trim()
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, string | number>)
        .filter((one) => one.provider === 'idporten' && one.organisation === 'fjord-hospital');
    };
    const logged = ([one]: Awaited<ReturnType<typeof counts>>) => [Number(one?.logins ?? 0), Number(one?.avoided ?? 0)];
    const [logins = 0, avoided = 0] = logged(await counts());
    const { browser, end } = await go();
    assert.ok(atApplication(end.url));
    assert.ok(atApplication((await browser.go((await client.push()).url, atApplication)).url), 'single sign-on');
    const after = await counts();
    assert.equal(after.length, 1);
    assert.deepEqual(logged(after), [logins + 1, avoided + 1]);
    assert.deepEqual([after[0]?.application, after[0]?.price], ['demo-ehr', '0.55 NOK']);
    const table = (await tillitCommand(hub, 'logins')).output;
    assert.match(table, /^month +provider +organisation +application +price +logins +cost +avoided +saved$/m);
    assert.match(table, /idporten: \d+ logins \([\d.]+ NOK\), \d+ avoided \([\d.]+ NOK\)/);
    assert.equal((await tillitCommand(hub, 'logins', '--from', '2026-13')).code, 2);
  });

  for (const down of ['silence', 503] as const) {
    test(`a disturbance (${down}) on the way back leaves the other ways, and one of them works`, async () => {
      const { browser, login, end } = await go({}, atCallback);
      peer.down = down;
      const page = await browser.go(end.url, atApplication);
      noCode(page, texts.unavailable);
      assert.ok(wayTo(page) && wayTo(page, 'regional'), 'it can be tried again, or another taken');
      const kari = { username: 'kari', password: hub.password('kari') };
      const done = await logInWithPassword(browser, page.url, kari, atApplication);
      assert.equal((await client.complete(done.url, login)).idClaims.sub, 'kari-nordmann');
    });
  }

  test('a disturbance before leaving is told at once, and the provider works again when it is over', async () => {
    const { browser, login, page } = await begin();
    peer.down = 'silence';
    const told = await browser.go(wayTo(page), atApplication);
    noCode(told, texts.unavailable);
    peer.down = undefined;
    const end = await browser.go(wayTo(told), atApplication);
    assert.equal((await client.complete(end.url, login)).idClaims.sub, 'ola');
  });

  test('the hub’s own statement in a federation verifies by the keys that it holds', async () => {
    const url = `${hub.hubUrl}/.well-known/openid-federation`;
    const { body } = await new HttpBrowser(hub.rootPem).go(url);
    const keys = decodeJwt(body).jwks as JSONWebKeySet;
    const { payload } = await jwtVerify(body, createLocalJWKSet(keys), { issuer: hub.hubUrl, subject: hub.hubUrl });
    assert.deepEqual(payload.authority_hints, ['https://anchor.example']);
    const { jwks_uri: ticketKeys } = (payload.metadata as Record<string, Record<string, string>>).openid_provider ?? {};
    const tickets = (await new HttpBrowser(hub.rootPem).go(String(ticketKeys))).body;
    for (const { kid } of keys.keys) assert.ok(!tickets.includes(String(kid)), 'a key of tickets signs no statement');
  });

  test('the other example of the page applies, and its secret is stored sealed', async () => {
    await apply({ providers: [organisationExample] });
    const { output } = await tillitCommand(hub, 'export', '--section', 'providers', '--secrets');
    assert.match(output, /fjord-entra/);
    assert.ok(!output.includes(secret));
  });

  // The last one: the hub beside has the old keys for a minute.
  test('keys that rolled are fetched when one is not known, at most once a minute, and old documents count for a while', async () => {
    const alone = connectorAlone(peer, hub, secret);
    const { logIn } = alone;
    assert.equal(await logIn(), 'proven');
    peer.roll();
    assert.equal(await logIn(), 'token.signature', 'within the minute nothing is fetched again');
    assert.equal(peer.to('jwks').length, 1);
    alone.later = 61_000;
    assert.equal(await logIn(), 'proven');
    assert.deepEqual([peer.to('jwks').length, peer.to('discovery').length], [2, 1]);
    alone.later = 31 * 60_000;
    assert.equal(await logIn(), 'token.expires', 'our clock is half an hour ahead of theirs');
    assert.equal(peer.to('discovery').length, 2, 'past half its life the document is read again beside');
  });
});
