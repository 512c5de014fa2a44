// Cards in the browser: too weak, none, wrong, expired, revoked, another person's; each try again without closing it.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { type RunningHub, startHub } from '../support/index.ts';
import { browserMissing, type Chromium, startChromium } from './chromium.ts';
import {
  claim,
  demoNames,
  en,
  forgotten,
  heading,
  Inspector,
  kariInEhr,
  loggedInAs,
  openApplication,
  pickCard,
  readCard,
} from './walk.ts';

describe('cards', { skip: browserMissing() ?? false }, () => {
  let hub: RunningHub;
  let browser: Chromium;
  let page: Page;
  const inspector = new Inspector();
  const put = (...cards: readonly string[]): void => {
    browser.takeOut();
    for (const card of cards) browser.insert(card);
  };
  const shown = (): Promise<string> => page.locator('main').innerText();

  before(async () => {
    hub = await startHub();
    browser = await startChromium(hub);
    page = await browser.page();
  });
  after(async () => {
    await browser?.close();
    await hub?.remove();
  });
  beforeEach(async () => {
    await browser.context.clearCookies();
  });

  test('a simple card is enough for the EHR and too weak for the core record, which says so', async () => {
    put('kari-simple');
    await openApplication(page, hub.ehrUrl);
    await pickCard(page);
    await inspector.inspect(page, 'card');
    await readCard(page);
    await loggedInAs(page, hub.ehrUrl);
    assert.match(await claim(page, 'acr'), /substantial/);
    await page.click('#other');
    assert.ok(
      (await shown()).includes(en('stepUp.strongerWith', { application: demoNames.coreRecord, way: 'Advanced card' })),
    );
    assert.ok((await shown()).includes(en('reason.policy.assuranceTooLow.meaning')));
    await readCard(page);
    assert.ok(
      (await shown()).includes(en('reason.card.noCertificate.title')),
      'the browser offers no card of another CA',
    );
    put('kari-simple', 'kari-advanced');
    await readCard(page);
    assert.equal(await loggedInAs(page, hub.coreRecordUrl), 'Kari Nordmann');
    assert.match(await claim(page, 'acr'), /high/);
  });

  test('no card: the page lists what it can be, and the card works when it is there', async () => {
    put();
    await openApplication(page, hub.coreRecordUrl);
    await readCard(page);
    const text = await shown();
    assert.ok(text.includes(en('reason.card.noCertificate.title')), text);
    for (const check of ['Seated', 'Reader', 'Pin', 'Middleware', 'Wrong'] as const)
      assert.ok(text.includes(en(`card.check${check}`)), check);
    await inspector.inspect(page, 'card-none');
    const code = /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(await page.locator('footer').innerText());
    assert.ok(code, 'a code for the help desk');
    put('kari-advanced');
    await readCard(page);
    assert.equal(await loggedInAs(page, hub.coreRecordUrl), 'Kari Nordmann');
  });

  test('a revoked card is refused with the reason; the right one works in the same browser', async () => {
    put('kari-revoked');
    await openApplication(page, hub.ehrUrl);
    await pickCard(page);
    await readCard(page);
    assert.ok((await shown()).includes(en('reason.card.revoked.title')), await shown());
    await inspector.inspect(page, 'card-revoked');
    put('kari-simple');
    await readCard(page);
    assert.equal(await loggedInAs(page, hub.ehrUrl), 'Kari Nordmann');
  });

  test('an expired card is not even offered by this browser; the right one works in the same browser', async () => {
    put('kari-expired');
    await openApplication(page, hub.ehrUrl);
    await pickCard(page);
    await readCard(page);
    const text = await shown();
    assert.ok(
      text.includes(en('reason.card.expired.title')) || text.includes(en('reason.card.noCertificate.title')),
      text,
    );
    put('kari-simple');
    await readCard(page);
    assert.equal(await loggedInAs(page, hub.ehrUrl), 'Kari Nordmann');
  });

  test('a cancelled login answers the application with access_denied', async () => {
    put();
    await openApplication(page, hub.coreRecordUrl);
    await page.getByRole('button', { name: en('layout.cancel'), exact: true }).click();
    await page.waitForURL((url) => url.origin === hub.coreRecordUrl);
    assert.ok((await page.locator('#error').innerText()).includes('access_denied'));
    await inspector.inspect(page, 'cancelled');
  });

  describe('two certificates of one person, with two assignments', () => {
    const ticketOf = async (card: string, organisation: string) => {
      await browser.context.clearCookies();
      put(card);
      await openApplication(page, hub.ehrUrl);
      await pickCard(page);
      await readCard(page);
      assert.equal(await heading(page), en('assignment.title'));
      await inspector.inspect(page, 'assignment');
      await page.locator('button[name="_assignment"]', { hasText: organisation }).click();
      assert.equal(await loggedInAs(page, hub.ehrUrl), 'Anna Berg');
      return { sub: await claim(page, 'sub'), all: await page.locator('main').innerText() };
    };

    test('she chooses one, which is in the ticket, and is the same person with each certificate', async () => {
      const byHsaId = await ticketOf('anna-hsa-id', 'Region Norrsken');
      assert.ok(byHsaId.all.includes('anna-care-centre'), byHsaId.all);
      assert.ok(!byHsaId.all.includes('anna-emergency'));
      const byNumber = await ticketOf('anna-person-id', 'Fjord Hospital');
      assert.ok(byNumber.all.includes('anna-emergency'), byNumber.all);
      assert.equal(byNumber.sub, byHsaId.sub);
      assert.ok(
        !byNumber.all.includes('199001019802'),
        'her personal number is not in a ticket that did not ask for it',
      );
    });
  });

  describe('another person at the same computer', () => {
    test('a step-up with somebody else’s card never counts for the first: her session ends everywhere', async () => {
      put('lars-advanced');
      await kariInEhr(page, hub);
      const kari = await claim(page, 'sub');
      await page.click('#other');
      assert.ok((await shown()).includes(en('layout.loggedIn', { name: 'Kari Nordmann' })));
      await readCard(page);
      assert.equal(await loggedInAs(page, hub.coreRecordUrl), 'Lars Vestby');
      assert.notEqual(await claim(page, 'sub'), kari);
      assert.ok(await forgotten(page, hub.ehrUrl), 'the EHR was told that Kari’s session ended');
      await page.goto(`${hub.ehrUrl}/login`);
      assert.equal(await loggedInAs(page, hub.ehrUrl), 'Lars Vestby', 'single sign-on is now his');
    });

    test('"Not you?" lets the next person in and ends the session of the first', async () => {
      put('lars-advanced');
      await kariInEhr(page, hub);
      await page.click('#other');
      await page.getByRole('button', { name: en('layout.notYou') }).click();
      assert.ok(!(await shown()).includes('Kari Nordmann'), 'she is no longer named');
      await readCard(page);
      assert.equal(await loggedInAs(page, hub.coreRecordUrl), 'Lars Vestby');
      assert.ok(await forgotten(page, hub.ehrUrl));
    });
  });

  test('each page met is accessible by WCAG 2.2 AA and fits 320 px', () =>
    inspector.verify('card', 'card-none', 'card-revoked', 'cancelled', 'assignment'));

  test('nothing but the instance was asked, and the browser complained of nothing', () => {
    assert.deepEqual(browser.strangers, []);
    assert.deepEqual(browser.complaints, []);
  });
});
