// A temporary card in one page: find who stands there, say why and what they showed, and make it.
import { type HtmlValue, type HttpRequest, type HttpResponse, html, seeOther } from '../../../../base/http/index.ts';
import { newId } from '../../../../base/ids.ts';
import { type IdentityDocument, identityDocuments } from '../../../../core/catalogue/index.ts';
import { type TemporaryReason, temporaryReasons } from '../../../../core/ordering/index.ts';
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
  whoIsHere,
} from '../portal-page.ts';
import type { PortalPorts } from '../ports.ts';
import { proven, wayBackTo } from '../proven.ts';
import { cardPath, findPath, kindName, minimum, temporaryPath } from './parts.ts';
import type { CardDesk, CardLine } from './ports.ts';
import { softCardPage } from './soft-card-page.ts';

const longestWords = 100;
const idPattern = /^[\w-]{1,64}$/;
/** As fresh as sending the form asks for: nobody fills it in to be sent away. */
const wantedProof = (ports: PortalPorts) =>
  ({ minimum, proofSeconds: ports.catalogue().settings.lifetimes.linkProof }) as const;

interface Search {
  readonly words: string;
  readonly card: string;
}

/** GET /cards/temporary */
export async function temporaryPage(ports: PortalPorts, desk: CardDesk, request: HttpRequest): Promise<HttpResponse> {
  const query = queryOf(request);
  const given = query.get('card') ?? '';
  const card = idPattern.test(given) ? given : '';
  const way = wayBackTo(request, card === '' ? temporaryPath : `${temporaryPath}?card=${card}`);
  const found = await proven(ports, request, way, wantedProof(ports));
  if ('answer' in found) return found.answer;
  const words = (query.get('q') ?? '').trim().slice(0, longestWords);
  return show(ports, desk, request, found.held, { words, card });
}

async function show(
  ports: PortalPorts,
  desk: CardDesk,
  request: HttpRequest,
  held: Held,
  search: Search,
  fault?: TextKey,
): Promise<HttpResponse> {
  const locale = localeOf(ports, request);
  const who = await whoIsHere(ports, locale, held);
  const page = async (title: TextKey, content: HtmlValue, status: number): Promise<HttpResponse> => ({
    ...(await portalPage(ports, request, {
      title: text(locale, title),
      loggedIn: true,
      content: html`${who}${content}`,
    })),
    status,
  });
  if (!(await desk.tasks(held.session.person)).issues)
    return page('cards.noRight', html`<p>${text(locale, 'cards.noRightBody')}</p>`, 403);
  const { words, card } = search;
  const lines = words === '' && card === '' ? undefined : await desk.missing(held.session, search);
  const found =
    lines === undefined
      ? undefined
      : lines.length === 0
        ? html`<p role="status">${text(locale, 'cards.temporaryNobody')}${
            words !== '' &&
            html` <a href="${`${findPath}?${new URLSearchParams({ q: words, show: 'all' })}`}">${text(locale, 'cards.temporarySee')}</a>`
          }</p>`
        : form(ports, locale, held, search, lines);
  return page(
    'cards.temporaryOrder',
    html`${fault && problem(locale, fault, 'who')}<p>${text(locale, 'cards.temporaryLead')}</p><form method="get" action="${temporaryPath}" class="stack" role="search"><div class="field"><label for="q">${text(locale, 'cards.temporaryWho')}</label><input id="q" name="q" type="search" required maxlength="${longestWords}" value="${words}" autocomplete="off"${
      lines === undefined && html` autofocus`
    }></div><div class="actions"><button class="other">${text(locale, 'cards.searchButton')}</button></div></form>${found}`,
    fault === undefined ? 200 : 409,
  );
}

function form(ports: PortalPorts, locale: Locale, held: Held, search: Search, lines: readonly CardLine[]): HtmlValue {
  const documents = identityDocuments.filter((each) =>
    lines.some(({ profile }) => profile?.identityDocuments.includes(each)),
  );
  const whose = ({ card, profile, holder, organisation }: CardLine) =>
    html`<li><label class="choice"><input type="radio" name="card" value="${card.id}" required${
      lines.length === 1 && html` checked`
    }><span><b>${holder}, ${kindName(locale, profile, card.profile)}</b>${text(locale, `card.state.${card.state}`)}${
      card.ending !== undefined && html` (${text(locale, `card.ending.${card.ending}`)})`
    }<span>${organisation}, ${text(locale, 'cards.temporaryHours', {
      hours: profile?.temporaryHours ?? 0,
    })}</span></span></label></li>`;
  const why = (each: TemporaryReason) =>
    html`<li><label class="choice"><input type="radio" name="why" value="${each}" required${
      lines.length === 1 && lines[0]?.card.ending === each && html` checked`
    }><span><b>${text(
      locale,
      `card.ending.${each}`,
    )}</b>${text(locale, each === 'forgotten' ? 'cards.temporaryRests' : 'cards.temporaryEnds')}</span></label></li>`;
  return sessionForm(
    ports,
    held,
    temporaryPath,
    [
      ['id', newId(ports.clock())],
      ['q', search.words],
      ['of', search.card],
    ],
    html`<div class="stack"><fieldset id="who"><legend>${text(locale, 'cards.temporaryWhose')}</legend><ul class="choices">${lines.map(whose)}</ul></fieldset>
<fieldset><legend>${text(locale, 'cards.temporaryWhy')}</legend><ul class="choices">${temporaryReasons.map(why)}</ul></fieldset>
<div class="field"><label for="document">${text(locale, 'cards.document')}</label><select id="document" name="document" required><option value=""></option>${documents.map(
      (each) => html`<option value="${each}">${text(locale, `card.document.${each}`)}</option>`,
    )}</select></div>
<div class="actions"><button class="main">${text(locale, 'cards.temporaryMake')}</button></div></div>`,
  );
}

/** POST /cards/temporary */
export async function temporaryForm(ports: PortalPorts, desk: CardDesk, request: HttpRequest): Promise<HttpResponse> {
  const session = await heldSession(ports, request);
  if (session === undefined) return seeOther(temporaryPath);
  const fields = ownForm(ports, request, session);
  const id = fields?.get('id') ?? '';
  const card = fields?.get('card') ?? '';
  const why = temporaryReasons.find((each) => each === fields?.get('why'));
  if (id.length < 8 || !idPattern.test(id) || !idPattern.test(card) || why === undefined)
    return ports.showFailure(request, { reason: 'forbidden' });
  const found = await proven(ports, request, { back: temporaryPath, proved: false }, wantedProof(ports));
  if ('answer' in found) return found.answer;
  const document = identityDocuments.find((each): each is IdentityDocument => each === fields?.get('document'));
  const made = await desk.temporary(found.held.session, { id, card, why, document });
  if (made.kind === 'made') return softCardPage(ports, request, found.held, made);
  const search = {
    words: (fields?.get('q') ?? '').slice(0, longestWords),
    card: (fields?.get('of') ?? '').slice(0, longestWords),
  };
  if (made.kind === 'refused') return show(ports, desk, request, found.held, search, made.code);
  // Sent twice, or to be made with keys of its own, or its certificate is still to come: the card's page goes on from there.
  return seeOther(made.kind === 'late' ? `${cardPath(id)}?no=late` : cardPath(id));
}
