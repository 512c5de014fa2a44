// One renewal of many cards: what it will do before it begins, how far it is while it goes on, and every card of it.
import { type HtmlValue, type HttpRequest, type HttpResponse, html, seeOther } from '../../../../base/http/index.ts';
import {
  type RenewalAction,
  type RenewalItemState,
  renewalActionNames,
  renewalItemStates,
} from '../../../../core/ordering/index.ts';
import type { Locale } from '../../../../wire/codes/index.ts';
import { type TextKey, text, waitText } from '../../../../wire/texts/index.ts';
import { cardPath, kindName, minimum, renewalsPath } from '../cards/parts.ts';
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
import { progressScript } from '../progress-script.ts';
import { anyProof, proven, wayBackTo } from '../proven.ts';
import { renewalPath, seenText, titleOf } from './choose-page.ts';
import type { RenewalItem, RenewalSearch, RenewalView } from './ports.ts';

const longestWords = 100;
/** The script looks for half an hour; after that there is the link. */
const liveRounds = 360;
/** What makes less happen asks for no new proof: it must be quick. */
const calming: readonly RenewalAction[] = ['pause', 'stop'];

function searchOf(request: HttpRequest): RenewalSearch {
  const query = queryOf(request);
  return {
    words: (query.get('q') ?? '').trim().slice(0, longestWords),
    show: renewalItemStates.find((each) => each === query.get('show')),
    after: /^\d{1,6}$/.test(query.get('after') ?? '') ? Number(query.get('after')) : undefined,
  };
}

/** GET /cards/renewals/:id */
export async function renewalPage(ports: PortalPorts, request: HttpRequest): Promise<HttpResponse> {
  const way = wayBackTo(request, renewalPath(request.params.id ?? ''));
  const found = await proven(ports, request, way, { minimum, proofSeconds: anyProof(ports) });
  return 'answer' in found ? found.answer : show(ports, request, found.held);
}

async function show(ports: PortalPorts, request: HttpRequest, held: Held, fault?: TextKey): Promise<HttpResponse> {
  const locale = localeOf(ports, request);
  const search = searchOf(request);
  const [view, who] = await Promise.all([
    ports.renewals.look(held.session, request.params.id ?? '', search),
    whoIsHere(ports, locale, held),
  ]);
  if (view === undefined)
    return unknownThing(
      ports,
      request,
      text(locale, 'renewals.unknown'),
      html`${who}<p><a href="${renewalsPath}">${text(locale, 'renewals.title')}</a></p>`,
    );
  const { job } = view;
  const isRunning = job.state === 'running';
  const isDraft = job.state === 'draft' || job.state === 'asked';
  const answer = await portalPage(ports, request, {
    title: titleOf(locale, view),
    loggedIn: true,
    content: html`${who}${fault && problem(locale, fault)}<p id="progress" data-live role="status" data-rounds="${liveRounds}"${isRunning && html` data-more`}><strong>${text(locale, `renewals.state.${job.state}`)}</strong></p>
<div id="now" data-live class="stack">${facts(ports, locale, view)}${isDraft ? draftText(locale, view) : progress(locale, view)}${reasons(locale, view)}</div>
<div id="steps" data-live class="stack">${view.actions.map((action, index) => step(ports, locale, held, view, action, index === 0))}</div>
<h2>${text(locale, 'renewals.cards')}</h2>${searchForm(locale, view, search)}${itemList(ports, locale, view, search)}
<p><a href="${renewalsPath}">${text(locale, 'renewals.title')}</a></p>`,
    ...(isRunning ? { script: progressScript } : {}),
  });
  return fault === undefined ? answer : { ...answer, status: 409 };
}

function facts(ports: PortalPorts, locale: Locale, view: RenewalView): HtmlValue {
  const { job, profile, organisation, askedBy, approvedBy } = view;
  const rows: readonly (readonly [TextKey, HtmlValue])[] = [
    ['cards.kind', kindName(locale, profile, job.profile)],
    ['renewals.organisation', organisation],
    ['renewals.before', timeOf(ports, locale, job.expiringBefore)],
    ['renewals.askedBy', askedBy],
    ...(approvedBy === undefined ? [] : ([['renewals.approvedBy', approvedBy]] as const)),
    ['renewals.draftedAt', timeOf(ports, locale, job.draftedAt)],
    ...(job.endedAt === undefined ? [] : ([['renewals.endedAt', timeOf(ports, locale, job.endedAt)]] as const)),
  ];
  return html`<dl class="facts">${rows.map(([key, value]) => html`<dt>${text(locale, key)}</dt><dd>${value}</dd>`)}</dl>`;
}

const draftText = (locale: Locale, { counts, profile }: RenewalView): HtmlValue =>
  counts.waiting === 0
    ? html`<p class="note">${text(locale, 'renewals.willNone')}</p>`
    : html`<div class="note"><p>${text(locale, 'renewals.will', { count: counts.waiting })}</p>${
        profile?.dualControl === true && html`<p>${text(locale, 'renewals.willTwo')}</p>`
      }</div>`;

