// The start page: what this hub is, the applications, and in a demo what to try and how to trust the certificate.
import { type HtmlValue, type HttpRequest, type HttpResponse, html } from '../../../base/http/index.ts';
import type { Application } from '../../../core/catalogue/index.ts';
import { type Locale, localized } from '../../../wire/codes/index.ts';
import { text } from '../../../wire/texts/index.ts';
import { accountsNote, ownAccounts } from './accounts/index.ts';
import { auditNote } from './audit/index.ts';
import { cardNote } from './cards/index.ts';
import { draftsNote } from './client-draft-pages.ts';
import { endingNote, howToPath } from './cutoffs/index.ts';
import { driftNote } from './drift/index.ts';
import { heldNote } from './held/index.ts';
import { heldSession, localeOf, portalPage, whoIsHere } from './portal-page.ts';
import type { PortalPorts, StartContent } from './ports.ts';
import { waitingNote } from './request-pages.ts';

const section = (locale: Locale, title: Parameters<typeof text>[1], content: HtmlValue): HtmlValue =>
  html`<section class="sheet"><h2>${text(locale, title)}</h2>${content}</section>`;

function applications(ports: PortalPorts, locale: Locale): HtmlValue {
  const name = ({ name: names }: Application) => localized(names, locale);
  const open = [...ports.catalogue().applications.values()]
    .map((one) => ({ one, href: one.homeUrl ?? ports.startUrl(one.id) }))
    .filter(({ one, href }) => !one.closed && href !== undefined)
    .sort(({ one: a }, { one: b }) => name(a).localeCompare(name(b), locale));
  if (open.length === 0) return undefined;
  const ends = ports.catalogue().methodCutoffs.size > 0;
  return section(
    locale,
    'start.applications',
    html`<ul class="choices">${open.map(
      ({ one, href }) => html`<li><a class="choice" href="${href}"><span><b>${name(one)}</b></span></a></li>`,
    )}</ul>${ends && html`<p><a href="/systems">${text(locale, 'cutoff.systems.title')}</a></p><p><a href="${howToPath}">${text(locale, 'cutoff.howTo')}</a></p>`}`,
  );
}

function people(locale: Locale, given: StartContent['people']): HtmlValue {
  if (!given || given.length === 0) return undefined;
  return section(
    locale,
    'start.people',
    html`<ul class="rows">${given.map(
      ({ name, note, files }) =>
        html`<li><span><b>${name}</b><br>${localized(note, locale)}<span class="files">${(files ?? []).map(
          ({ href, label }) => html`<a href="${href}">${localized(label, locale)}</a>`,
        )}</span></span></li>`,
    )}</ul>`,
  );
}

type Step = NonNullable<StartContent['steps']>[number];

function stepItem(locale: Locale, { title, text: words, href, typed }: Step): HtmlValue {
  const name = localized(title, locale);
  return html`<li><strong>${href === undefined ? name : html`<a href="${href}">${name}</a>`}</strong><br>${localized(words, locale)}${(
    typed ?? []
  ).map((line) => html`<span class="command">${line}</span>`)}</li>`;
}

function walkThrough(locale: Locale, { steps }: StartContent): HtmlValue {
  if (!steps || steps.length === 0) return undefined;
  return section(locale, 'start.try', html`<ol class="steps">${steps.map((one) => stepItem(locale, one))}</ol>`);
}

function extras(locale: Locale, { trust, links }: StartContent): HtmlValue {
  return html`${
    trust &&
    section(
      locale,
      'start.trust',
      html`<p>${text(locale, 'start.trustBody')}</p><div><p class="quiet small">${text(locale, 'start.trustFingerprint')}</p><p class="print">${trust.fingerprint}</p></div><div class="actions"><a class="button other" href="${trust.href}">${text(locale, 'start.trustDownload')}</a></div>`,
    )
  }${
    links &&
    links.length > 0 &&
    section(
      locale,
      'start.links',
      html`<ul class="choices">${links.map(({ href, label }) => html`<li><a href="${href}">${localized(label, locale)}</a></li>`)}</ul>`,
    )
  }`;
}

/** GET / */
export async function startPage(ports: PortalPorts, request: HttpRequest): Promise<HttpResponse> {
  const locale = localeOf(ports, request);
  const held = await heldSession(ports, request);
  const content = ports.startContent();
  const [who, waits, drafts, cards, changes, accounts, own, differ, ending, audit] = await Promise.all([
    whoIsHere(ports, locale, held),
    waitingNote(ports, locale, held),
    draftsNote(ports, locale, held),
    cardNote(ports, locale, held),
    heldNote(ports, locale, held),
    accountsNote(ports, locale, held),
    ownAccounts(ports, locale, held),
    driftNote(ports, locale, held),
    endingNote(ports, request, locale, held),
    auditNote(ports, locale, held),
  ]);
  const title = text(locale, 'start.title');
  return portalPage(ports, request, {
    title,
    here: '/',
    bare: true,
    wide: true,
    loggedIn: held !== undefined,
    content: html`<div class="stack close"><h1>${title}</h1><p class="lead">${text(locale, 'start.lead')}</p></div>${who && html`<div>${who}</div>`}${ending}${waits}${drafts}${cards}${changes}${accounts}${differ}${audit}
<div class="columns"><div class="column">${applications(ports, locale)}${own}${walkThrough(locale, content)}</div><div class="column">${people(
      locale,
      content.people,
    )}${extras(locale, content)}${
      ports.device &&
      section(
        locale,
        'device.title',
        html`<p>${text(locale, 'device.why')}</p><div class="actions"><a class="button other" href="/demo/device">${text(locale, 'start.try')}</a></div>`,
      )
    }</div></div>`,
  });
}
