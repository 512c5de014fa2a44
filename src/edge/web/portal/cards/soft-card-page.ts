// A soft card at the counter: one press makes it, and this one page gives the file and its PIN. Neither is kept, so it is never shown again.
import { type HttpRequest, type HttpResponse, html, seeOther } from '../../../../base/http/index.ts';
import { text } from '../../../../wire/texts/index.ts';
import { type Held, heldSession, localeOf, ownForm, portalPage, sessionForm, whoIsHere } from '../portal-page.ts';
import type { PortalPorts } from '../ports.ts';
import { proven } from '../proven.ts';
import { showCard } from './card-page.ts';
import { cardPath, minimum } from './parts.ts';
import type { CardDesk, SoftCard } from './ports.ts';

/** POST /cards/card/:id/soft-card */
export async function makeSoftCard(ports: PortalPorts, desk: CardDesk, request: HttpRequest): Promise<HttpResponse> {
  const id = request.params.id ?? '';
  const session = await heldSession(ports, request);
  if (session === undefined) return seeOther(cardPath(id));
  const seen = Number(ownForm(ports, request, session)?.get('seen'));
  if (!Number.isSafeInteger(seen)) return ports.showFailure(request, { reason: 'forbidden' });
  const wanted = { minimum, proofSeconds: ports.catalogue().settings.lifetimes.linkProof } as const;
  const found = await proven(ports, request, { back: cardPath(id), proved: false }, wanted);
  if ('answer' in found) return found.answer;
  const made = await desk.makeSoft(found.held.session, id, seen);
  if (made.kind === 'made') return softCardPage(ports, request, found.held, made);
  const fault = made.kind === 'late' ? 'cards.softLate' : made.kind === 'refused' ? made.code : undefined;
  return showCard(ports, desk, request, found.held, fault, 'softCard');
}

/** The file is in the page itself: there is no address to fetch it from, by anybody, at any time. */
export async function softCardPage(
  ports: PortalPorts,
  request: HttpRequest,
  held: Held,
  { file, pin, card, holder }: SoftCard,
): Promise<HttpResponse> {
  const locale = localeOf(ports, request);
  const data = `data:application/x-pkcs12;base64,${Buffer.from(file).toString('base64')}`;
  const then = card.temporary
    ? html`<section class="sheet"><p>${text(locale, 'card.will.handOver')}</p>${sessionForm(
        ports,
        held,
        cardPath(card.id),
        [
          ['do', 'handOver'],
          ['seen', String(card.revision)],
        ],
        html`<div class="actions"><button class="main">${text(locale, 'card.do.handOver')}</button></div>`,
      )}</section>`
    : html`<p>${text(locale, 'cards.softThen')} <a href="${cardPath(card.id)}">${text(locale, 'cards.toCard')}</a></p>`;
  return portalPage(ports, request, {
    title: text(locale, 'cards.softReady', { name: holder }),
    loggedIn: true,
    // The form that a change of language sends would ask for this page again, and it is gone.
    back: cardPath(card.id),
    content: html`${await whoIsHere(ports, locale, held)}<p role="status"><strong>${text(locale, 'cards.softOnce')}</strong></p>
<section class="sheet"><ol class="steps"><li><div class="stack close"><span>${text(locale, 'cards.softSaveWhere')}</span><div class="actions"><a class="button main" download="card-${card.id.slice(-8)}.p12" href="${data}">${text(locale, 'cards.softSave')}</a></div></div></li><li>${text(locale, 'cards.softPinGive')}<p class="lead"><span class="code" id="pin">${pin}</span></p></li><li>${text(locale, 'cards.softImport')}</li></ol></section>${then}`,
  });
}
