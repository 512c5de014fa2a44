// Two counties' hubs over SAML: one logs people in at the other at every level, asks for more there, and one logout ends both (B3, K1, N2).
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { applyItems, clientKeysOf, type HubPair, startMutualPair } from '../support/hub-pair.ts';
import {
  ApplicationClient,
  demoApplication,
  formsOf,
  givePassword,
  type HttpAnswer,
  HttpBrowser,
  logInWithPassword,
  softCard,
  toCardListener,
} from '../support/index.ts';
import { hubMetadata } from '../support/saml/index.ts';
import { type LevelsAsked, SamlRequester } from './saml-requester.ts';
import { ownMetadata } from './saml-visits.ts';

type Level = 'low' | 'substantial' | 'high';
const levels: readonly Level[] = ['low', 'substantial', 'high'];
const ours = (level: Level): string => `urn:tillit:loa:${level}`;
const uid = 'urn:oid:0.9.2342.19200300.100.1.1';
const loggedIn = /Where you are logged in/;
const never = (_url: URL): boolean => false;

/** The one in front's records of the one behind, each an issuer of its own there. `foreign` names levels as nobody there does. */
const records = {
  hub: { path: '', maximum: 'high', levels: Object.fromEntries(levels.map((level) => [ours(level), level])) },
  capped: {
    path: '/capped',
    maximum: 'substantial',
    levels: Object.fromEntries(levels.map((level) => [ours(level), level])),
  },
  foreign: { path: '/foreign', maximum: 'high', levels: { L3: 'substantial', L4: 'high' } },
} as const;
type RecordName = keyof typeof records;
const names = Object.keys(records) as readonly RecordName[];

/**
 * How a login ends: the level told; `there`: the one behind asks for a stronger login; `refused`: it could not be had, in
 * words; `unreachable`: nobody was sent there, and the application hears so.
 */
type Outcome = Level | 'there' | 'refused' | 'unreachable';

/** For each level of the login there, what comes of low, substantial and high as what is required here. */
const expected: Readonly<Record<RecordName, Readonly<Record<Level, readonly Outcome[]>>>> = {
  hub: {
    low: ['low', 'there', 'there'],
    substantial: ['substantial', 'substantial', 'there'],
    high: ['high', 'high', 'high'],
  },
  capped: {
    low: ['low', 'there', 'unreachable'],
    substantial: ['substantial', 'substantial', 'unreachable'],
    high: ['substantial', 'substantial', 'unreachable'],
  },
  foreign: {
    low: ['low', 'refused', 'refused'],
    substantial: ['low', 'refused', 'refused'],
    high: ['low', 'refused', 'refused'],
  },
};

