// The demo applications' pages: who is logged in, and every claim of both tickets, in plain tables.
import { html, type SafeHtml } from '../../base/http/index.ts';
import type { Tickets } from './relying-party.ts';

/** How an application looks, and where the other one is. */
export interface Look {
  readonly name: string;
  readonly purpose: string;
  readonly needs: string;
  readonly other: { readonly name: string; readonly url: string };
  readonly theme: 'ehr' | 'record';
  readonly portal: string;
  readonly trail: string;
}

export const stylesheet = `
:root { color-scheme: light dark; --ink: #14212b; --paper: #f4f7f8; --card: #ffffff; --line: #c9d5da; --soft: #4d6170; --main: #0b5d57; --on: #ffffff; }
body.record { --main: #6a2c70; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eff2; --paper: #10191f; --card: #18242c; --line: #344651; --soft: #a9bbc6; --main: #1f8f86; --on: #06110f; } body.record { --main: #c58bcb; --on: #1c0d1e; } }
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
dl { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr; gap: .15rem 1rem; margin: 0; }
dt { color: var(--soft); } dd { margin: 0 0 .35rem; overflow-wrap: anywhere; font-family: ui-monospace, monospace; font-size: .92rem; }
.level { font-weight: 700; }
.note { border-left: .3rem solid var(--main); padding-left: .8rem; }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; } dt { margin-top: .4rem; } }
`;

function frame(look: Look, title: string, body: SafeHtml): SafeHtml {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – ${look.name}</title><link rel="stylesheet" href="/style.css"></head>
<body class="${look.theme}"><header><div><p class="name">${look.name}</p><p>${look.purpose}</p></div></header>
<main>${body}</main></body></html>`;
}

/** Nobody is logged in here. */
export function homePage(look: Look, notice: string | undefined): SafeHtml {
  return frame(
    look,
    'Log in',
    html`<h1>Log in to ${look.name}</h1>
${notice ? html`<p class="note" role="status">${notice}</p>` : ''}
<p>${look.needs}</p>
<p class="row"><a class="button" id="login" href="/login">Log in</a>
<a class="button plain" id="other" href="${look.other.url}/">Go to ${look.other.name}</a>
<a class="button plain" href="${look.trail}">See the trail</a></p>`,
  );
}

/** Somebody is: their name, level and both tickets. */
export function applicationPage(look: Look, tickets: Tickets, userInfo: Readonly<Record<string, unknown>>): SafeHtml {
  const name = String(userInfo['name'] ?? tickets.idClaims['name'] ?? tickets.idClaims['sub'] ?? '');
  return frame(
    look,
    name,
    html`<h1 id="who">${name}</h1>
<p>Logged in ${howOf(tickets.idClaims['amr'])}. Level of assurance: <span class="level" id="acr">${String(tickets.idClaims['acr'] ?? '')}</span></p>
<div class="row"><a class="button" id="other" href="${look.other.url}/login">Open ${look.other.name}</a>
<form method="post" action="/refresh"><button class="plain" id="refresh">Renew the ticket</button></form>
<form method="post" action="/logout"><button class="plain" id="logout">Log out everywhere</button></form>
<a class="button plain" href="${look.portal}">My logins</a>
<a class="button plain" href="${look.trail}">See the trail</a></div>
<section aria-labelledby="t1"><h2 id="t1">ID token: who logged in, and how</h2>${claims(tickets.idClaims, 'id')}</section>
<section aria-labelledby="t2"><h2 id="t2">Access token (${tickets.tokenType}): what the API is told</h2>${claims(tickets.accessClaims, 'at')}</section>`,
  );
}

/** What the usual endings mean (RFC 6749 4.1.2.1, OIDC Core 3.1.2.6). */
const words: Readonly<Record<string, string>> = {
  access_denied: 'You did not go on with the login, or you may not use this application.',
  login_required: 'You must log in first.',
  interaction_required: 'The hub must ask you something first.',
  unmet_authentication_requirements: 'The login was not strong enough for this application.',
  not_found: 'There is no such page.',
};

/** Something went wrong, or the user chose not to go on. */
export function errorPage(look: Look, code: string, text: string): SafeHtml {
  return frame(
    look,
    'Not logged in',
    html`<h1>You are not logged in</h1>
<p id="words">${words[code] ?? 'The login could not be completed.'}</p>
<p id="error">For the help desk: <strong>${code}</strong>${text ? html`, ${text}` : ''}</p>
<p class="row"><a class="button" id="login" href="/login">Try again</a><a class="button plain" href="/">Back</a></p>`,
  );
}

/** Authentication method references (RFC 8176) in words. */
function howOf(amr: unknown): string {
  const methods = Array.isArray(amr) ? amr : [];
  if (methods.includes('sc')) return methods.includes('pin') ? 'with a card and its PIN' : 'with a card';
  return methods.includes('pwd') ? 'with a password' : 'in another way';
}

/** What a newcomer compares comes first. */
const first = ['name', 'acr', 'amr', 'auth_time', 'organisation', 'unit', 'role', 'sub', 'sid', 'iss', 'aud'];
const inOrder = (all: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] => {
  const place = (name: string): number => (first.includes(name) ? first.indexOf(name) : first.length);
  return Object.entries(all).sort(([a], [b]) => place(a) - place(b));
};

const times = new Set(['iat', 'exp', 'nbf', 'auth_time']);

function claims(all: Readonly<Record<string, unknown>>, prefix: string): SafeHtml {
  const shown = (name: string, value: unknown): string => {
    if (times.has(name) && typeof value === 'number') return `${value} (${new Date(value * 1000).toISOString()})`;
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
  return html`<dl>${inOrder(all).map(([name, value]) => html`<dt>${name}</dt><dd id="${prefix}-${name}">${shown(name, value)}</dd>`)}</dl>`;
}
