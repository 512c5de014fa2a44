// The demo applications' pages: who is logged in, and every claim of both tickets, in plain tables.
import { html, type SafeHtml } from '../../base/http/index.ts';
import type { Locale } from '../../wire/codes/index.ts';
import type { Tickets } from './relying-party.ts';
import { applicationNames, demoTexts, type Theme } from './texts.ts';

/** Which application it is, and where its pages lead. */
export interface Look {
  readonly theme: Theme;
  /** Address of the other application: the EHR, or for that the core record. */
  readonly other: string;
  readonly portal: string;
  readonly trail: string;
}

/** Why nobody is logged in any more: they logged out here, or everywhere from another place. */
export type Ended = 'here' | 'everywhere';

export const nameOf = ({ theme }: Look, locale: Locale): string => applicationNames[theme][locale];
export const otherName = ({ theme }: Look, locale: Locale): string =>
  applicationNames[theme === 'ehr' ? 'record' : 'ehr'][locale];

export const stylesheet = `
:root { color-scheme: light dark; --ink: #14212b; --paper: #f4f7f8; --card: #ffffff; --line: #c9d5da; --soft: #4d6170; --main: #0b5d57; --on: #ffffff; }
body.record { --main: #6a2c70; } body.link { --main: #1d4e89; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eff2; --paper: #10191f; --card: #18242c; --line: #344651; --soft: #a9bbc6; --main: #1f8f86; --on: #06110f; } body.record { --main: #c58bcb; --on: #1c0d1e; } body.link { --main: #8cb8ea; --on: #08182a; } }
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
header { background: var(--main); color: var(--on); padding: 1rem; }
header p { margin: 0; }
header .name { font-size: 1.25rem; font-weight: 650; }
main, header > div { max-width: 60rem; margin: 0 auto; }
main { padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .75rem; }
h2 { font-size: 1.1rem; margin: 0 0 .5rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.1rem; margin: 1rem 0; }
.row { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; }
a.button, button { display: inline-block; font: inherit; font-weight: 600; padding: .6rem 1.1rem; border-radius: .45rem; border: 2px solid var(--main); background: var(--main); color: var(--on); text-decoration: none; cursor: pointer; min-height: 2.75rem; }
a.plain, button.plain { background: transparent; color: var(--ink); border-color: var(--line); }
a:focus-visible, button:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
dl { display: grid; grid-template-columns: minmax(8rem, 14rem) minmax(0, 1fr); overflow-wrap: anywhere; gap: .15rem 1rem; margin: 0; }
dt { color: var(--soft); } dd { margin: 0 0 .35rem; font-family: ui-monospace, monospace; font-size: .92rem; }
.level { font-weight: 700; }
.note { border-left: .3rem solid var(--main); padding-left: .8rem; }
.checks { list-style: none; margin: 0; padding: 0; }
.checks li { display: grid; grid-template-columns: 1.6rem minmax(0, 1fr); gap: .15rem; padding: .3rem 0; border-top: 1px solid var(--line); }
.checks li:first-child { border-top: 0; }
.mark { font-weight: 700; }
dd.plain { font: inherit; }
.small { color: var(--soft); font-size: .9rem; overflow-wrap: anywhere; }
@media (max-width: 34rem) { dl { grid-template-columns: minmax(0, 1fr); } dt { margin-top: .4rem; } }
`;

export function frame(look: Look, locale: Locale, title: string, body: SafeHtml): SafeHtml {
  const name = nameOf(look, locale);
  return html`<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – ${name}</title><link rel="stylesheet" href="/style.css"></head>
<body class="${look.theme}"><header><div><p class="name">${name}</p><p>${demoTexts[locale].purpose[look.theme]}</p></div></header>
<main>${body}</main></body></html>`;
}

/** Nobody is logged in here. */
export function homePage(look: Look, locale: Locale, ended: Ended | undefined): SafeHtml {
  const words = demoTexts[locale];
  return frame(
    look,
    locale,
    words.logIn,
    html`<h1>${words.logInTo(nameOf(look, locale))}</h1>
${ended ? html`<p class="note" id="ended" role="status">${words.ended[ended]}</p>` : ''}
<p>${words.needs[look.theme]}</p>
<p class="row"><a class="button" id="login" href="/login">${words.logIn}</a>
<a class="button plain" id="other" href="${look.other}/">${words.goTo(otherName(look, locale))}</a>
<a class="button plain" href="${look.trail}">${words.trail}</a></p>`,
  );
}

