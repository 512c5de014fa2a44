// How a card stands at its issuer: what has not been answered, since when and why, and what somebody must do there.
import { type HtmlValue, html } from '../../../../base/http/index.ts';
import type { Locale } from '../../../../wire/codes/index.ts';
import { text } from '../../../../wire/texts/index.ts';
import { timeOf } from '../portal-page.ts';
import type { PortalPorts } from '../ports.ts';
import type { CardView, IssuerWork } from './ports.ts';

const waitTexts = {
  submit: 'cards.waits',
  revoke: 'cards.waitsRevoke',
  release: 'cards.waitsRelease',
} as const satisfies Readonly<Record<IssuerWork['kind'], string>>;

/** Nothing, for a card that waits for nothing. */
export function atIssuer(ports: PortalPorts, locale: Locale, view: CardView): HtmlValue {
  const waits = view.issuerWork.map(
    ({ kind, since, failure }) =>
      html`<p class="sheet" role="status">${text(locale, waitTexts[kind])} ${timeOf(ports, locale, since)}${
        failure !== undefined && html`<br><span class="quiet">${text(locale, 'cards.lastFailure')}: ${failure}</span>`
      }</p>`,
  );
  const names = ports.catalogue().certificateIssuers;
  const byHand =
    view.card.byHand.length > 0 &&
    html`<section class="sheet"><h2>${text(locale, 'cards.byHand')}</h2><p>${text(locale, 'cards.byHandBody')}</p><ul>${view.card.byHand.map(
      ({ issuer, serial }) =>
        html`<li class="print">${text(locale, 'cards.byHandOne', { issuer: names.get(issuer)?.name ?? issuer, serial })}</li>`,
    )}</ul></section>`;
  const hereOnly = view.suspendedHereOnly && html`<p class="sheet">${text(locale, 'cards.hubOnly')}</p>`;
  return html`${waits}${hereOnly}${byHand}`;
}
