// Drives a login at the pages to the point where the card is to be shown, so that a test can show any at all.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HttpAnswer, HttpBrowser, SoftCard } from './http-browser.ts';
import { formsOf } from './http-browser.ts';

/** One of the demo's soft cards. */
export const softCard = (hub: { readonly cards: string }, name: string): SoftCard => ({
  cert: readFileSync(join(hub.cards, `${name}.pem`), 'utf8'),
  key: readFileSync(join(hub.cards, `${name}.key`), 'utf8'),
});

export interface AtCard {
  /** The page that asks for the card. */
  readonly page: HttpAnswer;
  /** The address on the card listener, under a fresh label. */
  readonly url: URL;
}

/** From a page of a login: picks the card when there is a choice, presses "Read the card", stops before showing it. */
export async function toCardListener(browser: HttpBrowser, from: HttpAnswer): Promise<AtCard> {
  let page = from;
  const choice = formsOf(page).find(({ buttons }) => buttons.some(({ value }) => value === 'smartcard'));
  if (choice) page = await browser.submit(page, choice, { _provider: 'smartcard' });
  const link = /href="(\/login\/[^"]+\/card)"/.exec(page.body)?.[1];
  if (link === undefined) throw new Error(`no card is asked for:\n${page.body}`);
  const answer = await browser.request(new URL(link, page.url));
  return { page, url: new URL(answer.headers.location ?? '', answer.url) };
}
