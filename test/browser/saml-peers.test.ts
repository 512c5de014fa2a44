// Chromium between other people's SAML software and the hub: SimpleSAMLphp to Shibboleth, a card to a NetScaler's settings, out of all at once.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { ownMetadata } from '../flows/saml-visits.ts';
import { applyItems } from '../support/hub-pair.ts';
import { peerTlsOf, type RunningHub, requireDebian, startHub } from '../support/index.ts';
import {
  hubMetadata,
  providerRecord,
  type ReceivedLogin,
  registerSaml,
  type SamlApplication,
  type SimpleSaml,
  samlPackages,
  startMellonApplication,
  startShibbolethApplication,
  startSimpleSaml,
} from '../support/saml/index.ts';
import { browserMissing, type Chromium, startChromium } from './chromium.ts';
import { en, forgotten, heading, Inspector, loggedInAs, openApplication, pickCard, readCard } from './walk.ts';

const uid = 'urn:oid:0.9.2342.19200300.100.1.1';
const loa3 = 'http://id.elegnamnden.se/loa/1.0/loa3';

describe('SAML software in a browser', { skip: browserMissing() ?? requireDebian(...samlPackages) ?? false }, () => {
  let hub: RunningHub;
  let provider: SimpleSaml;
  let shibboleth: SamlApplication;
  let netScaler: SamlApplication;
  let browser: Chromium;
  let page: Page;
  const inspector = new Inspector();

  before(async () => {
    hub = await startHub();
    const tls = peerTlsOf(hub);
    const idpMetadata = await hubMetadata(hub);
    const attributes = { given: 'urn:oid:2.5.4.42' };
    const users = { anna: { password: 'hemligt', attributes: { [uid]: ['anna'] } } };
    [provider, shibboleth, netScaler] = await Promise.all([
      startSimpleSaml({ tls, users, loa: loa3, encrypt: true, requireSignedRequests: true }),
      startShibbolethApplication({ tls, idpMetadata, attributes, requireSignedAssertions: true }),
      startMellonApplication({ tls, idpMetadata, netScaler: { nameIdFormat: 'unspecified' } }),
    ]);
    const nameId = { format: 'unspecified', from: 'personId' };
    await registerSaml(hub, {
      shibboleth: { application: shibboleth, entry: { preset: 'shibboleth', requireSignedRequest: true } },
      netscaler: { application: netScaler, entry: { preset: 'netscaler', nameId } },
    });
    const record = await providerRecord(provider);
    await applyItems(hub, {
      providers: [
        {
          id: 'kommun',
          connector: 'saml',
          name: { en: 'The municipality' },
          maximumAssurance: 'substantial',
          saml: { ...record, subjectAttribute: uid, levels: { [loa3]: 'substantial' }, passLogout: true },
        },
      ],
      people: [
        {
          id: 'anna-there',
          givenName: 'Anna',
          familyName: 'There',
          identities: [{ namespace: 'saml:kommun', value: 'anna' }],
        },
      ],
    });
    provider.trust(await ownMetadata(hub));
    const partners = [provider.url, shibboleth.url, netScaler.url];
    browser = await startChromium(hub, { partners, cards: ['kari-advanced'] });
    page = await browser.page();
  });
  after(async () => {
    await browser?.close();
    await Promise.all([provider, shibboleth, netScaler].map((one) => one?.stop()));
    await hub?.remove();
  });

  /** Waits for the application's page, which prints as JSON what it was told. */
  async function received(application: SamlApplication): Promise<ReceivedLogin> {
    await page.waitForURL((url) => url.href.startsWith(application.protectedUrl));
    const body = await page.locator('body').innerText();
    const headers = { 'content-type': 'application/json' };
    return application.received({ url: new URL(page.url()), status: 200, headers, body });
  }

  test('from Shibboleth to the municipality’s SimpleSAMLphp and back', async () => {
    await page.goto(shibboleth.protectedUrl);
    await page.waitForURL(`${hub.hubUrl}/login/**`);
    await inspector.inspect(page, 'saml-choose');
    await page.getByText('The municipality', { exact: true }).click();
    await page.waitForURL((url) => url.origin === provider.url);
    await page.fill('input[name="username"]', 'anna');
    await page.fill('input[name="password"]', 'hemligt');
    await page.keyboard.press('Enter');
    const told = await received(shibboleth);
    assert.deepEqual([told.attributes.given, told.loa], [['Anna'], loa3]);
  });

  test('one logout, and the page shows the application and the municipality', async () => {
    await page.goto(`${hub.hubUrl}/logout`);
    await page.locator('form[action="/logout"] button').click();
    await page.waitForURL(`${hub.hubUrl}/logged-out**`);
    const shown = await page.locator('main').innerText();
    assert.equal(await page.locator('.told').count(), 2, shown);
    for (const place of ['The shibboleth one', 'The municipality']) assert.ok(shown.includes(place), shown);
    await inspector.inspect(page, 'saml-logged-out');
    await page.goto(shibboleth.protectedUrl);
    await page.waitForURL(`${hub.hubUrl}/login/**`);
  });

  test('a card opens the gateway, by the account name and at the level of the card', async () => {
    await page.goto(netScaler.protectedUrl);
    await page.waitForURL(`${hub.hubUrl}/login/**`);
    await pickCard(page);
    await readCard(page);
    const told = await received(netScaler);
    assert.deepEqual([told.user, told.loa], ['kari-nordmann', 'urn:tillit:loa:high']);
  });

  test('the same session opens Shibboleth and an OpenID application, and one logout ends all three', async () => {
    await page.goto(shibboleth.protectedUrl);
    assert.equal((await received(shibboleth)).loa, 'urn:tillit:loa:high', 'nobody is asked again');
    await openApplication(page, hub.ehrUrl);
    assert.equal(await loggedInAs(page, hub.ehrUrl), 'Kari Nordmann');
    await page.goto(`${hub.hubUrl}/logout`);
    await page.getByRole('button', { name: en('logout.submit'), exact: true }).click();
    await page.waitForURL(`${hub.hubUrl}/logged-out**`);
    const rows = page.locator('#progress li');
    for (const place of ['The shibboleth one', 'The netscaler one', 'EHR'])
      await rows.filter({ hasText: place }).getByText(en('loggedOut.told'), { exact: true }).waitFor();
    assert.equal(await rows.count(), 3);
    assert.equal(await heading(page), en('loggedOut.title'));
    await inspector.inspect(page, 'saml-all-logged-out');
    for (const { protectedUrl } of [shibboleth, netScaler]) {
      await page.goto(protectedUrl);
      await page.waitForURL(`${hub.hubUrl}/login/**`);
    }
    assert.ok(await forgotten(page, hub.ehrUrl));
  });

  test('the hub’s pages are accessible, and the browser complained of none of them', () => {
    inspector.verify('saml-choose', 'saml-logged-out', 'saml-all-logged-out');
    assert.deepEqual(
      browser.complaints.filter((one) => one.includes(hub.hubUrl)),
      [],
    );
    assert.deepEqual(browser.strangers, []);
  });
});
