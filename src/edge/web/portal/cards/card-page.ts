// One card: whose, how it stands, what has happened, and the steps that this person may take, each with what it will do.
import {
  type HtmlValue,
  type HttpRequest,
  type HttpResponse,
  html,
  privateAnswerHeaders,
  seeOther,
} from '../../../../base/http/index.ts';
import { newId } from '../../../../base/ids.ts';
import { type IdentityDocument, identityDocuments } from '../../../../core/catalogue/index.ts';
import {
  type ActionInput,
  awaitsRenewal,
  type CardAction,
  type CardEnding,
  cardActionNames,
  cardEndings,
  temporaryReasons,
  validUntil,
} from '../../../../core/ordering/index.ts';
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
  unknownThing,
  whoIsHere,
} from '../portal-page.ts';
import type { PortalPorts } from '../ports.ts';
import { proven } from '../proven.ts';
import { atIssuer } from './issuer-lines.ts';
import {
  cardPath,
  certificatePath,
  kindName,
  leftText,
  minimum,
  orderPath,
  softCardPath,
  temporaryPath,
} from './parts.ts';
import type { CardDesk, CardView } from './ports.ts';

/** Two certificate requests of large keys, as text. */
export const cardFormLimits = { maxBytes: 48 * 1024, maxFields: 12 };
const longestReason = 300;
/** Endings that somebody chooses; the others happen. */
const chosenEndings = cardEndings.filter((each) => !['renewed', 'expired'].includes(each));
const lossEndings = ['lost', 'stolen'] as const;
const ofTheHub = ['certify', 'refuseCertificates', 'use', 'expire', 'leaveByHand', 'toBeReplaced'] as const;
type PageAction = Exclude<CardAction, (typeof ofTheHub)[number]>;
const onPage = (action: CardAction): action is PageAction => !(ofTheHub as readonly CardAction[]).includes(action);
/** Steps that must be easy for the holder, and are no danger to others; for anybody else they want a strong proof. */
const easy: readonly CardAction[] = ['reportLost', 'suspend', 'orderOutside', 'reportMade'];

/** GET /cards/card/:id */
export async function cardPage(ports: PortalPorts, desk: CardDesk, request: HttpRequest): Promise<HttpResponse> {
  const id = request.params.id ?? '';
  const held = await heldSession(ports, request);
  if (held === undefined) return ports.startLogin(request, cardPath(id));
  const no = queryOf(request).get('no');
  return showCard(ports, desk, request, held, refusalText(no));
}

const refusalText = (code: string | undefined): TextKey | undefined =>
  code === 'late'
    ? 'cards.softLate'
    : code !== undefined && /^order\.[a-zA-Z]{1,30}$/.test(code)
      ? (code as TextKey)
      : undefined;

/** The card's page; `fault`: why a step of it was not taken, and which. */
export async function showCard(
  ports: PortalPorts,
  desk: CardDesk,
  request: HttpRequest,
  held: Held,
  fault: TextKey | undefined,
  of?: CardAction | 'softCard',
): Promise<HttpResponse> {
  const locale = localeOf(ports, request);
  const [view, who] = await Promise.all([
    desk.look(held.session, request.params.id ?? ''),
    whoIsHere(ports, locale, held),
  ]);
  if (view === undefined)
    return unknownThing(
      ports,
      request,
      text(locale, 'cards.unknown'),
      html`${who}<p>${text(locale, 'cards.unknownBody')}</p>`,
    );
  const answer = await portalPage(ports, request, {
    title: `${view.holder}, ${kindName(locale, view.profile, view.card.profile)}`,
    loggedIn: true,
    content: html`${who}${fault && problem(locale, fault, of && `do-${of}`)}${renewalHint(locale, held, view)}${view.waitsForIdentity && html`<p class="note">${text(locale, 'order.noIdentity')}</p>`}${facts(ports, locale, view)}${atIssuer(ports, locale, view)}
<h2>${text(locale, 'cards.steps')}</h2>${steps(ports, locale, held, view)}
<h2>${text(locale, 'cards.history')}</h2>${history(ports, locale, view)}`,
  });
  return fault === undefined ? answer : { ...answer, status: 409 };
}

/** For the holder of a renewal who did not come with the card that it comes after. */
const renewalHint = (locale: Locale, { session }: Held, { card, actions }: CardView): HtmlValue =>
  awaitsRenewal(card) &&
  card.holder === session.person &&
  !actions.includes('proveByCard') &&
  html`<p class="note">${text(locale, 'cards.renewalWaits')}</p>`;

