// One device: where it is, whose it is, and what this person can do with it, each with what it will do.
import { type HtmlValue, type HttpRequest, type HttpResponse, html, seeOther } from '../../../../base/http/index.ts';
import type { Locale } from '../../../../wire/codes/index.ts';
import { type TextKey, text } from '../../../../wire/texts/index.ts';
import {
  type Held,
  heldSession,
  localeOf,
  ownForm,
  portalPage,
  problem,
  sessionForm,
  timeOf,
  unknownThing,
  whoIsHere,
} from '../portal-page.ts';
import type { PortalPorts } from '../ports.ts';
import { proven } from '../proven.ts';
import { codePage, devicePath, devicesPath, wantedCard } from './parts.ts';
import type { DeviceLine, EnrolledDevices } from './ports.ts';

/** GET /devices/device/:id */
export async function devicePage(
  ports: PortalPorts,
  desk: EnrolledDevices,
  request: HttpRequest,
): Promise<HttpResponse> {
  if (!desk.offered()) return ports.showFailure(request, { reason: 'notFound' });
  const held = await heldSession(ports, request);
  if (held === undefined) return ports.startLogin(request, devicePath(request.params.id ?? ''));
  return show(ports, desk, request, held);
}

async function show(
  ports: PortalPorts,
  desk: EnrolledDevices,
  request: HttpRequest,
  held: Held,
  fault?: TextKey,
): Promise<HttpResponse> {
  const locale = localeOf(ports, request);
  const [line, who] = await Promise.all([
    desk.look(held.session, request.params.id ?? ''),
    whoIsHere(ports, locale, held),
  ]);
  if (line === undefined)
    return unknownThing(
      ports,
      request,
      text(locale, 'devices.unknownTitle'),
      html`${who}<p>${text(locale, 'devices.unknownBody')}</p><p><a href="${devicesPath}">${text(locale, 'devices.back')}</a></p>`,
    );
  const answer = await portalPage(ports, request, {
    title: line.device.name,
    loggedIn: true,
    content: html`${who}${fault && problem(locale, fault)}${facts(ports, locale, line)}${steps(ports, desk, locale, held, line)}
<p><a href="${devicesPath}">${text(locale, 'devices.back')}</a></p>`,
  });
  return fault === undefined ? answer : { ...answer, status: 409 };
}

function facts(ports: PortalPorts, locale: Locale, { device, organisation, shiftUntil }: DeviceLine): HtmlValue {
  const rows: readonly (readonly [TextKey, HtmlValue])[] = [
    ...(shiftUntil === undefined
      ? []
      : ([['devices.shiftUntil', html`<strong>${timeOf(ports, locale, shiftUntil)}</strong>`]] as const)),
    ['devices.holder', text(locale, device.holder === undefined ? 'devices.shared' : 'devices.mine')],
    ['devices.place', organisation],
    ['devices.enrolledAt', timeOf(ports, locale, device.enrolledAt)],
    ['devices.number', html`<span class="print">${device.id}</span>`],
  ];
  return html`<dl class="facts">${rows.map(([key, value]) => html`<dt>${text(locale, key)}</dt><dd>${value}</dd>`)}</dl>`;
}

function steps(
  ports: PortalPorts,
  desk: EnrolledDevices,
  locale: Locale,
  held: Held,
  { device, shiftUntil }: DeviceLine,
): HtmlValue {
  const step = (name: 'shift' | 'endShift' | 'lost', look: 'main' | 'other', params = {}) =>
    html`<section class="sheet"><p>${text(locale, `devices.${name}Will`, params)}</p>${sessionForm(
      ports,
      held,
      devicePath(device.id),
      [],
      html`<div class="actions"><button class="${look}" name="do" value="${name}">${text(locale, `devices.${name}`)}</button></div>`,
    )}</section>`;
  return html`${step('shift', 'main', { hours: desk.hours() })}${shiftUntil !== undefined && step('endShift', 'other')}${step('lost', 'other')}`;
}

/** POST /devices/device/:id. To end and to report is easy: it is no danger to others. A code wants the card. */
export async function takeDeviceStep(
  ports: PortalPorts,
  desk: EnrolledDevices,
  request: HttpRequest,
): Promise<HttpResponse> {
  if (!desk.offered()) return ports.showFailure(request, { reason: 'notFound' });
  const id = request.params.id ?? '';
  const held = await heldSession(ports, request);
  if (held === undefined) return ports.startLogin(request, devicePath(id));
  const fields = ownForm(ports, request, held);
  if (fields === undefined) return ports.showFailure(request, { reason: 'forbidden' });
  switch (fields.get('do')) {
    case 'endShift':
      await desk.endShift(held.session, id);
      return seeOther(`${devicesPath}?done=ended`);
    case 'lost':
      if ((await desk.look(held.session, id)) === undefined) return show(ports, desk, request, held);
      await desk.reportLost(held.session, id);
      return seeOther(`${devicesPath}?done=lost`);
    case 'shift': {
      const way = { back: `${devicePath(id)}?proved=1`, proved: false };
      const found = await proven(ports, request, way, wantedCard(desk));
      if ('answer' in found) return found.answer;
      const made = await desk.codeForShift(held.session, id);
      return made.kind === 'code'
        ? codePage(ports, request, held, made, 'devices.codeForShift')
        : show(ports, desk, request, held, made.code);
    }
    default:
      return ports.showFailure(request, { reason: 'request.malformed' });
  }
}
