// What the pages of cards share: addresses, names of kinds and states, lists of cards.
import { type HtmlValue, html } from '../../../../base/http/index.ts';
import type { CardProfile } from '../../../../core/catalogue/index.ts';
import { daysLeft, runsOutSoon, validUntil } from '../../../../core/ordering/index.ts';
import { type Locale, localized } from '../../../../wire/codes/index.ts';
import { text } from '../../../../wire/texts/index.ts';
import { timeOf } from '../portal-page.ts';
import type { PortalPorts } from '../ports.ts';
import type { CardLine } from './ports.ts';

export const cardsPath = '/cards';
export const findPath = '/cards/find';
export const orderPath = '/cards/order';
export const renewalsPath = '/cards/renewals';
export const temporaryPath = '/cards/temporary';
export const cardPath = (id: string): string => `/cards/card/${encodeURIComponent(id)}`;
export const softCardPath = (id: string): string => `${cardPath(id)}/soft-card`;
export const certificatePath = (id: string, fingerprint: string): string =>
  `${cardPath(id)}/certificate/${fingerprint}`;
/** Addresses of these pages that a login goes back to. */
export const cardBack =
  /^\/cards(?:\/find|\/order|\/temporary|\/renewals|\/renewals\/[\w-]{1,64}|\/card\/[\w-]{1,64})?(?:\?proved=1)?$|^\/cards\/temporary\?card=[\w-]{1,64}&proved=1$/;

/** Who orders, makes or ends a card for another must have proven themselves so strongly. */
export const minimum = 'substantial';

export const kindName = (locale: Locale, profile: CardProfile | undefined, id: string): string =>
  profile === undefined ? id : localized(profile.name, locale);

/** From so many days on the lists of those who make cards say how many are left. */
export const expiringDays = [30, 60, 90] as const;
const mostDays = Math.max(...expiringDays);

/** How many days a card has left, when they are few. */
export function leftText(
  { clock }: PortalPorts,
  locale: Locale,
  { card, profile }: Pick<CardLine, 'card' | 'profile'>,
  early = false,
): HtmlValue {
  const days = daysLeft(card, clock());
  const isFew = runsOutSoon(card, profile, clock()) || (early && days !== undefined && days <= mostDays);
  return isFew && days !== undefined && html`, <strong>${text(locale, 'cards.daysLeft', { days })}</strong>`;
}

export function cardList(
  ports: PortalPorts,
  locale: Locale,
  lines: readonly CardLine[],
  withHolder: boolean,
): HtmlValue {
  return html`<ul class="choices">${lines.map((line) => {
    const { card, profile, holder, organisation } = line;
    const end = validUntil(card);
    const kind = kindName(locale, profile, card.profile);
    return html`<li><a class="choice" href="${cardPath(card.id)}"><span><b>${withHolder ? `${holder}, ${kind}` : kind}</b>${text(locale, `card.state.${card.state}`)}${
      card.temporary && html`, ${text(locale, 'cards.temporary')}`
    }<span>${organisation}${
      end !== undefined &&
      html`, ${text(locale, 'cards.validUntil')} ${timeOf(ports, locale, end)}${leftText(ports, locale, line, withHolder)}`
    }</span></span></a></li>`;
  })}</ul>`;
}
