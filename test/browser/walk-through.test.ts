// The walk-through of the README, by Chromium against the real program: password, step-up by card, logout, trail.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { checkNames } from '../../src/apps/demo/record-api/index.ts';
import { recordTexts } from '../../src/apps/demo/record-texts.ts';
import { demoTexts } from '../../src/apps/demo/texts.ts';
import { trailWords } from '../../src/wire/texts/index.ts';
import { ask, type RunningHub, startHub, tillitCommand } from '../support/index.ts';
import { browserMissing, type Chromium, startChromium } from './chromium.ts';
import {
  claim,
  demoNames,
  en,
  forgotten,
  givePassword,
  heading,
  Inspector,
  loggedInAs,
  openApplication,
  readCard,
} from './walk.ts';

describe('the walk-through', { skip: browserMissing() ?? false }, () => {
  let hub: RunningHub;
  let browser: Chromium;
  let page: Page;
  const inspector = new Inspector();
  const seen: Record<string, Record<string, string>> = {};
  const remember = async (where: string): Promise<void> => {
    seen[where] = {};
    for (const name of ['acr', 'amr', 'sid', 'auth_time', 'sub', 'iss', 'aud'])
      seen[where][name] = await claim(page, name);
  };

  before(async () => {
    hub = await startHub();
    browser = await startChromium(hub, { cards: ['kari-simple', 'kari-advanced'] });
    page = await browser.page();
  });
  after(async () => {
    await browser?.close();
    await hub?.remove();
  });

  test('the start page and both applications say what to do', async () => {
    await page.goto(hub.hubUrl);
    assert.equal(await heading(page), en('start.title'));
    await inspector.inspect(page, 'start');
    const links = await page.locator('ol.steps a').evaluateAll((all) => all.map((one) => one.getAttribute('href')));
    assert.deepEqual(links, [
      ...[`${hub.ehrUrl}/`, `${hub.coreRecordUrl}/`],
      ...[`${hub.ehrUrl}/`, `${hub.ehrUrl}/`, '/demo/trail'],
    ]);
    const [card] = await Promise.all([page.waitForEvent('download'), page.getByText('kari-advanced.p12').click()]);
    assert.deepEqual(
      readFileSync(await card.path()),
      readFileSync(join(hub.cards, 'kari-advanced.p12')),
      'the card can be fetched where the browser runs',
    );
    const norwegian = await ask(new URL(hub.ehrUrl), {
      root: hub.rootPem,
      headers: { 'accept-language': 'nb-NO,en;q=0.5' },
    });
    assert.ok(
      norwegian.body.includes(demoTexts.nb.logInTo('Journalen')),
      'the applications speak the browser’s language',
    );
    await page.goto(hub.ehrUrl);
    await inspector.inspect(page, 'ehr-home');
    await page.goto(hub.coreRecordUrl);
    await inspector.inspect(page, 'core-record-home');
  });

  test('a password opens the EHR at the level low', async () => {
    await openApplication(page, hub.ehrUrl);
    assert.equal(await heading(page), en('login.to', { application: demoNames.ehr }));
    await inspector.inspect(page, 'choose');
    await page.locator('button[name="_provider"][value="password"]').click();
    await inspector.inspect(page, 'password');
    await givePassword(page, 'kari', 'not her password');
    assert.ok(await page.getByText(en('reason.password.wrong.title')).isVisible());
    await inspector.inspect(page, 'password-wrong');
    await givePassword(page, 'kari', hub.password('kari'));
    assert.equal(await loggedInAs(page, hub.ehrUrl), 'Kari Nordmann');
    await inspector.inspect(page, 'ehr');
    await remember('ehr');
    assert.match(seen['ehr']?.['acr'] ?? '', /low/);
    assert.match(seen['ehr']?.['amr'] ?? '', /pwd/);
  });

  test('the core record asks for the advanced card, says why, and gets it', async () => {
    await page.click('#other');
    await page.waitForURL(`${hub.hubUrl}/login/**`);
    assert.equal(await heading(page), en('login.to', { application: demoNames.coreRecord }));
    const shown = await page.locator('main').innerText();
    assert.ok(shown.includes(en('layout.loggedIn', { name: 'Kari Nordmann' })), shown);
    const asked = en('stepUp.strongerWith', { application: demoNames.coreRecord, way: 'Advanced card' });
    assert.ok(shown.includes(asked), shown);
    assert.ok(shown.includes(en('reason.policy.assuranceTooLow.meaning')), shown);
    assert.ok(shown.includes(en('stepUp.keep')), shown);
    assert.equal(await page.locator('#field-password').count(), 0, 'a password cannot reach the level');
    await inspector.inspect(page, 'step-up');
    await readCard(page);
    assert.equal(await loggedInAs(page, hub.coreRecordUrl), 'Kari Nordmann');
    await inspector.inspect(page, 'core-record');
    await remember('record');
    const { ehr, record } = seen;
    assert.match(record?.['acr'] ?? '', /high/);
    assert.notEqual(record?.['amr'], ehr?.['amr']);
    assert.equal(record?.['sid'], ehr?.['sid'], 'one session behind both tickets');
    assert.ok(Number.parseInt(record?.['auth_time'] ?? '', 10) >= Number.parseInt(ehr?.['auth_time'] ?? '', 10));
    assert.equal(record?.['iss'], hub.hubUrl);
  });

  test('the EHR still has its own ticket, and a new login there needs no page and gets the higher level', async () => {
    await page.goto(hub.ehrUrl);
    assert.equal(await claim(page, 'acr'), seen['ehr']?.['acr']);
    await page.goto(`${hub.ehrUrl}/login`);
    assert.equal(await loggedInAs(page, hub.ehrUrl), 'Kari Nordmann');
    assert.equal(await claim(page, 'sid'), seen['record']?.['sid']);
    assert.match(await claim(page, 'acr'), /high/);
  });

  test('the ticket can be renewed', async () => {
    const before = await claim(page, 'jti', 'at');
    await page.click('#refresh');
    await page.waitForURL(`${hub.ehrUrl}/`);
    assert.notEqual(await claim(page, 'jti', 'at'), before);
  });

  test('logging out in one application is logging out in both', async () => {
    await page.goto(hub.coreRecordUrl);
    await page.click('#logout');
    await page.locator('#ended').waitFor();
    assert.ok(await page.locator('#login').isVisible());
    assert.equal(await page.locator('#ended').innerText(), demoTexts.en.ended.here);
    assert.ok(await forgotten(page, hub.ehrUrl), 'the EHR was told by back-channel logout');
    assert.equal(await page.locator('#ended').innerText(), demoTexts.en.ended.everywhere);
    await page.reload();
    assert.equal(await page.locator('#ended').count(), 0, 'it is said once');
    await page.goto(`${hub.ehrUrl}/login`);
    await page.waitForURL(`${hub.hubUrl}/login/**`);
    assert.equal(await page.getByText('Kari Nordmann').count(), 0, 'nobody is logged in at the hub');
  });

  test('the trail of it is a page: who did what when, by which rule, and where each event is sealed', async () => {
    await page.waitForTimeout(1500);
    await page.goto(`${hub.hubUrl}/demo/trail`);
    const shown = await page.locator('main').innerText();
    for (const words of [
      'National core record · Kari Nordmann',
      en('reason.policy.assuranceTooLow.title'),
      `Smart card: ${en('assurance.high')}`,
      trailWords.en.steps['session.steppedUp'],
      trailWords.en.steps['session.logoutSent'],
      en('reason.password.wrong.title'),
      'sealed as no. ',
    ])
      assert.ok(shown.includes(words), `${words} in ${shown}`);
    assert.ok(!shown.includes(en('trail.waiting')), 'all is sealed within a second');
    await inspector.inspect(page, 'trail');
  });

  test('with a password the core record’s API asks for more; the card opens the summary, and every check is shown', async () => {
    await openApplication(page, hub.ehrUrl);
    await givePassword(page, 'kari', hub.password('kari'));
    await loggedInAs(page, hub.ehrUrl);
    await page.click('#grounds');
    await page.waitForURL(`${hub.hubUrl}/login/**`);
    assert.ok(await page.getByText(en('reason.policy.assuranceTooLow.meaning')).isVisible());
    await readCard(page);
    await page.waitForURL(`${hub.ehrUrl}/grounds`);
    const words = recordTexts.en;
    assert.equal(await heading(page), words.title);
    assert.equal(await page.locator('#earlier').innerText(), words.earlier(401, words.names.level));
    assert.equal(await page.locator('#checks li').count(), checkNames.length);
    for (const name of checkNames)
      assert.ok(
        (await page.locator(`#check-${name}`).innerText()).includes(`${words.results.passed}: ${words.names[name]}`),
      );
    assert.match(await page.locator('#summary').innerText(), /Penicillin/);
    assert.match(await claim(page, 'authorization_details', 'at'), /nhn:tillitsrammeverk/);
    await inspector.inspect(page, 'summary');
    await page.click('#back');
    await page.click('#logout');
    await page.locator('#ended').waitFor();
  });

  test('the clerk Siri is refused at the hub by the rule of the core record, with the reason, and the trail says so', async () => {
    await openApplication(page, hub.ehrUrl);
    await givePassword(page, 'siri', hub.password('siri'));
    assert.equal(await loggedInAs(page, hub.ehrUrl), 'Siri Lunde');
    await page.click('#grounds');
    await page.waitForURL(`${hub.hubUrl}/login/**`);
    const why = 'Only health personnel open the core record for treatment.';
    assert.equal(await heading(page), en('reason.policy.denied.title'));
    assert.ok((await page.locator('main').innerText()).includes(why));
    await inspector.inspect(page, 'clerk-refused');
    await page.goto(`${hub.hubUrl}/demo/trail`);
    const newest = await page.locator('section.sheet').nth(1).innerText();
    assert.ok(newest.includes('Siri Lunde') && newest.includes(why), newest);
  });

  test('nothing but the instance was asked, the browser complained of nothing, nor did the hub of the cards', () => {
    assert.doesNotMatch(hub.output(), /card listener/);
    assert.deepEqual(browser.strangers, []);
    assert.deepEqual(browser.complaints, []);
  });

  test('each page met is accessible by WCAG 2.2 AA and fits 320 px', () =>
    inspector.verify('start', 'ehr', 'step-up', 'trail', 'summary', 'clerk-refused'));

  test('every step is in the trail, and the trail verifies', async () => {
    const verified = await tillitCommand(hub, 'audit', 'verify');
    assert.equal(verified.code, 0, verified.output);
    const tail = await tillitCommand(hub, 'audit', 'tail', '--limit', '200');
    assert.equal(tail.code, 0, tail.output);
    for (const kind of ['journey.finished', 'session.started', 'session.steppedUp', 'ticket.issued', 'session.ended'])
      assert.ok(tail.output.includes(kind), `${kind} in ${tail.output}`);
    const refused = await tillitCommand(hub, 'audit', 'find', '--kind', 'journey.refused');
    assert.ok(refused.output.includes('password.wrong'), refused.output);
    assert.ok(!refused.output.includes('not her password'), 'no password in the trail');
  });
});
