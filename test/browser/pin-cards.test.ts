// Cards whose key does not come out, in a browser with a window: a SoftHSM token, and a PIV card in a real reader; the person types the PIN.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { createTestPki, type IssuedCard, issueCard } from '../../src/apps/demo/test-ca/index.ts';
import { PivCard } from '../../src/apps/demo/test-cards/piv-card.ts';
import { softhsmModule, writeSofthsmToken } from '../../src/apps/demo/test-cards/softhsm.ts';
import { type InsertedCard, insertCard } from '../../src/apps/demo/test-cards/virtual-reader.ts';
import { openscModule } from '../support/cards/opensc.ts';
import { type Readers, startReaders } from '../support/cards/pcscd.ts';
import { type RunningHub, requireDebian, startHub, temporaryFolder } from '../support/index.ts';
import { browserMissing, type Chromium, startChromium } from './chromium.ts';
import { type Display, startDisplay } from './display.ts';
import { claim, en, loggedInAs, openApplication, pickCard, readCard } from './walk.ts';

const missing =
  browserMissing() ?? requireDebian('xvfb', 'xdotool', 'openbox', 'softhsm2', 'opensc', 'pcscd', 'vsmartcard-vpcd');
const pin = '482913';

describe('cards with a PIN', { skip: missing ?? false }, () => {
  const folder = temporaryFolder('pin-cards');
  let hub: RunningHub;
  let display: Display;
  before(async () => {
    [hub, display] = await Promise.all([startHub(), startDisplay(folder.path)]);
  });
  after(async () => {
    await display?.stop();
    await hub?.remove();
    folder.remove();
  });

  /** A card of Kari's, by the authority that the hub's population trusts. */
  const issued = (rsaBits?: number): IssuedCard =>
    issueCard(createTestPki(join(hub.dataFolder, 'demo', 'ca'), { crlBaseUrl: hub.crlUrl }), {
      authority: 'simple',
      holder: { serialNumber: 'T10001', givenName: 'Kari', surname: 'Nordmann', country: 'NO' },
      ...(rsaBits === undefined ? {} : { rsaBits }),
    });
  /** Goes to the EHR, chooses the card, and does this while the browser waits for its PIN. */
  async function showCard(page: Page, meanwhile: () => Promise<void>): Promise<void> {
    await openApplication(page, hub.ehrUrl);
    await pickCard(page);
    await Promise.all([readCard(page), meanwhile()]);
  }
  async function withBrowser(
    token: { library: string; env?: Record<string, string> },
    work: (page: Page, browser: Chromium) => Promise<void>,
  ): Promise<void> {
    const browser = await startChromium(hub, { token: { ...token, display: display.name } });
    try {
      await work(await browser.page(), browser);
      assert.deepEqual(browser.strangers, []);
    } finally {
      await browser.close();
    }
  }

  test('a SoftHSM token: the PIN opens it, and the person is logged in', async () => {
    const token = join(folder.path, 'token');
    mkdirSync(token);
    writeSofthsmToken(token, issued(), 'Kari Nordmann', pin);
    const env = { SOFTHSM2_CONF: join(token, 'softhsm2.conf') };
    await withBrowser({ library: softhsmModule(), env }, async (page) => {
      await showCard(page, () => display.typePin(pin));
      assert.equal(await loggedInAs(page, hub.ehrUrl), 'Kari Nordmann');
      assert.match(await claim(page, 'acr'), /substantial/);
    });
  });

  describe('a PIV card in a reader of the real pcscd, seen through OpenSC', () => {
    let readers: Readers;
    let inserted: InsertedCard | undefined;
    let triesLeft = 3;
    before(async () => {
      readers = await startReaders(folder.path);
    });
    after(async () => {
      inserted?.pull();
      await readers?.stop();
    });

    /** The browser and the reader need a moment for what was typed. */
    async function seen(isSo: () => boolean): Promise<void> {
      for (let round = 0; !isSo() && round < 100; round += 1) await sleep(100);
      assert.ok(isSo());
    }

    test('the PIN opens it; a wrong one counts down and is asked for again; pulled, it logs nobody in', async () => {
      const { der, key } = issued(2048);
      const onTriesLeft = (left: number): void => {
        triesLeft = left;
      };
      inserted = await insertCard(new PivCard({ certificate: der, key, pin, triesLeft, onTriesLeft }), readers.port);
      await withBrowser({ library: openscModule }, async (page, browser) => {
        await showCard(page, async () => {
          await display.typePin('000000');
          await seen(() => triesLeft === 2);
          await display.typePin(pin);
        });
        assert.equal(await loggedInAs(page, hub.ehrUrl), 'Kari Nordmann');
        assert.equal(triesLeft, 3);
        inserted?.pull();
        await inserted?.gone;
        await browser.context.clearCookies();
        await openApplication(page, hub.ehrUrl);
        await pickCard(page);
        await readCard(page);
        const text = await page.locator('main').innerText();
        assert.ok(text.includes(en('reason.card.noCertificate.title')), text);
      });
    });
  });
});
