// The renewal of many cards in the browser: chosen, looked at, begun, followed without a press, paused, and without scripts; each page accessible.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import type { Page } from 'playwright-core';
import { findRunning } from '../../src/edge/store/embedded/index.ts';
import { makeCards } from '../contracts/make-cards.ts';
import { freeAddresses, freePort, type RunningHub, startHub } from '../support/index.ts';
import { browserMissing, type Chromium, startChromium } from './chromium.ts';
import { en, heading, Inspector, pickCard, readCard } from './walk.ts';

const day = 86_400_000;
const cards = 900;

describe('the renewal of many cards in the browser', { skip: browserMissing() ?? false }, () => {
  let hub: RunningHub;
  let browser: Chromium;
  let page: Page;
  let job = '';
  const inspector = new Inspector();
  const main = (on = page): Promise<string> => on.locator('main').innerText();
  const press = (name: string, on = page) => on.getByRole('button', { name, exact: true }).click();

  before(async () => {
    const env = {
      TILLIT_CA_URL: `https://localhost:${await freePort()}`,
      TILLIT_PKI_URL: `http://localhost:${await freePort()}`,
    };
    hub = await startHub({ addresses: await freeAddresses(), env });
    const pool = new pg.Pool({ ...(await findRunning(hub.dataFolder)), max: 1 });
    pool.on('error', () => undefined);
    const where = { organisation: 'fjord-hospital', profile: 'staff-card', validUntil: Date.now() + 25 * day };
    await makeCards(pool, { ...where, count: cards, prefix: 'h' });
    await pool.query("UPDATE hub.card SET state = 'suspended' WHERE holder IN ('h3', 'h4')");
    await pool.query("UPDATE hub.person SET closed = true WHERE id = 'h5'");
    // Lars has a card that is to be renewed too: an officer's own is passed over.
    await pool.query("UPDATE hub.card SET holder = 'lars-vestby' WHERE holder = 'h6'");
    await pool.end();
    browser = await startChromium(hub, { cards: ['lars-simple'] });
    page = await browser.page();
    await page.goto(`${hub.hubUrl}/portal`);
    await pickCard(page);
    await readCard(page);
    await page.waitForURL(`${hub.hubUrl}/portal`);
  });
  after(async () => {
    await browser?.close();
    await hub?.remove();
  });

  test('a holder sees on the start page and among their cards that one runs out soon', async () => {
    await page.goto(hub.hubUrl);
    assert.match(await main(), new RegExp(en('cards.soonOver')));
    await inspector.inspect(page, 'start-soon-over');
    await page.goto(`${hub.hubUrl}/cards`);
    assert.match(await main(), /Days left: 25/);
    await inspector.inspect(page, 'cards-soon-over');
  });

  test('an officer finds the cards that run out, and goes on to renew them', async () => {
    await page
      .getByRole('link', { name: en('cards.manage') })
      .first()
      .click();
    await page.selectOption('#show', 'expiring30');
    await press(en('cards.searchButton'));
    await page.waitForURL(/show=expiring30/);
    assert.match(await main(), /Days left: 25/);
    await inspector.inspect(page, 'cards-expiring');
    await page.getByRole('link', { name: en('renewals.title') }).click();
    assert.equal(await heading(page), en('renewals.title'));
    await inspector.inspect(page, 'renewals');
  });

  test('what it will do is shown first, card by card', async () => {
    await page.selectOption('#organisation', 'fjord-hospital');
    await page.fill('#day', new Date(Date.now() + 60 * day).toISOString().slice(0, 10));
    await press(en('renewals.look'));
    await page.waitForURL(/\/cards\/renewals\/.+/);
    job = page.url();
    assert.match(await main(), new RegExp(`will be ordered: ${cards - 4}`));
    await inspector.inspect(page, 'renewal-draft');
    await page.fill('#q', 'nurse h77');
    await press(en('cards.searchButton'));
    await page.waitForURL(/q=nurse/);
    assert.equal(await page.locator('main .rows li a b').filter({ hasText: 'H77' }).count(), 11);
    await page.goto(`${job}?show=excluded`);
    assert.match(await main(), /Lars Vestby/);
    await inspector.inspect(page, 'renewal-excluded');
  });

  test('it goes on by itself and the page follows, is paused, and goes on', async () => {
    await page.goto(job);
    await press(en('renewals.do.start'));
    await page.waitForSelector('progress');
    const seen = async (): Promise<number> => Number(await page.locator('progress').getAttribute('value'));
    const first = await seen();
    for (let tries = 0; (await seen()) === first; tries += 1) {
      assert.ok(tries < 200, 'the page follows');
      await page.waitForTimeout(50);
    }
    const bar = page.getByRole('progressbar', { name: en('renewals.progress') });
    assert.equal(await bar.count(), 1);
    await press(en('renewals.do.pause'));
    await page.waitForSelector(`text=${en('renewals.state.paused')}`);
    const paused = await seen();
    assert.ok(paused < cards - 4, 'it was paused in the middle');
    await inspector.inspect(page, 'renewal-paused');
    await press(en('renewals.do.resume'));
    await page.waitForSelector(`#progress >> text=${en('renewals.state.running')}`);
    await inspector.inspect(page, 'renewal-running');
    // Nobody presses anything.
    await page.waitForSelector(`#progress >> text=${en('renewals.state.done')}`, { timeout: 120_000 });
    assert.equal(await seen(), cards - 4);
    assert.equal(
      await page.getByRole('button', { name: en('renewals.do.pause') }).count(),
      0,
      'what is over has no pause',
    );
    await inspector.inspect(page, 'renewal-done');
    await page.goto(`${hub.hubUrl}/cards/renewals`);
    await inspector.inspect(page, 'renewals-list');
  });

  test('without scripts the same page is there, with a link to look again', async () => {
    const plain = await startChromium(hub, { cards: ['lars-simple'], javaScript: false });
    try {
      const there = await plain.page();
      await there.goto(job);
      await pickCard(there);
      await readCard(there);
      await there.goto(job);
      assert.match(await main(there), new RegExp(en('renewals.seen', { seen: cards - 4, all: cards - 4 })));
      assert.equal(await there.getByRole('progressbar').count(), 1);
      assert.deepEqual(plain.complaints, []);
    } finally {
      await plain.close();
    }
  });

  test('each page met is accessible by WCAG 2.2 AA and fits 320 px', () =>
    inspector.verify(
      'start-soon-over',
      'cards-soon-over',
      'cards-expiring',
      'renewals',
      'renewal-draft',
      'renewal-excluded',
      'renewal-paused',
      'renewal-running',
      'renewal-done',
      'renewals-list',
    ));

  test('nothing but the instance was asked, and the browser complained of nothing', () => {
    assert.deepEqual(browser.strangers, []);
    assert.deepEqual(browser.complaints, []);
  });
});
