// What the hub's own pages share: the session behind a request, the frame with its menu, forms, and times.
import {
  comesFromSameOrigin,
  csrfToken,
  csrfTokenHolds,
  type FormFields,
  type HtmlValue,
  type HttpRequest,
  type HttpResponse,
  html,
  parseQuery,
  readForm,
  type SafeHtml,
} from '../../../base/http/index.ts';
import type { Session } from '../../../core/sessions/index.ts';
import { type Locale, localized } from '../../../wire/codes/index.ts';
import { type TextKey, text } from '../../../wire/texts/index.ts';
import type { PortalPorts } from './ports.ts';

export const maxBodyBytes = 4096;

/** A live session and the cookie that it was found by. */
export interface Held {
  readonly session: Session;
  readonly cookie: string;
}

export async function heldSession(ports: PortalPorts, request: HttpRequest): Promise<Held | undefined> {
  const cookie = ports.browserOf(request).session;
  if (cookie === undefined) return undefined;
  const session = await ports.sessions.find(cookie, ports.clock());
  return session && { session, cookie };
}

export const localeOf = (ports: PortalPorts, request: HttpRequest): Locale => ports.browserOf(request).locale ?? 'sv';

export interface PortalPage {
  readonly title: string;
  readonly content: HtmlValue;
  readonly bare?: boolean;
  readonly wide?: boolean;
  /** The menu entry that this page is. */
  readonly here?: '/' | '/portal' | '/cards' | '/devices' | '/logout';
  readonly loggedIn: boolean;
  /** Where a change of language leads, when not to the page's own path. */
  readonly back?: string | undefined;
  /** Where a form of the page may lead after a redirect. */
  readonly formTargets?: readonly string[];
  readonly cookies?: readonly string[];
  /** Origins that the content has frames of. */
  readonly frames?: readonly string[] | undefined;
  readonly script?: { readonly element: SafeHtml; readonly hash: string } | undefined;
}

/** A page of the portal in the frame. */
export async function portalPage(ports: PortalPorts, request: HttpRequest, page: PortalPage): Promise<HttpResponse> {
  const locale = localeOf(ports, request);
  const entries = [
    { href: '/', label: text(locale, 'layout.start') },
    { href: '/portal', label: text(locale, 'layout.portal') },
    ...(page.loggedIn && ports.catalogue().cardProfiles.size > 0
      ? [{ href: '/cards', label: text(locale, 'cards.own') }]
      : []),
    ...(page.loggedIn && ports.enrolled.offered() ? [{ href: '/devices', label: text(locale, 'devices.own') }] : []),
    ...(page.loggedIn ? [{ href: '/logout', label: text(locale, 'layout.logout') }] : []),
  ];
  return ports.frame({
    locale,
    brand: await ports.brand(page.loggedIn ? ports.browserOf(request).session : undefined),
    title: page.title,
    content: page.content,
    bare: page.bare,
    wide: page.wide,
    menu: entries.map((entry) => ({ ...entry, current: entry.href === page.here })),
    language: { action: '/language', hidden: [['_back', page.back ?? request.path]] },
    demo: ports.demo(),
    formTargets: page.formTargets,
    cookies: page.cookies,
    frames: page.frames,
    script: page.script,
  });
}

/** Who is logged in, with the way out for everybody else; nothing when nobody is. */
export async function whoIsHere(ports: PortalPorts, locale: Locale, held: Held | undefined): Promise<HtmlValue> {
  if (held === undefined) return undefined;
  const name = (await ports.personName(held.session.person)) ?? '';
  return html`<div class="who"><p><strong>${text(locale, 'layout.loggedIn', { name })}</strong></p><a class="plain button" href="/logout">${text(locale, 'layout.notYou')}</a></div>`;
}

export const csrfPurpose = 'portal';

/** A form that only this session's browser can send. */
export function sessionForm(
  ports: PortalPorts,
  held: Held,
  action: string,
  hidden: readonly (readonly [string, string])[],
  inside: HtmlValue,
): SafeHtml {
  const fields = [['_csrf', csrfToken(ports.csrfKey, csrfPurpose, held.cookie)] as const, ...hidden];
  return html`<form method="post" action="${action}">${fields.map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}${inside}</form>`;
}

/** The fields of a form that came from this session's browser and from our own page; undefined otherwise. */
export function ownForm(
  ports: PortalPorts,
  request: HttpRequest,
  held: Held,
  limits: { readonly maxBytes: number; readonly maxFields: number } = { maxBytes: maxBodyBytes, maxFields: 8 },
): FormFields['fields'] | undefined {
  if (!comesFromSameOrigin(request, ports.origin)) return undefined;
  const form = readForm(request, limits);
  if (!form.ok || form.duplicates.length > 0) return undefined;
  const given = form.fields.get('_csrf');
  return csrfTokenHolds(ports.csrfKey, csrfPurpose, held.cookie, given) ? form.fields : undefined;
}

/** Name of an application; the hub's own pages have none in the catalogue. */
export function applicationName(ports: PortalPorts, locale: Locale, id: string): string {
  const application = ports.catalogue().applications.get(id);
  return application ? localized(application.name, locale) : text(locale, 'layout.portal');
}

/** The time of day with seconds: for steps that follow one another. */
export function clockTimeOf(ports: PortalPorts, locale: Locale, at: number): SafeHtml {
  const shown = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    timeStyle: 'medium',
    timeZone: ports.timeZone,
  }).format(at);
  return html`<time datetime="${new Date(at).toISOString()}">${shown}</time>`;
}

/** A time as an element that machines read too, with 24 hours in every language. */
export function timeOf(ports: PortalPorts, locale: Locale, at: number): SafeHtml {
  const shown = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: ports.timeZone,
  }).format(at);
  return html`<time datetime="${new Date(at).toISOString()}">${shown}</time>`;
}

/** The fields of an address's query; none when it cannot be read or names one twice. */
export function queryOf(request: HttpRequest): ReadonlyMap<string, string> {
  const query = parseQuery(request.query, { maxBytes: 1024, maxFields: 8 });
  return query.ok && query.duplicates.length === 0 ? query.fields : new Map();
}

/** What was wrong with a form, announced, with a link to the field that it is about. */
export const problem = (locale: Locale, code: TextKey, field?: string): HtmlValue =>
  html`<div class="bad" role="alert"><h2>${text(locale, 'form.problem')}</h2><p>${
    field === undefined ? text(locale, code) : html`<a href="#${field}">${text(locale, code)}</a>`
  }</p></div>`;

/** The page of a thing that there is not, or that is not for this person: the two look alike. */
export const unknownThing = async (
  ports: PortalPorts,
  request: HttpRequest,
  title: string,
  content: HtmlValue,
): Promise<HttpResponse> => ({
  ...(await portalPage(ports, request, { title, loggedIn: true, content })),
  status: 404,
});
