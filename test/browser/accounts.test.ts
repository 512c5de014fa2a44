// An account elsewhere in Chromium: it appears while a nurse logs in and stands in the directory, an administrator reads why, tries a
// rule out, closes it, and the next login opens it again; each page accessible, in a narrow window, by keyboard, and without scripts.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { type SharingHub, startSharingHub } from '../support/municipality.ts';
import { browserMissing, type Chromium, startChromium } from './chromium.ts';
import { en, givePassword, heading, Inspector, loggedInAs, openApplication, pickCard, readCard } from './walk.ts';

describe('accounts elsewhere in the browser', { skip: browserMissing() ?? false }, () => {
  let sharing: SharingHub;
  let nurse: Chromium;
  let office: Chromium;
  let berit: Page;
  let kari: Page;
  const inspector = new Inspector();
  const main = (on: Page): Promise<string> => on.locator('main').innerText();
  const at = (path: string): string => `${sharing.hub.hubUrl}${path}`;

  before(async () => {
    sharing = await startSharingHub();
    const { hub, cosmicLinkUrl, municipalityUrl } = sharing;
    nurse = await startChromium(hub, { partners: [cosmicLinkUrl, municipalityUrl] });
    office = await startChromium(hub, { cards: ['kari-simple'] });
    berit = await nurse.page();
    kari = await office.page();
  });
  after(async () => {
    await nurse?.close();
    await office?.close();
    await sharing?.hub.remove();
  });

  async function beritInCosmicLink(): Promise<void> {
    await openApplication(berit, sharing.cosmicLinkUrl);
    await berit.waitForURL(`${sharing.hub.hubUrl}/login/**`);
    await berit.getByText('Fjordvik kommune', { exact: true }).click();
    await berit.waitForURL((url) => url.origin === sharing.municipalityUrl);
    await givePassword(berit, 'berit', sharing.hub.password('berit'));
    assert.equal(await loggedInAs(berit, sharing.cosmicLinkUrl), 'Berit Dal');
  }
  /** Loads the page again until its words are there. */
  async function until(page: Page, words: RegExp): Promise<string> {
    for (let tries = 0; ; tries += 1) {
      const shown = await main(page);
      if (words.test(shown)) return shown;
      assert.ok(tries < 60, shown);
      await page.waitForTimeout(250);
      await page.reload();
    }
  }

  test('before anybody came the directory is empty', async () => {
    await berit.goto(at('/demo/directory'));
    assert.match(await main(berit), new RegExp(en('accounts.directoryEmpty')));
    await inspector.inspect(berit, 'directory-empty');
  });

  test('the first login makes the account: the application is told its name, and the directory shows it with its end', async () => {
    await beritInCosmicLink();
    assert.match(await main(berit), /berdal@region\.example/);
    await berit.goto(at('/demo/directory'));
    const shown = await main(berit);
    for (const words of ['berdal', 'Berit Dal (Fjordvik kommune)', 'CN=Cosmic Link,OU=Groups', en('accounts.left')])
      assert.ok(shown.includes(words), shown);
    assert.match(shown, /(?:10|9) minutes/);
    await inspector.inspect(berit, 'directory');
  });

  test('its holder finds it on the start page and among their logins', async () => {
    await berit.goto(at('/'));
    assert.match(
      await berit.locator('#own-accounts').innerText(),
      /The region’s directory[\s\S]*berdal[\s\S]*Open until/,
    );
    await inspector.inspect(berit, 'start-own-account');
    await berit.goto(at('/portal'));
    assert.equal(await berit.locator('#own-accounts').count(), 1);
    await inspector.inspect(berit, 'own-account');
  });

  test('an administrator comes from the start page to the account by keyboard, and reads why it exists', async () => {
    await kari.goto(at('/accounts'));
    await pickCard(kari);
    await readCard(kari);
    await kari.waitForURL(/\/accounts\?proved=1$/);
    assert.equal(await heading(kari), en('accounts.title'));
    await kari.goto(at('/'));
    await kari.getByRole('link', { name: en('accounts.title') }).focus();
    await kari.keyboard.press('Enter');
    await kari.waitForURL(at('/accounts'));
    await kari.locator('#q').focus();
    await kari.keyboard.type('dal');
    await kari.keyboard.press('Enter');
    await kari.waitForURL(/q=dal/);
    await inspector.inspect(kari, 'accounts');
    const line = kari.locator('a.choice');
    assert.equal(await line.count(), 1);
    await line.focus();
    await kari.keyboard.press('Enter');
    await kari.waitForURL(/\/accounts\/account\//);
    const shown = await main(kari);
    for (const words of [
      'Users of Cosmic Link',
      'Home-care nurse, Fjordvik kommune',
      'berdal@region.example',
      en('accounts.did.opened'),
    ])
      assert.ok(shown.includes(words), shown);
    assert.equal(await kari.locator('svg.life').count(), 1);
    await inspector.inspect(kari, 'account');
  });

  test('the directory is asked, and says that nothing is to be done', async () => {
    await kari.getByRole('link', { name: en('accounts.checkButton') }).click();
    await kari.waitForURL(/check=1/);
    assert.match(await main(kari), new RegExp(en('accounts.asWanted')));
    await inspector.inspect(kari, 'account-checked');
  });

  test('a changed rule is tried out: who, what and how many, and what is wrong with it', async () => {
    await kari.goto(at('/accounts/rules'));
    await kari.getByRole('button', { name: en('accounts.chooseRule') }).click();
    await kari.waitForURL(/rule=cosmic-link-users/);
    await inspector.inspect(kari, 'rule');
    await kari.fill('#groups', 'CN=Other,DC=region,DC=example');
    await kari.getByRole('button', { name: en('accounts.try'), exact: true }).click();
    await kari.locator('#result').waitFor();
    assert.match(await kari.locator('#result').innerText(), /Berit Dal: would be changed[\s\S]*CN=Other/);
    await inspector.inspect(kari, 'rule-tried');
    await kari.fill('#text', 'id: x\ntarget: nowhere');
    await kari.getByRole('button', { name: en('accounts.tryText') }).click();
    await kari.locator('[role="alert"]').waitFor();
    await inspector.inspect(kari, 'rule-wrong');
  });

  test('it is closed after a question, with a reason; the directory shows it closed, and the account’s page who did it', async () => {
    await kari.goto(at('/accounts?q=dal'));
    await kari.locator('a.choice').click();
    await kari.getByRole('link', { name: en('accounts.do.close') }).click();
    await kari.waitForURL(/close=1/);
    await inspector.inspect(kari, 'account-closing');
    await kari.fill('#reason', 'Left the ward');
    await kari.getByRole('button', { name: en('accounts.do.close') }).click();
    await kari.waitForURL((url) => url.search === '');
    const shown = await until(kari, new RegExp(en('accounts.state.closed')));
    assert.match(shown, /Somebody asked for it to be closed[\s\S]*Kari Nordmann[\s\S]*Left the ward/);
    await inspector.inspect(kari, 'account-closed');
    await berit.goto(at('/demo/directory'));
    assert.match(await main(berit), new RegExp(en('accounts.directoryDisabled')));
    assert.doesNotMatch(await main(berit), /CN=Cosmic Link/);
    await inspector.inspect(berit, 'directory-closed');
  });

  test('the page of the directory follows by itself when the next login opens it again', async () => {
    await kari.goto(at('/demo/directory'));
    assert.match(await main(kari), new RegExp(en('accounts.directoryDisabled')));
    // The closing logged her out of the application, and nowhere else.
    await openApplication(berit, sharing.cosmicLinkUrl);
    assert.equal(await loggedInAs(berit, sharing.cosmicLinkUrl), 'Berit Dal');
    await kari.locator('#progress', { hasText: 'CN=Cosmic Link' }).waitFor({ timeout: 30_000 });
    await kari.goto(at('/accounts?q=dal&show=open'));
    assert.equal(await kari.locator('a.choice').count(), 1);
  });

  test('without scripts the same pages are there', async () => {
    const plain = await startChromium(sharing.hub, { cards: ['kari-simple'], javaScript: false });
    try {
      const page = await plain.page();
      await page.goto(at('/accounts'));
      await pickCard(page);
      await readCard(page);
      await page.goto(at('/accounts?q=dal'));
      await page.locator('a.choice').click();
      await page.getByRole('button', { name: en('accounts.do.tryAgain') }).click();
      await until(page, /Somebody asked for another try/);
      await page.goto(at('/demo/directory'));
      assert.match(await main(page), /berdal/);
      assert.deepEqual(plain.complaints, []);
    } finally {
      await plain.close();
    }
  });

  test('each page met is accessible by WCAG 2.2 AA and fits 320 px, and the browsers complained of nothing', () => {
    inspector.verify(
      ...[
        'directory-empty',
        'directory',
        'directory-closed',
        'start-own-account',
        'own-account',
        'accounts',
        'account',
      ],
      ...['account-checked', 'account-closing', 'account-closed', 'rule', 'rule-tried', 'rule-wrong'],
    );
    for (const { complaints, strangers } of [nurse, office]) assert.deepEqual([complaints, strangers], [[], []]);
  });
});
