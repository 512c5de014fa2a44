// H4 in the browser: holders of an advanced certificate and portable computers must use the card, others choose.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { type RunningHub, startHub, tillitCommand } from '../support/index.ts';
import { browserMissing, type Chromium, startChromium } from './chromium.ts';
import { claim, en, givePassword, Inspector, loggedInAs, openApplication, pickCard, readCard } from './walk.ts';

const advancedRule = 'Holders of an advanced certificate log in with the card';
const portableRule = 'On a laptop you log in with the card';

describe('the login rule', { skip: browserMissing() ?? false }, () => {
  let hub: RunningHub;
  let browser: Chromium;
  let page: Page;
  const inspector = new Inspector();
  const ways = async (): Promise<(string | null)[]> =>
    Promise.all((await page.locator('button[name="_provider"]').all()).map((button) => button.getAttribute('value')));

  before(async () => {
    hub = await startHub();
    browser = await startChromium(hub);
    page = await browser.page();
  });
  after(async () => {
    await browser?.close();
    await hub?.remove();
  });

  test('who is not known yet may choose', async () => {
    await openApplication(page, hub.ehrUrl);
    assert.deepEqual(await ways(), ['smartcard', 'password']);
  });

  test('Lars’s password is right and not enough: he is told which rule asks for the card', async () => {
    await givePassword(page, 'lars', hub.password('lars'));
    const shown = await page.locator('main').innerText();
    assert.ok(shown.includes(advancedRule), shown);
    assert.ok(shown.includes(en('reason.policy.methodNotAllowed.meaning')), shown);
    assert.deepEqual(await ways(), [], 'no other way is offered');
    assert.equal(await page.locator('#field-password').count(), 0);
    await inspector.inspect(page, 'rule-advanced');
    await page.goto(hub.ehrUrl);
    assert.ok(await page.locator('#login').isVisible(), 'the EHR has no ticket for him');
  });

  test('his card lets him in', async () => {
    browser.insert('lars-simple');
    await openApplication(page, hub.ehrUrl);
    await pickCard(page);
    await readCard(page);
    assert.equal(await loggedInAs(page, hub.ehrUrl), 'Lars Vestby');
    assert.match(await claim(page, 'acr'), /substantial/);
    browser.takeOut();
  });

  test('on a laptop Kari must use the card too, and may choose again on a fixed computer', async () => {
    await browser.context.clearCookies();
    await page.goto(`${hub.hubUrl}/demo/device`);
    const before = await page.locator('main').innerText();
    assert.ok(before.includes(en('device.now', { kind: en('device.fixed') })), before);
    assert.ok(before.includes(en('device.byNetwork')), 'the demo says that its network makes it one');
    await inspector.inspect(page, 'device');
    await page.getByRole('button', { name: en('device.setPortable') }).click();
    assert.ok(await page.getByText(en('device.now', { kind: en('device.portable') })).isVisible());
    await openApplication(page, hub.ehrUrl);
    const shown = await page.locator('main').innerText();
    assert.ok(shown.includes(portableRule), shown);
    assert.deepEqual(await ways(), []);
    await inspector.inspect(page, 'rule-portable');
    browser.insert('kari-simple');
    await readCard(page);
    assert.equal(await loggedInAs(page, hub.ehrUrl), 'Kari Nordmann');
    browser.takeOut();

    await page.goto(`${hub.hubUrl}/demo/device`);
    await page.getByRole('button', { name: en('device.setFixed') }).click();
    await openSecondTime();
    assert.deepEqual(await ways(), ['smartcard', 'password']);
  });

  /** As somebody whom the hub does not know yet, on the same computer. */
  async function openSecondTime(): Promise<void> {
    await browser.context.clearCookies({ name: /^__Host-(?:tillit-(?:session|browser)|demo-)/ });
    await openApplication(page, hub.ehrUrl);
  }

  test('the decision explains itself from the trail', async () => {
    const found = await tillitCommand(hub, 'audit', 'find', '--person', 'lars-vestby', '--limit', '50', '--json');
    assert.ok(found.output.includes('h4-advanced-certificate'), found.output.slice(0, 2000));
  });

  test('each page met is accessible by WCAG 2.2 AA and fits 320 px', () =>
    inspector.verify('rule-advanced', 'rule-portable', 'device'));

  test('nothing but the instance was asked, and the browser complained of nothing', () => {
    assert.deepEqual(browser.strangers, []);
    assert.deepEqual(browser.complaints, []);
  });
});
