// How people really use pages: back button, tabs, double presses, no scripts, keyboard alone, and their own sessions.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { HttpBrowser, logInWithPassword, type RunningHub, startHub, tillitCommand } from '../support/index.ts';
import { browserMissing, type Chromium, startChromium } from './chromium.ts';
import { craftedPosts } from './crafted-posts.ts';
import {
  claim,
  en,
  forgotten,
  givePassword,
  heading,
  Inspector,
  kariInEhr,
  loggedInAs,
  openApplication,
  readCard,
} from './walk.ts';

describe('pages', { skip: browserMissing() ?? false }, () => {
  let hub: RunningHub;
  let browser: Chromium;
  let page: Page;
  const inspector = new Inspector();

  before(async () => {
    hub = await startHub();
    browser = await startChromium(hub, { cards: ['kari-advanced'] });
    page = await browser.page();
  });
  after(async () => {
    await browser?.close();
    await hub?.remove();
  });
  beforeEach(async () => {
    await browser.context.clearCookies();
  });

  test('the back button after a login shows that it is over, and nothing more happens', async () => {
    await kariInEhr(page, hub);
    await page.goBack();
    await page.waitForLoadState();
    assert.ok(page.url().startsWith(hub.hubUrl), page.url());
    assert.equal(await page.locator('#field-password').count(), 0);
    await inspector.inspect(page, 'after-back');
    await page.goto(hub.ehrUrl);
    assert.equal(await loggedInAs(page, hub.ehrUrl), 'Kari Nordmann');
  });

  test('two tabs of one login: what one has done the other is told, and goes on from there', async () => {
    await openApplication(page, hub.ehrUrl);
    const other = await browser.context.newPage();
    await other.goto(page.url());
    await page.locator('button[name="_provider"][value="password"]').click();
    await page.waitForSelector('#field-password');
    await other.locator('button[name="_provider"][value="smartcard"]').click();
    assert.equal(await heading(other), en('reason.journey.alreadyUsed.title'));
    await inspector.inspect(other, 'already-used');
    await other.getByRole('link', { name: en('layout.continue') }).click();
    await givePassword(other, 'kari', hub.password('kari'));
    assert.equal(await loggedInAs(other, hub.ehrUrl), 'Kari Nordmann');
    await other.close();
    await givePassword(page, 'kari', hub.password('kari'));
    assert.ok(page.url().startsWith(hub.hubUrl), 'the first tab is told that it is over');
  });

  test('two tabs, two applications: each login ends on its own', async () => {
    await openApplication(page, hub.coreRecordUrl);
    const other = await browser.context.newPage();
    await kariInEhr(other, hub);
    await other.close();
    await readCard(page);
    assert.equal(await loggedInAs(page, hub.coreRecordUrl), 'Kari Nordmann');
  });

  test('a double press is one login: a step is taken once, and she gets in', async () => {
    await openApplication(page, hub.ehrUrl);
    await page.locator('button[name="_provider"][value="password"]').click();
    await page.fill('#field-username', 'kari');
    await page.fill('#field-password', hub.password('kari'));
    await page.getByRole('button', { name: en('password.submit'), exact: true }).dblclick();
    await page.waitForLoadState('networkidle');
    // The browser drops the answer to the first press; the answer to the second says that the page was used.
    if (!page.url().startsWith(hub.ehrUrl)) {
      assert.equal(await heading(page), en('reason.journey.alreadyUsed.title'));
      await page.goto(`${hub.ehrUrl}/login`);
      if (page.url().startsWith(hub.hubUrl)) await givePassword(page, 'kari', hub.password('kari'));
    }
    assert.equal(await loggedInAs(page, hub.ehrUrl), 'Kari Nordmann');
    const found = await tillitCommand(hub, 'audit', 'find', '--kind', 'journey.finished', '--limit', '1000', '--json');
    const journeys = [...found.output.matchAll(/"journey":"([^"]+)"/g)].map(([, id]) => id);
    assert.ok(journeys.length > 0);
    assert.equal(new Set(journeys).size, journeys.length, 'no login ends twice');
  });

  test('an empty, foreign or repeated POST skips no step (A4)', () => craftedPosts(hub));

  test('prompt=none answers without a page: login_required, or a ticket when the session is enough', async () => {
    await page.goto(`${hub.ehrUrl}/login?prompt=none`);
    await page.waitForURL((url) => url.origin === hub.ehrUrl);
    assert.ok((await page.locator('#error').innerText()).includes('login_required'));
    await kariInEhr(page, hub);
    await page.goto(`${hub.ehrUrl}/login?prompt=none`);
    assert.equal(await loggedInAs(page, hub.ehrUrl), 'Kari Nordmann');
    await page.goto(`${hub.coreRecordUrl}/login?prompt=none`);
    await page.waitForURL((url) => url.origin === hub.coreRecordUrl);
    assert.match(await page.locator('#error').innerText(), /login_required|interaction_required/);
  });

  test('prompt=login asks again though she is logged in', async () => {
    await kariInEhr(page, hub);
    const first = Number.parseInt(await claim(page, 'auth_time'), 10);
    await page.waitForTimeout(1100);
    await page.goto(`${hub.ehrUrl}/login?prompt=login`);
    await page.waitForURL(`${hub.hubUrl}/login/**`);
    assert.ok(await page.getByText(en('reason.policy.fresh.meaning')).isVisible(), 'it says why');
    await inspector.inspect(page, 'prompt-login');
    await givePassword(page, 'kari', hub.password('kari'));
    await loggedInAs(page, hub.ehrUrl);
    assert.ok(Number.parseInt(await claim(page, 'auth_time'), 10) > first);
  });

  test('the keyboard alone is enough for a login', async () => {
    await page.goto(hub.ehrUrl);
    const focused = (): Promise<string> =>
      page.evaluate(
        '(document.activeElement.id || document.activeElement.value || document.activeElement.textContent || "").trim()',
      );
    const tabTo = async (wanted: string): Promise<void> => {
      for (let presses = 0; presses < 30; presses += 1) {
        if ((await focused()) === wanted) return;
        await page.keyboard.press('Tab');
      }
      assert.fail(`Tab never reached ${wanted}`);
    };
    const pressed = async (key: string): Promise<void> => {
      await Promise.all([page.waitForEvent('domcontentloaded'), page.keyboard.press(key)]);
      await page.waitForLoadState();
    };
    await tabTo('login');
    await pressed('Enter');
    await tabTo('password');
    await pressed('Enter');
    await tabTo('field-username');
    await page.keyboard.type('kari');
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'field-password');
    await page.keyboard.type(hub.password('kari'));
    await pressed('Enter');
    assert.equal(await loggedInAs(page, hub.ehrUrl), 'Kari Nordmann');
  });

  test('another language is chosen on the page and stays', async () => {
    await openApplication(page, hub.ehrUrl);
    await page.getByRole('button', { name: 'Svenska' }).click();
    assert.equal(await page.locator('html').getAttribute('lang'), 'sv');
    await page.goto(hub.hubUrl);
    assert.equal(await page.locator('html').getAttribute('lang'), 'sv');
  });

  test('her own page lists her sessions, and ends the one in another browser', async () => {
    await kariInEhr(page, hub);
    const elsewhere = new HttpBrowser(hub.rootPem);
    const user = { username: 'kari', password: hub.password('kari') };
    const there = await logInWithPassword(elsewhere, `${hub.hubUrl}/portal`, user, () => false);
    assert.ok(there.body.includes(en('portal.sessions')), there.body);
    await page.goto(`${hub.hubUrl}/portal`);
    await inspector.inspect(page, 'portal');
    const before = await page.locator('li.session').count();
    assert.ok(before >= 2, `${before} sessions are listed`);
    await page
      .locator('li.session', { hasNotText: 'Linux' })
      .getByRole('button', { name: en('portal.end') })
      .first()
      .click();
    assert.ok(await page.getByText(en('portal.ended')).isVisible());
    assert.equal(await page.locator('li.session').count(), before - 1);
    const again = await elsewhere.go(`${hub.hubUrl}/portal`);
    assert.ok(!again.body.includes(en('portal.sessions')), 'the other browser is logged out');
  });

  test('logging out at the hub asks once, and the application is told', async () => {
    await kariInEhr(page, hub);
    await page.goto(`${hub.hubUrl}/logout`);
    await inspector.inspect(page, 'logout');
    await page.getByRole('button', { name: en('logout.submit'), exact: true }).click();
    assert.equal(await heading(page), en('loggedOut.title'));
    await inspector.inspect(page, 'logged-out');
    assert.ok(await forgotten(page, hub.ehrUrl));
  });

  test('an address that does not exist and an unknown application get a page that says so', async () => {
    await page.goto(`${hub.hubUrl}/no/such/page`);
    assert.equal(await heading(page), en('reason.notFound.title'));
    await inspector.inspect(page, 'not-found');
    await page.goto(`${hub.hubUrl}/authorize?client_id=nobody&request_uri=urn:x`);
    assert.ok(page.url().startsWith(hub.hubUrl), 'no redirect to anywhere');
    assert.equal(await heading(page), en('reason.request.unknownApplication.title'));
    await inspector.inspect(page, 'unknown-application');
  });

  test('each page met is accessible by WCAG 2.2 AA and fits 320 px', () => inspector.verify('portal', 'already-used'));

  test('nothing but the instance was asked, and the browser complained of nothing', () => {
    assert.deepEqual(browser.strangers, []);
    assert.deepEqual(browser.complaints, []);
  });

  test('all of it works without JavaScript', async () => {
    const plain = await startChromium(hub, { cards: ['kari-advanced'], javaScript: false });
    try {
      const quiet = await plain.page();
      await kariInEhr(quiet, hub);
      await quiet.click('#other');
      await readCard(quiet);
      assert.equal(await loggedInAs(quiet, hub.coreRecordUrl), 'Kari Nordmann');
      assert.match(await claim(quiet, 'acr'), /high/);
      await quiet.click('#logout');
      await quiet.locator('#ended').waitFor();
      assert.ok(await forgotten(quiet, hub.ehrUrl));
    } finally {
      await plain.close();
    }
  });
});
