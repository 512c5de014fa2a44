// An auditor's question in Chromium: asked with completion by keyboard, answered, kept, followed from a ticket to its login, and all of it
// without scripts too; each page accessible and at 320 px.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { type RunningHub, startHub, tillitCommand } from '../support/index.ts';
import { browserMissing, type Chromium, startChromium } from './chromium.ts';
import { en, heading, Inspector, pickCard, readCard } from './walk.ts';

describe('an auditor’s question in the browser', { skip: browserMissing() ?? false }, () => {
  let hub: RunningHub;
  let browser: Chromium;
  let page: Page;
  const inspector = new Inspector();
  const main = (on: Page = page): Promise<string> => on.locator('main').innerText();
  const at = (path: string): string => `${hub.hubUrl}${path}`;

  before(async () => {
    hub = await startHub();
    const until = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    const grant = ['--organisation', 'demo-region', '--role', 'auditor', '--until', until, '--reason', 'Audit'];
    const granted = await tillitCommand(hub, 'admin', 'grant', 'kari-nordmann', ...grant);
    assert.equal(granted.code, 0, granted.output);
    browser = await startChromium(hub, { cards: ['kari-simple'] });
    page = await browser.page();
  });
  after(async () => {
    await browser?.close();
    await hub?.remove();
  });

  test('the page wants a strong login, and then says whose events are seen', async () => {
    await page.goto(at('/audit'));
    await pickCard(page);
    await readCard(page);
    await page.waitForURL(/\/audit\?proved=1$/);
    assert.equal(await heading(page), en('search.title'));
    assert.match(await main(), /about the people of: [\s\S]*Fjord Hospital/);
    await inspector.inspect(page, 'audit-empty');
  });

  test('fields and values are completed by keyboard, and the question is answered', async () => {
    const field = page.locator('#q');
    await field.focus();
    await page.keyboard.type('ki');
    await page.locator('#completions [role=option]').first().waitFor();
    assert.equal(await field.getAttribute('aria-expanded'), 'true');
    await page.keyboard.press('ArrowDown');
    assert.equal(await field.getAttribute('aria-activedescendant'), 'completion-0');
    await page.keyboard.press('Enter');
    await page.keyboard.type('journey.fin');
    await page.locator('#completions', { hasText: 'journey.finished' }).waitFor();
    await inspector.inspect(page, 'audit-completing');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    assert.equal(await field.inputValue(), 'kind:journey.finished ');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=kind%3Ajourney\.finished/);
    const shown = await main();
    assert.match(shown, /Kari/);
    assert.match(shown, /journey\.finished/);
    await inspector.inspect(page, 'audit-found');
  });

  test('what cannot be read is told with what to write', async () => {
    await page.goto(at('/audit?q=user%3Akari'));
    assert.match(await main(), /person:kari/);
    await inspector.inspect(page, 'audit-wrong');
  });

  test('a question is kept and found again', async () => {
    await page.goto(at('/audit?q=class%3Alogin%20last%3A1h'));
    await page.fill('#name', 'Logins just now');
    await page.getByRole('button', { name: en('search.save') }).click();
    await page.getByRole('link', { name: 'Logins just now' }).waitFor();
    await inspector.inspect(page, 'audit-kept');
  });

  test('a ticket is followed from its login', async () => {
    await page.goto(`${hub.ehrUrl}/`);
    await page.click('#login');
    await page.waitForURL(`${hub.ehrUrl}/`);
    await page.goto(at('/audit?q=kind%3Aticket.issued'));
    const link = page.getByRole('link', { name: en('search.ticketOf') }).first();
    await link.focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/audit\/ticket\//);
    assert.equal(await heading(page), en('search.story'));
    assert.match(await main(), /journey\.[\s\S]*ticket\.issued/);
    assert.ok((await main()).includes(en('search.storyNoUse')));
    await inspector.inspect(page, 'audit-ticket');
  });

  test('all of it works without scripts', async () => {
    const without = await startChromium(hub, { cards: ['kari-simple'], javaScript: false });
    try {
      const plain = await without.page();
      await plain.goto(at('/audit'));
      await pickCard(plain);
      await readCard(plain);
      await plain.waitForURL(/\/audit\?proved=1$/);
      assert.equal(await plain.locator('#q').getAttribute('role'), null);
      await plain.fill('#q', 'class:login');
      await plain.getByRole('button', { name: en('search.ask'), exact: true }).click();
      await plain.waitForURL(/q=class/);
      assert.match(await main(plain), /journey\./);
    } finally {
      await without.close();
    }
  });

  test('every page met is accessible and narrow enough', () => {
    inspector.verify('audit-empty', 'audit-completing', 'audit-found', 'audit-wrong', 'audit-kept', 'audit-ticket');
  });
});