function facts(ports: PortalPorts, locale: Locale, view: CardView): HtmlValue {
  const { card, holder, organisation, profile } = view;
  const end = validUntil(card);
  const rows: readonly (readonly [TextKey, HtmlValue])[] = [
    ['cards.state', html`<strong>${text(locale, `card.state.${card.state}`)}</strong>`],
    ['cards.holder', holder],
    ['cards.organisation', organisation],
    ['cards.kind', kindName(locale, profile, card.profile)],
    ...(card.temporary ? ([['cards.temporary', '✓']] as const) : []),
    ...(card.soft === true ? ([['cards.soft', text(locale, 'cards.softBody')]] as const) : []),
    ['cards.orderedAt', timeOf(ports, locale, card.orderedAt)],
    ...(end === undefined
      ? []
      : ([['cards.validUntil', html`${timeOf(ports, locale, end)}${leftText(ports, locale, view)}`]] as const)),
    ...(card.replaceBy === undefined ? [] : ([['cards.replaceBy', timeOf(ports, locale, card.replaceBy)]] as const)),
    ...(card.replaces === undefined
      ? []
      : ([['cards.replaces', html`<a href="${cardPath(card.replaces)}" class="print">${card.replaces}</a>`]] as const)),
    ...card.certificates.map(
      ({ profile, fingerprint }) =>
        ['cards.certificate', html`<a href="${certificatePath(card.id, fingerprint)}">${profile}</a>`] as const,
    ),
    ['cards.number', html`<span class="print">${card.id}</span>`],
  ];
  return html`<dl class="facts">${rows.map(([key, value]) => html`<dt>${text(locale, key)}</dt><dd>${value}</dd>`)}</dl>`;
}

function steps(ports: PortalPorts, locale: Locale, held: Held, view: CardView): HtmlValue {
  const isSoft = view.profile?.softCard === true;
  const forms = view.actions.filter(onPage).flatMap((action, index) => {
    const byItself = action === 'requestCertificates' && isSoft;
    const isMain = index === 0 && !byItself && action !== 'makeAgain';
    const form = stepForm(ports, locale, held, view, action, isMain);
    return byItself ? [softForm(ports, locale, held, view), form] : [form];
  });
  const { card, profile } = view;
  const renewForm = () =>
    html`<section class="sheet"><p>${text(locale, 'cards.renewWill')}</p>${sessionForm(
      ports,
      held,
      orderPath,
      [
        ['id', newId(ports.clock())],
        ['who', `${card.holder} ${card.organisation}`],
        ['profile', card.profile],
        ['replaces', card.id],
      ],
      html`<div class="actions"><button class="other">${text(locale, 'cards.renew')}</button></div>`,
    )}</section>`;
  const more = [
    view.mayOrderTemporary &&
      html`<section class="sheet"><p>${text(locale, 'cards.temporaryWill', { hours: profile?.temporaryHours ?? 0 })}</p><div class="actions"><a class="button other" href="${`${temporaryPath}?card=${encodeURIComponent(card.id)}`}">${text(locale, 'cards.temporaryOrder')}</a></div></section>`,
    view.mayRenew && renewForm(),
  ].filter((each) => each !== false);
  if (forms.length + more.length === 0) return html`<p>${text(locale, 'cards.noSteps')}</p>`;
  return html`<div class="stack">${forms}${more}</div>`;
}

function softForm(ports: PortalPorts, locale: Locale, held: Held, { card }: CardView): HtmlValue {
  return html`<section class="sheet" id="do-softCard"><p>${text(locale, 'cards.softWill')}</p>${sessionForm(
    ports,
    held,
    softCardPath(card.id),
    [['seen', String(card.revision)]],
    html`<div class="actions"><button class="main">${text(locale, 'cards.softMake')}</button></div>`,
  )}</section>`;
}

function stepForm(
  ports: PortalPorts,
  locale: Locale,
  held: Held,
  view: CardView,
  action: PageAction,
  isMain: boolean,
): HtmlValue {
  const { card } = view;
  return html`<section class="sheet" id="do-${action}"><p>${text(locale, `card.will.${action}`)}</p>${sessionForm(
    ports,
    held,
    cardPath(card.id),
    [
      ['do', action],
      ['seen', String(card.revision)],
    ],
    html`<div class="stack">${inputs(locale, view, action)}<div class="actions"><button class="${isMain ? 'main' : 'other'}">${text(locale, `card.do.${action}`)}</button></div></div>`,
  )}</section>`;
}

