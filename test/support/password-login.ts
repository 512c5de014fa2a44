// Walks the login pages with a user name and a password, as a browser without scripts does.
import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpAnswer, HttpBrowser } from './http-browser.ts';
import { formsOf } from './http-browser.ts';

type Until = (url: URL) => boolean;

/** From an address of the hub to the application's redirect URI; answers the page where it stopped. */
export async function logInWithPassword(
  browser: HttpBrowser,
  url: URL | string,
  user: { readonly username: string; readonly password: string },
  until: Until,
): Promise<HttpAnswer> {
  return await givePassword(browser, await browser.go(url, until), user, until);
}

/** The same from a page of the login on. */
export async function givePassword(
  browser: HttpBrowser,
  from: HttpAnswer,
  user: { readonly username: string; readonly password: string },
  until: Until,
): Promise<HttpAnswer> {
  let page = from;
  const way = formsOf(page).find(({ buttons }) =>
    buttons.some(({ name, value }) => name === '_provider' && value === 'password'),
  );
  if (way) page = await browser.submit(page, way, { _provider: 'password' }, until);
  const form = formsOf(page).find(({ fields }) => 'password' in fields);
  if (!form) return page;
  return await waitedFor(browser, await browser.submit(page, form, user, until), until);
}

/** Follows a page that loads itself again, until there is another. */
async function waitedFor(browser: HttpBrowser, from: HttpAnswer, until: Until): Promise<HttpAnswer> {
  let page = from;
  for (;;) {
    const [, seconds, next] = /^(\d+); url=(.+)$/.exec(String(page.headers['refresh'] ?? '')) ?? [];
    if (next === undefined) return page;
    await sleep(Number(seconds) * 1000);
    page = await browser.go(new URL(next, page.url), until);
  }
}
