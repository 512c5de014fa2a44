// A program without a browser: the example of docs/integrate runs as it is written, and a person allows it in a browser.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  formsOf,
  givePassword,
  type HttpAnswer,
  HttpBrowser,
  type RunningHub,
  softCard,
  startHub,
  tillitCommand,
  toCardListener,
} from '../support/index.ts';
import { ThickExample } from './thick-example.ts';

describe('a thick client by device code (openid-client)', () => {
  let hub: RunningHub;
  let example: ThickExample;
  const kari = () => ({ username: 'kari', password: hub.password('kari') });

  before(async () => {
    hub = await startHub();
    example = new ThickExample(hub);
    const browser = new HttpBrowser(hub.rootPem);
    const about = async () => JSON.parse((await browser.go(`${hub.hubUrl}/.well-known/openid-configuration`)).body);
    assert.equal((await about()).device_authorization_endpoint, undefined, 'off until an application turns it on');
    assert.equal((await browser.go(`${hub.hubUrl}/device`)).status, 404);
    await example.register(['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token']);
    assert.equal((await about()).device_authorization_endpoint, `${hub.hubUrl}/device_authorization`);
  });
  after(async () => {
    example?.close();
    await hub?.remove();
  });

  /** Types the code; answers the page that asks. */
  async function type(browser: HttpBrowser, code: string): Promise<HttpAnswer> {
    const page = await browser.go(`${hub.hubUrl}/device`);
    const form = formsOf(page).find(({ fields }) => 'user_code' in fields);
    assert.ok(form, page.body);
    return browser.submit(page, form, { user_code: code });
  }

  async function answer(browser: HttpBrowser, page: HttpAnswer, word: 'yes' | 'no'): Promise<HttpAnswer> {
    const form = formsOf(page).find(({ action }) => action.endsWith('/device/decide'));
    assert.ok(form, page.body);
    return browser.submit(page, form, { answer: word });
  }

  test('the person types the code, is warned, logs in, and the program gets tickets and renews them', async () => {
    const next = example.start();
    const shown = await next();
    assert.equal(shown.open, `${hub.hubUrl}/device`);
    const browser = new HttpBrowser(hub.rootPem);
    const page = await type(browser, String(shown.code).toLowerCase());
    assert.match(page.body, /Log in to My program\?/);
    assert.match(page.body, /127\.0\.0\.1/);
    assert.match(page.body, /it may be a fraud/);
    const end = await givePassword(browser, await answer(browser, page, 'yes'), kari(), () => false);
    assert.equal(end.url.href, `${hub.hubUrl}/device/done`);
    assert.match(end.body, /go back to your program/);
    const { claims, refreshed } = (await next()) as { claims?: Record<string, unknown>; refreshed?: boolean };
    assert.equal(claims?.aud, 'my-program');
    assert.equal(refreshed, true);

    // The same person again: the session is enough, but the page asks all the same, and a used code is worth nothing.
    assert.match((await type(browser, String(shown.code))).body, /That code is wrong, or too old/);
    const again = example.start();
    const link = await browser.go(String((await again()).link));
    const form = formsOf(link).find(({ fields }) => 'user_code' in fields);
    assert.ok(form);
    const confirm = await browser.submit(link, form);
    assert.equal((await answer(browser, confirm, 'yes')).url.href, `${hub.hubUrl}/device/done`);
    assert.equal(((await again()) as { claims?: Record<string, unknown> }).claims?.sub, claims?.sub);
  });

  test('Cancel is heard by the program', async () => {
    const next = example.start();
    const browser = new HttpBrowser(hub.rootPem);
    const page = await type(browser, String((await next()).code));
    const end = await answer(browser, page, 'no');
    assert.equal(end.url.href, `${hub.hubUrl}/device/stopped`);
    assert.equal((await next()).refused, 'access_denied');
    await example.ended();
  });

  test('the level that the program needs is reached by step-up with the card, and the assignment is chosen', async () => {
    const grants = ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'];
    const scopes = ['openid', 'profile', 'assignment'];
    await example.register(grants, { minimumAssurance: 'substantial', requireAssignment: true, scopes });
    const next = example.start({ SCOPE: scopes.join(' ') });
    const browser = new HttpBrowser(hub.rootPem);
    const page = await type(browser, String((await next()).code));
    const { url } = await toCardListener(browser, await answer(browser, page, 'yes'));
    browser.card = softCard(hub, 'anna-hsa-id');
    const choice = await browser.go(url);
    assert.match(choice.url.pathname, /^\/login\//, choice.body);
    const form = formsOf(choice).find(({ buttons }) => buttons.some(({ name }) => name === '_assignment'));
    const [chosen, other] = form?.buttons.filter(({ name }) => name === '_assignment') ?? [];
    assert.ok(form && chosen && other, choice.body);
    const end = await browser.submit(choice, form, { _assignment: other.value ?? '' });
    assert.equal(end.url.href, `${hub.hubUrl}/device/done`, end.body);
    const { claims } = (await next()) as { claims?: Record<string, unknown> };
    assert.equal(claims?.acr, 'urn:tillit:loa:substantial');
    assert.equal(claims?.assignment_id, other.value);
  });

  test('codes are not tried through from one address', async () => {
    const browser = new HttpBrowser(hub.rootPem);
    const answers: number[] = [];
    const right = String((await example.start()()).code);
    for (const letter of 'BCDFGHJKLMNPQRSTVWXZ'.repeat(6)) {
      const code = `${letter.repeat(4)}${'BCDFGH'[Math.floor(answers.length / 20)]?.repeat(4)}`;
      answers.push((await type(browser, code)).status);
      if (answers.at(-1) === 429) break;
    }
    assert.equal(answers.at(-1), 429);
    assert.ok(answers.slice(0, -1).every((status) => status === 400));
    assert.equal((await type(browser, right)).status, 429, 'the right one neither');
    const found = await tillitCommand(hub, 'audit', 'find', '--kind', 'ticket.refused', '--json');
    assert.match(found.output, /userCode\.tries/);
  });
});
