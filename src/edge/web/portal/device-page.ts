// The demo's switch: this browser counts as a laptop or as a workplace computer. Only wired in the demo.
import {
  comesFromSameOrigin,
  type HttpRequest,
  type HttpResponse,
  headerCount,
  html,
  readForm,
  seeOther,
} from '../../../base/http/index.ts';
import { text } from '../../../wire/texts/index.ts';
import { heldSession, localeOf, portalPage, whoIsHere } from './portal-page.ts';
import type { DeviceSwitch, PortalPorts } from './ports.ts';

/** GET /demo/device */
export async function devicePage(
  ports: PortalPorts,
  device: DeviceSwitch,
  request: HttpRequest,
): Promise<HttpResponse> {
  const locale = localeOf(ports, request);
  const [{ kind, by }, held] = await Promise.all([
    device.kindOf(ports.browserOf(request)),
    heldSession(ports, request),
  ]);
  const because = ({ enrolled: 'byEnrolled', network: 'byNetwork', unknown: 'byUnknown' } as const)[by];
  return portalPage(ports, request, {
    title: text(locale, 'device.title'),
    loggedIn: held !== undefined,
    content: html`${await whoIsHere(ports, locale, held)}<div class="note"><p><strong>${text(locale, 'device.now', { kind: text(locale, `device.${kind}`) })}</strong></p>
<p>${text(locale, `device.${because}`)}</p></div>
<p>${text(locale, 'device.why')}</p>
<form class="actions" method="post" action="/demo/device">
<button class="${kind === 'portable' ? 'other' : 'main'}" name="kind" value="portable">${text(locale, 'device.setPortable')}</button>
<button class="${kind === 'portable' ? 'main' : 'other'}" name="kind" value="fixed">${text(locale, 'device.setFixed')}</button></form>
${by === 'enrolled' && html`<p>${text(locale, 'device.next')}</p>`}<p><a href="/">${text(locale, 'layout.start')}</a></p>`,
  });
}

/** POST /demo/device. Nobody need be logged in, so the browser itself must say that the form is ours. */
export async function setDevice(ports: PortalPorts, device: DeviceSwitch, request: HttpRequest): Promise<HttpResponse> {
  const says = headerCount(request, 'origin') + headerCount(request, 'sec-fetch-site') > 0;
  if (!says || !comesFromSameOrigin(request, ports.origin)) return ports.showFailure(request, { reason: 'forbidden' });
  const form = readForm(request);
  const kind = form.ok && form.duplicates.length === 0 ? form.fields.get('kind') : undefined;
  if (kind !== 'fixed' && kind !== 'portable') return ports.showFailure(request, { reason: 'request.malformed' });
  return seeOther('/demo/device', await device.set(ports.browserOf(request), kind));
}
