// The frame of every page: who it is from, who is logged in, the content, help, and the language.
import { type HtmlValue, type HttpResponse, html, page, type SafeHtml } from '../../../base/http/index.ts';
import type { Brand } from '../../../core/catalogue/index.ts';
import { type Locale, locales } from '../../../wire/codes/index.ts';
import { localeNames, text } from '../../../wire/texts/index.ts';
import { brandStyle } from './brand-style.ts';
import { styleHash } from './style.ts';

/** A form's target and its hidden fields. */
export interface FormTarget {
  readonly action: string;
  readonly hidden: readonly (readonly [name: string, value: string])[];
}

export interface FrameInput {
  readonly locale: Locale;
  readonly brand: Brand;
  /** The heading of the page and the title of its tab. */
  readonly title: string;
  /** Below the heading, on the same sheet. Without `bare` it stands on one sheet with the heading. */
  readonly content: HtmlValue;
  /** True: the content brings its own heading and sheets. */
  readonly bare?: boolean | undefined;
  readonly wide?: boolean | undefined;
  /** True: the tab's title says that something must be put right. */
  readonly problem?: boolean | undefined;
  /** Where the language buttons post to; absent = the page's language cannot be changed here. */
  readonly language?: FormTarget | undefined;
  readonly menu?: readonly { readonly href: string; readonly label: string; readonly current?: boolean }[] | undefined;
  /** Code that a help desk can look up, shown on pages of a failure. */
  readonly reference?: string | undefined;
  readonly demo: boolean;
  readonly status?: number | undefined;
  readonly formTargets?: readonly string[] | undefined;
  readonly cookies?: readonly string[] | undefined;
  /** Where the browser goes by itself, at once (WCAG 2.2 technique H76: no time to read is taken away). */
  readonly goOn?: string | undefined;
  /** Or after so many seconds: for a page that waits, and that says nothing else. */
  readonly goOnSeconds?: number | undefined;
  /** Origins that the content has frames of. */
  readonly frames?: readonly string[] | undefined;
  /** The page's one script, with its SHA-256 (base64): what it does must be possible without it, too. */
  readonly script?: { readonly element: SafeHtml; readonly hash: string } | undefined;
}

/** Draws a page in the frame. */
export type PageFrame = (input: FrameInput) => HttpResponse;

export const hiddenFields = (target: FormTarget): HtmlValue =>
  target.hidden.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);

/** Contact of the brand; an address of mail or web becomes a link. */
function contactOf(contact: string): SafeHtml {
  if (/^[^\s@<>]+@[^\s@<>]+\.[a-z]+$/i.test(contact)) return html`<a href="mailto:${contact}">${contact}</a>`;
  if (/^https:\/\/[^\s<>"']+$/.test(contact)) return html`<a href="${contact}">${contact}</a>`;
  if (/^\+?[\d\s()-]{5,20}$/.test(contact)) return html`<a href="tel:${contact.replace(/[^\d+]/g, '')}">${contact}</a>`;
  return html`${contact}`;
}

function languageBar(locale: Locale, target: FormTarget | undefined): HtmlValue {
  if (!target) return undefined;
  return html`<form method="post" action="${target.action}" aria-label="${text(locale, 'layout.language')}">
${hiddenFields(target)}<div class="languages">${locales.map(
    (one) =>
      html`<button class="plain" name="_locale" value="${one}" lang="${one}"${
        one === locale && html` aria-current="true"`
      }>${localeNames[one]}</button>\n`,
  )}</div></form>`;
}

const icon = (colour: string): string =>
  `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="${colour}"/><path d="M4 5h8M8 5v7" stroke="#fff" stroke-width="2"/></svg>`)}`;

/** The page. Its style comes from our own origin, under names that change with the content. */
export const framed: PageFrame = (input) => {
  const { locale, brand, title } = input;
  const heading = html`<h1>${title}</h1>`;
  const content = input.bare ? input.content : html`<div class="sheet">${heading}${input.content}</div>`;
  const tab = `${input.problem ? `${text(locale, 'form.problem')}: ` : ''}${title} – ${brand.name}`;
  const document = html`<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${tab}</title>
<link rel="icon" href="${icon(brand.primary)}">
<link rel="stylesheet" href="/assets/style/${styleHash}">
<link rel="stylesheet" href="/assets/brand/${encodeURIComponent(brand.id)}/${brandStyle(brand).hash}">
</head>
<body>
<a class="skip" href="#content">${text(locale, 'layout.skip')}</a>
<header class="top"><div class="top-row">
<a class="brand" href="/">${brand.logo !== undefined && html`<img src="${brand.logo}" alt="">`}<span>${brand.name}</span></a>
${input.menu && html`<nav class="menu" aria-label="${brand.name}">${input.menu.map(({ href, label, current }) => html`<a href="${href}"${current === true && html` aria-current="page"`}>${label}</a>\n`)}</nav>`}
</div>${input.demo && html`<p class="demo">${text(locale, 'layout.demo')}</p>`}</header>
<main id="content" tabindex="-1"${input.wide === true && html` class="wide"`}>
${content}
</main>
<footer class="foot"><div class="foot-row">
<p>${text(locale, 'layout.help')} ${contactOf(brand.contact)}${
    input.reference !== undefined &&
    html`<br>${text(locale, 'layout.code')}: <span class="code">${input.reference}</span>`
  }</p>
${languageBar(locale, input.language)}
</div></footer>
${input.script?.element}
</body>
</html>
`;
  const answer = page(input.status ?? 200, document, {
    formTargets: input.formTargets,
    frames: input.frames,
    scriptHash: input.script?.hash,
    ...(input.cookies ? { cookies: input.cookies } : {}),
  });
  return input.goOn === undefined
    ? answer
    : { ...answer, headers: { ...answer.headers, refresh: `${input.goOnSeconds ?? 0}; url=${input.goOn}` } };
};
