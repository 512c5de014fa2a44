// Accounts in other systems that are not as rules want them: what each look found, what somebody changed by hand, and having it mended.
import {
  type HtmlValue,
  type HttpRequest,
  type HttpResponse,
  html,
  type Route,
  seeOther,
} from '../../../../base/http/index.ts';
import {
  type DriftKind,
  driftKinds,
  type MendRefusal,
  mendableKinds,
  readMendChoice,
} from '../../../../core/provisioning/index.ts';
import { type Locale, localized } from '../../../../wire/codes/index.ts';
import { type TextKey, text } from '../../../../wire/texts/index.ts';
import { changePath } from '../held/index.ts';
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
import { bars, driftRow, kindText } from './drift-parts.ts';
import type { DriftDone, DriftView, ShownTarget } from './ports.ts';

export const driftPath = '/drift';
const targetPath = (id: string): string => `${driftPath}/${encodeURIComponent(id)}`;
/** Addresses of these pages that a login goes back to. */
export const driftBack = /^\/drift(?:\/[\w-]{1,64})?(?:\?proved=1)?$/;

/** Nobody opens and closes people's accounts on less. */
const minimum = 'substantial';

export function driftRoutes(ports: PortalPorts): readonly Route[] {
  return [
    { method: 'GET', path: driftPath, handle: (request) => listPage(ports, request) },
    { method: 'GET', path: `${driftPath}/:id`, handle: (request) => targetPage(ports, request) },
    { method: 'POST', path: `${driftPath}/:id`, maxBodyBytes, handle: (request) => mendForm(ports, request) },
  ];
}

/** Names of people are on these pages: nobody sees them by a weak login. */
async function prove(
  ports: PortalPorts,
  request: HttpRequest,
  path: string,
  proofSeconds: number,
): Promise<{ readonly held: Held } | { readonly answer: HttpResponse }> {
  const found = await proven(ports, request, wayBackTo(request, path), { minimum, proofSeconds });
  if ('answer' in found || (await ports.drift.mayLook(found.held.session.person))) return found;
  const locale = localeOf(ports, request);
  const who = await whoIsHere(ports, locale, found.held);
  const content = html`${who}<p>${text(locale, 'drift.noRightBody')}</p>`;
  const page = await portalPage(ports, request, { title: text(locale, 'drift.noRight'), loggedIn: true, content });
  return { answer: { ...page, status: 403 } };
}

async function listPage(ports: PortalPorts, request: HttpRequest): Promise<HttpResponse> {
  const found = await prove(ports, request, driftPath, anyProof(ports));
  if ('answer' in found) return found.answer;
  const locale = localeOf(ports, request);
  const [who, targets] = await Promise.all([whoIsHere(ports, locale, found.held), ports.drift.list()]);
  const line = (one: ShownTarget): HtmlValue =>
    html`<li><a class="choice" href="${targetPath(one.target)}"><span><b>${localized(one.name, locale)}</b>${text(locale, 'drift.differ', { count: differing(one) })}${
      one.look && html`<span>${text(locale, 'drift.at')} ${timeOf(ports, locale, one.look.endedAt)}</span>`
    }</span></a></li>`;
  return portalPage(ports, request, {
    title: text(locale, 'drift.title'),
    loggedIn: true,
    content: html`${who}<p>${text(locale, 'drift.lead')}</p>${
      targets.length === 0
        ? html`<p role="status">${text(locale, 'drift.none')}</p>`
        : html`<ul class="choices">${targets.map(line)}</ul>`
    }`,
  });
}

const differing = ({ look }: Pick<ShownTarget, 'look'>): number =>
  driftKinds.reduce((sum, what) => sum + (look?.counts[what] ?? 0), 0);

async function targetPage(ports: PortalPorts, request: HttpRequest): Promise<HttpResponse> {
  const found = await prove(ports, request, targetPath(request.params.id ?? ''), anyProof(ports));
  if ('answer' in found) return found.answer;
  return show(ports, request, found.held);
}

async function show(ports: PortalPorts, request: HttpRequest, held: Held, done?: DriftDone): Promise<HttpResponse> {
  const locale = localeOf(ports, request);
  const query = queryOf(request);
  const what = driftKinds.find((kind) => kind === query.get('what'));
  const after = (query.get('after') ?? '').slice(0, 200);
  const [view, who] = await Promise.all([
    ports.drift.look(request.params.id ?? '', { what, after }),
    whoIsHere(ports, locale, held),
  ]);
  if (view === undefined)
    return unknownThing(
      ports,
      request,
      text(locale, 'drift.unknown'),
      html`${who}<p>${text(locale, 'drift.unknownBody')}</p>`,
    );
  const path = targetPath(view.target);
  const { look } = view;
  const answer = await portalPage(ports, request, {
    title: localized(view.name, locale),
    loggedIn: true,
    content: html`${who}<p><a href="${driftPath}">${text(locale, 'drift.title')}</a></p>${done && said(locale, done)}${
      look === undefined
        ? html`<p role="status">${text(locale, 'drift.never')}</p>`
        : html`<p>${text(locale, 'drift.at')} ${timeOf(ports, locale, look.endedAt)}</p>`
    }${unfinished(ports, locale, view)}${
      look?.doubt && html`<div class="bad"><p>${text(locale, `drift.why.${look.doubt}`)}</p></div>`
    }${look && bars(locale, look.counts, path)}${mendAll(ports, locale, held, view, what)}${drifts(ports, locale, held, view, { what, after })}`,
  });
  return done?.kind === 'refused' ? { ...answer, status: 409 } : answer;
}