/** A progress element has the role progressbar, with its value, without a script or a style of its own. */
function progress(locale: Locale, view: RenewalView): HtmlValue {
  const { counts, secondsLeft, job } = view;
  const seen = counts.done + counts.failed;
  const all = seen + counts.waiting;
  const rows = (['done', 'failed', 'waiting'] as const).map(
    (state) => html`<dt>${text(locale, `renewals.item.${state}`)}</dt><dd>${counts[state]}</dd>`,
  );
  return html`<div class="stack close"><label for="bar">${text(locale, 'renewals.progress')}</label><progress id="bar" max="${Math.max(all, 1)}" value="${seen}">${seenText(locale, view)}</progress><p>${seenText(locale, view)}</p></div>
<dl class="facts">${rows}${
    secondsLeft !== undefined &&
    html`<dt>${text(locale, 'renewals.timeLeft')}</dt><dd>${waitText(locale, secondsLeft)}</dd>`
  }</dl>${job.state === 'running' && html`<p><a href="${renewalPath(job.id)}">${text(locale, 'renewals.refresh')}</a></p>`}`;
}

const reasonHeads = [
  ['failed', 'renewals.failures'],
  ['excluded', 'renewals.passedOver'],
] as const satisfies readonly (readonly [RenewalItemState, TextKey])[];

/** How many for which reason, each with the way to the very cards. */
const reasons = (locale: Locale, { reasons: all, job }: RenewalView): HtmlValue =>
  reasonHeads.map(([state, head]) => {
    const some = all.filter((each) => each.state === state);
    return (
      some.length > 0 &&
      html`<h2><a href="${renewalPath(job.id)}?show=${state}">${text(locale, head)}</a></h2><ul class="rows">${some.map(
        ({ reason, cards }) => html`<li><span>${text(locale, reason)}</span><b>${cards}</b></li>`,
      )}</ul>`
    );
  });

const step = (
  ports: PortalPorts,
  locale: Locale,
  held: Held,
  { job }: RenewalView,
  action: RenewalAction,
  isMain: boolean,
): HtmlValue =>
  html`<section class="sheet" id="do-${action}"><p>${text(locale, `renewals.will.${action}`)}</p>${sessionForm(
    ports,
    held,
    renewalPath(job.id),
    [
      ['do', action],
      ['seen', String(job.revision)],
    ],
    html`<div class="actions"><button class="${isMain ? 'main' : 'other'}">${text(locale, `renewals.do.${action}`)}</button></div>`,
  )}</section>`;

const searchForm = (locale: Locale, { job }: RenewalView, { words, show: shown }: RenewalSearch): HtmlValue =>
  html`<form method="get" action="${renewalPath(job.id)}" class="stack" role="search"><div class="field"><label for="q">${text(locale, 'cards.search')}</label><input id="q" name="q" type="search" maxlength="${longestWords}" value="${words}" autocomplete="off"></div>
<div class="field"><label for="show">${text(locale, 'cards.show')}</label><select id="show" name="show"><option value="">${text(locale, 'cards.showAll')}</option>${renewalItemStates.map(
    (each) =>
      html`<option value="${each}"${each === shown && html` selected`}>${text(locale, `renewals.item.${each}`)}</option>`,
  )}</select></div><div class="actions"><button class="other">${text(locale, 'cards.searchButton')}</button></div></form>`;

function itemList(
  ports: PortalPorts,
  locale: Locale,
  { items, next, job }: RenewalView,
  search: RenewalSearch,
): HtmlValue {
  if (items.length === 0) return html`<p role="status">${text(locale, 'cards.nothing')}</p>`;
  const row = ({ card, holder, validUntil, state, reason, renewal }: RenewalItem): HtmlValue =>
    html`<li><span><a href="${cardPath(card)}"><b>${holder}</b></a><br>${text(locale, 'cards.validUntil')} ${timeOf(ports, locale, validUntil)}${
      reason !== undefined && html`<br>${text(locale, reason)}`
    }</span><span>${text(locale, `renewals.item.${state}`)}${
      renewal !== undefined && html`<br><a href="${cardPath(renewal)}">${text(locale, 'renewals.newOrder')}</a>`
    }</span></li>`;
  const more =
    next === undefined
      ? undefined
      : new URLSearchParams({ q: search.words, show: search.show ?? '', after: String(next) }).toString();
  return html`<ul class="rows">${items.map(row)}</ul>${
    more !== undefined && html`<p><a href="${renewalPath(job.id)}?${more}">${text(locale, 'renewals.next')}</a></p>`
  }`;
}

/** POST /cards/renewals/:id: one step, by a form of this session's. */
export async function renewalForm(ports: PortalPorts, request: HttpRequest): Promise<HttpResponse> {
  const id = request.params.id ?? '';
  const path = renewalPath(id);
  const session = await heldSession(ports, request);
  if (session === undefined) return seeOther(path);
  const fields = ownForm(ports, request, session);
  const action = renewalActionNames.find((each) => each === fields?.get('do'));
  const seen = Number(fields?.get('seen'));
  if (fields === undefined || action === undefined || !Number.isSafeInteger(seen))
    return ports.showFailure(request, { reason: 'forbidden' });
  const proofSeconds = calming.includes(action) ? anyProof(ports) : ports.catalogue().settings.lifetimes.linkProof;
  const found = await proven(ports, request, { back: path, proved: false }, { minimum, proofSeconds });
  if ('answer' in found) return found.answer;
  const done = await ports.renewals.act(found.held.session, id, action, seen);
  return done.kind === 'refused' ? show(ports, request, found.held, done.code) : seeOther(path);
}
