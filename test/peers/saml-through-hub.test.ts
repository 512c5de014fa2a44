// SimpleSAMLphp as a municipality's provider, the hub, and Shibboleth and a NetScaler's settings as applications: whole ways, there and back (K1, K7, V2, B3).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ownMetadata } from '../flows/saml-visits.ts';
import { applyItems } from '../support/hub-pair.ts';
import {
  ApplicationClient,
  demoApplication,
  formsOf,
  type HttpAnswer,
  HttpBrowser,
  peerTlsOf,
  type RunningHub,
  requireDebian,
  softCard,
  startHub,
  toCardListener,
} from '../support/index.ts';
import {
  hubMetadata,
  providerRecord,
  registerSaml,
  type SamlApplication,
  type SimpleSaml,
  samlPackages,
  startMellonApplication,
  startShibbolethApplication,
  startSimpleSaml,
} from '../support/saml/index.ts';

const uid = 'urn:oid:0.9.2342.19200300.100.1.1';
const loa = (level: number): string => `http://id.elegnamnden.se/loa/1.0/loa${level}`;
const ours = (level: string): string => `urn:tillit:loa:${level}`;
/** The level that a name told stands for: the municipality's own name goes on where it was carried, ours where it was capped. */
const levelTold = (name: string): string =>
  ({ [loa(2)]: 'low', [loa(3)]: 'substantial', [loa(4)]: 'high' })[name] ?? name.replace(ours(''), '');
const person = (name: string, level?: string) => ({
  password: `${name}-password`,
  attributes: { [uid]: [name] },
  ...(level === undefined ? {} : { loa: level }),
});
/** Who the municipality knows: each with another level of login. */
const users = {
  nobody: person('nobody', loa(3)),
  low: person('low', loa(2)),
  substantial: person('substantial', loa(3)),
  high: person('high', loa(4)),
  unknown: person('unknown', 'https://kommun.example/very-strong'),
};
type User = keyof typeof users;
const linked: readonly User[] = ['low', 'substantial', 'high', 'unknown'];

