// A card's whole life in Chromium: ordered, approved, made as a soft card, put into the browser, used, revoked; and a temporary one (H2, G5, B2).
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { freeAddresses, freePort, type RunningHub, startHub, tillitCommand } from '../support/index.ts';
import { browserMissing, type Chromium, startChromium } from './chromium.ts';
import { en, givePassword, heading, Inspector, pickCard, readCard } from './walk.ts';

/** Ordered by one, approved by another: a kind beside the demo's. */
const wardCard = {
  id: 'ward-card',
  name: { en: 'Ward card' },
  population: 'simple',
  certificates: [
    { profile: 'login', fields: ['country', 'organization', 'commonName', 'surname', 'givenName', 'serialNumber'] },
  ],
  approval: true,
  softCard: true,
  temporaryHours: 12,
  identifier: 'staff-id',
  identityDocuments: ['passport', 'drivingLicence'],
  country: 'NO',
  endsBy: ['employmentEnded'],
};

describe('a card of our own, in the browser', { skip: browserMissing() ?? false }, () => {
  let hub: RunningHub;
  /** The office, where cards are ordered and made, and the ward, where Siri works. */
  let office: Chromium;
  let ward: Chromium;
  let counter: Page;
  let page: Page;
  let card = '';
  /** Her card's file and its PIN. */
  let own: readonly [file: string, pin: string];
  const inspector = new Inspector();
  const at = (path: string) => `${hub.hubUrl}${path}`;
  const shown = (of: Page): Promise<string> => of.locator('main').innerText();
  const stateOf = (of: Page): Promise<string> => of.locator('dl.facts dd strong').innerText();
  const cardPage = (of: Page) => of.goto(at(`/cards/card/${card}`));

  before(async () => {
    const env = {
      TILLIT_CA_URL: `https://localhost:${await freePort()}`,
      TILLIT_PKI_URL: `http://localhost:${await freePort()}`,
    };
    hub = await startHub({ addresses: await freeAddresses(), env });
    const file = join(hub.dataFolder, 'ward-card.yaml');
    writeFileSync(file, JSON.stringify({ cardProfiles: [wardCard] }));
    const applied = await tillitCommand(hub, 'apply', '--yes', file);
    assert.equal(applied.code, 0, applied.output);
    const until = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    const granted = await tillitCommand(
      hub,
      ...['admin', 'grant', 'anna-berg', '--organisation', 'fjord-hospital', '--role', 'card-orderer'],
      ...['--until', until, '--reason', 'Test'],
    );
    assert.equal(granted.code, 0, granted.output);
    office = await startChromium(hub);
    ward = await startChromium(hub);
    counter = await office.page();
    page = await ward.page();
  });
  after(async () => {
    await office?.close();
    await ward?.close();
    await hub?.remove();
  });

  /** Somebody else sits down in the office, with their own card. */
  async function sitDown(who: string, path: string): Promise<void> {
    await office.context.clearCookies();
    office.takeOut();
    office.insert(who);
    await counter.goto(at(path));
    await pickCard(counter);
    await readCard(counter);
  }
  /** Reads the card in the ward's browser, from nothing; answers what the page says then. */
  async function logInWithCard(): Promise<string> {
    await page.goto(at('/portal'));
    await pickCard(page);
    await readCard(page);
    return shown(page);
  }
  async function press(of: Page, button: string): Promise<void> {
    await of.getByRole('button', { name: button, exact: true }).click();
    await of.waitForLoadState();
  }
  /** Saves the file that the page holds, and puts it into the ward's browser with the PIN beside it. */
  async function takeFile(): Promise<readonly [file: string, pin: string]> {
    const [file] = await Promise.all([
      counter.waitForEvent('download'),
      counter.getByText(en('cards.softSave'), { exact: true }).click(),
    ]);
    const taken = [await file.path(), (await counter.locator('#pin').innerText()).trim()] as const;
    ward.importFile(...taken);
    return taken;
  }

  test('the start page leads to each part of this walk', async () => {
    await counter.goto(hub.hubUrl);
    const links = await counter.locator('ol.steps a').evaluateAll((all) => all.map((one) => one.getAttribute('href')));
    for (const path of ['/cards/order', '/cards/find', '/cards', '/demo/trail']) assert.ok(links.includes(path), path);
    await inspector.inspect(counter, 'start');
  });

  test('the manager finds Siri without knowing how she is written, and orders her card', async () => {
    await sitDown('kari-simple', '/cards/order');
    await inspector.inspect(counter, 'order-search');
    await counter.fill('#q', 'SÍRI LUNDÉ');
    await press(counter, en('cards.whoFind'));
    await counter.selectOption('#profile', 'ward-card');
    await inspector.inspect(counter, 'order');
    await press(counter, en('cards.orderButton'));
    card = new URL(counter.url()).pathname.split('/').at(-1) ?? '';
    assert.equal(await stateOf(counter), en('card.state.ordered'));
    await inspector.inspect(counter, 'ordered');
    assert.equal(await counter.getByRole('button', { name: en('card.do.approve') }).count(), 0, 'not by who ordered');
  });

  test('another orderer approves it', async () => {
    await sitDown('anna-hsa-id', '/cards/find?show=waiting');
    await inspector.inspect(counter, 'find');
    await counter.locator('a.choice', { hasText: 'Siri Lunde' }).click();
    await press(counter, en('card.do.approve'));
    assert.equal(await stateOf(counter), en('card.state.approved'));
  });

  test('the officer notes what she showed, and makes a soft card: a file and its PIN, once', async () => {
    await sitDown('lars-simple', '/cards/find');
    await counter.locator('a.choice', { hasText: 'Siri Lunde' }).click();
    await inspector.inspect(counter, 'counter');
    await counter.selectOption('#checkIdentity-document', 'passport');
    await press(counter, en('card.do.checkIdentity'));
    await inspector.inspect(counter, 'to-be-made');
    await press(counter, en('cards.softMake'));
    assert.equal(await heading(counter), en('cards.softReady', { name: 'Siri Lunde' }));
    await inspector.inspect(counter, 'soft-card');
    own = await takeFile();
    await counter.getByRole('link', { name: en('cards.toCard') }).click();
    assert.equal(await stateOf(counter), en('card.state.made'));
    assert.ok((await shown(counter)).includes(en('cards.softBody')));
    await inspector.inspect(counter, 'made');
    await assert.rejects(counter.goBack(), /CACHE_MISS/, 'the page with the file is not kept by the browser');
  });

  test('the card lets nobody in before Siri signed for it', async () => {
    assert.ok((await logInWithCard()).includes(en('reason.card.notHandedOver.title')));
    await inspector.inspect(page, 'not-handed-over');
    await ward.context.clearCookies();
    await page.goto(at('/portal'));
    await givePassword(page, 'siri', hub.password('siri'));
    await page.goto(at('/cards'));
    await inspector.inspect(page, 'own-cards');
    await page.locator('a.choice', { hasText: 'Ward card' }).click();
    await inspector.inspect(page, 'receipt');
    await press(page, en('card.do.receive'));
    assert.equal(await stateOf(page), en('card.state.received'));
    await inspector.inspect(page, 'received');
  });

  test('she logs in with it, and the card is in use', async () => {
    await ward.context.clearCookies();
    assert.ok((await logInWithCard()).includes('Siri Lunde'));
    for (let tries = 0; tries < 50 && (await cardPage(page)) && (await stateOf(page)) !== en('card.state.inUse'); )
      tries += 1;
    assert.equal(await stateOf(page), en('card.state.inUse'));
    await inspector.inspect(page, 'in-use');
  });

  test('a temporary card for the one that she forgot: eight things to do at the counter, in well under a minute', async () => {
    await sitDown('lars-simple', '/cards/temporary');
    await inspector.inspect(counter, 'temporary-search');
    await counter.goto(at('/cards/temporary?q=siri'));
    await inspector.inspect(counter, 'temporary');
    await counter.goto(at('/cards/find'));
    let done = 0;
    const count = async (doing: Promise<unknown>): Promise<void> => {
      done += 1;
      await doing;
      await counter.waitForLoadState();
    };
    const began = Date.now();
    await count(counter.getByRole('link', { name: en('cards.temporaryOrder') }).click());
    await count(counter.fill('#q', 'siri'));
    await count(counter.keyboard.press('Enter'));
    await counter.locator('#document').waitFor();
    assert.ok(await counter.locator('input[name="card"]').isChecked(), 'there is one card, and it is chosen already');
    await count(counter.getByText(en('card.ending.forgotten'), { exact: true }).click());
    await count(counter.selectOption('#document', 'drivingLicence'));
    await count(press(counter, en('cards.temporaryMake')));
    assert.equal(await heading(counter), en('cards.softReady', { name: 'Siri Lunde' }));
    ward.takeOut();
    await count(takeFile());
    await count(press(counter, en('card.do.handOver')));
    const took = Date.now() - began;
    assert.equal(done, 8);
    assert.ok(took < 30_000, `the machine took ${took} ms of the minute`);
    assert.equal(await stateOf(counter), en('card.state.received'));
    await inspector.inspect(counter, 'handed-over');
    await page.goto(at('/portal'));
    assert.ok(new URL(page.url()).pathname.startsWith('/login'), 'the session that the forgotten card began is over');
    assert.ok((await logInWithCard()).includes('Siri Lunde'), 'the temporary card lets her in');
  });

  test('who has a temporary card gets no second one; the page leads to the first', async () => {
    await counter.goto(at('/cards/temporary?q=siri'));
    await inspector.inspect(counter, 'temporary-nobody');
    await counter.getByRole('link', { name: en('cards.temporarySee') }).click();
    await counter.locator('a.choice', { hasText: en('cards.temporary') }).click();
    await inspector.inspect(counter, 'temporary-in-use');
  });

  test('the forgotten card is back: it is opened again, and the temporary one ends by itself', async () => {
    await cardPage(counter);
    assert.ok((await shown(counter)).includes(en('card.ending.forgotten')), 'its history says why it rests');
    await inspector.inspect(counter, 'suspended');
    await press(counter, en('card.do.resume'));
    assert.equal(await stateOf(counter), en('card.state.inUse'));
    await ward.context.clearCookies();
    assert.ok((await logInWithCard()).includes(en('reason.card.revoked.title')), 'the temporary card');
    ward.takeOut();
    ward.importFile(...own);
    await ward.context.clearCookies();
    assert.ok((await logInWithCard()).includes('Siri Lunde'));
  });

  test('revoked as stolen: her open session ends, and the next login is refused within a minute, with the reason', async () => {
    await sitDown('lars-simple', `/cards/card/${card}`);
    await inspector.inspect(counter, 'end');
    await counter.selectOption('#end-ending', 'stolen');
    const pressed = Date.now();
    await press(counter, en('card.do.end'));
    assert.equal(await stateOf(counter), en('card.state.ended'));
    await inspector.inspect(counter, 'ended');
    let out = false;
    for (let tries = 0; !out && tries < 100; tries += 1) {
      await page.goto(at('/portal'));
      out = new URL(page.url()).pathname.startsWith('/login');
    }
    assert.ok(out, 'the session that the card began is over');
    assert.ok((await logInWithCard()).includes(en('reason.card.revoked.title')));
    assert.ok(Date.now() - pressed < 60_000, `it took ${Date.now() - pressed} ms`);
    await inspector.inspect(page, 'revoked');
  });

  test('one query shows its whole trail, in the order of what happened, and the trail holds', async () => {
    const { output } = await tillitCommand(hub, 'audit', 'find', '--card', card);
    const kinds = output
      .split('\n')
      .flatMap((line) => line.split(/\s+/)[2] ?? [])
      .reverse();
    const wanted = [
      ...['card.ordered', 'card.approved', 'card.identityChecked', 'card.requested', 'card.made', 'journey.refused'],
      ...[
        'card.received',
        'journey.proved',
        'session.started',
        'card.used',
        'card.suspended',
        'card.resumed',
        'card.ended',
        'session.ended',
      ],
      'journey.refused',
    ];
    let from = 0;
    for (const kind of wanted) {
      const found = kinds.indexOf(kind, from);
      assert.ok(found >= 0, `${kind} does not follow in ${kinds.join(' ')}`);
      from = found + 1;
    }
    const asked = await tillitCommand(hub, 'audit', 'find', '--card', card, '--kind', 'card.requested', '--json');
    assert.match(asked.output, /"keysMadeBy":"hub"/);
    const verified = await tillitCommand(hub, 'audit', 'verify');
    assert.equal(verified.code, 0, verified.output);
    await page.goto(at('/demo/trail'));
    assert.ok((await shown(page)).includes(en('card.did.end')));
    await inspector.inspect(page, 'trail');
  });

  test('what was stolen is known at the counter when she asks for a temporary card', async () => {
    await counter.goto(at('/cards/temporary?q=siri'));
    assert.ok(await counter.locator('input[value="stolen"]').isChecked());
    await inspector.inspect(counter, 'temporary-stolen');
  });

  test('each page met is accessible by WCAG 2.2 AA and fits 320 px', () =>
    inspector.verify('order', 'find', 'counter', 'to-be-made', 'soft-card', 'receipt', 'end', 'revoked', 'temporary'));

  test('nothing but the instance was asked, and the browsers complained of nothing', () => {
    for (const browser of [office, ward]) {
      assert.deepEqual(browser.strangers, []);
      assert.deepEqual(browser.complaints, []);
    }
  });
});
