// Logins at an organisation's own SAML provider: our metadata, a whole visit, membership, and every answer that logs nobody in.
import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { statusCodes } from '../../src/base/saml/index.ts';
import { type Answer, loa, SamlFake, samlCertificate, samlKey, samlNumber } from '../fakes/saml-provider.ts';
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
import { bring, ownMetadata, post, samlItem, visit } from './saml-visits.ts';

const affiliation = 'urn:oid:1.2.752.201.3.1';
const number = 'urn:oid:1.2.752.29.4.13';
const year = 366 * 24 * 3_600_000;

/** What docs/integrate/saml-provider.md tells an operator to write, whole: only the host and the certificate are ours. */
function documented({ url, name }: SamlFake): object {
  const page = readFileSync(new URL('../../docs/integrate/saml-provider.md', import.meta.url), 'utf8');
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  const here = yaml
    .replaceAll('https://idp.kommun.example/', `${url}/`)
    .replace('{ file: kommun.pem }', JSON.stringify(samlCertificate(name)));
  assert.doesNotMatch(here, /idp\.kommun\.example\/|kommun\.pem/);
  const [example] = (parse(here) as { providers: { id: string }[] }).providers;
  assert.ok(example?.id === 'kommun', 'the page has an example');
  return example;
}

describe('a login at a SAML provider', () => {
  let hub: RunningHub;
  const kommun = new SamlFake('kommun');
  const former = new SamlFake('former');
  const national = new SamlFake('national');

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
        documented(kommun),
        samlItem(former, { organisation: 'former' }),
        samlItem(national, {
          preset: 'sweden-connect',
          levels: {},
          namespaces: ['se-personnummer'],
          singleSignOn: [{ binding: 'post', location: `${national.url}/sso` }],
          passive: true,
          unsolicitedTo: 'demo-ehr',
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
    const metadata = await ownMetadata(hub);
    for (const there of [kommun, former, national]) await there.trust(metadata);
  });
  after(() => hub?.remove());

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
    return { browser, login, client: application, asked: await visit(browser, page, there) };
  }

  const consumer = () => `${hub.hubUrl}/login/saml/answer`;
  const brought = (browser: HttpBrowser, there: SamlFake, fields: Parameters<typeof bring>[3]) =>
    bring(browser, there, consumer(), fields, atApplication);

  async function logIn(there: SamlFake, said: Answer = {}, wish: Readonly<Record<string, string>> = {}, app?: string) {
    const away = await toProvider(there, wish, app);
    const form = there.answer(away.asked, said);
    return { ...away, form, end: await brought(away.browser, there, form.fields) };
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
      artifactUrl: `${hub.hubUrl}/login/saml/artifact`,
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

  describe('where nobody may be asked (prompt=none)', () => {
    /** From the application's request to the provider, with no page of ours but the form that takes the request there. */
    async function silently(said: Answer) {
      const browser = new HttpBrowser(hub.rootPem);
      const application = client();
      const login = await application.push({ prompt: 'none' });
      const form = await browser.go(login.url, atApplication);
      const action = /<form method="post" action="([^"]+)"/.exec(form.body)?.[1] ?? '';
      assert.equal(action, `${national.url}/sso`);
      const hidden = [...form.body.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
      const fields = hidden.map(([, name = '', value = '']) => [name, value] as const);
      const asked = await national.asked({ action, fields });
      assert.equal(asked.request.isPassive, true);
      const end = await brought(browser, national, national.answer(asked, said).fields);
      return { application, login, end };
    }

    test('the provider whose record allows it is asked, and who is logged in there is logged in here', async () => {
      const said = { nameId: undefined, attributes: { [number]: samlNumber }, encrypt: {} };
      const { application, login, end } = await silently(said);
      assert.equal((await application.complete(end.url, login)).idClaims.sub, 'anna-kommun');
    });

    test('its NoPassive is told to the application as interaction_required, by no page of ours', async () => {
      const status = { code: statusCodes.responder, second: statusCodes.noPassive };
      const { end } = await silently({ status });
      assert.ok(atApplication(end.url), end.body);
      assert.equal(end.url.searchParams.get('error'), 'interaction_required');
    });
  });

  test('an answer that nobody asked for logs nobody in: a login begins at the place of the provider’s record (S12)', async () => {
    const { asked } = await toProvider(national);
    const unasked = (there: SamlFake) => {
      const form = there.answer(asked, { nameId: undefined, attributes: { [number]: samlNumber }, encrypt: {} });
      const { SAMLResponse = '' } = Object.fromEntries(form.fields);
      const xml = Buffer.from(SAMLResponse, 'base64')
        .toString()
        .replaceAll(/ InResponseTo="[^"]*"/g, '');
      return [
        ['SAMLResponse', Buffer.from(xml).toString('base64')],
        ['RelayState', 'https://evil.example/'],
      ] as const;
    };
    const browser = new HttpBrowser(hub.rootPem);
    const sent = await post(browser, national, consumer(), unasked(national));
    assert.ok(String(sent.headers.refresh).startsWith(`0; url=${hub.ehrUrl}/`), sent.body);
    const page = await post(browser, former, consumer(), unasked(former));
    assert.ok(page.status >= 400 && page.headers.location === undefined);
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
      const away = await toProvider(kommun);
      const { own } = former;
      const mixed = former.answer(away.asked, {});
      assert.ok(own);
      noCode(await brought(away.browser, former, mixed.fields), /We could not trust the answer/);
      noCode((await logIn(kommun, { signs: 'nothing' })).end, /We could not trust the answer/);
      noCode((await logIn(kommun, { signedBy: samlKey('attacker') })).end, /We could not trust the answer/);
    });

    test('a replayed answer, in the same login and in another of the same browser', async () => {
      const { browser, form, end } = await logIn(kommun);
      assert.ok(end.url.searchParams.has('code'));
      const replayed = await brought(browser, kommun, form.fields);
      assert.ok(!atApplication(replayed.url) && replayed.status !== 200);
      const next = await toProvider(former);
      const own = form.fields.filter(([name]) => name !== 'RelayState');
      const stolen = await brought(next.browser, kommun, [...own, ['RelayState', next.asked.relayState ?? '']]);
      noCode(stolen, /We could not trust the answer/);
    });

    test('an answer brought to another browser (login CSRF)', async () => {
      const attacker = await toProvider(kommun);
      const form = kommun.answer(attacker.asked);
      const victim = new HttpBrowser(hub.rootPem);
      await victim.go((await client().push()).url, atApplication);
      const there = await brought(victim, kommun, form.fields);
      assert.ok(!atApplication(there.url), 'the victim was logged in as the attacker');
      assert.notEqual(there.status, 200);
    });

    test('an answer at the address of OpenID providers, and twice the same field', async () => {
      const away = await toProvider(kommun);
      const form = kommun.answer(away.asked);
      const elsewhere = await post(away.browser, kommun, `${hub.hubUrl}/login/callback/kommun`, form.fields);
      assert.ok(elsewhere.status >= 400, String(elsewhere.status));
      const again = await toProvider(kommun);
      const twice = kommun.answer(again.asked).fields;
      assert.ok((await post(again.browser, kommun, consumer(), [...twice, ...twice])).status >= 400);
    });

    test('a level that is unknown or too low, where more is required', async () => {
      const wish = { acr_values: 'urn:tillit:loa:substantial' };
      noCode((await logIn(kommun, { classRef: 'urn:tillit:loa:high' }, wish)).end, /A stronger login is needed/);
      noCode((await logIn(kommun, { classRef: loa(2) }, wish)).end, /A stronger login is needed/);
    });

    test('a body beyond measure', async () => {
      const away = await toProvider(kommun);
      const large = await post(away.browser, kommun, consumer(), [['SAMLResponse', 'A'.repeat(300_000)]]);
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