function unfinished(ports: PortalPorts, locale: Locale, { unfinished: later }: ShownTarget): HtmlValue {
  if (later === undefined) return undefined;
  return html`<div class="note"><p>${text(locale, 'drift.unfinished')} ${timeOf(ports, locale, later.at)}: ${text(locale, `drift.why.${later.why}`)}</p></div>`;
}

const noKey = (code: MendRefusal): TextKey => `drift.no.${code.slice('drift.'.length)}` as TextKey;

function said(locale: Locale, done: DriftDone): HtmlValue {
  if (done.kind === 'refused') return problem(locale, noKey(done.code));
  if (done.kind === 'held')
    return html`<div class="note" role="status"><p><a href="${changePath(done.change)}">${text(locale, 'drift.held')}</a></p></div>`;
  if (done.kind === 'asked')
    return html`<div class="note" role="status"><p>${text(locale, 'drift.asked', { count: done.count })}</p></div>`;
  return undefined;
}

/** One button for all of the page's kind, or for everything. */
function mendAll(
  ports: PortalPorts,
  locale: Locale,
  held: Held,
  { look, target }: DriftView,
  what: DriftKind | undefined,
): HtmlValue {
  const kinds = what === undefined ? mendableKinds : mendableKinds.filter((kind) => kind === what);
  const count = kinds.reduce((sum, kind) => sum + (look?.counts[kind] ?? 0), 0);
  if (look === undefined || count === 0) return undefined;
  const hidden = [
    ['run', look.run],
    ['mend', what ?? 'all'],
  ] as const;
  const label = what === undefined ? text(locale, 'drift.mendAll') : text(locale, 'drift.mendKind');
  const of = what === undefined ? undefined : html`<h2>${kindText(locale, what)}</h2>`;
  return html`<section class="sheet">${of}<p>${text(locale, 'drift.mendWill')}</p>${sessionForm(
    ports,
    held,
    targetPath(target),
    hidden,
    html`<div class="actions"><button class="main">${label}</button></div>`,
  )}</section>`;
}

function drifts(
  ports: PortalPorts,
  locale: Locale,
  held: Held,
  { look, target, drifts: all, next }: DriftView,
  { what, after }: { readonly what: DriftKind | undefined; readonly after: string },
): HtmlValue {
  if (look === undefined || (all.length === 0 && after === '' && what === undefined)) return undefined;
  const path = targetPath(target);
  const address = (more: Record<string, string>): string => {
    const query = new URLSearchParams({ ...(what === undefined ? {} : { what }), ...more }).toString();
    return query === '' ? path : `${path}?${query}`;
  };
  const button = (key: string): HtmlValue =>
    sessionForm(
      ports,
      held,
      path,
      [
        ['run', look.run],
        ['mend', `key:${key}`],
      ],
      html`<button class="other">${text(locale, 'drift.mendOne')} <span class="away">${key}</span></button>`,
    );
  return html`<h2>${text(locale, 'drift.found')}</h2>${what === undefined ? undefined : html`<p><a href="${path}">${text(locale, 'drift.all')}</a></p>`}<ul class="rows">${all.map(
    (one) => driftRow(ports, locale, one, button),
  )}</ul>${
    (next !== undefined || after !== '') &&
    html`<p>${after !== '' && html`<a href="${address({})}">${text(locale, 'drift.first')}</a> `}${
      next !== undefined && html`<a href="${address({ after: next })}">${text(locale, 'drift.more')}</a>`
    }</p>`
  }`;
}

/** POST /drift/:id: by a form of this session's, with proof that is strong and fresh. */
async function mendForm(ports: PortalPorts, request: HttpRequest): Promise<HttpResponse> {
  const path = targetPath(request.params.id ?? '');
  const session = await heldSession(ports, request);
  if (session === undefined) return seeOther(path);
  const fields = ownForm(ports, request, session);
  const choice = readMendChoice(fields?.get('mend') ?? '');
  const run = fields?.get('run');
  if (choice === undefined || run === undefined) return ports.showFailure(request, { reason: 'forbidden' });
  const proof = { minimum, proofSeconds: ports.catalogue().settings.lifetimes.linkProof } as const;
  const found = await prove(ports, request, path, proof.proofSeconds);
  if ('answer' in found) return found.answer;
  const done = await ports.drift.mend(found.held.session, request.params.id ?? '', { run, choice, proof });
  return show(ports, request, found.held, done);
}

/** On the start page of an administrator: the way to what differs, when something does. */
export async function driftNote(ports: PortalPorts, locale: Locale, held: Held | undefined): Promise<HtmlValue> {
  if (held === undefined || !(await ports.drift.mayLook(held.session.person))) return undefined;
  const count = (await ports.drift.list()).reduce((sum, one) => sum + differing(one), 0);
  if (count === 0) return undefined;
  return html`<div class="note"><p><a href="${driftPath}">${text(locale, 'drift.title')}: ${count}</a></p></div>`;
}
