// Where an administrator decides on a program that asks to be let in: who asks, for whom, what it could do, and yes or no.
import {
  type HtmlValue,
  type HttpRequest,
  type HttpResponse,
  html,
  parseQuery,
  seeOther,
} from '../../../base/http/index.ts';
import type { LoopbackReturn } from '../../../core/grants/index.ts';
import { type Locale, localized } from '../../../wire/codes/index.ts';
import { text } from '../../../wire/texts/index.ts';
import type { DraftView, ShownDraft } from './client-draft-ports.ts';
import {
  type Held,
  heldSession,
  localeOf,
  ownForm,
  portalPage,
  sessionForm,
  timeOf,
  whoIsHere,
} from './portal-page.ts';
import type { PortalPorts } from './ports.ts';
import { anyProof, proven } from './proven.ts';

type Shown = Extract<DraftView, ShownDraft>;
type Rows = readonly (readonly [Parameters<typeof text>[1], HtmlValue])[];

export const draftsPath = '/client-drafts';
/** As in HelseID's self-service. */
export const draftPath = (id: string): string => `/confirm-client/${encodeURIComponent(id)}`;
/** Addresses of these pages that a login goes back to. */
export const draftBack = /^\/(?:client-drafts|confirm-client\/[\w-]{1,64}(?:\?[\w=&%./~-]{1,400})?)$/;

const longestReason = 500;
/** A machine that acts for an organisation is not let in on less. */
const minimum = 'substantial';

/** What the link said beside the draft's id. */
interface Link {
  readonly id: string;
  readonly asked: LoopbackReturn | undefined;
  /** The login that this page asked for has been. */
  readonly proved: boolean;
}

function linkOf(request: HttpRequest): Link {
  const query = parseQuery(request.query, { maxBytes: 1024, maxFields: 8 });
  const fields = query.ok && query.duplicates.length === 0 ? query.fields : new Map<string, string>();
  const [port, path] = [fields.get('redirectPort'), fields.get('redirectPath')];
  return {
    id: request.params.id ?? '',
    asked: port === undefined ? undefined : { port, path: path ?? '' },
    proved: fields.get('proved') === '1',
  };
}

function backTo({ id, asked }: Link): string {
  const query = new URLSearchParams({
    ...(asked === undefined ? {} : { redirectPort: asked.port, redirectPath: asked.path }),
    proved: '1',
  });
  return `${draftPath(id)}?${query}`;
}

const prove = (ports: PortalPorts, request: HttpRequest, link: Link, proofSeconds: number) =>
  proven(ports, request, { back: backTo(link), proved: link.proved }, { minimum, proofSeconds });

/** GET /confirm-client/:id */
export async function draftPage(ports: PortalPorts, request: HttpRequest): Promise<HttpResponse> {
  const link = linkOf(request);
  const found = await prove(ports, request, link, anyProof(ports));
  if ('answer' in found) return found.answer;
  return show(ports, request, link, found.held);
}

async function show(
  ports: PortalPorts,
  request: HttpRequest,
  link: Link,
  held: Held,
  fault?: 'draft.reasonMissing' | 'draft.misfit',
): Promise<HttpResponse> {
  const locale = localeOf(ports, request);
  const view = await ports.drafts.look(link.id, held.session.person);
  const who = await whoIsHere(ports, locale, held);
  const page = (title: string, content: HtmlValue, formTargets: readonly string[] = []): Promise<HttpResponse> =>
    portalPage(ports, request, { title, loggedIn: true, formTargets, content: html`${who}${content}` });
  if (view.standing === 'unknown')
    return {
      ...(await page(text(locale, 'draft.unknown'), html`<p>${text(locale, 'draft.unknownBody')}</p>`)),
      status: 404,
    };
  if (view.standing === 'noRight')
    return { ...(await page(text(locale, 'draft.noRight'), noRight(locale, view))), status: 403 };
  const names = { system: nameOf(locale, view), organisation: view.organisation };
  if (view.standing === 'open') {
    const targets = (['confirmed', 'refused'] as const)
      .map((outcome) => ports.drafts.returnTo(view, link.asked, outcome))
      .flatMap((uri) => (uri === undefined ? [] : [new URL(uri).origin]));
    const answer = await page(
      text(locale, 'draft.title', names),
      open(ports, locale, held, link, view, fault),
      targets,
    );
    return fault === undefined ? answer : { ...answer, status: fault === 'draft.misfit' ? 409 : 400 };
  }
  return page(text(locale, `draft.${view.standing}`, names), decided(ports, locale, link, view));
}

