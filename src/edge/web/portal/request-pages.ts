// Where a person answers programs that named them (CIBA): what waits, then who asks, what for and from where, and yes or no.
import {
  type HtmlValue,
  type HttpRequest,
  type HttpResponse,
  html,
  type Route,
  seeOther,
} from '../../../base/http/index.ts';
import { type Locale, localized } from '../../../wire/codes/index.ts';
import { text } from '../../../wire/texts/index.ts';
import {
  clockTimeOf,
  type Held,
  heldSession,
  localeOf,
  maxBodyBytes,
  ownForm,
  portalPage,
  sessionForm,
  whoIsHere,
} from './portal-page.ts';
import type { PersonalRequest, PersonalRequests, PortalPorts } from './ports.ts';

/** Where a person finds them. */
export const requestsPath = '/requests';

const ends = ['done', 'stopped', 'reported'] as const;

/** The routes. Until an application has the grant there is no such page. */
export function requestRoutes(ports: PortalPorts): readonly Route[] {
  const { requests } = ports;
  const open =
    (show: (request: HttpRequest) => Promise<HttpResponse>) =>
    (request: HttpRequest): Promise<HttpResponse> | HttpResponse =>
      requests.offered() ? show(request) : ports.showFailure(request, { reason: 'notFound' });
  const get = (path: string, show: (request: HttpRequest) => Promise<HttpResponse>): Route => ({
    method: 'GET',
    path,
    handle: open(show),
  });
  return [
    get(requestsPath, (request) => listPage(ports, requests, request)),
    ...ends.map((end) => get(`${requestsPath}/${end}`, (request) => endPage(ports, request, end))),
    get(`${requestsPath}/:id`, (request) => confirmPage(ports, requests, request)),
    {
      method: 'POST',
      path: `${requestsPath}/:id`,
      maxBodyBytes,
      handle: open((request) => decide(ports, requests, request)),
    },
  ];
}

/** For the start page: that something waits for who is logged in. */
export async function waitingNote(ports: PortalPorts, locale: Locale, held: Held | undefined): Promise<HtmlValue> {
  const { requests } = ports;
  if (held === undefined || !requests.offered()) return undefined;
  const waiting = await requests.waiting(held.session.person);
  return (
    waiting.length > 0 &&
    html`<div class="note"><h2>${text(locale, 'request.waits')}</h2>${rows(ports, locale, waiting)}</div>`
  );
}

/** Each says the second that it was made and where: two with one message can be told apart. */
const rows = (ports: PortalPorts, locale: Locale, waiting: readonly PersonalRequest[]): HtmlValue =>
  html`<ul class="choices">${waiting.map(
    (one) =>
      html`<li><a class="choice" href="${requestsPath}/${encodeURIComponent(one.id)}"><span><b>${localized(one.application.name, locale)}</b>${
        one.message !== undefined && html`<span>${one.message}</span>`
      }<span>${clockTimeOf(ports, locale, one.at)}, ${placeOf(one)}</span></span></a></li>`,
  )}</ul>`;

const placeOf = ({ network, from }: PersonalRequest): string => (network === undefined ? from : `${network}, ${from}`);

async function listPage(
  ports: PortalPorts,
  requests: PersonalRequests,
  request: HttpRequest,
  gone = false,
): Promise<HttpResponse> {
  const held = await heldSession(ports, request);
  if (held === undefined) return await ports.startLogin(request, requestsPath);
  const locale = localeOf(ports, request);
  const waiting = await requests.waiting(held.session.person);
  const answer = await portalPage(ports, request, {
    title: text(locale, 'request.title'),
    loggedIn: true,
    content: html`${await whoIsHere(ports, locale, held)}${
      gone && html`<div class="bad" role="alert"><p>${text(locale, 'request.gone')}</p></div>`
    }${waiting.length > 0 ? rows(ports, locale, waiting) : html`<p>${text(locale, 'request.none')}</p>`}`,
  });
  return gone ? { ...answer, status: 404 } : answer;
}

async function confirmPage(
  ports: PortalPorts,
  requests: PersonalRequests,
  request: HttpRequest,
): Promise<HttpResponse> {
  const held = await heldSession(ports, request);
  if (held === undefined) return await ports.startLogin(request, requestsPath);
  const found = await requests.find(held.session.person, request.params.id ?? '');
  if (found === undefined) return listPage(ports, requests, request, true);
  const locale = localeOf(ports, request);
  const waiting = await requests.waiting(held.session.person);
  const same = ({ application, message }: PersonalRequest) =>
    application.id === found.application.id && message === found.message;
  const owner = found.application.organisation && (await ports.organisationName(found.application.organisation));
  const facts: readonly HtmlValue[] = [
    found.message !== undefined && html`${text(locale, 'request.message')} <strong>${found.message}</strong>`,
    owner && html`${text(locale, 'request.owner')} ${owner}`,
    html`${text(locale, 'deviceCode.from')} ${placeOf(found)}, ${clockTimeOf(ports, locale, found.at)}`,
    waiting.filter(same).length > 1 && text(locale, 'request.twins'),
  ];
  return portalPage(ports, request, {
    title: text(locale, 'deviceCode.confirm', { application: localized(found.application.name, locale) }),
    loggedIn: true,
    content: html`${await whoIsHere(ports, locale, held)}<div class="bad"><h2>${text(locale, 'deviceCode.warning')}</h2><p>${text(locale, 'request.danger')}</p></div>
<ul class="checks">${facts.filter((fact) => fact).map((fact) => html`<li>${fact}</li>`)}</ul>
${sessionForm(
  ports,
  held,
  `${requestsPath}/${encodeURIComponent(found.id)}`,
  [],
  html`<div class="actions"><button class="main" name="answer" value="yes">${text(locale, 'deviceCode.yes')}</button>
<button class="other" name="answer" value="no">${text(locale, 'request.no')}</button>
<button class="other" name="answer" value="reported">${text(locale, 'request.notMe')}</button></div>`,
)}<p><a href="${requestsPath}">${text(locale, 'request.later')}</a></p>`,
  });
}

async function decide(ports: PortalPorts, requests: PersonalRequests, request: HttpRequest): Promise<HttpResponse> {
  const held = await heldSession(ports, request);
  if (held === undefined) return seeOther(requestsPath);
  const fields = ownForm(ports, request, held);
  if (fields === undefined) return ports.showFailure(request, { reason: 'forbidden' });
  const answer = fields.get('answer');
  if (answer !== 'yes' && answer !== 'no' && answer !== 'reported')
    return ports.showFailure(request, { reason: 'request.malformed' });
  const found = await requests.find(held.session.person, request.params.id ?? '');
  if (found === undefined) return listPage(ports, requests, request, true);
  if (answer === 'yes') return found.allow(request);
  if (!(await found.deny(answer === 'reported'))) return listPage(ports, requests, request, true);
  return seeOther(`${requestsPath}/${answer === 'no' ? 'stopped' : answer}`);
}

async function endPage(ports: PortalPorts, request: HttpRequest, end: (typeof ends)[number]): Promise<HttpResponse> {
  const locale = localeOf(ports, request);
  const words = { done: 'deviceCode.goBack', stopped: 'request.told', reported: 'request.report' } as const;
  return portalPage(ports, request, {
    title: text(locale, end === 'done' ? 'deviceCode.done' : 'deviceCode.stopped'),
    loggedIn: (await heldSession(ports, request)) !== undefined,
    content: html`<div class="${end === 'reported' ? 'bad' : 'note'}"><p>${text(locale, words[end])}</p></div><p><a href="${requestsPath}">${text(locale, 'request.title')}</a></p>`,
  });
}
