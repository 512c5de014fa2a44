// The pages of enrolled devices in a browser: empty, a code, in use, refused, lost; looked at with axe, in both colours, at 320 px (H8).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { Tablet } from '../flows/tablet-example.ts';
import { freeAddresses, freePort, type RunningHub, startHub } from '../support/index.ts';
import { browserMissing, type Chromium, startChromium } from './chromium.ts';
import { en, heading, Inspector, pickCard, readCard } from './walk.ts';

describe('enrolled devices', { skip: browserMissing() ?? false }, () => {
  let hub: RunningHub;
  let browser: Chromium;
  let page: Page;
  let tablet: Tablet;
  const inspector = new Inspector();
  const shown = (): Promise<string> => page.locator('main').innerText();
  const press = (key: Parameters<typeof en>[0]) => page.getByRole('button', { name: en(key), exact: true }).click();
  const code = () => page.locator('#code').innerText();

  before(async () => {
    const env = {
      TILLIT_CA_URL: `https://localhost:${await freePort()}`,
      TILLIT_PKI_URL: `http://localhost:${await freePort()}`,
    };
    hub = await startHub({ addresses: await freeAddresses(), env });
    browser = await startChromium(hub, { cards: ['kari-simple'] });
    page = await browser.page();
    tablet = new Tablet(hub);
  });
  after(async () => {
    await browser?.close();
    await hub?.remove();
  });

  test('from an empty list to a device in use, and its loss, each page inspected', async () => {
    await page.goto(`${hub.hubUrl}/devices`);
    await pickCard(page);
    await readCard(page);
    assert.equal(await heading(page), en('devices.own'));
    assert.ok((await shown()).includes(en('devices.none')));
    await inspector.inspect(page, 'devices-none');

    await page.fill('#name', '   ');
    await press('devices.addButton');
    assert.ok((await shown()).includes(en('devices.noName')));
    await inspector.inspect(page, 'devices-no-name');

    await page.fill('#name', 'Tablet 12, ward 3, by the long corridor to the laboratory');
    await press('devices.addButton');
    assert.equal(await heading(page), en('devices.codeTitle'));
    await inspector.inspect(page, 'devices-code');
    assert.equal((await tablet.run('enrol', await code())).status, 0);

    await page.goto(`${hub.hubUrl}/devices/device/${tablet.id}`);
    await inspector.inspect(page, 'device');
    await press('devices.shift');
    assert.equal((await tablet.run('shift', await code())).status, 0);
    await page.goto(`${hub.hubUrl}/devices`);
    assert.ok((await shown()).includes(en('devices.shiftUntil')));
    await inspector.inspect(page, 'devices-in-use');
    await page.goto(`${hub.hubUrl}/devices/device/${tablet.id}`);
    await inspector.inspect(page, 'device-in-use');
    await press('devices.endShift');
    assert.ok((await shown()).includes(en('devices.endShiftDone')));

    await page.goto(`${hub.hubUrl}/devices/device/${tablet.id}`);
    await press('devices.lost');
    assert.ok((await shown()).includes(en('devices.lostDone')));
    await inspector.inspect(page, 'devices-lost');
    await page.goto(`${hub.hubUrl}/devices/device/${tablet.id}`);
    assert.equal(await heading(page), en('devices.unknownTitle'));
    await inspector.inspect(page, 'device-unknown');
  });

  test('nothing of it had a fault', () => {
    inspector.verify('devices-none', 'devices-code', 'device', 'devices-in-use', 'device-in-use', 'devices-lost');
  });
});