const nameOf = (locale: Locale, { system, draft }: ShownDraft): string =>
  system === undefined ? draft.system : localized(system.name, locale);

function noRight(
  locale: Locale,
  { organisation, administrators }: Extract<DraftView, { standing: 'noRight' }>,
): HtmlValue {
  const can =
    administrators.length === 0
      ? html`<p>${text(locale, 'draft.nobody', { organisation })}</p>`
      : html`<h2>${text(locale, 'draft.administrators', { organisation })}</h2><ul class="checks">${administrators.map(
          (name) => html`<li>${name}</li>`,
        )}</ul><p>${text(locale, 'draft.sendLink')}</p>`;
  return html`<p>${text(locale, 'draft.noRightBody', { organisation })}</p>${can}`;
}

const facts = (locale: Locale, rows: Rows): HtmlValue =>
  html`<dl class="facts">${rows.map(([key, value]) => html`<dt>${text(locale, key)}</dt><dd>${value}</dd>`)}</dl>`;
const lines = (items: readonly HtmlValue[]): HtmlValue =>
  html`<ul class="checks">${items.map((item) => html`<li>${item}</li>`)}</ul>`;

/** Who asks, for whom, and with which key. */
function about(ports: PortalPorts, locale: Locale, view: ShownDraft): Rows {
  const { draft, organisation, supplier } = view;
  const { children, number, redirectUris, postLogoutRedirectUris, returnUri } = draft.asks;
  const addresses = [...redirectUris, ...postLogoutRedirectUris, ...(returnUri === undefined ? [] : [returnUri])];
  return [
    ['draft.system', nameOf(locale, view)],
    ['draft.supplier', supplier],
    ['draft.organisation', `${organisation} (${number})`],
    ...(children.length === 0
      ? []
      : ([['draft.units', lines(children.map((child) => `${child.name} (${child.number})`))]] as const)),
    ['draft.asked', timeOf(ports, locale, draft.createdAt)],
    ['draft.key', html`<span class="print">${draft.thumbprint}</span>`],
    ...(addresses.length === 0
      ? []
      : ([
          ['draft.addresses', lines([...new Set(addresses)].map((uri) => html`<span class="print">${uri}</span>`))],
        ] as const)),
  ];
}

function may(locale: Locale, { apis, people }: ShownDraft): HtmlValue {
  return lines([
    ...(people ? [text(locale, 'draft.mayLogin')] : []),
    ...apis.map(
      ({ name, scopes }) =>
        html`${text(locale, 'draft.mayApi', { api: localized(name, locale) })}<br><span class="quiet print">${scopes.join(', ')}</span>`,
    ),
    text(locale, 'draft.mayKeys'),
  ]);
}

function open(
  ports: PortalPorts,
  locale: Locale,
  held: Held,
  link: Link,
  view: Shown,
  fault: 'draft.reasonMissing' | 'draft.misfit' | undefined,
): HtmlValue {
  const missing = fault === 'draft.reasonMissing';
  const problem =
    fault &&
    html`<div class="bad" role="alert"><h2>${text(locale, 'form.problem')}</h2><p>${
      missing ? html`<a href="#reason">${text(locale, fault)}</a>` : text(locale, fault)
    }</p></div>`;
  const form = (answer: 'yes' | 'no', inside: HtmlValue): HtmlValue =>
    sessionForm(ports, held, draftPath(view.draft.id), [['answer', answer], ...linkFields(link)], inside);
  return html`${problem}<p>${text(locale, 'draft.lead')}</p>${facts(locale, about(ports, locale, view))}
<h2>${text(locale, 'draft.may')}</h2>${may(locale, view)}
<div class="actions">${form('yes', html`<button class="main">${text(locale, 'draft.yes')}</button>`)}</div>
<h2>${text(locale, 'draft.orNot')}</h2>${form(
    'no',
    html`<div class="stack"><div class="field"><label for="reason">${text(locale, 'draft.reason')}</label><input id="reason" name="reason" type="text" maxlength="${longestReason}" required autocomplete="off"${
      missing && html` aria-invalid="true"`
    }></div><div class="actions"><button class="other">${text(locale, 'draft.no')}</button></div></div>`,
  )}`;
}

