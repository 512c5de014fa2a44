// What the pages of enrolled devices share: addresses, the proof that a code wants, and the page that shows one.
import { type HttpRequest, type HttpResponse, html } from '../../../../base/http/index.ts';
import { deviceTimes } from '../../../../core/ordering/index.ts';
import { type TextKey, text } from '../../../../wire/texts/index.ts';
import { type Held, localeOf, portalPage, timeOf, whoIsHere } from '../portal-page.ts';
import type { PortalPorts } from '../ports.ts';
import type { WantedProof } from '../proven.ts';
import type { CodeMade, EnrolledDevices } from './ports.ts';

export const devicesPath = '/devices';
export const devicePath = (id: string): string => `/devices/device/${encodeURIComponent(id)}`;
/** Addresses of these pages that a login goes back to. */
export const deviceBack = /^\/devices(?:\/device\/[\w-]{1,64})?(?:\?proved=1)?$/;

/** A code is made after a login with the card itself, minutes ago. */
export const wantedCard = (desk: EnrolledDevices): WantedProof => ({
  minimum: 'substantial',
  proofSeconds: deviceTimes.proofMs / 1000,
  onlyProviders: desk.cardProviders(),
});

/** The code, shown this once: nothing keeps it but its hash. */
export async function codePage(
  ports: PortalPorts,
  request: HttpRequest,
  held: Held,
  made: Extract<CodeMade, { kind: 'code' }>,
  words: Extract<TextKey, 'devices.codeForDevice' | 'devices.codeForShift'>,
): Promise<HttpResponse> {
  const locale = localeOf(ports, request);
  return portalPage(ports, request, {
    title: text(locale, 'devices.codeTitle'),
    loggedIn: true,
    back: devicesPath,
    content: html`${await whoIsHere(ports, locale, held)}<p>${text(locale, words, { name: made.device })}</p>
<p><strong class="code" id="code">${made.code}</strong></p>
<p>${text(locale, 'devices.codeUntil')} ${timeOf(ports, locale, made.until)}</p>
<div class="bad"><p>${text(locale, 'devices.codeWarning')}</p></div>
<p><a href="${devicesPath}">${text(locale, 'devices.back')}</a></p>`,
  });
}
