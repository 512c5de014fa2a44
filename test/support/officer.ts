// An officer of the demo at the pages of cards: logged in by card, and the renewal of many begun there.
import assert from 'node:assert/strict';
import { softCard, toCardListener } from './card-login.ts';
import { formsOf, type HttpAnswer, HttpBrowser, type SoftCard } from './http-browser.ts';
import type { RunningHub } from './hub.ts';

/** A browser in which this card has logged in at the portal, and the page that it came to. */
export async function showCard(
  hub: RunningHub,
  card: SoftCard,
): Promise<{ readonly browser: HttpBrowser; readonly answer: HttpAnswer }> {
  const browser = new HttpBrowser(hub.rootPem, card);
  const { url } = await toCardListener(browser, await browser.go(`${hub.hubUrl}/portal`));
  return { browser, answer: await browser.go(url) };
}

/** The same with one of the demo's cards. */
export const withDemoCard = async (hub: RunningHub, name: string): Promise<HttpBrowser> =>
  (await showCard(hub, softCard(hub, name))).browser;

/** Presses the button of a step: the form whose field `do` says so. */
export async function pressStep(
  browser: HttpBrowser,
  page: HttpAnswer,
  action: string,
  fields: Readonly<Record<string, string>> = {},
): Promise<HttpAnswer> {
  const form = formsOf(page).find((one) => one.fields['do'] === action);
  assert.ok(form, `no ${action} on\n${page.body}`);
  return await browser.submit(page, form, fields);
}

/** Looks at what the renewal of these cards would do; answers its page. */
export async function draftRenewal(
  hub: RunningHub,
  officer: HttpBrowser,
  wish: { readonly organisation: string; readonly profile: string; readonly day: string },
): Promise<HttpAnswer> {
  const page = await officer.go(`${hub.hubUrl}/cards/renewals`);
  const form = formsOf(page).find(({ action }) => action === '/cards/renewals');
  assert.ok(form, page.body);
  return await officer.submit(page, form, wish);
}