function inputs(locale: Locale, { profile, card }: CardView, action: PageAction): HtmlValue {
  const choose = (name: string, label: TextKey, options: readonly (readonly [string, TextKey])[]): HtmlValue =>
    html`<div class="field"><label for="${action}-${name}">${text(locale, label)}</label><select id="${action}-${name}" name="${name}" required><option value=""></option>${options.map(
      ([value, key]) => html`<option value="${value}">${text(locale, key)}</option>`,
    )}</select></div>`;
  switch (action) {
    case 'checkIdentity':
      return choose(
        'document',
        'cards.document',
        (profile?.identityDocuments ?? []).map((each) => [each, `card.document.${each}`]),
      );
    case 'requestCertificates':
      return (profile?.certificates ?? []).map(
        (rule, index) =>
          html`<div class="field"><label for="request${index}">${text(locale, 'cards.request', { profile: rule.profile })}</label><p class="quiet" id="request${index}-hint">${text(locale, 'cards.requestHint')}</p><textarea id="request${index}" name="request${index}" rows="6" maxlength="12000" required spellcheck="false" autocomplete="off" aria-describedby="request${index}-hint"></textarea></div>`,
      );
    case 'end':
      // The second officer confirms what the first one asked for.
      return card.endAskedBy !== undefined && card.ending !== undefined
        ? html`<input type="hidden" name="ending" value="${card.ending}"><p><strong>${text(locale, `card.ending.${card.ending}`)}</strong></p>`
        : choose(
            'ending',
            'cards.why',
            chosenEndings.map((each) => [each, `card.ending.${each}`]),
          );
    case 'reportLost':
      return choose(
        'ending',
        'cards.why',
        lossEndings.map((each) => [each, `card.ending.${each}`]),
      );
    case 'decline':
      return html`<div class="field"><label for="decline-reason">${text(locale, 'cards.why')}</label><input id="decline-reason" name="reason" type="text" maxlength="${longestReason}" required autocomplete="off"></div>`;
    default:
      return undefined;
  }
}

function history(ports: PortalPorts, locale: Locale, view: CardView): HtmlValue {
  return html`<ol class="rows">${view.steps.map(({ action, at, by, name, reason }) => {
    const ending = [...cardEndings, ...temporaryReasons].find((each) => each === reason);
    return html`<li><span><b>${text(locale, `card.did.${action}` as TextKey)}</b>${
      reason !== undefined && html` (${ending === undefined ? reason : text(locale, `card.ending.${ending}`)})`
    }<br>${timeOf(ports, locale, at)}, ${by === undefined ? text(locale, 'cards.hub') : (name ?? by)}</span></li>`;
  })}</ol>`;
}

/** GET /cards/card/:id/certificate/:fingerprint: to be written onto the card. */
export async function certificateFile(ports: PortalPorts, desk: CardDesk, request: HttpRequest): Promise<HttpResponse> {
  const { id = '', fingerprint = '' } = request.params;
  const held = await heldSession(ports, request);
  if (held === undefined) return ports.startLogin(request, cardPath(id));
  const pem = /^[0-9a-f]{64}$/.test(fingerprint) ? await desk.certificate(held.session, id, fingerprint) : undefined;
  if (pem === undefined) return showCard(ports, desk, request, held, undefined);
  return {
    status: 200,
    headers: {
      'content-type': 'application/x-pem-file',
      'content-disposition': `attachment; filename="card-${fingerprint.slice(0, 16)}.pem"`,
      ...privateAnswerHeaders,
    },
    body: pem,
  };
}

/** POST /cards/card/:id: one step, by a form of this session's. */
export async function takeStepForm(ports: PortalPorts, desk: CardDesk, request: HttpRequest): Promise<HttpResponse> {
  const id = request.params.id ?? '';
  const session = await heldSession(ports, request);
  if (session === undefined) return seeOther(cardPath(id));
  const fields = ownForm(ports, request, session, cardFormLimits);
  const action = cardActionNames.find((each) => each === fields?.get('do'));
  const seen = Number(fields?.get('seen'));
  if (fields === undefined || action === undefined || !onPage(action) || !Number.isSafeInteger(seen))
    return ports.showFailure(request, { reason: 'forbidden' });
  let held: Held = session;
  const isOwn = async () => (await desk.look(session.session, id))?.card.holder === session.session.person;
  if (!easy.includes(action) || !(await isOwn())) {
    // A receipt is the holder's own, by whatever login they have before the card works.
    const wanted = {
      minimum: action === 'receive' ? 'low' : minimum,
      proofSeconds: ports.catalogue().settings.lifetimes.linkProof,
    } as const;
    const found = await proven(ports, request, { back: cardPath(id), proved: false }, wanted);
    if ('answer' in found) return found.answer;
    held = found.held;
  }
  const done = await desk.act(held.session, id, action, inputOf(fields), seen);
  if (done.kind === 'refused') return showCard(ports, desk, request, held, done.code, action);
  return seeOther(cardPath(id));
}

function inputOf(fields: ReadonlyMap<string, string>): ActionInput {
  const document = identityDocuments.find((each): each is IdentityDocument => each === fields.get('document'));
  const ending = cardEndings.find((each): each is CardEnding => each === fields.get('ending'));
  const reason = fields.get('reason')?.trim().slice(0, longestReason);
  const requests = [0, 1, 2, 3].flatMap((index) => fields.get(`request${index}`) ?? []);
  return {
    ...(document === undefined ? {} : { document }),
    ...(ending === undefined ? {} : { ending }),
    ...(reason === undefined || reason === '' ? {} : { reason }),
    ...(requests.length === 0 ? {} : { requests }),
  };
}