describe('a municipality’s SimpleSAMLphp through the hub', { skip: requireDebian(...samlPackages) ?? false }, () => {
  let hub: RunningHub;
  let provider: SimpleSaml;
  /** By the level that each asks for by itself; `low` asks for none. */
  let applications: Readonly<Record<'low' | 'substantial' | 'high', SamlApplication>>;
  let netScaler: SamlApplication;

  before(async () => {
    hub = await startHub();
    const tls = peerTlsOf(hub);
    const idpMetadata = await hubMetadata(hub);
    const attributes = { given: 'urn:oid:2.5.4.42' };
    const asking = (level?: string) =>
      startShibbolethApplication({
        tls,
        idpMetadata,
        attributes,
        ...(level === undefined ? {} : { loa: [ours(level)] }),
      });
    provider = await startSimpleSaml({ tls, users, encrypt: true, requireSignedRequests: true });
    const [low, substantial, high, gateway] = await Promise.all([
      asking(),
      asking('substantial'),
      asking('high'),
      startMellonApplication({ tls, idpMetadata, netScaler: { nameIdFormat: 'unspecified' } }),
    ]);
    applications = { low, substantial, high };
    netScaler = gateway;
    const shibboleth = (application: SamlApplication) => ({ application, entry: { preset: 'shibboleth' } });
    await registerSaml(hub, {
      low: shibboleth(low),
      substantial: shibboleth(substantial),
      high: shibboleth(high),
      netscaler: {
        application: netScaler,
        entry: { preset: 'netscaler', nameId: { format: 'unspecified', from: 'personId' } },
      },
    });
    await applyItems(hub, {
      organisations: [{ id: 'kommun', name: 'Kommunen', number: '2120001553' }],
      providers: [
        {
          id: 'kommun',
          connector: 'saml',
          name: { en: 'The municipality' },
          maximumAssurance: 'substantial',
          saml: {
            ...(await providerRecord(provider)),
            organisation: 'kommun',
            subjectAttribute: uid,
            levels: { [loa(2)]: 'low', [loa(3)]: 'substantial', [loa(4)]: 'high' },
            mustEncrypt: true,
            passLogout: true,
          },
        },
      ],
      people: linked.map((name) => ({
        id: `${name}-there`,
        givenName: name,
        familyName: 'There',
        identities: [{ namespace: 'saml:kommun', value: name }],
        assignments: [{ id: `${name}-at-kommun`, organisation: 'kommun', role: 'nurse' }],
      })),
    });
    provider.trust(await ownMetadata(hub));
  });
  after(async () => {
    await Promise.all([...Object.values(applications ?? {}), netScaler, provider].map((one) => one?.stop()));
    await hub?.remove();
  });

  const never = (): boolean => false;

  /** From the application to the municipality, if it is offered, and to where that ends. */
  async function visit(application: SamlApplication, user: User, browser = new HttpBrowser(hub.rootPem)) {
    return await through(browser, await browser.sendOn(await browser.go(application.protectedUrl)), user);
  }

  /** The same from a page of the hub. */
  async function through(browser: HttpBrowser, page: HttpAnswer, user: User, until: (url: URL) => boolean = never) {
    const way = /href="([^"]*\/leave\?provider=kommun)"/.exec(page.body)?.[1];
    if (way === undefined) return { browser, offered: false, end: page };
    const there = await browser.sendOn(await browser.go(new URL(way, page.url)));
    assert.equal(there.url.origin, provider.url, there.body);
    return { browser, offered: true, end: await browser.sendOn(await provider.logIn(browser, there, user), until) };
  }

  test('Shibboleth is told who it is, by the hub, and at which level the municipality logged her in', async () => {
    const { end } = await visit(applications.low, 'substantial');
    const told = applications.low.received(end);
    assert.equal(told.provider, `${hub.hubUrl}/saml/metadata`);
    assert.deepEqual([told.attributes.given, told.loa], [['substantial'], loa(3)]);
  });

  test('somebody whom the hub does not know gets no further, in words', async () => {
    const { end } = await visit(applications.low, 'nobody');
    assert.equal(end.url.origin, hub.hubUrl);
    assert.throws(() => applications.low.received(end), /is not the protected page/);
    assert.match(end.body, /<h1>/);
  });

  /** Told levels; `refused`: came back without; `not offered`: the municipality cannot reach it. */
  const expected = {
    low: { low: 'low', unknown: 'low', substantial: 'substantial', high: 'substantial' },
    substantial: { low: 'refused', unknown: 'refused', substantial: 'substantial', high: 'substantial' },
    high: { low: 'not offered', unknown: 'not offered', substantial: 'not offered', high: 'not offered' },
  } as const;

  for (const required of ['low', 'substantial', 'high'] as const) {
    test(`required ${required}: no login is told higher than it was, nor let in below (B3)`, async () => {
      const application = applications[required];
      const found: Record<string, string> = {};
      for (const user of linked) {
        const { offered, end } = await visit(application, user);
        if (end.url.origin === application.url) found[user] = levelTold(application.received(end).loa);
        else found[user] = offered ? 'refused' : 'not offered';
      }
      assert.deepEqual(found, expected[required]);
    });
  }

  for (const required of ['low', 'substantial', 'high'] as const) {
    test(`required ${required} by an application of OpenID Connect: the same (B3)`, async () => {
      const found: Record<string, string> = {};
      for (const user of linked) {
        const client = new ApplicationClient(demoApplication(hub));
        const login = await client.push(required === 'low' ? {} : { acr_values: ours(required) });
        const browser = new HttpBrowser(hub.rootPem);
        const atApplication = ({ origin }: URL) => origin === hub.ehrUrl;
        const { offered, end } = await through(
          browser,
          await browser.go(login.url, atApplication),
          user,
          atApplication,
        );
        if (end.url.searchParams.has('code'))
          found[user] = levelTold(String((await client.complete(end.url, login)).idClaims.acr));
        else found[user] = offered ? 'refused' : 'not offered';
      }
      assert.deepEqual(found, expected[required]);
    });
  }

  test('a card goes through the hub to a NetScaler’s settings, and the level is in the ticket', async () => {
    const browser = new HttpBrowser(hub.rootPem, softCard(hub, 'kari-advanced'));
    const page = await browser.sendOn(await browser.go(netScaler.protectedUrl));
    const way = formsOf(page).find(({ buttons }) => buttons.some(({ value }) => value === 'smartcard'));
    assert.ok(way, page.body);
    const asking = await browser.submit(page, way, { _provider: 'smartcard' });
    const end = await browser.sendOn(await browser.go((await toCardListener(browser, asking)).url));
    const told = netScaler.received(end);
    assert.deepEqual([told.user, told.loa], ['kari-nordmann', ours('high')]);
  });

  test('one logout ends both applications, the hub and the municipality, and the page shows each', async () => {
    const { browser, end } = await visit(applications.low, 'substantial');
    applications.low.received(end);
    netScaler.received(await browser.sendOn(await browser.go(netScaler.protectedUrl)));
    const asking = await browser.go(`${hub.hubUrl}/logout`);
    const form = formsOf(asking).find(({ action }) => action === '/logout');
    assert.ok(form, asking.body);
    const page: HttpAnswer = await browser.sendOn(await browser.submit(asking, form));
    assert.match(page.body, /The low one<\/span><span class="told">/);
    assert.match(page.body, /The municipality<\/span><span class="told">/);
    assert.match(page.body, /The netscaler one<\/span>/);
    const again = await visit(applications.low, 'low', browser);
    assert.ok(again.offered, 'the hub asks again');
    assert.deepEqual(applications.low.received(again.end).attributes.given, ['low'], 'the municipality asks again');
  });
});
