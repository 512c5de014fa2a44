// Lists of cards: one's own, and those of the organisations that somebody orders or makes cards for.
import { type HtmlValue, type HttpRequest, type HttpResponse, html } from '../../../../base/http/index.ts';
import { awaitsRenewal, isOpen, runsOutSoon } from '../../../../core/ordering/index.ts';
import type { Locale } from '../../../../wire/codes/index.ts';
import { text } from '../../../../wire/texts/index.ts';
import { type Held, heldSession, localeOf, portalPage, queryOf, whoIsHere } from '../portal-page.ts';
import type { PortalPorts } from '../ports.ts';
import { anyProof, proven, wayBackTo } from '../proven.ts';
import { cardList, cardPath, cardsPath, findPath, minimum, orderPath, renewalsPath, temporaryPath } from './parts.ts';
import { type CardDesk, type CardFilter, type CardLine, cardFilters, type PlaceInList } from './ports.ts';

const longestWords = 100;
const filterText = (locale: Locale, filter: CardFilter): string => {
  switch (filter) {
    case 'open':
      return text(locale, 'cards.showOpen');
    case 'waiting':
      return text(locale, 'cards.showWaiting');
    case 'byHand':
      return text(locale, 'cards.byHand');
    case 'all':
      return text(locale, 'cards.showAll');
    default:
      return text(locale, 'cards.showExpiring', { days: filter.slice('expiring'.length) });
  }
};

/** What a holder must do before a card runs out; nothing, when there is nothing. */
function renewalNote(ports: PortalPorts, locale: Locale, lines: readonly CardLine[]): HtmlValue {
  const waits = lines.find(({ card }) => awaitsRenewal(card));
  if (waits !== undefined)
    return html`<p class="note"><a href="${cardPath(waits.card.id)}">${text(locale, 'cards.renewalWaits')}</a></p>`;
  const isRenewed = (id: string) => lines.some(({ card }) => card.replaces === id && !card.temporary && isOpen(card));
  const isSoon = lines.some(
    ({ card, profile }) => card.state === 'inUse' && runsOutSoon(card, profile, ports.clock()) && !isRenewed(card.id),
  );
  return isSoon && html`<p class="note">${text(locale, 'cards.soonOver')}</p>`;
}

/** For the start page: the same, with the way there. */
export async function cardNote(ports: PortalPorts, locale: Locale, held: Held | undefined): Promise<HtmlValue> {
  if (held === undefined || ports.catalogue().cardProfiles.size === 0) return undefined;
  const note = renewalNote(ports, locale, await ports.cards.own(held.session.person));
  return (
    note &&
    html`<div class="stack">${note}<div class="actions"><a class="button other" href="${cardsPath}">${text(locale, 'cards.own')}</a></div></div>`
  );
}

/** GET /cards */
export async function ownCardsPage(ports: PortalPorts, desk: CardDesk, request: HttpRequest): Promise<HttpResponse> {
  const held = await heldSession(ports, request);
  if (held === undefined) return ports.startLogin(request, cardsPath);
  const locale = localeOf(ports, request);
  const [lines, tasks, byHand, who] = await Promise.all([
    desk.own(held.session.person),
    desk.tasks(held.session.person),
    desk.byHand(held.session.person),
    whoIsHere(ports, locale, held),
  ]);
  const work =
    (tasks.orders || tasks.issues) &&
    html`<h2>${text(locale, 'cards.manage')}</h2><div class="actions"><a class="button main" href="${findPath}">${text(locale, 'cards.manage')}</a>${
      tasks.orders && html`<a class="button other" href="${orderPath}">${text(locale, 'cards.order')}</a>`
    }${
      tasks.issues && html`<a class="button other" href="${temporaryPath}">${text(locale, 'cards.temporaryOrder')}</a>`
    }</div>${byHandNote(locale, byHand)}`;
  return portalPage(ports, request, {
    title: text(locale, 'cards.own'),
    here: '/cards',
    loggedIn: true,
    content: html`${who}${renewalNote(ports, locale, lines)}${
      lines.length === 0 ? html`<p>${text(locale, 'cards.none')}</p>` : cardList(ports, locale, lines, false)
    }${work}`,
  });
}

/** That something is left to do at an issuer, and the way to it. */
const byHandNote = (locale: Locale, count: number): HtmlValue =>
  count > 0 &&
  html`<div class="note"><p><a href="${findPath}?show=byHand">${text(locale, 'cards.byHandCount', { count })}</a></p></div>`;

const placeText = ({ orderedAt, id }: PlaceInList): string => `${orderedAt}.${id}`;
function placeOf(given: string | undefined): PlaceInList | undefined {
  const [, at, id] = /^(\d{1,15})\.([\w-]{1,64})$/.exec(given ?? '') ?? [];
  return at === undefined || id === undefined ? undefined : { orderedAt: Number(at), id };
}

/** GET /cards/find */
export async function findCardsPage(ports: PortalPorts, desk: CardDesk, request: HttpRequest): Promise<HttpResponse> {
  const query = queryOf(request);
  const wanted = { minimum, proofSeconds: anyProof(ports) } as const;
  const way = wayBackTo(request, findPath);
  const found = await proven(ports, request, way, wanted);
  if ('answer' in found) return found.answer;
  const { session } = found.held;
  const locale = localeOf(ports, request);
  const tasks = await desk.tasks(session.person);
  const who = await whoIsHere(ports, locale, found.held);
  if (!tasks.orders && !tasks.issues)
    return {
      ...(await portalPage(ports, request, {
        title: text(locale, 'cards.noRight'),
        loggedIn: true,
        content: html`${who}<p>${text(locale, 'cards.noRightBody')}</p>`,
      })),
      status: 403,
    };
  const words = (query.get('q') ?? '').trim().slice(0, longestWords);
  const show = cardFilters.find((each) => each === query.get('show')) ?? 'open';
  const [{ lines, next }, byHand] = await Promise.all([
    desk.find(session.person, { words, show, after: placeOf(query.get('after')) }),
    desk.byHand(session.person),
  ]);
  const more = next && new URLSearchParams({ q: words, show, after: placeText(next) });
  return portalPage(ports, request, {
    title: text(locale, 'cards.manage'),
    loggedIn: true,
    content: html`${who}<p>${text(locale, 'cards.manageLead')}</p>${show !== 'byHand' && byHandNote(locale, byHand)}<div class="actions">${
      tasks.orders && html`<a class="button main" href="${orderPath}">${text(locale, 'cards.order')}</a>`
    }${
      tasks.issues &&
      html`<a class="button ${tasks.orders ? 'other' : 'main'}" href="${temporaryPath}">${text(locale, 'cards.temporaryOrder')}</a><a class="button other" href="${renewalsPath}">${text(locale, 'renewals.title')}</a>`
    }</div>
<form method="get" action="${findPath}" class="stack" role="search"><div class="field"><label for="q">${text(locale, 'cards.search')}</label><input id="q" name="q" type="search" maxlength="${longestWords}" value="${words}" autocomplete="off"></div>
<div class="field"><label for="show">${text(locale, 'cards.show')}</label><select id="show" name="show">${cardFilters.map(
      (each) => html`<option value="${each}"${each === show && html` selected`}>${filterText(locale, each)}</option>`,
    )}</select></div><div class="actions"><button class="other">${text(locale, 'cards.searchButton')}</button></div></form>
${lines.length === 0 ? html`<p role="status">${text(locale, 'cards.nothing')}</p>` : cardList(ports, locale, lines, true)}${
  more && html`<p><a href="${findPath}?${more.toString()}">${text(locale, 'cards.more')}</a></p>`
}`,
  });
}
