// Logins at an organisation's own SAML provider: our metadata, a whole visit, membership, and every answer that logs nobody in.
import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, loa, SamlFake, samlKey, samlNumber } from '../fakes/saml-provider.ts';
import { applyItems } from '../support/hub-pair.ts';
import {
  ApplicationClient,
  demoApplication,
  type HttpAnswer,
  HttpBrowser,
  type RunningHub,
  startHub,
  tillitCommand,
} from '../support/index.ts';

const affiliation = 'urn:oid:1.2.752.201.3.1';
const number = 'urn:oid:1.2.752.29.4.13';
const year = 366 * 24 * 3_600_000;

const encoded = (fields: readonly (readonly [string, string])[]): string =>
  new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value])).toString();

describe('a login at a SAML provider', () => {
  let hub: RunningHub;
  const kommun = new SamlFake('kommun');
  const former = new SamlFake('former');
  const national = new SamlFake('national');

  const providerItem = (there: SamlFake, saml: object = {}) => ({
    id: there.name,
    connector: 'saml',
    name: { en: `The ${there.name} login` },
    maximumAssurance: 'high',
    saml: { ...there.record(), ...saml },
  });
  const jwk = (kid: string) => ({
    ...createPublicKey(readFileSync(demoApplication(hub).keyFile)).export({ format: 'jwk' }),
    ...{ kid, alg: 'ES256', use: 'sig' },
  });
  const ofFederation = (federation: string) => ({
    id: `app-${federation}`,
    issuer: 'hub',
    name: { en: 'Shared record' },
    redirectUris: [`${hub.ehrUrl}/callback`],
    authentication: { method: 'private_key_jwt', jwks: { keys: [jwk(`app-${federation}`)] } },
    grants: ['authorization_code'],
    scopes: ['openid'],
    minimumAssurance: 'low',
    federation,
  });

  before(async () => {
    hub = await startHub();
    const organisation = (id: string, no: string) => ({ id, name: id, number: no });
    await applyItems(hub, {
      organisations: [organisation('kommun', '2120001553'), organisation('former', '2120001561')],
      federations: [
        {
          id: 'care',
          name: { en: 'Care' },
          members: [
            { organisation: 'kommun' },
            { organisation: 'former', until: new Date(Date.now() - year).toISOString().slice(0, 10) },
          ],
        },
      ],
      providers: [
        providerItem(kommun, { organisation: 'kommun', scopes: ['kommun.se'] }),
        providerItem(former, { organisation: 'former' }),
        providerItem(national, {
          preset: 'sweden-connect',
          levels: {},
          namespaces: ['se-personnummer'],
          singleSignOn: [{ binding: 'post', location: `${national.url}/sso` }],
        }),
      ],
      applications: [ofFederation('care')],
      people: ['kommun', 'former'].map((of) => ({
        id: `anna-${of}`,
        givenName: 'Anna',
        familyName: of,
        identities: [
          { namespace: `saml:${of}`, value: 'anna' },
          ...(of === 'kommun' ? [{ namespace: 'se-personnummer', value: samlNumber }] : []),
        ],
        assignments: [{ id: `anna-at-${of}`, organisation: of, role: 'nurse' }],
      })),
    });
    const metadata = await ownMetadata();
    for (const there of [kommun, former, national]) await there.trust(metadata);
  });
  after(() => hub?.remove());

  /** Our keys are made within seconds after the first SAML provider. */
  async function ownMetadata(): Promise<string> {
    for (let tries = 0; ; tries += 1) {
      const { status, body } = await new HttpBrowser(hub.rootPem).go(`${hub.hubUrl}/login/saml/metadata`);
      if (status === 200 && body.includes('use="encryption"')) return body;
      assert.ok(tries < 100, `no metadata: ${status} ${body}`);
      await sleep(200);
    }
  }

  const atApplication = (url: URL): boolean => url.origin === hub.ehrUrl;
  const client = (id = 'demo-ehr') =>
    new ApplicationClient({ ...demoApplication(hub), clientId: id, ...(id === 'demo-ehr' ? {} : { scope: 'openid' }) });

  interface Visit {
    readonly browser: HttpBrowser;
    readonly login: Awaited<ReturnType<ApplicationClient['push']>>;
    readonly client: ApplicationClient;
    readonly asked: Awaited<ReturnType<SamlFake['asked']>>;
  }

  /** As far as the provider's own page. */
  async function toProvider(
    there: SamlFake,
    wish: Readonly<Record<string, string>> = {},
    app?: string,
  ): Promise<Visit> {
    const browser = new HttpBrowser(hub.rootPem);
    const application = client(app);
    const login = await application.push(wish);
    const page = await browser.go(login.url, atApplication);
    const way = new RegExp(`href="([^"]*/leave\\?provider=${there.name})"`).exec(page.body)?.[1];
    assert.ok(way, `no way to ${there.name}: ${page.url.href}\n${page.body}`);
    const away = await browser.go(new URL(way, page.url), (url) => url.origin === there.url);
    if (away.url.origin === there.url)
      return { browser, login, client: application, asked: await there.asked(away.url.href) };
    assert.equal(away.status, 200, away.body);
    assert.match(String(away.headers['content-security-policy']), /script-src 'sha256-/);
    assert.match(String(away.headers['content-security-policy']), new RegExp(`form-action 'self' ${there.url}`));
    const action = /<form method="post" action="([^"]+)"/.exec(away.body)?.[1] ?? '';
    const fields = [...away.body.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    const form = { action, fields: fields.map(([, name = '', value = '']) => [name, value] as const) };
    return { browser, login, client: application, asked: await there.asked(form) };
  }

  /** As a browser that comes from the provider's page: its origin, and none of our cookies of SameSite=Lax or Strict. */
  async function post(browser: HttpBrowser, there: SamlFake, fields: readonly (readonly [string, string])[]) {
    return await browser.request(new URL('/login/saml/answer', hub.hubUrl), {
      method: 'POST',
      body: encoded(fields),
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: there.url, cookie: '' },
    });
  }

  async function bring(browser: HttpBrowser, there: SamlFake, fields: readonly (readonly [string, string])[]) {
    const posted = await post(browser, there, fields);
    return posted.status === 303
      ? await browser.go(new URL(String(posted.headers.location), posted.url), atApplication)
      : posted;
  }

  async function logIn(there: SamlFake, said: Answer = {}, wish: Readonly<Record<string, string>> = {}, app?: string) {
    const visit = await toProvider(there, wish, app);
    const form = there.answer(visit.asked, said);
    return { ...visit, form, end: await bring(visit.browser, there, form.fields) };
  }

  const noCode = (end: HttpAnswer, what: RegExp): void => {
    assert.ok(!atApplication(end.url) || !end.url.searchParams.has('code'), `somebody was logged in: ${end.url.href}`);
    assert.match(end.body, what);
  };

  test('our metadata is one entity with keys for both uses, signed by the key that it names', async () => {
    const { own, ownKeys, encryptTo } = kommun;
    assert.deepEqual(own, {
      entityId: `${hub.hubUrl}/login/saml/metadata`,
      consumerUrl: `${hub.hubUrl}/login/saml/answer`,
      logoutUrl: `${hub.hubUrl}/login/saml/logout`,
    });
    assert.ok(ownKeys.length >= 1 && encryptTo !== undefined);
    assert.ok(!ownKeys.some(({ fingerprint256 }) => fingerprint256 === encryptTo.fingerprint256));
  });

  test('goes there and back, and the level is the provider’s own', async () => {
    const { end, login, client } = await logIn(kommun, { attributes: { [affiliation]: 'anna@2120001553' } });
    const { idClaims } = await client.complete(end.url, login);
    assert.deepEqual([idClaims.sub, idClaims.acr], ['anna-kommun', 'urn:tillit:loa:substantial']);
  });

  test('the level that is required is asked for by its own names, and a form takes the request where that is the way', async () => {
    const wish = { acr_values: 'urn:tillit:loa:high' };
    const said: Answer = { nameId: undefined, attributes: { [number]: samlNumber }, classRef: loa(4), encrypt: {} };
    const { end, login, client, asked } = await logIn(national, said, wish);
    assert.deepEqual(asked.request.requestedAuthnContext?.classRefs[0], loa(4));
    const { idClaims } = await client.complete(end.url, login);
    assert.deepEqual([idClaims.sub, idClaims.acr], ['anna-kommun', 'urn:tillit:loa:high']);
  });

  test('an assertion that is encrypted as SimpleSAMLphp does it is taken', async () => {
    const { end, login, client } = await logIn(kommun, {
      encrypt: { content: 'aes128-cbc', keyTransport: 'rsa-oaep-mgf1p' },
    });
    assert.equal((await client.complete(end.url, login)).idClaims.sub, 'anna-kommun');
  });

  describe('membership (K3)', () => {
    test('somebody of a member is let in', async () => {
      const { end, login, client } = await logIn(kommun, {}, {}, 'app-care');
      assert.equal((await client.complete(end.url, login)).idClaims.sub, 'anna-kommun');
    });

    test('the login of a former member is not even offered; a session by it is refused in words', async () => {
      const browser = new HttpBrowser(hub.rootPem);
      const page = await browser.go((await client('app-care').push()).url, atApplication);
      assert.match(page.body, /leave\?provider=kommun"/);
      assert.doesNotMatch(page.body, /leave\?provider=former"/);
      const there = await logIn(former);
      assert.equal((await there.client.complete(there.end.url, there.login)).idClaims.sub, 'anna-former');
      const again = await there.browser.go((await client('app-care').push()).url, atApplication);
      assert.ok(!again.url.searchParams.has('code'));
    });

    test('a provider that speaks for another organisation is refused, and told so', async () => {
      const { end } = await logIn(kommun, { attributes: { [affiliation]: 'anna@2120001553@2120001561' } });
      noCode(end, /The answer was about another organisation/);
    });
  });

  describe('logs nobody in', () => {
    test('an answer of another provider, one that nobody signed, a forged key', async () => {
      const visit = await toProvider(kommun);
      const { own } = former;
      const mixed = former.answer(visit.asked, {});
      assert.ok(own);
      noCode(await bring(visit.browser, former, mixed.fields), /We could not trust the answer/);
      noCode((await logIn(kommun, { signs: 'nothing' })).end, /We could not trust the answer/);
      noCode((await logIn(kommun, { signedBy: samlKey('attacker') })).end, /We could not trust the answer/);
    });

    test('a replayed answer, in the same login and in another of the same browser', async () => {
      const { browser, form, end } = await logIn(kommun);
      assert.ok(end.url.searchParams.has('code'));
      const replayed = await bring(browser, kommun, form.fields);
      assert.ok(!atApplication(replayed.url) && replayed.status !== 200);
      const next = await toProvider(former);
      const own = form.fields.filter(([name]) => name !== 'RelayState');
      const stolen = await bring(next.browser, kommun, [...own, ['RelayState', next.asked.relayState ?? '']]);
      noCode(stolen, /We could not trust the answer/);
    });

    test('an answer brought to another browser (login CSRF)', async () => {
      const attacker = await toProvider(kommun);
      const form = kommun.answer(attacker.asked);
      const victim = new HttpBrowser(hub.rootPem);
      await victim.go((await client().push()).url, atApplication);
      const there = await bring(victim, kommun, form.fields);
      assert.ok(!atApplication(there.url), 'the victim was logged in as the attacker');
      assert.notEqual(there.status, 200);
    });

    test('an answer at the address of OpenID providers, and twice the same field', async () => {
      const visit = await toProvider(kommun);
      const form = kommun.answer(visit.asked);
      const elsewhere = await visit.browser.request(new URL('/login/callback/kommun', hub.hubUrl), {
        method: 'POST',
        body: encoded(form.fields),
        headers: { 'content-type': 'application/x-www-form-urlencoded', origin: kommun.url, cookie: '' },
      });
      assert.ok(elsewhere.status >= 400, String(elsewhere.status));
      const again = await toProvider(kommun);
      const twice = kommun.answer(again.asked).fields;
      assert.ok((await post(again.browser, kommun, [...twice, ...twice])).status >= 400);
    });

    test('a level that is unknown or too low, where more is required', async () => {
      const wish = { acr_values: 'urn:tillit:loa:substantial' };
      noCode((await logIn(kommun, { classRef: 'urn:tillit:loa:high' }, wish)).end, /A stronger login is needed/);
      noCode((await logIn(kommun, { classRef: loa(2) }, wish)).end, /A stronger login is needed/);
    });

    test('a body beyond measure', async () => {
      const visit = await toProvider(kommun);
      const large = await post(visit.browser, kommun, [['SAMLResponse', 'A'.repeat(300_000)]]);
      assert.equal(large.status, 413);
    });
  });

  test('the trail says which check refused and never the number; the log says nothing of it', async () => {
    const said = { nameId: undefined, attributes: { [number]: samlNumber }, classRef: loa(4), encrypt: {} } as const;
    const { end } = await logIn(national, { ...said, signs: 'nothing' });
    const reference = /class="code">([0-9A-Z-]{9})</.exec(end.body)?.[1] ?? '';
    const { output } = await tillitCommand(hub, 'audit', 'find', '--reference', reference, '--json');
    assert.match(output, /saml\.responseSigned/);
    assert.ok(!output.includes(samlNumber) && !hub.output().includes(samlNumber));
  });
});
