// What a person does on the pages, and what is looked at on each page that is met.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { text } from '../../src/wire/texts/index.ts';
import type { RunningHub } from '../support/index.ts';

type TextKey = Parameters<typeof text>[1];
/** A text of the pages in English, which the tests' browser asks for. */
export const en = (key: TextKey, params?: Parameters<typeof text>[2]): string => text('en', key, params);

export const demoNames = { ehr: 'EHR', coreRecord: 'National core record' } as const;

const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Looks at pages as they are met; what is wrong is told at the end, so that one page does not hide the next. */
export class Inspector {
  readonly found: string[] = [];
  readonly met = new Set<string>();

  /** axe-core in both colour schemes without a violation, nothing to scroll sideways at 320 px, and a picture on demand. */
  async inspect(page: Page, name: string): Promise<void> {
    this.met.add(name);
    await page.waitForLoadState();
    const size = page.viewportSize() ?? { width: 1280, height: 900 };
    const folder = process.env['SCREENSHOT_FOLDER'];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).withTags(wcag).analyze();
      for (const { id, nodes } of violations)
        this.found.push(`${name}, ${colorScheme}: ${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    }
    await page.emulateMedia({ colorScheme: 'light' });
    if (folder) await page.screenshot({ path: join(folder, `${name}-${size.width}.png`), fullPage: true });
    await page.setViewportSize({ width: 320, height: 800 });
    const [wide, seen] = await page.evaluate<[number, number]>(
      '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
    );
    if (wide > seen) this.found.push(`${name} is ${wide} px wide in a window of ${seen} px`);
    if (folder) await page.screenshot({ path: join(folder, `${name}-320.png`), fullPage: true });
    await page.setViewportSize(size);
  }

  /** What the window shows now, on demand. */
  async picture(page: Page, name: string): Promise<void> {
    const folder = process.env['SCREENSHOT_FOLDER'];
    if (folder) await page.screenshot({ path: join(folder, `${name}.png`) });
  }

  /** Fails when a page met had a fault, or when fewer pages were met than the test says. */
  verify(...names: readonly string[]): void {
    assert.deepEqual(this.found, []);
    for (const name of names) assert.ok(this.met.has(name), `${name} was met`);
  }
}

export const heading = async (page: Page): Promise<string> => (await page.locator('h1').first().innerText()).trim();

/** Presses what leads on from an application's home page to the hub. */
export async function openApplication(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/`);
  await page.click('#login');
}

/** Picks the password when there is a choice, fills in the form and sends it. */
export async function givePassword(page: Page, username: string, password: string): Promise<void> {
  const way = page.locator('button[name="_provider"][value="password"]');
  if (await way.isVisible()) await way.click();
  await page.fill('#field-username', username);
  await page.fill('#field-password', password);
  await page.getByRole('button', { name: en('password.submit'), exact: true }).click();
}

/** Picks the card when there is a choice. */
export async function pickCard(page: Page): Promise<void> {
  const way = page.locator('button[name="_provider"][value="smartcard"]');
  if (await way.isVisible()) await way.click();
}

/** Presses "Read the card": the browser shows what is in the reader and comes back. */
export async function readCard(page: Page): Promise<void> {
  await page.locator('a.main[href$="/card"]').click();
}

/** What a demo application shows of a claim: `id` of the ID token, `at` of the access token. */
export async function claim(page: Page, name: string, of: 'id' | 'at' = 'id'): Promise<string> {
  return (await page.locator(`[id="${of}-${name}"]`).innerText()).trim();
}

/** Waits for an application's page of a person who is logged in; answers her name. */
export async function loggedInAs(page: Page, url: string): Promise<string> {
  await page.waitForURL(`${url}/`);
  return (await page.locator('#who').innerText()).trim();
}

/** Kari's password into the EHR, from nothing. */
export async function kariInEhr(page: Page, hub: RunningHub): Promise<void> {
  await openApplication(page, hub.ehrUrl);
  await givePassword(page, 'kari', hub.password('kari'));
  assert.equal(await loggedInAs(page, hub.ehrUrl), 'Kari Nordmann');
}

/** Reloads until the application has forgotten the person (back-channel logout), for at most five seconds. */
export async function forgotten(page: Page, url: string): Promise<boolean> {
  for (let round = 0; round < 25; round += 1) {
    await page.goto(`${url}/`);
    if (await page.locator('#login').isVisible()) return true;
    await page.waitForTimeout(200);
  }
  return false;
}
