// Changes that would end many people at once: what each would end, who has approved it, and yes or no.
import {
  type HtmlValue,
  type HttpRequest,
  type HttpResponse,
  html,
  type Route,
  seeOther,
} from '../../../../base/http/index.ts';
import type { HeldAction, HeldChange, HeldRefusal } from '../../../../core/brake/index.ts';
import type { Locale } from '../../../../wire/codes/index.ts';
import { type TextKey, text } from '../../../../wire/texts/index.ts';
import {
  type Held,
  heldSession,
  localeOf,
  maxBodyBytes,
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
import { anyProof, proven, wayBackTo } from '../proven.ts';
import type { HeldDesk, HeldView, ShownHeldPerson } from './ports.ts';

export const heldPath = '/held';
export const changePath = (id: string): string => `${heldPath}/${encodeURIComponent(id)}`;
/** Addresses of these pages that a login goes back to. */
export const heldBack = /^\/held(?:\/[\w-]{1,64})?(?:\?proved=1)?$/;

/** Nobody ends so many people on less. */
const minimum = 'substantial';
const longestReason = 500;

export function heldRoutes(ports: PortalPorts): readonly Route[] {
  const desk = ports.held;
  return [
    { method: 'GET', path: heldPath, handle: (request) => listPage(ports, desk, request) },
    { method: 'GET', path: `${heldPath}/:id`, handle: (request) => changePage(ports, desk, request) },
    { method: 'POST', path: `${heldPath}/:id`, maxBodyBytes, handle: (request) => decideForm(ports, desk, request) },
  ];
}

/** Names of many people are on these pages: nobody sees them by a weak login. */
const prove = (ports: PortalPorts, request: HttpRequest, path: string, proofSeconds: number) =>
  proven(ports, request, wayBackTo(request, path), { minimum, proofSeconds });

async function listPage(ports: PortalPorts, desk: HeldDesk, request: HttpRequest): Promise<HttpResponse> {
  const found = await prove(ports, request, heldPath, anyProof(ports));
  if ('answer' in found) return found.answer;
  const { session } = found.held;
  const locale = localeOf(ports, request);
  const who = await whoIsHere(ports, locale, found.held);
  if (!(await desk.mayDecide(session.person)))
    return {
      ...(await portalPage(ports, request, {
        title: text(locale, 'held.noRight'),
        loggedIn: true,
        content: html`${who}<p>${text(locale, 'held.noRightBody')}</p>`,
      })),
      status: 403,
    };
  const changes = await desk.list(session.person);
  const line = (held: HeldChange): HtmlValue =>
    html`<li><a class="choice" href="${changePath(held.id)}"><span><b>${text(locale, `held.source.${held.source}`)}</b>${text(locale, 'held.line', { count: held.people })}, ${timeOf(ports, locale, held.heldAt)}<span>${text(locale, `held.state.${held.state}`)}</span></span></a></li>`;
  return portalPage(ports, request, {
    title: text(locale, 'held.title'),
    loggedIn: true,
    content: html`${who}<p>${text(locale, 'held.lead')}</p>${
      changes.length === 0
        ? html`<p role="status">${text(locale, 'held.none')}</p>`
        : html`<ul class="choices">${changes.map(line)}</ul>`
    }`,
  });
}

async function changePage(ports: PortalPorts, desk: HeldDesk, request: HttpRequest): Promise<HttpResponse> {
  const found = await prove(ports, request, changePath(request.params.id ?? ''), anyProof(ports));
  if ('answer' in found) return found.answer;
  return show(ports, desk, request, found.held);
}

async function show(
  ports: PortalPorts,
  desk: HeldDesk,
  request: HttpRequest,
  held: Held,
  fault?: { readonly code: HeldRefusal; readonly of: HeldAction },
): Promise<HttpResponse> {
  const locale = localeOf(ports, request);
  const after = queryOf(request).get('after') ?? '';
  const [view, who] = await Promise.all([
    desk.look(held.session.person, request.params.id ?? '', after),
    whoIsHere(ports, locale, held),
  ]);
  if (view === undefined)
    return unknownThing(
      ports,
      request,
      text(locale, 'held.unknown'),
      html`${who}<p>${text(locale, 'held.unknownBody')}</p>`,
    );
  const answer = await portalPage(ports, request, {
    title: `${text(locale, `held.source.${view.held.source}`)}: ${text(locale, 'held.line', { count: view.held.people })}`,
    loggedIn: true,
    content: html`${who}${fault && problem(locale, noKey(fault.code), fault.of)}${facts(ports, locale, view)}
${view.held.state === 'waiting' && html`<h2>${text(locale, 'held.steps')}</h2>${steps(ports, locale, held, view)}`}
${view.people.length > 0 && html`<h2>${text(locale, 'held.people')}</h2>${people(locale, view, after)}`}`,
  });
  return fault === undefined ? answer : { ...answer, status: 409 };
}

const noKey = (code: HeldRefusal): TextKey => `held.no.${code.slice('held.'.length)}` as TextKey;

function facts(ports: PortalPorts, locale: Locale, view: HeldView): HtmlValue {
  const { held, counts, over } = view;
  const overText = text(locale, 'held.overOf', { people: held.over.people, of: held.over.of });
  const rows: readonly (readonly [TextKey, HtmlValue])[] = [
    ['held.state', html`<strong>${text(locale, `held.state.${held.state}`)}</strong>`],
    ['held.ends', text(locale, 'held.counts', { ...counts })],
    ['held.over', over === undefined ? overText : `${over}: ${overText}`],
    ['held.broughtBy', held.broughtBy === 'hub' ? text(locale, 'held.hub') : held.broughtBy],
    ['held.at', timeOf(ports, locale, held.heldAt)],
    ...(held.state === 'waiting' ? ([['held.until', timeOf(ports, locale, held.expiresAt)]] as const) : []),
    [
      'held.approvals',
      view.approvals.length === 0
        ? text(locale, 'held.noApproval')
        : html`<ul class="rows">${view.approvals.map(({ name, at }) => html`<li>${name}, ${timeOf(ports, locale, at)}</li>`)}</ul>`,
    ],
    ...(view.decidedBy === undefined ? [] : ([['held.decidedBy', view.decidedBy]] as const)),
    ...(held.reason === undefined ? [] : ([['held.reason', held.reason]] as const)),
  ];
  return html`<dl class="facts">${rows.map(([key, value]) => html`<dt>${text(locale, key)}</dt><dd>${value}</dd>`)}</dl>`;
}

/** Cards that are revoked stay so; an account opens again with the next login. */
const approveText = (source: HeldChange['source'], isLast: boolean): TextKey =>
  source === 'drift' ? (isLast ? 'held.mendLast' : 'held.mendWill') : isLast ? 'held.approveLast' : 'held.approveWill';

function steps(ports: PortalPorts, locale: Locale, held: Held, view: HeldView): HtmlValue {
  const form = (action: HeldAction, will: TextKey, inside: HtmlValue): HtmlValue =>
    html`<section class="sheet" id="${action}"><p>${text(locale, will)}</p>${sessionForm(
      ports,
      held,
      changePath(view.held.id),
      [['do', action]],
      html`<div class="stack">${inside}<div class="actions"><button class="${action === 'approve' ? 'main' : 'other'}">${text(locale, `held.${action}`)}</button></div></div>`,
    )}</section>`;
  const isLast = view.approvals.length > 0;
  return html`<div class="stack">${
    view.noApproval === undefined
      ? form('approve', approveText(view.held.source, isLast), undefined)
      : html`<p role="status">${text(locale, noKey(view.noApproval))}</p>`
  }${
    view.mayRefuse &&
    form(
      'refuse',
      'held.refuseWill',
      html`<div class="field"><label for="reason">${text(locale, 'held.refuseWhy')}</label><input id="reason" name="reason" type="text" maxlength="${longestReason}" required autocomplete="off"></div>`,
    )
  }</div>`;
}

/** What ends of somebody's, behind one line. */
function ownThings(locale: Locale, { cards, certificates, sessions, accounts }: ShownHeldPerson): HtmlValue {
  const kinds: readonly (readonly [TextKey, readonly string[]])[] = [
    ['held.card', cards],
    ['held.certificate', certificates],
    ['held.session', sessions],
    ['held.account', accounts],
  ];
  const counts = {
    cards: cards.length,
    certificates: certificates.length,
    sessions: sessions.length,
    accounts: accounts.length,
  };
  if (kinds.every(([, ids]) => ids.length === 0)) return undefined;
  return html`<details><summary>${text(locale, 'held.own', counts)}</summary><dl class="facts">${kinds.flatMap(
    ([key, ids]) => ids.map((id) => html`<dt>${text(locale, key)}</dt><dd><span class="print">${id}</span></dd>`),
  )}</dl></details>`;
}

function people(locale: Locale, { people: all, next, held }: HeldView, after: string): HtmlValue {
  const row = (one: ShownHeldPerson): HtmlValue =>
    html`<li><span><b>${one.name}</b>${one.organisations.length > 0 && html`, ${one.organisations.join(', ')}`}<br>${text(locale, `held.why.${one.why}`)}${ownThings(locale, one)}</span></li>`;
  return html`<ul class="rows">${all.map(row)}</ul>${
    (next !== undefined || after !== '') &&
    html`<p>${after !== '' && html`<a href="${changePath(held.id)}">${text(locale, 'held.first')}</a> `}${
      next !== undefined &&
      html`<a href="${changePath(held.id)}?${new URLSearchParams({ after: next }).toString()}">${text(locale, 'held.more')}</a>`
    }</p>`
  }`;
}

/** POST /held/:id: yes or no, by a form of this session's, with proof that is strong and fresh. */
async function decideForm(ports: PortalPorts, desk: HeldDesk, request: HttpRequest): Promise<HttpResponse> {
  const path = changePath(request.params.id ?? '');
  const session = await heldSession(ports, request);
  if (session === undefined) return seeOther(path);
  const fields = ownForm(ports, request, session);
  const action = (['approve', 'refuse'] as const).find((each) => each === fields?.get('do'));
  if (fields === undefined || action === undefined) return ports.showFailure(request, { reason: 'forbidden' });
  const proof = { minimum, proofSeconds: ports.catalogue().settings.lifetimes.linkProof } as const;
  const found = await prove(ports, request, path, proof.proofSeconds);
  if ('answer' in found) return found.answer;
  const reason = (fields.get('reason') ?? '').trim().slice(0, longestReason);
  const done = await desk.decide(found.held.session, request.params.id ?? '', action, { proof, reason });
  if (done.kind === 'refused') return show(ports, desk, request, found.held, { code: done.code, of: action });
  return seeOther(path);
}

/** On the start page: the way to what waits, when something does. */
export async function heldNote(ports: PortalPorts, locale: Locale, held: Held | undefined): Promise<HtmlValue> {
  if (held === undefined) return undefined;
  const waits = (await ports.held.list(held.session.person)).some(({ state }) => state === 'waiting');
  return waits && html`<div class="note"><p><a href="${heldPath}">${text(locale, 'held.title')}</a></p></div>`;
}
