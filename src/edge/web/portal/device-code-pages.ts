// Where a person types the code of a device (RFC 8628 3.3): the code, then who asks and from where, and then yes or no.
import {
  comesFromSameOrigin,
  type HtmlValue,
  type HttpRequest,
  type HttpResponse,
  headerCount,
  html,
  parseQuery,
  type Route,
  readForm,
  seeOther,
} from '../../../base/http/index.ts';
import { localized } from '../../../wire/codes/index.ts';
import { text } from '../../../wire/texts/index.ts';
import { heldSession, localeOf, maxBodyBytes, portalPage, timeOf, whoIsHere } from './portal-page.ts';
import type { DeviceCodes, PortalPorts } from './ports.ts';

type Fault = 'unknown' | 'tooMany';

/** As long as a code with everything that people put between its letters. */
const longestCode = 40;

/** The routes. Until an application has the grant there is no such page. */
export function deviceCodeRoutes(ports: PortalPorts): readonly Route[] {
  const { devices } = ports;
  const open =
    (show: (request: HttpRequest) => Promise<HttpResponse>) =>
    (request: HttpRequest): Promise<HttpResponse> | HttpResponse =>
      devices.offered() ? show(request) : ports.showFailure(request, { reason: 'notFound' });
  const get = (path: string, show: (request: HttpRequest) => Promise<HttpResponse>): Route => ({
    method: 'GET',
    path,
    handle: open(show),
  });
  const post = (path: string, show: (request: HttpRequest) => Promise<HttpResponse>): Route => ({
    method: 'POST',
    path,
    maxBodyBytes,
    handle: open(show),
  });
  return [
    get('/device', (request) => codePage(ports, request, codeInQuery(request))),
    post('/device', (request) => confirmPage(ports, devices, request)),
    post('/device/decide', (request) => decide(ports, devices, request)),
    get('/device/done', (request) => endPage(ports, request, 'done')),
    get('/device/stopped', (request) => endPage(ports, request, 'stopped')),
  ];
}

/** The code of `verification_uri_complete`: filled in, and still to be sent by the person. */
function codeInQuery(request: HttpRequest): string {
  const query = parseQuery(request.query, { maxBytes: 1024, maxFields: 8 });
  const code = query.ok && query.duplicates.length === 0 ? query.fields.get('user_code') : undefined;
  return code !== undefined && code.length <= longestCode ? code : '';
}

async function codePage(ports: PortalPorts, request: HttpRequest, typed: string, fault?: Fault): Promise<HttpResponse> {
  const locale = localeOf(ports, request);
  const held = await heldSession(ports, request);
  const message = fault && text(locale, fault === 'unknown' ? 'deviceCode.unknown' : 'deviceCode.tooMany');
  const problem: HtmlValue =
    message !== undefined &&
    html`<div class="bad" role="alert"><h2>${text(locale, 'form.problem')}</h2><p><a href="#user-code">${message}</a></p></div>`;
  const answer = await portalPage(ports, request, {
    title: text(locale, 'deviceCode.title'),
    loggedIn: held !== undefined,
    back: /^[A-Z0-9-]{1,40}$/.test(typed) ? `/device?user_code=${typed}` : '/device',
    content: html`${problem}<p id="user-code-hint">${text(locale, 'deviceCode.explain')}</p>
<form class="stack" method="post" action="/device"><div class="field"><label for="user-code">${text(locale, 'deviceCode.code')}</label><input id="user-code" name="user_code" type="text" value="${typed}" required maxlength="${longestCode}" autocomplete="off" autocapitalize="characters" spellcheck="false" aria-describedby="user-code-hint"${
      fault && html` aria-invalid="true"`
    }></div>
<div class="actions"><button class="main">${text(locale, 'layout.continue')}</button></div></form>`,
  });
  return fault === undefined ? answer : { ...answer, status: fault === 'unknown' ? 400 : 429 };
}

/**
 * The fields of a form of ours. Nobody need be logged in, so the browser itself must say where it comes from: no other
 * site sends a code, or a yes, for the person (RFC 8628 5.4).
 */
function ownFields(ports: PortalPorts, request: HttpRequest): ReadonlyMap<string, string> | undefined {
  const says = headerCount(request, 'origin') + headerCount(request, 'sec-fetch-site') > 0;
  if (!says || !comesFromSameOrigin(request, ports.origin)) return undefined;
  const form = readForm(request, { maxBytes: maxBodyBytes, maxFields: 8 });
  return form.ok && form.duplicates.length === 0 ? form.fields : undefined;
}

async function confirmPage(ports: PortalPorts, devices: DeviceCodes, request: HttpRequest): Promise<HttpResponse> {
  const fields = ownFields(ports, request);
  if (fields === undefined) return ports.showFailure(request, { reason: 'forbidden' });
  const typed = (fields.get('user_code') ?? '').slice(0, longestCode);
  const found = await devices.find(typed, request);
  if (typeof found === 'string') return codePage(ports, request, typed, found);
  const locale = localeOf(ports, request);
  const held = await heldSession(ports, request);
  const application = localized(found.application.name, locale);
  return portalPage(ports, request, {
    title: text(locale, 'deviceCode.confirm', { application }),
    loggedIn: held !== undefined,
    back: `/device?user_code=${found.code}`,
    content: html`${await whoIsHere(ports, locale, held)}<div class="bad"><h2>${text(locale, 'deviceCode.warning')}</h2><p>${text(locale, 'deviceCode.danger')}</p></div>
<ul class="checks"><li>${text(locale, 'deviceCode.shown')} <span class="code">${found.code}</span></li>
<li>${text(locale, 'deviceCode.from')} ${found.network !== undefined && html`${found.network}, `}${found.from}, ${timeOf(ports, locale, found.at)}</li></ul>
<form class="actions" method="post" action="/device/decide"><input type="hidden" name="user_code" value="${found.code}">
<button class="main" name="answer" value="yes">${text(locale, 'deviceCode.yes')}</button>
<button class="other" name="answer" value="no">${text(locale, 'layout.cancel')}</button></form>`,
  });
}

async function decide(ports: PortalPorts, devices: DeviceCodes, request: HttpRequest): Promise<HttpResponse> {
  const fields = ownFields(ports, request);
  if (fields === undefined) return ports.showFailure(request, { reason: 'forbidden' });
  const typed = (fields.get('user_code') ?? '').slice(0, longestCode);
  const answer = fields.get('answer');
  if (answer !== 'yes' && answer !== 'no') return ports.showFailure(request, { reason: 'request.malformed' });
  const found = await devices.find(typed, request);
  if (typeof found === 'string') return codePage(ports, request, typed, found);
  if (answer === 'yes') return found.allow(request);
  await found.deny();
  return seeOther('/device/stopped');
}

async function endPage(ports: PortalPorts, request: HttpRequest, end: 'done' | 'stopped'): Promise<HttpResponse> {
  const locale = localeOf(ports, request);
  return portalPage(ports, request, {
    title: text(locale, end === 'done' ? 'deviceCode.done' : 'deviceCode.stopped'),
    loggedIn: (await heldSession(ports, request)) !== undefined,
    content: html`<div class="note"><p>${text(locale, end === 'done' ? 'deviceCode.goBack' : 'deviceCode.told')}</p></div>`,
  });
}
