// Ordering a card: find the person, choose the kind, send. The form carries the order's id: sent twice, it is one order.
import { type HtmlValue, type HttpRequest, type HttpResponse, html, seeOther } from '../../../../base/http/index.ts';
import { newId } from '../../../../base/ids.ts';
import { localized } from '../../../../wire/codes/index.ts';
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
  whoIsHere,
} from '../portal-page.ts';
import type { PortalPorts } from '../ports.ts';
import { anyProof, proven, wayBackTo } from '../proven.ts';
import { cardPath, minimum, orderPath } from './parts.ts';
import type { CardDesk, Employed } from './ports.ts';

const longestName = 100;

/** GET /cards/order */
export async function orderPage(ports: PortalPorts, desk: CardDesk, request: HttpRequest): Promise<HttpResponse> {
  const query = queryOf(request);
  const way = wayBackTo(request, orderPath);
  const found = await proven(ports, request, way, { minimum, proofSeconds: anyProof(ports) });
  if ('answer' in found) return found.answer;
  return show(ports, desk, request, found.held, (query.get('q') ?? '').trim().slice(0, longestName));
}

async function show(
  ports: PortalPorts,
  desk: CardDesk,
  request: HttpRequest,
  held: Held,
  words: string,
  fault?: TextKey,
): Promise<HttpResponse> {
  const locale = localeOf(ports, request);
  const who = await whoIsHere(ports, locale, held);
  const page = (title: TextKey, content: HtmlValue, status: number): Promise<HttpResponse> =>
    portalPage(ports, request, { title: text(locale, title), loggedIn: true, content: html`${who}${content}` }).then(
      (answer) => ({ ...answer, status }),
    );
  if (!(await desk.tasks(held.session.person)).orders)
    return page('cards.noRight', html`<p>${text(locale, 'cards.noRightBody')}</p>`, 403);
  const profiles = [...ports.catalogue().cardProfiles.values()].filter(({ closed }) => !closed);
  if (profiles.length === 0) return page('cards.order', html`<p>${text(locale, 'cards.noKind')}</p>`, 200);
  const people = words === '' ? undefined : await desk.people(held.session.person, words);
  const choice = (one: Employed, index: number): HtmlValue =>
    html`<li><label class="choice"><input type="radio" name="who" value="${`${one.person} ${one.organisation}`}" required${
      people?.found.length === 1 && index === 0 && html` checked`
    }><span><b>${one.name}</b>${one.title && html`${one.title}, `}${one.organisationName}</span></label></li>`;
  const form =
    people === undefined || people.found.length === 0
      ? people && html`<p role="status">${text(locale, 'cards.nobody')}</p>`
      : sessionForm(
          ports,
          held,
          orderPath,
          [
            ['id', newId(ports.clock())],
            ['q', words],
          ],
          html`<div class="stack"><fieldset><legend>${text(locale, 'cards.choose')}</legend><ul class="choices" id="who">${people.found.map(choice)}</ul></fieldset>${
            people.more && html`<p role="status">${text(locale, 'cards.tooMany')}</p>`
          }<div class="field"><label for="profile">${text(locale, 'cards.kind')}</label><select id="profile" name="profile">${profiles.map(
            ({ id, name }) => html`<option value="${id}">${localized(name, locale)}</option>`,
          )}</select></div><div class="actions"><button class="main">${text(locale, 'cards.orderButton')}</button></div></div>`,
        );
  return page(
    'cards.order',
    html`${fault && problem(locale, fault, 'q')}<p>${text(locale, 'cards.orderLead')}</p><form method="get" action="${orderPath}" class="stack" role="search"><div class="field"><label for="q">${text(locale, 'cards.who')}</label><input id="q" name="q" type="search" required maxlength="${longestName}" value="${words}" autocomplete="off"></div><div class="actions"><button class="other">${text(locale, 'cards.whoFind')}</button></div></form>${form}`,
    fault === undefined ? 200 : 400,
  );
}

/** POST /cards/order: a new card for somebody, or the renewal of a card (`replaces`). */
export async function orderCardForm(ports: PortalPorts, desk: CardDesk, request: HttpRequest): Promise<HttpResponse> {
  const session = await heldSession(ports, request);
  if (session === undefined) return seeOther(orderPath);
  const fields = ownForm(ports, request, session);
  const id = fields?.get('id') ?? '';
  const [holder, organisation] = (fields?.get('who') ?? '').split(' ');
  const profile = fields?.get('profile');
  const replaces = fields?.get('replaces');
  if (!/^[\w-]{8,64}$/.test(id) || !holder || !organisation || !profile)
    return ports.showFailure(request, { reason: 'forbidden' });
  const back = replaces === undefined ? orderPath : cardPath(replaces);
  const wanted = { minimum, proofSeconds: ports.catalogue().settings.lifetimes.linkProof } as const;
  const found = await proven(ports, request, { back, proved: false }, wanted);
  if ('answer' in found) return found.answer;
  const done = await desk.order(found.held.session, {
    id,
    holder,
    organisation,
    profile,
    replaces,
  });
  // Known already: the form was sent twice.
  if (done.kind !== 'refused') return seeOther(cardPath(id));
  if (replaces !== undefined) return seeOther(`${cardPath(replaces)}?no=${encodeURIComponent(done.code)}`);
  return show(ports, desk, request, found.held, (fields?.get('q') ?? '').slice(0, longestName), done.code);
}
