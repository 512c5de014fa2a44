// The whole life of a card of our own, over the pages: ordered, checked, made by the authority, received, used, ended (H2, B2).
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { publicKeyDer, toPem, writeCsr, writeName } from '../../src/base/x509/index.ts';
import { text } from '../../src/wire/texts/index.ts';
import {
  formsOf,
  freeAddresses,
  freePort,
  type HttpAnswer,
  HttpBrowser,
  logInWithPassword,
  type RunningHub,
  type SoftCard,
  softCard,
  startHub,
  tillitCommand,
  toCardListener,
} from '../support/index.ts';
import { Tablet } from './tablet-example.ts';

const never = () => false;

describe('a card of our own', () => {
  let hub: RunningHub;
  /** Who orders, who makes, and whose it is. */
  let manager: HttpBrowser;
  let officer: HttpBrowser;
  let holder: HttpBrowser;
  let card = '';
  let soft: SoftCard;
  /** What was made for a device after a login with it. */
  let tablet: Tablet;
  let onTablet: { browser: HttpBrowser; answer: HttpAnswer };

  before(async () => {
    const env = {
      TILLIT_CA_URL: `https://localhost:${await freePort()}`,
      TILLIT_PKI_URL: `http://localhost:${await freePort()}`,
    };
    hub = await startHub({ addresses: await freeAddresses(), env });
    manager = await withCard('kari-simple');
    officer = await withCard('lars-simple');
    holder = new HttpBrowser(hub.rootPem);
    await logInWithPassword(
      holder,
      `${hub.hubUrl}/portal`,
      { username: 'siri', password: hub.password('siri') },
      never,
    );
  });
  after(() => hub?.remove());

  const shown = async (shownCard: SoftCard): Promise<{ browser: HttpBrowser; answer: HttpAnswer }> => {
    const browser = new HttpBrowser(hub.rootPem, shownCard);
    const { url } = await toCardListener(browser, await browser.go(`${hub.hubUrl}/portal`));
    return { browser, answer: await browser.go(url) };
  };
  const withCard = async (name: string) => (await shown(softCard(hub, name))).browser;
  const at = (path: string) => `${hub.hubUrl}${path}`;
  const cardPage = (browser: HttpBrowser) => browser.go(at(`/cards/card/${card}`));

  /** Presses the button of a step on the card's page. */
  async function step(browser: HttpBrowser, action: string, fields: Record<string, string> = {}): Promise<HttpAnswer> {
    const page = await cardPage(browser);
    const form = formsOf(page).find((one) => one.fields['do'] === action);
    assert.ok(form, `no ${action} on\n${page.body}`);
    return await browser.submit(page, form, fields);
  }
  const stateOf = ({ body }: HttpAnswer) => /<dt>Now<\/dt><dd><strong>([^<]*)</.exec(body)?.[1];
  async function until(browser: HttpBrowser, state: string): Promise<HttpAnswer> {
    for (let tries = 0; tries < 100; tries += 1) {
      const page = await cardPage(browser);
      if (stateOf(page) === state) return page;
      await sleep(100);
    }
    throw new Error(`never ${state}: ${(await cardPage(browser)).body}`);
  }

  test('is ordered by the manager for somebody found by name', async () => {
    const page = await manager.go(at('/cards/order?q=siri+lunde'));
    const form = formsOf(page).find(({ fields }) => 'id' in fields);
    assert.ok(form, page.body);
    const [, who = ''] = /name="who" value="([^"]+)"/.exec(page.body) ?? [];
    const done = await manager.submit(page, form, { who, profile: 'staff-card' });
    card = done.url.pathname.split('/').at(-1) ?? '';
    assert.equal(stateOf(done), text('en', 'card.state.approved'), done.body);
    const again = await manager.submit(page, form, { who, profile: 'staff-card' });
    assert.equal(again.url.pathname, done.url.pathname, 'sent twice, it is one order');
  });

  test('is seen by its people alone, and each has their own steps', async () => {
    const stranger = await withCard('anna-hsa-id').catch(() => undefined);
    if (stranger !== undefined) assert.equal((await cardPage(stranger)).status, 404);
    assert.doesNotMatch((await cardPage(holder)).body, /value="checkIdentity"/);
    assert.doesNotMatch((await cardPage(manager)).body, /value="checkIdentity"/);
    assert.match((await cardPage(officer)).body, /value="checkIdentity"/);
    assert.equal((await holder.go(at('/cards/find'))).body.includes('Siri Lunde, Staff card'), false);
  });

  test('is made at the counter: identity, keys, certificate of the authority', async () => {
    await step(officer, 'checkIdentity', { document: 'passport' });
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const csr = writeCsr(
      { subject: writeName([['2.5.4.3', 'Somebody Else']]), publicKey: publicKeyDer(privateKey) },
      privateKey,
    );
    const broken = Buffer.from(csr);
    broken[broken.length - 1]! ^= 1;
    const refused = await step(officer, 'requestCertificates', { request0: toPem(broken, 'CERTIFICATE REQUEST') });
    assert.match(refused.body, /signature is wrong/);
    await step(officer, 'requestCertificates', { request0: toPem(csr, 'CERTIFICATE REQUEST') });
    const made = await until(officer, text('en', 'card.state.made'));
    const [, file = ''] = /href="(\/cards\/card\/[^"]*\/certificate\/[0-9a-f]{64})"/.exec(made.body) ?? [];
    const { body } = await officer.go(at(file));
    assert.match(body, /^-----BEGIN CERTIFICATE-----/);
    soft = { cert: body, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
  });

  test('lets nobody in before its holder signed for it; then it does, and is in use', async () => {
    assert.match((await shown(soft)).answer.body, /not in use yet/);
    await step(holder, 'receive');
    const { browser, answer } = await shown(soft);
    assert.match(answer.body, /Siri Lunde/, answer.body);
    await until(officer, text('en', 'card.state.inUse'));
    assert.match((await browser.go(at('/cards'))).body, /Staff card/);
  });

  test('lets its holder use a tablet for the rest of the shift', async () => {
    tablet = new Tablet(hub);
    const { browser } = await shown(soft);
    await tablet.begin(browser, 'Tablet 12');
    onTablet = await shown(tablet.card);
    assert.match(onTablet.answer.body, /Siri Lunde/, onTablet.answer.body);
  });

  test('is ended by the officer: its session ends, the next login is refused with the reason, and the trail is whole', async () => {
    const { browser } = await shown(soft);
    assert.match((await browser.go(at('/portal'))).body, /Siri Lunde/);
    await step(officer, 'end', { ending: 'lost' });
    let out = false;
    for (let tries = 0; !out && tries < 50; tries += 1) {
      out = !(await browser.go(at('/portal'))).body.includes('Siri Lunde');
      if (!out) await sleep(100);
    }
    assert.ok(out, 'the session that it began is over');
    assert.doesNotMatch((await onTablet.browser.go(at('/portal'))).body, /Siri Lunde/, 'that of the tablet too');
    assert.match((await shown(tablet.card)).answer.body, /certificate is over|has been revoked/);
    assert.match((await shown(soft)).answer.body, /has been revoked/);
    const { output } = await tillitCommand(hub, 'audit', 'find', '--card', card);
    const kinds = output.split('\n').flatMap((line) => line.split(/\s+/)[2] ?? []);
    for (const kind of [
      'card.ordered',
      'card.identityChecked',
      'card.made',
      'card.received',
      'journey.proved',
      'card.used',
      'session.ended',
      'card.ended',
      'derived.asked',
      'derived.issued',
      'derived.ended',
    ])
      assert.ok(kinds.includes(kind), `${kind} is missing of ${kinds.join(' ')}`);
  });
});
