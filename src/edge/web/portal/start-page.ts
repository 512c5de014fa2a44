// The start page: what this hub is, the applications, and in a demo what to try and how to trust the certificate.
import { type HtmlValue, type HttpRequest, type HttpResponse, html } from '../../../base/http/index.ts';
import { type Locale, localized } from '../../../wire/codes/index.ts';
import { text } from '../../../wire/texts/index.ts';
import { heldSession, localeOf, portalPage } from './portal-page.ts';
import type { PortalPorts, StartContent } from './ports.ts';

const section = (locale: Locale, title: Parameters<typeof text>[1], content: HtmlValue): HtmlValue =>
  html`<section class="sheet"><h2>${text(locale, title)}</h2>${content}</section>`;

function applications(ports: PortalPorts, locale: Locale): HtmlValue {
  const open = [...ports.catalogue().applications.values()].filter((one) => !one.closed && one.homeUrl !== undefined);
  if (open.length === 0) return undefined;
  return section(
    locale,
    'start.applications',
    html`<ul class="choices">${open.map(
      (one) =>
        html`<li><a class="choice" href="${one.homeUrl}"><span><b>${localized(one.name, locale)}</b></span></a></li>`,
    )}</ul>`,
  );
}

function people(locale: Locale, given: StartContent['people']): HtmlValue {
  if (!given || given.length === 0) return undefined;
  return section(
    locale,
    'start.people',
    html`<ul class="rows">${given.map(
      ({ name, note, files }) =>
        html`<li><span><b>${name}</b><br>${localized(note, locale)}</span><span>${(files ?? []).map(
          ({ href, label }) => html`<a class="plain button" href="${href}">${localized(label, locale)}</a> `,
        )}</span></li>`,
    )}</ul>`,
  );
}

function extras(locale: Locale, content: StartContent): HtmlValue {
  const { steps, trust, links } = content;
  return html`${
    steps &&
    steps.length > 0 &&
    section(
      locale,
      'start.try',
      html`<ol class="steps">${steps.map(
        (step) =>
          html`<li>${step.href === undefined ? localized(step.text, locale) : html`<a href="${step.href}">${localized(step.text, locale)}</a>`}</li>`,
      )}</ol>`,
    )
  }${people(locale, content.people)}${
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
  const name = held && (await ports.personName(held.session.person));
  const title = text(locale, 'start.title');
  return portalPage(ports, request, {
    title,
    here: '/',
    bare: true,
    wide: true,
    loggedIn: held !== undefined,
    content: html`<div class="stack close"><h1>${title}</h1><p class="lead">${text(locale, 'start.lead')}</p>${
      name !== undefined &&
      html`<p>${text(locale, 'layout.loggedIn', { name })}. <a href="/logout">${text(locale, 'layout.notYou')}</a></p>`
    }</div>
<div class="columns">${applications(ports, locale)}${extras(locale, ports.startContent())}${
      ports.device &&
      section(locale, 'device.title', html`<p><a href="/demo/device">${text(locale, 'device.setPortable')}</a></p>`)
    }</div>`,
  });
}
