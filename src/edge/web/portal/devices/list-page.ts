// The devices that somebody may use, and a form to add one of their own.
import { type HtmlValue, type HttpRequest, type HttpResponse, html } from '../../../../base/http/index.ts';
import type { Locale } from '../../../../wire/codes/index.ts';
import { type TextKey, text } from '../../../../wire/texts/index.ts';
import {
  type Held,
  heldSession,
  localeOf,
  ownForm,
  portalPage,
  problem,
  queryOf,
  sessionForm,
  timeOf,
  whoIsHere,
} from '../portal-page.ts';
import type { PortalPorts } from '../ports.ts';
import { proven } from '../proven.ts';
import { codePage, devicePath, devicesPath, wantedCard } from './parts.ts';
import type { DeviceLine, EnrolledDevices } from './ports.ts';

const longestName = 60;
const done = { lost: 'devices.lostDone', ended: 'devices.endShiftDone' } as const;

interface Fault {
  readonly text: TextKey;
  readonly field?: 'name' | 'place' | undefined;
}

/** GET /devices */
export async function devicesPage(
  ports: PortalPorts,
  desk: EnrolledDevices,
  request: HttpRequest,
): Promise<HttpResponse> {
  if (!desk.offered()) return ports.showFailure(request, { reason: 'notFound' });
  const held = await heldSession(ports, request);
  if (held === undefined) return ports.startLogin(request, devicesPath);
  return show(ports, desk, request, held);
}

async function show(
  ports: PortalPorts,
  desk: EnrolledDevices,
  request: HttpRequest,
  held: Held,
  fault?: Fault,
  given: { readonly name?: string | undefined; readonly place?: string | undefined } = {},
): Promise<HttpResponse> {
  const locale = localeOf(ports, request);
  const [lines, places, who] = await Promise.all([
    desk.list(held.session),
    desk.places(held.session),
    whoIsHere(ports, locale, held),
  ]);
  const told = Object.entries(done).find(([name]) => name === queryOf(request).get('done'))?.[1];
  const answer = await portalPage(ports, request, {
    title: text(locale, 'devices.own'),
    here: '/devices',
    loggedIn: true,
    back: devicesPath,
    content: html`${who}${told && html`<div class="note" role="status"><p>${text(locale, told)}</p></div>`}${
      fault && problem(locale, fault.text, fault.field)
    }<p>${text(locale, 'devices.lead')}</p>
${lines.length === 0 ? html`<p>${text(locale, 'devices.none')}</p>` : list(ports, locale, lines)}${
  places.length > 0 && addForm(ports, locale, held, places, given)
}`,
  });
  return fault === undefined ? answer : { ...answer, status: 409 };
}

const list = (ports: PortalPorts, locale: Locale, lines: readonly DeviceLine[]): HtmlValue =>
  html`<ul class="choices">${lines.map(
    ({ device, organisation, shiftUntil }) =>
      html`<li><a class="choice" href="${devicePath(device.id)}"><span><b>${device.name}</b>${
        shiftUntil !== undefined &&
        html`<span>${text(locale, 'devices.shiftUntil')} ${timeOf(ports, locale, shiftUntil)}</span>`
      }<span>${text(locale, device.holder === undefined ? 'devices.shared' : 'devices.mine')}, ${organisation}</span></span></a></li>`,
  )}</ul>`;

const addForm = (
  ports: PortalPorts,
  locale: Locale,
  held: Held,
  places: readonly { readonly id: string; readonly name: string }[],
  given: { readonly name?: string | undefined; readonly place?: string | undefined },
): HtmlValue =>
  html`<h2>${text(locale, 'devices.add')}</h2><p>${text(locale, 'devices.addWill')}</p>${sessionForm(
    ports,
    held,
    '/devices/add',
    [],
    html`<div class="stack"><div class="field"><label for="name">${text(locale, 'devices.name')}</label><input id="name" name="name" maxlength="${longestName}" required value="${given.name ?? ''}" autocomplete="off" aria-describedby="name-hint"><p id="name-hint" class="hint">${text(locale, 'devices.nameHint')}</p></div>
<div class="field"><label for="place">${text(locale, 'devices.place')}</label><select id="place" name="place">${places.map(
      ({ id, name }) => html`<option value="${id}"${id === given.place && html` selected`}>${name}</option>`,
    )}</select></div>
<div class="actions"><button class="main">${text(locale, 'devices.addButton')}</button></div></div>`,
  )}`;

/** POST /devices/add */
export async function addDevice(
  ports: PortalPorts,
  desk: EnrolledDevices,
  request: HttpRequest,
): Promise<HttpResponse> {
  if (!desk.offered()) return ports.showFailure(request, { reason: 'notFound' });
  const found = await proven(ports, request, { back: `${devicesPath}?proved=1`, proved: false }, wantedCard(desk));
  if ('answer' in found) return found.answer;
  const { held } = found;
  const fields = ownForm(ports, request, held);
  if (fields === undefined) return ports.showFailure(request, { reason: 'forbidden' });
  const name = (fields.get('name') ?? '').trim().replace(/\s+/g, ' ').slice(0, longestName);
  const place = fields.get('place');
  const given = { name, place };
  if (name === '' || /\p{C}/u.test(name))
    return show(ports, desk, request, held, { text: 'devices.noName', field: 'name' }, given);
  const places = await desk.places(held.session);
  if (!places.some(({ id }) => id === place))
    return show(ports, desk, request, held, { text: 'devices.noPlace', field: 'place' }, given);
  const made = await desk.codeForDevice(held.session, name, place ?? '');
  return made.kind === 'code'
    ? codePage(ports, request, held, made, 'devices.codeForDevice')
    : show(ports, desk, request, held, { text: made.code }, given);
}