/**
 * Leads on to the hub's logout by itself. The hub may send the browser on to other organisations' login services, which no
 * policy of ours can name: so that is a navigation of its own, not the form's.
 */
export function leavePage(look: Look, locale: Locale, location: string): SafeHtml {
  const { logOut } = demoTexts[locale];
  return frame(
    look,
    locale,
    logOut,
    html`<h1>${logOut}</h1><p class="row"><a class="button" id="leave" href="${location}">${logOut}</a></p>`,
  );
}

/** Somebody is: their name, level and both tickets. */
export function applicationPage(
  look: Look,
  locale: Locale,
  tickets: Tickets,
  userInfo: Readonly<Record<string, unknown>>,
): SafeHtml {
  const words = demoTexts[locale];
  const name = String(userInfo['name'] ?? tickets.idClaims['name'] ?? tickets.idClaims['sub'] ?? '');
  return frame(
    look,
    locale,
    name,
    html`<h1 id="who">${name}</h1>
<p>${words.how[howOf(tickets.idClaims['amr'])]} ${words.level}: <span class="level" id="acr">${String(tickets.idClaims['acr'] ?? '')}</span></p>
<div class="row"><a class="button" id="other" href="${look.other}/login">${words.open(otherName(look, locale))}</a>
${look.theme === 'ehr' ? html`<a class="button plain" id="grounds" href="/grounds">${words.grounds}</a>` : ''}
<form method="post" action="/refresh"><button class="plain" id="refresh">${words.renew}</button></form>
<form method="post" action="/logout"><button class="plain" id="logout">${words.logOut}</button></form>
<a class="button plain" href="${look.portal}">${words.logins}</a>
<a class="button plain" href="${look.trail}">${words.trail}</a></div>
<section aria-labelledby="t1"><h2 id="t1">${words.idToken}</h2>${claims(tickets.idClaims, 'id')}</section>
<section aria-labelledby="t2"><h2 id="t2">${words.accessToken(tickets.tokenType)}</h2>${claims(tickets.accessClaims, 'at')}</section>`,
  );
}

/** Something went wrong, or the user chose not to go on. `text` is what the hub or a library said of it, in English. */
export function errorPage(look: Look, locale: Locale, code: string, text: string): SafeHtml {
  const words = demoTexts[locale];
  const ending = Object.hasOwn(words.endings, code) ? (code as keyof typeof words.endings) : 'other';
  return frame(
    look,
    locale,
    words.notLoggedIn,
    html`<h1>${words.notLoggedIn}</h1>
<p id="words">${words.endings[ending]}</p>
<p id="error">${words.helpDesk}: <strong>${code}</strong>${text ? html`, <span lang="en">${text}</span>` : ''}</p>
<p class="row"><a class="button" id="login" href="/login">${words.again}</a><a class="button plain" href="/">${words.back}</a></p>`,
  );
}

/** Authentication method references (RFC 8176), as they are put in words. */
function howOf(amr: unknown): 'pinCard' | 'card' | 'password' | 'other' {
  const methods = Array.isArray(amr) ? amr : [];
  if (methods.includes('sc')) return methods.includes('pin') ? 'pinCard' : 'card';
  return methods.includes('pwd') ? 'password' : 'other';
}

/** What a newcomer compares comes first. */
const first = ['name', 'acr', 'amr', 'auth_time', 'organisation', 'unit', 'role', 'sub', 'sid', 'iss', 'aud'];
const inOrder = (all: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] => {
  const place = (name: string): number => (first.includes(name) ? first.indexOf(name) : first.length);
  return Object.entries(all).sort(([a], [b]) => place(a) - place(b));
};

const times = new Set(['iat', 'exp', 'nbf', 'auth_time']);

export function claims(all: Readonly<Record<string, unknown>>, prefix: string): SafeHtml {
  const shown = (name: string, value: unknown): string => {
    if (times.has(name) && typeof value === 'number') return `${value} (${new Date(value * 1000).toISOString()})`;
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
  return html`<dl>${inOrder(all).map(([name, value]) => html`<dt>${name}</dt><dd id="${prefix}-${name}">${shown(name, value)}</dd>`)}</dl>`;
}
