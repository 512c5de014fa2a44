// The demo's municipality, a second real hub, logs its people in to the SAML application that it shares with the region.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  formsOf,
  givePassword,
  type HttpAnswer,
  HttpBrowser,
  softCard,
  tillitCommand,
  toCardListener,
} from '../support/index.ts';
import { type SharingHub, startSharingHub } from '../support/municipality.ts';

/** What Cosmic Link shows of somebody, by the id of the element. */
const shown = ({ body }: HttpAnswer, id: string): string =>
  new RegExp(`id="${id}"[^>]*>([^<]*)<`).exec(body)?.[1] ?? '';

describe('a municipality’s people in a shared SAML application', () => {
  let sharing: SharingHub;
  before(async () => {
    sharing = await startSharingHub();
  });
  after(() => sharing?.hub.remove());

  const newBrowser = () => new HttpBrowser(sharing.hub.rootPem);
  const never = () => false;

  /** From a page that offers the municipality to the end of the login there. */
  async function through(browser: HttpBrowser, page: HttpAnswer, municipality: string, username: string) {
    const way = new RegExp(`href="([^"]*/leave\\?provider=${municipality})"`).exec(page.body)?.[1];
    assert.ok(way, page.body);
    const there = await browser.sendOn(await browser.go(new URL(way, page.url)));
    assert.equal(there.url.origin, sharing.municipalityUrl, there.body);
    return await browser.sendOn(
      await givePassword(browser, there, { username, password: sharing.hub.password(username) }, never),
    );
  }

  /** The hub tells applications of OpenID Connect from behind, within a moment. */
  async function isForgotten(browser: HttpBrowser, url: string): Promise<boolean> {
    for (let round = 0; round < 25; round += 1) {
      if (!(await browser.go(`${url}/`)).body.includes('id="who"')) return true;
      await sleep(200);
    }
    return false;
  }

  async function beritInCosmicLink(browser = newBrowser()): Promise<HttpAnswer> {
    const page = await through(browser, await browser.go(`${sharing.cosmicLinkUrl}/login`), 'fjordvik', 'berit');
    assert.equal(page.url.href, `${sharing.cosmicLinkUrl}/`, page.body);
    return page;
  }

  test('she logs in at home by password, and the application is told who, from where, and how surely', async () => {
    const page = await beritInCosmicLink();
    assert.equal(shown(page, 'who'), 'Berit Dal');
    assert.equal(shown(page, 'organisation'), 'Fjordvik kommune');
    assert.equal(shown(page, 'role'), 'Home-care nurse');
    assert.equal(shown(page, 'acr'), 'urn:tillit:loa:low');
    assert.equal(shown(page, 'assertion-Issuer'), `${sharing.hub.hubUrl}/saml/metadata`);
    assert.match(shown(page, 'protection'), /signed the answer and the assertion.*was encrypted/);
  });

  test('a card of the region opens it too, at its own level', async () => {
    const browser = newBrowser();
    browser.card = softCard(sharing.hub, 'kari-advanced');
    const page = await browser.go(`${sharing.cosmicLinkUrl}/login`);
    const way = formsOf(page).find(({ buttons }) => buttons.some(({ value }) => value === 'smartcard'));
    assert.ok(way);
    const asking = await browser.submit(page, way, { _provider: 'smartcard' });
    const { url } = await toCardListener(browser, asking);
    const end = await browser.sendOn(await browser.go(url));
    assert.equal(shown(end, 'who'), 'Kari Nordmann', end.body);
    assert.equal(shown(end, 'organisation'), 'Fjord Hospital');
    assert.equal(shown(end, 'acr'), 'urn:tillit:loa:high');
  });

  test('an answer is taken once, and by the browser that asked alone', async () => {
    const browser = newBrowser();
    const atLink = ({ pathname }: URL) => pathname === '/saml/acs' || pathname === '/saml/arrived';
    const first = await browser.go(`${sharing.cosmicLinkUrl}/login`);
    const way = /href="([^"]*\/leave\?provider=fjordvik)"/.exec(first.body)?.[1] ?? '';
    const there = await browser.sendOn(await browser.go(new URL(way, first.url)));
    const berit = { username: 'berit', password: sharing.hub.password('berit') };
    const page = await browser.sendOn(await givePassword(browser, there, berit, never), atLink);
    const form = formsOf(page).find(({ fields }) => 'SAMLResponse' in fields);
    assert.ok(form, page.body);
    const arrived = await browser.submit(page, form, {}, atLink);
    const stranger = newBrowser();
    const taken = await stranger.go(arrived.url);
    assert.match(taken.body, /not_asked/);
    assert.equal((await stranger.go(`${sharing.cosmicLinkUrl}/`)).body.includes('id="who"'), false);
    assert.match((await browser.submit(page, form)).body, /not_asked/, 'a second copy');
  });

  test('a municipality that left the federation is not offered, and its people are refused in words', async () => {
    const browser = newBrowser();
    const offered = await browser.go(`${sharing.cosmicLinkUrl}/login`);
    assert.match(offered.body, /Fjordvik kommune/);
    assert.doesNotMatch(offered.body, /Utvik kommune/);
    const other = newBrowser();
    const inEhr = await through(other, await other.go(`${sharing.hub.ehrUrl}/login`), 'utvik', 'odd');
    assert.equal(shown(inEhr, 'who'), 'Odd Lie', inEhr.body);
    const refused = await other.go(`${sharing.cosmicLinkUrl}/login`);
    assert.equal(refused.url.origin, sharing.hub.hubUrl);
    assert.match(refused.body, /member/, refused.body);
    assert.equal((await other.go(`${sharing.cosmicLinkUrl}/`)).body.includes('id="who"'), false);
  });

  test('logout everywhere ends it here, at the hub and at the municipality, and tells which', async () => {
    const browser = newBrowser();
    await beritInCosmicLink(browser);
    const ehr = await browser.go(`${sharing.hub.ehrUrl}/login`);
    assert.equal(shown(ehr, 'who'), 'Berit Dal', ehr.body);
    const page = await browser.go(`${sharing.cosmicLinkUrl}/`);
    const form = formsOf(page).find(({ action }) => action === '/logout');
    assert.ok(form);
    const leaving = await browser.submit(page, form);
    const told = await browser.sendOn(leaving);
    // Nothing was out of reach, so the hub's page leads straight back.
    assert.equal(told.url.href, `${sharing.cosmicLinkUrl}/`, told.body);
    assert.match(shown(told, 'ended'), /You are logged out/);
    assert.ok(await isForgotten(browser, sharing.hub.ehrUrl), 'the EHR');
    const portal = await browser.go(`${sharing.hub.hubUrl}/portal`);
    assert.doesNotMatch(portal.body, /Where you are logged in/);
    const there = await browser.go(`${sharing.municipalityUrl}/portal`);
    assert.doesNotMatch(there.body, /Where you are logged in/);
  });

  test('a logout that begins at the hub shows each place that ended, the municipality among them', async () => {
    const browser = newBrowser();
    await beritInCosmicLink(browser);
    const asking = await browser.go(`${sharing.hub.hubUrl}/logout`);
    const form = formsOf(asking).find(({ action }) => action === '/logout');
    assert.ok(form, asking.body);
    const told = await browser.submit(asking, form);
    assert.equal(told.url.origin, sharing.hub.hubUrl);
    for (const place of ['Cosmic Link', 'Fjordvik kommune'])
      assert.match(told.body, new RegExp(`<span>${place}</span><span class="told">`));
    const home = await browser.go(`${sharing.cosmicLinkUrl}/`);
    assert.match(shown(home, 'ended'), /when you logged out everywhere/, home.body);
  });

  test('her login is explained in words from one end to the other', async () => {
    await beritInCosmicLink();
    const wanted = ['--application', 'demo-cosmic-link', '--kind', 'ticket.issued', '--limit', '1'];
    const issued = (await tillitCommand(sharing.hub, 'audit', 'find', ...wanted)).output;
    const code = /reference=([0-9A-Z-]{9})/.exec(issued)?.[1] ?? '';
    const { output } = await tillitCommand(sharing.hub, 'explain', code);
    for (const told of [
      // Which provider, and the level by its name and by ours; who that is here, and for whom.
      /The user proved who they are \(demo-cosmic-link, berit-dal, fjordvik, low, urn:tillit:loa:low\)/,
      /The proof was linked to a person \(demo-cosmic-link, berit-dal\)/,
      /The login ended \(demo-cosmic-link, berit-dal, fjordvik, low\)/,
      /let in; level required: low, level reached: low/,
      // Whose provider it was is a member's, and the chosen employer is one.
      /Checks that held: .*\bproviderMember\b.*\bemployerMember\b/,
      // What the application was told, by name alone.
      /A ticket was issued \(demo-cosmic-link, berit-dal, fjordvik, urn:tillit:loa:low\)/,
      /Told to the application: NameID \(persistent\), .*urn:oid:2\.5\.4\.10, urn:oid:2\.5\.4\.97, urn:oid:2\.5\.4\.12/,
    ])
      assert.match(output, told);
    // Nothing was refused, so there is nothing to explain away.
    assert.doesNotMatch(output, /What it means/);
    assert.ok(!output.includes('912345688') && !output.includes('Dal,'), output);
    const steps = (await tillitCommand(sharing.hub, 'audit', 'find', '--reference', code)).output;
    for (const kind of ['journey.started', 'journey.proved', 'journey.linked', 'journey.finished', 'ticket.issued'])
      assert.ok(steps.includes(kind), steps);
    for (const part of ['organisation=fjordvik', 'person=berit-dal', 'application=demo-cosmic-link'])
      assert.ok(steps.includes(part), steps);
  });

  test('a refusal for membership is explained too, and by the help desk’s own language', async () => {
    const browser = newBrowser();
    await through(browser, await browser.go(`${sharing.hub.ehrUrl}/login`), 'utvik', 'odd');
    await browser.go(`${sharing.cosmicLinkUrl}/login`);
    const wanted = ['--application', 'demo-cosmic-link', '--kind', 'journey.decided', '--limit', '1'];
    const decided = (await tillitCommand(sharing.hub, 'audit', 'find', ...wanted)).output;
    const code = /reference=([0-9A-Z-]{9})/.exec(decided)?.[1] ?? '';
    const { output } = await tillitCommand(sharing.hub, 'explain', code, '--locale', 'sv');
    assert.match(output, /\[policy\.providerNotMember\]/, output);
    assert.match(output, /\[check\.providerMember\] gäller: utvik: utvik is no member of shared-care/, output);
    assert.match(output, /Vad det betyder/);
  });

  test('both hubs wrote down what they did, and no password is in what they say', async () => {
    const { output } = await tillitCommand(sharing.hub, 'audit', 'verify');
    assert.match(output, /The log is whole/, output);
    const log = readFileSync(join(sharing.hub.dataFolder, 'demo', 'municipality', 'log.txt'), 'utf8');
    for (const said of [log, sharing.hub.output()]) assert.ok(!said.includes(sharing.hub.password('berit')));
  });
});
