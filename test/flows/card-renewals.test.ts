// Many cards renewed over the pages, and one of them to its end: its holder shows the old card, gets the new one, and the old one ends (H2).
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { publicKeyDer, toPem, writeCsr, writeName } from '../../src/base/x509/index.ts';
import { findRunning } from '../../src/edge/store/embedded/index.ts';
import { text } from '../../src/wire/texts/index.ts';
import { makeCards } from '../contracts/make-cards.ts';
import {
  draftRenewal,
  formsOf,
  freeAddresses,
  freePort,
  type HttpAnswer,
  HttpBrowser,
  logInWithPassword,
  pressStep,
  type RunningHub,
  type SoftCard,
  showCard,
  startHub,
  tillitCommand,
  withDemoCard,
} from '../support/index.ts';

const day = 86_400_000;
const others = 40;

describe('the renewal of many cards', () => {
  let hub: RunningHub;
  let pool: pg.Pool;
  let manager: HttpBrowser;
  let officer: HttpBrowser;
  /** Siri's card, made as any other. */
  let old = '';
  let oldCard: SoftCard;
  let holder: HttpBrowser;
  let renewal = '';
  let job: HttpAnswer;

  before(async () => {
    const env = {
      TILLIT_CA_URL: `https://localhost:${await freePort()}`,
      TILLIT_PKI_URL: `http://localhost:${await freePort()}`,
    };
    hub = await startHub({ addresses: await freeAddresses(), env });
    pool = new pg.Pool({ ...(await findRunning(hub.dataFolder)), max: 1 });
    pool.on('error', () => undefined);
    manager = await withDemoCard(hub, 'kari-simple');
    officer = await withDemoCard(hub, 'lars-simple');
    holder = new HttpBrowser(hub.rootPem);
    const siri = { username: 'siri', password: hub.password('siri') };
    await logInWithPassword(holder, `${hub.hubUrl}/portal`, siri, () => false);
  });
  after(async () => {
    await pool?.end();
    await hub?.remove();
  });

  const at = (path: string) => `${hub.hubUrl}${path}`;
  const cardPage = (browser: HttpBrowser, card: string) => browser.go(at(`/cards/card/${card}`));
  const step = async (browser: HttpBrowser, card: string, action: string, fields: Record<string, string> = {}) =>
    pressStep(browser, await cardPage(browser, card), action, fields);
  async function until(browser: HttpBrowser, card: string, state: string): Promise<HttpAnswer> {
    const stateOf = ({ body }: HttpAnswer) => /<dt>Now<\/dt><dd><strong>([^<]*)</.exec(body)?.[1];
    for (let tries = 0; tries < 100; tries += 1) {
      const page = await cardPage(browser, card);
      if (stateOf(page) === state) return page;
      await sleep(100);
    }
    throw new Error(`never ${state}: ${(await cardPage(browser, card)).body}`);
  }
  /** Makes the keys, asks for the certificate, and takes it: what is on the card then. */
  async function make(browser: HttpBrowser, card: string): Promise<SoftCard> {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const wish = { subject: writeName([['2.5.4.3', 'card']]), publicKey: publicKeyDer(privateKey) };
    const request0 = toPem(writeCsr(wish, privateKey), 'CERTIFICATE REQUEST');
    await step(browser, card, 'requestCertificates', { request0 });
    const made = await until(browser, card, text('en', 'card.state.made'));
    const [, file = ''] = /href="(\/cards\/card\/[^"]*\/certificate\/[0-9a-f]{64})"/.exec(made.body) ?? [];
    const { body } = await browser.go(at(file));
    return { cert: body, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
  }
  const draft = (days: number) =>
    draftRenewal(hub, officer, {
      organisation: 'fjord-hospital',
      profile: 'staff-card',
      day: new Date(Date.now() + days * day).toISOString().slice(0, 10),
    });

  test('a card is in use, and many others run out before long', async () => {
    const page = await manager.go(at('/cards/order?q=siri+lunde'));
    const form = formsOf(page).find(({ fields }) => 'id' in fields);
    const [, who = ''] = /name="who" value="([^"]+)"/.exec(page.body) ?? [];
    assert.ok(form, page.body);
    const ordered = await manager.submit(page, form, { who, profile: 'staff-card' });
    old = ordered.url.pathname.split('/').at(-1) ?? '';
    await step(officer, old, 'checkIdentity', { document: 'passport' });
    oldCard = await make(officer, old);
    await step(holder, old, 'receive');
    holder = (await showCard(hub, oldCard)).browser;
    await until(officer, old, text('en', 'card.state.inUse'));
    const validUntil = Date.now() + 25 * day;
    await makeCards(pool, {
      organisation: 'fjord-hospital',
      profile: 'staff-card',
      count: others,
      validUntil,
      prefix: 'h',
    });
    const near = await officer.go(at('/cards/find?show=expiring30'));
    assert.match(near.body, /Nurse H40[\s\S]*Days left: 25/);
    assert.doesNotMatch(near.body, /Siri Lunde/);
    assert.match((await officer.go(at('/cards/find?show=expiring90&q=siri'))).body, /No card matches/);
  });

  test('is for officers alone', async () => {
    for (const browser of [manager, holder]) assert.equal((await browser.go(at('/cards/renewals'))).status, 403);
    const done = await draft(60);
    assert.equal((await manager.go(done.url)).status, 404);
  });

  test('says before it begins what it will do, card by card', async () => {
    await pool.query("UPDATE hub.card SET state = 'suspended' WHERE holder = 'h7'");
    job = await draft(2000);
    assert.match(job.body, new RegExp(`will be ordered: ${others}\\.`), job.body);
    assert.match(job.body, /The present card is not in use[^<]*<\/span><b>1<\/b>/);
    assert.match((await officer.go(`${job.url.href}?q=siri`)).body, /Siri Lunde[\s\S]*Still to do/);
    assert.match((await officer.go(`${job.url.href}?show=excluded`)).body, /Nurse H7</);
    await sleep(700);
    assert.doesNotMatch((await cardPage(holder, old)).body, /renew it here/);
  });

  test('is paused and goes on, shows how far it is, and ends with every card seen to', async () => {
    await pressStep(officer, job, 'start');
    let page = await officer.go(job.url);
    // So few cards may be done before the page is there.
    if (formsOf(page).some(({ fields }) => fields['do'] === 'pause')) {
      page = await pressStep(officer, page, 'pause');
      assert.match(page.body, /Paused/);
      page = await pressStep(officer, page, 'resume');
    }
    for (let tries = 0; !/<strong>Done</.test(page.body); tries += 1) {
      assert.ok(tries < 100, page.body);
      await sleep(100);
      page = await officer.go(job.url);
    }
    assert.match(page.body, new RegExp(`<progress id="bar" max="${others}" value="${others}">`), page.body);
    assert.match((await officer.go(`${job.url.href}?q=nurse+h3&show=done`)).body, /The new order/);
    const again = await draft(2000);
    assert.match(again.body, /No card would be renewed/);
  });

  test('each holder is told on the start page and under My cards, and needs the old card to go on online', async () => {
    for (const path of ['/', '/cards'])
      assert.match((await holder.go(at(path))).body, /A new card has been ordered/, path);
    const own = await holder.go(at('/cards'));
    renewal = /href="\/cards\/card\/([\w-]+)">A new card/.exec(own.body)?.[1] ?? '';
    const byPassword = new HttpBrowser(hub.rootPem);
    const siri = { username: 'siri', password: hub.password('siri') };
    await logInWithPassword(byPassword, at('/portal'), siri, () => false);
    const weak = await cardPage(byPassword, renewal);
    assert.match(weak.body, /Log in with your present card/);
    assert.ok(!formsOf(weak).some(({ fields }) => fields['do'] === 'proveByCard'));
    // A form made by hand is no other proof.
    const form = formsOf(await cardPage(byPassword, old)).find(({ fields }) => 'do' in fields);
    assert.ok(form);
    await byPassword.submit(weak, { ...form, action: weak.url.pathname }, { do: 'proveByCard', seen: '1' });
    await until(officer, renewal, text('en', 'card.state.approved'));
    await step(holder, renewal, 'proveByCard');
    await until(officer, renewal, text('en', 'card.state.checked'));
  });

  test('the new card is made with the old one, and the old one ends when it is received', async () => {
    const fresh = await make(holder, renewal);
    await step(holder, renewal, 'receive');
    await until(officer, renewal, text('en', 'card.state.received'));
    await until(officer, old, text('en', 'card.state.ended'));
    assert.match((await showCard(hub, fresh)).answer.body, /Siri Lunde/);
    assert.match((await showCard(hub, oldCard)).answer.body, /has been revoked/);
    await until(officer, renewal, text('en', 'card.state.inUse'));
    const { output } = await tillitCommand(hub, 'audit', 'find', '--card', renewal, '--json');
    assert.ok(output.includes(`"job":"${job.url.pathname.split('/').at(-1)}"`), output);
    for (const kind of [
      'card.ordered',
      'card.identityChecked',
      'card.requested',
      'card.made',
      'card.received',
      'card.used',
    ])
      assert.ok(output.includes(`"kind":"${kind}"`), `${kind} is missing`);
  });

  test('a card whose time is over says so by itself, in the list and on its page, and nothing more can be done with it', async () => {
    await pool.query(
      "UPDATE hub.card SET valid_until = now() - interval '1 minute' WHERE holder = 'h9' AND replaces IS NULL",
    );
    await pool.query(
      "UPDATE hub.card_certificate SET valid_until = now() - interval '1 minute' WHERE card = 'card h9'",
    );
    let page = await cardPage(officer, encodeURIComponent('card h9'));
    for (let tries = 0; !page.body.includes('<strong>Run out</strong>'); tries += 1) {
      assert.ok(tries < 160, page.body);
      await sleep(500);
      page = await cardPage(officer, encodeURIComponent('card h9'));
    }
    assert.ok(!formsOf(page).some(({ fields }) => 'do' in fields), 'no step is left');
    assert.match(page.body, /<b>Ran out<\/b>/);
  });
});