describe('two hubs', () => {
  let pair: HubPair;
  /** SAML applications of the one in front: one for each record of the one behind, and one that goes there by OpenID Connect. */
  const asking = {} as Record<RecordName | 'openid', SamlRequester>;
  /** Cookies of Kari at the one behind, by the level of her login there. */
  const sources = new Map<Level, ReadonlyMap<string, string>>();

  before(async () => {
    pair = await startMutualPair();
    const { here, there } = pair;
    await hubMetadata(there);
    for (const name of [...names, 'openid'] as const) asking[name] = new SamlRequester(here, `app-${name}`);
    // Who is asked first is who knows less: addresses alone, until the metadata of both is there.
    const issuers = names.filter((name) => name !== 'hub');
    await applyItems(there, {
      issuers: issuers.map((id) => ({ id, url: `${there.hubUrl}/${id}`, brand: 'demo' })),
      samlApplications: names.map((name) =>
        frontItem(name, {
          entityId: `${here.hubUrl}/login/saml/metadata`,
          assertionConsumers: [{ binding: 'post', location: `${here.hubUrl}/login/saml/answer` }],
        }),
      ),
    });
    for (const name of names)
      writeFileSync(join(here.dataFolder, `${name}.xml`), await issuerMetadata(records[name].path));
    await applyItems(here, {
      providers: [...names.map(samlItem), openidItem()],
      people: [
        {
          id: 'kari-there',
          givenName: 'Kari',
          familyName: 'There',
          identities: [
            ...names.map((name) => ({ namespace: `saml:${name}`, value: 'kari-nordmann' })),
            { namespace: 'oidc:openid', value: 'kari-nordmann' },
          ],
          assignments: [{ id: 'kari-there-nurse', organisation: 'demo-region', role: 'nurse' }],
        },
      ],
      samlApplications: Object.entries(asking).map(([name, application]) => application.item({ providers: [name] })),
    });
    writeFileSync(join(there.dataFolder, 'front.xml'), await ownMetadata(here));
    await applyItems(there, {
      samlApplications: names.map((name) => frontItem(name, { metadata: { file: 'front.xml' } })),
      applications: [await clientItem()],
    });
    const metadata = await hubMetadata(here);
    for (const application of Object.values(asking)) await application.trust(metadata);
    await logInThere('low', (browser, portal) => logInWithPassword(browser, portal, kari(), never));
    for (const [level, card] of [
      ['substantial', 'kari-simple'],
      ['high', 'kari-advanced'],
    ] as const)
      await logInThere(level, async (browser, portal) => showCard(browser, await browser.go(portal), card));
  });
  after(() => pair?.remove());

  const kari = () => ({ username: 'kari', password: pair.there.password('kari') });

  /** An issuer's metadata, as soon as it has a key. */
  async function issuerMetadata(path: string): Promise<string> {
    const { there } = pair;
    for (let tries = 0; tries < 100; tries += 1) {
      const { status, body } = await new HttpBrowser(there.rootPem).go(`${there.hubUrl}${path}/saml/metadata`);
      if (status === 200) return body;
      await sleep(200);
    }
    throw new Error(`${path} has no metadata`);
  }

  const frontItem = (issuer: string, known: object) => ({
    id: `front-${issuer}`,
    issuer,
    name: { en: 'The hub in front' },
    minimumAssurance: 'low',
    attributes: [{ name: uid, friendlyName: 'uid', from: 'personId' }],
    ...known,
  });

  const samlItem = (name: RecordName) => ({
    id: name,
    connector: 'saml',
    name: { en: `The ${name} hub` },
    maximumAssurance: records[name].maximum,
    saml: {
      preset: 'generic',
      metadata: { file: `${name}.xml` },
      subjectAttribute: uid,
      levels: records[name].levels,
      mustEncrypt: true,
      passLogout: true,
    },
  });

  const openidItem = () => ({
    id: 'openid',
    connector: 'oidc',
    name: { en: 'The hub by OpenID Connect' },
    maximumAssurance: 'high',
    upstream: {
      issuer: pair.there.hubUrl,
      clientId: 'front',
      authentication: { method: 'private_key_jwt', algorithm: 'ES256' },
      preset: 'generic',
      levels: records.hub.levels,
      privateNetwork: true,
      passLogout: true,
      backchannelLogout: true,
    },
  });

  const clientItem = async () => ({
    id: 'front',
    issuer: 'hub',
    name: { en: 'The hub in front, by OpenID Connect' },
    redirectUris: [`${pair.here.hubUrl}/login/callback/openid`],
    postLogoutRedirectUris: [`${pair.here.hubUrl}/logged-out/back`],
    backchannelLogoutUri: `${pair.here.hubUrl}/login/backchannel-logout/openid`,
    authentication: { method: 'private_key_jwt', jwks: await clientKeysOf(pair.here) },
    grants: ['authorization_code'],
    scopes: ['openid', 'profile'],
    minimumAssurance: 'low',
  });

  async function showCard(browser: HttpBrowser, page: HttpAnswer, card: string): Promise<HttpAnswer> {
    browser.card = softCard(pair.there, card);
    const { url } = await toCardListener(browser, page);
    return await browser.go(url);
  }

  async function logInThere(level: Level, logIn: (browser: HttpBrowser, portal: string) => Promise<unknown>) {
    const { hubUrl, rootPem } = pair.there;
    const browser = new HttpBrowser(rootPem);
    await logIn(browser, `${hubUrl}/portal`);
    assert.match((await browser.go(`${hubUrl}/portal`)).body, loggedIn);
    sources.set(level, new Map(browser.cookies.get(new URL(hubUrl).host)));
  }

  /** A browser that trusts both; with a login of this level at the one behind. */
  function newBrowser(level?: Level): HttpBrowser {
    const { here, there } = pair;
    const browser = new HttpBrowser(`${here.rootPem}\n${there.rootPem}`);
    if (level !== undefined) browser.cookies.set(new URL(there.hubUrl).host, new Map(sources.get(level)));
    return browser;
  }

  /** From a page here to the one behind, if that is offered, and to where it ends. */
  async function through(browser: HttpBrowser, page: HttpAnswer, until = never): Promise<HttpAnswer> {
    const away = /href="([^"]*\/leave\?provider=[^"]*)"/.exec(page.body)?.[1];
    if (away === undefined) return page;
    return await browser.sendOn(await browser.go(new URL(away, page.url), until), until);
  }

  const isAt = ({ url }: HttpAnswer, hubUrl: string): boolean => url.origin === hubUrl;

  /** What the end is, for an application of SAML. */
  function samlOutcome(application: SamlRequester, end: HttpAnswer, wasOffered: boolean): Outcome {
    if (isAt(end, pair.there.hubUrl)) {
      assert.match(end.body, /name="_provider" value="smartcard"|Read the card/);
      return 'there';
    }
    if (!application.isAnswered(end)) {
      assert.match(end.body, /A stronger login is needed|no login that strong there/, end.body);
      return 'refused';
    }
    const heard = application.heard(end);
    if (!heard.ok) {
      assert.deepEqual([heard.status, wasOffered], ['NoAuthnContext', false]);
      return 'unreachable';
    }
    const found = levels.find((level) => ours(level) === heard.assertion.authnContextClassRef);
    assert.ok(found, heard.assertion.authnContextClassRef);
    return found;
  }

  async function outcome(name: RecordName | 'openid', level: Level, wanted?: LevelsAsked): Promise<Outcome> {
    const application = asking[name];
    const browser = newBrowser(level);
    const page = await application.ask(browser, wanted);
    const end = await through(browser, page, application.isHere);
    return samlOutcome(application, end, end !== page);
  }

  /** Every name that reaches the level; nothing for the lowest. */
  const atLeast = (level: Level): LevelsAsked | undefined =>
    level === 'low' ? undefined : { comparison: 'minimum', names: [ours(level)] };

  for (const name of names) {
    test(`SAML at ${name}: every level there against every level that a SAML application asks for`, async () => {
      const found = {} as Record<Level, Outcome[]>;
      for (const level of levels) {
        found[level] = [];
        for (const required of levels) found[level].push(await outcome(name, level, atLeast(required)));
      }
      assert.deepEqual(found, expected[name]);
    });
  }

  test('OpenID Connect behind, SAML in front: every level against every level', async () => {
    const found = {} as Record<Level, Outcome[]>;
    for (const level of levels) {
      found[level] = [];
      for (const required of levels) found[level].push(await outcome('openid', level, atLeast(required)));
    }
    assert.deepEqual(found, expected.hub);
  });

  test('an application here of OpenID Connect, and a login there by SAML: the same levels', async () => {
    const { here } = pair;
    const client = new ApplicationClient(demoApplication(here));
    const atApplication = ({ origin }: URL) => origin === here.ehrUrl;
    const found: string[] = [];
    for (const level of levels) {
      const browser = newBrowser(level);
      const login = await client.push();
      const page = await browser.go(login.url, atApplication);
      const away = /href="([^"]*\/leave\?provider=capped)"/.exec(page.body)?.[1];
      assert.ok(away, page.body);
      const end = await browser.sendOn(await browser.go(new URL(away, page.url), atApplication), atApplication);
      assert.ok(end.url.searchParams.has('code'), `${end.url.href}\n${end.body}`);
      found.push(String((await client.complete(end.url, login)).idClaims.acr));
    }
    assert.deepEqual(found, [ours('low'), ours('substantial'), ours('substantial')]);
  });

  test('an application here asks for high, and a card there is asked for and told as it is', async () => {
    const application = asking.hub;
    const browser = newBrowser('low');
    const page = await application.ask(browser, { comparison: 'exact', names: [ours('high')] });
    const there = await through(browser, page, application.isHere);
    assert.ok(isAt(there, pair.there.hubUrl), there.body);
    const end = await browser.sendOn(await showCard(browser, there, 'kari-advanced'), application.isHere);
    const heard = application.heard(end);
    assert.ok(heard.ok, JSON.stringify(heard));
    assert.equal(heard.assertion.authnContextClassRef, ours('high'));
    // Both now know her at this level: nobody is asked again, by either protocol.
    const again = await application.ask(browser, { comparison: 'exact', names: [ours('high')] });
    assert.ok(application.heard(again).ok);
  });

  const isLoggedIn = async (browser: HttpBrowser, { hubUrl }: { readonly hubUrl: string }) =>
    loggedIn.test((await browser.go(`${hubUrl}/portal`)).body);

  /** From the hub's page after logout on: pages that lead on by themselves, forms that send themselves. */
  async function onward(browser: HttpBrowser, from: HttpAnswer, until: (url: URL) => boolean): Promise<HttpAnswer> {
    let page = await browser.sendOn(from, until);
    for (let hops = 0; hops < 5 && !until(page.url); hops += 1) {
      const on = /^0; url=(.*)$/.exec(String(page.headers.refresh))?.[1];
      if (on === undefined) break;
      page = await browser.sendOn(await browser.go(new URL(on, page.url), until), until);
    }
    return page;
  }

  /** Somebody with a login at the one behind, and in an application here. */
  async function inApplication(name: RecordName | 'openid') {
    const application = asking[name];
    const browser = newBrowser();
    const choice = await application.ask(browser);
    const there = await through(browser, choice, application.isHere);
    const end = await browser.sendOn(
      await givePassword(browser, there, kari(), application.isHere),
      application.isHere,
    );
    const heard = application.heard(end);
    assert.ok(heard.ok);
    assert.ok((await isLoggedIn(browser, pair.here)) && (await isLoggedIn(browser, pair.there)));
    return { application, browser, assertion: heard.assertion };
  }

  for (const name of ['hub', 'openid'] as const) {
    test(`a logout that begins at the application ends both hubs, the one behind by ${name}`, async () => {
      const { application, browser, assertion } = await inApplication(name);
      const first = await browser.go(application.logoutUrl(assertion), application.isHere);
      const end = await onward(browser, first, application.isHere);
      assert.deepEqual(
        [await isLoggedIn(browser, pair.here), await isLoggedIn(browser, pair.there)],
        [false, false],
        `${end.url.href}\n${end.body}`,
      );
      assert.equal(application.heardOfLogout(end.url), 'Success', 'and hears that nothing was left open');
    });

    test(`a logout that begins at the hub behind ends the login here, which came by ${name}`, async () => {
      const { application, browser } = await inApplication(name);
      const asked = await browser.go(`${pair.there.hubUrl}/logout`);
      const form = formsOf(asked).find(({ action }) => action === '/logout');
      assert.ok(form, asked.body);
      const page = await browser.submit(asked, form);
      assert.match(page.body, /<span>The hub in front[^<]*<\/span><span class="told">Logged out</);
      let still = true;
      for (let tries = 0; still && tries < 25; tries += 1) {
        still = await isLoggedIn(browser, pair.here);
        if (still) await sleep(200);
      }
      assert.equal(still, false, page.body);
      const again = await application.ask(browser);
      assert.equal(application.isAnswered(again), false, 'nobody is let in without a login');
    });
  }
});
