// A municipality's nurse in Chromium: from the SAML application to her own login service and back, refused when it has left, and logged out of all.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { linkTexts } from '../../src/apps/demo/cosmic-link/texts.ts';
import { demoTexts } from '../../src/apps/demo/texts.ts';
import { type SharingHub, startSharingHub } from '../support/municipality.ts';
import { browserMissing, type Chromium, startChromium } from './chromium.ts';
import { en, forgotten, givePassword, heading, Inspector, loggedInAs, openApplication } from './walk.ts';

describe('the walk-through with a municipality', { skip: browserMissing() ?? false }, () => {
  let sharing: SharingHub;
  let browser: Chromium;
  let page: Page;
  const inspector = new Inspector();
  const text = async (id: string): Promise<string> => (await page.locator(`[id="${id}"]`).innerText()).trim();

  before(async () => {
    sharing = await startSharingHub();
    const { hub, cosmicLinkUrl, municipalityUrl } = sharing;
    browser = await startChromium(hub, { partners: [cosmicLinkUrl, municipalityUrl] });
    page = await browser.page();
  });
  after(async () => {
    await browser?.close();
    await sharing?.hub.remove();
  });

  /** Chooses the municipality on the hub's page, and logs in there. */
  async function through(municipality: string, username: string): Promise<void> {
    await page.waitForURL(`${sharing.hub.hubUrl}/login/**`);
    await page.getByText(municipality, { exact: true }).click();
    await page.waitForURL((url) => url.origin === sharing.municipalityUrl);
    if (username === 'berit') await inspector.inspect(page, 'municipality');
    await givePassword(page, username, sharing.hub.password(username));
  }

  test('the start page leads to Cosmic Link, its home page to the hub, and that to the municipality', async () => {
    await page.goto(sharing.hub.hubUrl);
    await inspector.inspect(page, 'start-shared');
    const links = await page.locator('ol.steps a').evaluateAll((all) => all.map((one) => one.getAttribute('href')));
    assert.ok(links.includes(`${sharing.cosmicLinkUrl}/`), links.join(' '));
    await page.goto(sharing.cosmicLinkUrl);
    assert.equal(await heading(page), demoTexts.en.logInTo('Cosmic Link'));
    await inspector.inspect(page, 'link-home');
    await page.click('#login');
    await page.waitForURL(`${sharing.hub.hubUrl}/login/**`);
    assert.equal(await page.getByText('Utvik kommune').count(), 0, 'it has left the federation');
    await inspector.inspect(page, 'link-choose');
    await through('Fjordvik kommune', 'berit');
    assert.equal(await loggedInAs(page, sharing.cosmicLinkUrl), 'Berit Dal');
    assert.equal(await text('organisation'), 'Fjordvik kommune');
    assert.equal(await text('acr'), 'urn:tillit:loa:low');
    assert.equal(await text('protection'), linkTexts.en.protection(true, true));
    await inspector.inspect(page, 'link');
  });

  test('logging out at the hub ends Cosmic Link and the municipality, and the page says so', async () => {
    await page.goto(`${sharing.hub.hubUrl}/logout`);
    await page.locator('form[action="/logout"] button').click();
    await page.waitForURL(`${sharing.hub.hubUrl}/logged-out**`);
    const shown = await page.locator('main').innerText();
    for (const place of ['Cosmic Link', 'Fjordvik kommune']) assert.ok(shown.includes(place), shown);
    assert.equal(await page.locator('.told').count(), 2, shown);
    await inspector.inspect(page, 'link-logged-out');
    assert.ok(await forgotten(page, sharing.cosmicLinkUrl));
    assert.equal(await text('ended'), demoTexts.en.ended.everywhere);
    await page.goto(`${sharing.municipalityUrl}/portal`);
    assert.ok(await page.locator('#field-password').isVisible(), 'nobody is logged in at the municipality');
  });

  test('logging out in Cosmic Link leads through all of them and straight back', async () => {
    await openApplication(page, sharing.cosmicLinkUrl);
    await through('Fjordvik kommune', 'berit');
    await loggedInAs(page, sharing.cosmicLinkUrl);
    await page.click('#logout');
    await page.locator('#ended').waitFor();
    assert.equal(page.url(), `${sharing.cosmicLinkUrl}/`);
    assert.equal(await text('ended'), demoTexts.en.ended.here);
    await page.goto(`${sharing.municipalityUrl}/portal`);
    assert.ok(await page.locator('#field-password').isVisible());
  });

  test('somebody of a municipality that has left is refused in words', async () => {
    await openApplication(page, sharing.hub.ehrUrl);
    await through('Utvik kommune', 'odd');
    assert.equal(await loggedInAs(page, sharing.hub.ehrUrl), 'Odd Lie');
    await openApplication(page, sharing.cosmicLinkUrl);
    await page.waitForURL(`${sharing.hub.hubUrl}/login/**`);
    const refused = await page.locator('main').innerText();
    assert.ok(refused.includes(en('reason.policy.providerNotMember.meaning')), refused);
    await inspector.inspect(page, 'link-refused');
  });

  test('each page met is accessible by WCAG 2.2 AA and fits 320 px, and the browser complained of nothing', () => {
    inspector.verify(
      'start-shared',
      'link-home',
      'link-choose',
      'municipality',
      'link',
      'link-logged-out',
      'link-refused',
    );
    assert.deepEqual(browser.complaints, []);
    assert.deepEqual(browser.strangers, []);
  });
});