const linkFields = ({ asked }: Link): readonly (readonly [string, string])[] =>
  asked === undefined
    ? []
    : [
        ['redirectPort', asked.port],
        ['redirectPath', asked.path],
      ];

/** Confirmed, refused or too old: what happened, by whom, and the way back to the program. */
function decided(ports: PortalPorts, locale: Locale, link: Link, view: Shown): HtmlValue {
  const { draft, standing, decidedBy, organisation } = view;
  if (standing === 'expired') return html`<p>${text(locale, 'draft.expiredBody')}</p>`;
  const names = { system: nameOf(locale, view), organisation };
  const rows: Rows = [
    ['draft.decidedBy', decidedBy ?? ''],
    ['draft.decidedAt', timeOf(ports, locale, draft.decidedAt ?? draft.createdAt)],
    ...(draft.reason === undefined ? [] : ([['draft.why', draft.reason]] as const)),
    ['draft.key', html`<span class="print">${draft.thumbprint}</span>`],
  ];
  const back = standing === 'open' ? undefined : ports.drafts.returnTo(view, link.asked, standing);
  return html`<p>${text(locale, standing === 'confirmed' ? 'draft.confirmedBody' : 'draft.refusedBody', names)}</p>${facts(locale, rows)}${
    back && html`<div class="actions"><a class="button main" href="${back}">${text(locale, 'draft.goOn')}</a></div>`
  }`;
}

/** POST /confirm-client/:id: yes or no, by a form of this session's, with proof that is fresh. */
export async function decideDraft(ports: PortalPorts, request: HttpRequest): Promise<HttpResponse> {
  const plain = linkOf(request);
  const session = await heldSession(ports, request);
  if (!session) return seeOther(draftPath(plain.id));
  const fields = ownForm(ports, request, session);
  const answer = fields?.get('answer');
  if (answer !== 'yes' && answer !== 'no') return ports.showFailure(request, { reason: 'forbidden' });
  const port = fields?.get('redirectPort');
  const asked = port === undefined ? undefined : { port, path: fields?.get('redirectPath') ?? '' };
  const link = { ...plain, asked };
  const found = await prove(ports, request, link, ports.catalogue().settings.lifetimes.linkProof);
  if ('answer' in found) return found.answer;
  const { held } = found;
  const reason = (fields?.get('reason') ?? '').trim().slice(0, longestReason);
  if (answer === 'no' && reason === '') return show(ports, request, link, held, 'draft.reasonMissing');
  const done =
    answer === 'yes'
      ? await ports.drafts.confirm(link.id, held.session, asked)
      : await ports.drafts.refuse(link.id, held.session, reason, asked);
  if (done.kind === 'misfit') return show(ports, request, link, held, 'draft.misfit');
  return seeOther((done.kind === 'done' ? done.returnTo : undefined) ?? draftPath(link.id));
}

/** GET /client-drafts: what waits for this person. */
export async function draftsPage(ports: PortalPorts, request: HttpRequest): Promise<HttpResponse> {
  const held = await heldSession(ports, request);
  if (!held) return ports.startLogin(request, draftsPath);
  const locale = localeOf(ports, request);
  const waiting = await ports.drafts.waiting(held.session.person);
  const rows = waiting.map(
    (one) =>
      html`<li><a class="choice" href="${draftPath(one.draft.id)}"><span><b>${nameOf(locale, one)}</b><br>${one.organisation}, ${timeOf(ports, locale, one.draft.createdAt)}</span></a></li>`,
  );
  return portalPage(ports, request, {
    title: text(locale, 'draft.list'),
    loggedIn: true,
    content: html`${await whoIsHere(ports, locale, held)}${
      rows.length === 0
        ? html`<p>${text(locale, 'draft.none')}</p>`
        : html`<p>${text(locale, 'draft.lead')}</p><ul class="choices">${rows}</ul>`
    }`,
  });
}

/** On the start page: the way to what waits, when something does. */
export async function draftsNote(ports: PortalPorts, locale: Locale, held: Held | undefined): Promise<HtmlValue> {
  if (held === undefined || (await ports.drafts.waiting(held.session.person)).length === 0) return undefined;
  return html`<div class="note"><p><a href="${draftsPath}">${text(locale, 'draft.list')}</a></p></div>`;
}
