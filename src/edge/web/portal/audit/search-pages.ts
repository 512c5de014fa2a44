// The pages of auditors: the question and its answers, one ticket, files, completion, and questions that are kept.
import {
  type HtmlValue,
  type HttpRequest,
  type HttpResponse,
  html,
  json,
  parseQuery,
  privateAnswerHeaders,
  type Route,
  seeOther,
} from '../../../../base/http/index.ts';
import { csvHead, csvLine, ndjsonLine } from '../../../../core/audit/index.ts';
import { queryFields, queryLimits, type ReadQuery, readQuery, storyParts } from '../../../../core/audit/query/index.ts';
import type { Locale } from '../../../../wire/codes/index.ts';
import { type TextKey, text } from '../../../../wire/texts/index.ts';
import {
  type Held,
  heldSession,
  localeOf,
  ownForm,
  portalPage,
  sessionForm,
  unknownThing,
  whoIsHere,
} from '../portal-page.ts';
import type { PortalPorts } from '../ports.ts';
import { anyProof, proven, wayBackTo } from '../proven.ts';
import { completeScript } from './complete-script.ts';
import { eventTable, ticketPath, trailPath } from './event-table.ts';
import type { PageMark, SavedSearch, TrailFound } from './ports.ts';

/** Addresses of these pages that a login goes back to. */
export const auditBack = /^\/audit(?:\/ticket\/[\w.%-]{1,600})?(?:\?proved=1)?$/;
const savedPath = `${trailPath}/saved`;
const minimum = 'substantial';
/** A page's file is made in memory: what is longer comes by the command line. */
const mostExported = 10_000;
const longestName = 80;

export function auditRoutes(ports: PortalPorts): readonly Route[] {
  return [
    { method: 'GET', path: trailPath, handle: (request) => searchPage(ports, request) },
    { method: 'GET', path: `${trailPath}/complete`, handle: (request) => completions(ports, request) },
    { method: 'GET', path: `${trailPath}/export`, handle: (request) => exported(ports, request) },
    { method: 'GET', path: `${trailPath}/ticket/:id`, handle: (request) => storyPage(ports, request) },
    { method: 'POST', path: savedPath, maxBodyBytes: 16_384, handle: (request) => saveForm(ports, request) },
  ];
}

/** A question is longer than what other pages have in their address. */
function fieldsOf(request: HttpRequest): ReadonlyMap<string, string> {
  const query = parseQuery(request.query, { maxBytes: 16_384, maxFields: 8 });
  return query.ok && query.duplicates.length === 0 ? query.fields : new Map();
}

async function prove(
  ports: PortalPorts,
  request: HttpRequest,
  path: string,
): Promise<{ readonly held: Held } | { readonly answer: HttpResponse }> {
  const found = await proven(ports, request, wayBackTo(request, path), { minimum, proofSeconds: anyProof(ports) });
  if ('answer' in found || (await ports.audit.mayLook(found.held.session.person))) return found;
  const locale = localeOf(ports, request);
  const content = html`${await whoIsHere(ports, locale, found.held)}<p>${text(locale, 'search.noRightBody')}</p>`;
  const page = await portalPage(ports, request, { title: text(locale, 'search.noRight'), loggedIn: true, content });
  return { answer: { ...page, status: 403 } };
}

async function searchPage(ports: PortalPorts, request: HttpRequest): Promise<HttpResponse> {
  const found = await prove(ports, request, trailPath);
  return 'answer' in found ? found.answer : show(ports, request, found.held);
}

async function show(
  ports: PortalPorts,
  request: HttpRequest,
  held: Held,
  fault?: { readonly code: TextKey; readonly typed: string },
): Promise<HttpResponse> {
  const locale = localeOf(ports, request);
  const fields = fieldsOf(request);
  const typed = fault?.typed ?? fields.get('q');
  const read = typed === undefined ? undefined : readQuery(typed);
  const { person } = held.session;
  const answer =
    read?.ok === true && fault === undefined
      ? await ports.audit.ask(held.session, read.query, markOf(fields))
      : undefined;
  const [scope, saved, who] = await Promise.all([
    ports.audit.scope(person),
    ports.audit.saved(person),
    whoIsHere(ports, locale, held),
  ]);
  const page = await portalPage(ports, request, {
    title: text(locale, 'search.title'),
    loggedIn: true,
    wide: true,
    script: completeScript,
    content: html`${who}<p>${text(locale, 'search.lead')} ${
      scope === 'all'
        ? text(locale, 'search.scopeAll')
        : text(locale, 'search.scopeOf', { organisations: scope.join(', ') })
    }</p>${fault && html`<div class="bad" role="alert"><p>${text(locale, fault.code)}</p></div>`}${faults(locale, read)}${questionForm(locale, typed ?? '', read?.ok === false)}
${answer && answers(ports, locale, answer, typed ?? '', fields)}${savedPart(ports, locale, held, saved, read?.ok === true ? typed : undefined)}`,
  });
  return fault !== undefined || read?.ok === false ? { ...page, status: 422 } : page;
}

function markOf(fields: ReadonlyMap<string, string>): PageMark | undefined {
  const [at = '', id = ''] = [fields.get('at'), fields.get('id')];
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/.test(at) && /^\d{1,18}$/.test(id) ? { at, id } : undefined;
}

function faults(locale: Locale, read: ReadQuery | undefined): HtmlValue {
  if (read === undefined || read.ok) return undefined;
  return html`<div class="bad" role="alert"><h2>${text(locale, 'search.wrong')}</h2><ul class="rows">${read.faults.map(
    ({ code, at, found, meant }) =>
      html`<li><span><a href="#q">${text(locale, 'search.place', { at: at + 1, found })}</a> ${text(locale, `search.fault.${code}`)}${
        meant !== undefined && html` <span class="print">${text(locale, 'search.meant', { meant })}</span>`
      }</span></li>`,
  )}</ul></div>`;
}

const questionForm = (locale: Locale, typed: string, wrong: boolean): HtmlValue =>
  html`<form method="get" action="${trailPath}" class="stack" role="search"><div class="field"><label for="q">${text(locale, 'search.query')}</label><p class="quiet small" id="q-example">${text(locale, 'search.example')}</p><input id="q" name="q" type="text" maxlength="${queryLimits.length}" value="${typed}" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="q-example"${wrong && html` aria-invalid="true"`}><ul id="completions" class="completions" role="listbox" aria-label="${text(locale, 'search.suggestions')}" hidden></ul></div><div class="actions"><button class="main">${text(locale, 'search.ask')}</button></div></form>
<details><summary>${text(locale, 'search.help')}</summary><p>${text(locale, 'search.helpText')}</p><p class="print">${queryFields.join(', ')}</p></details>`;

function answers(
  ports: PortalPorts,
  locale: Locale,
  answer: TrailFound,
  typed: string,
  fields: ReadonlyMap<string, string>,
): HtmlValue {
  if (answer.kind === 'tooMuch')
    return html`<div class="bad" role="alert"><p>${text(locale, 'search.tooMuch')}</p></div>`;
  const address = (path: string, more: Record<string, string>): string =>
    `${path}?${new URLSearchParams({ q: typed, ...more })}`;
  const later = markOf(fields) !== undefined;
  const { events, next } = answer;
  if (events.length === 0 && !later) return html`<p role="status">${text(locale, 'search.none')}</p>`;
  return html`<h2 id="found">${text(locale, 'search.results')}</h2>${eventTable(ports, locale, events, { label: 'found', story: true })}<p>${
    later && html`<a href="${address(trailPath, {})}">${text(locale, 'search.newest')}</a> `
  }${next && html`<a href="${address(trailPath, { at: next.at, id: next.id })}">${text(locale, 'search.older')}</a>`}</p>
<p>${(['csv', 'ndjson'] as const).map((format) => html`<a href="${address(`${trailPath}/export`, { format })}">${text(locale, `search.${format}`)}</a> `)}<span class="quiet small">${text(locale, 'search.most')}</span></p>`;
}

function savedPart(
  ports: PortalPorts,
  locale: Locale,
  held: Held,
  saved: readonly SavedSearch[],
  typed: string | undefined,
): HtmlValue {
  const remove = (name: string): HtmlValue =>
    sessionForm(
      ports,
      held,
      savedPath,
      [['remove', name]],
      html`<button class="other"><span aria-hidden="true">${text(locale, 'search.remove')}</span><span class="away">${text(locale, 'search.removeNamed', { name })}</span></button>`,
    );
  const keep =
    typed !== undefined &&
    typed.trim() !== '' &&
    sessionForm(
      ports,
      held,
      savedPath,
      [['q', typed]],
      html`<div class="stack close"><div class="field"><label for="name">${text(locale, 'search.name')}</label><input id="name" name="name" type="text" maxlength="${longestName}" required autocomplete="off"></div><div class="actions"><button class="other">${text(locale, 'search.save')}</button></div></div>`,
    );
  return html`<section class="sheet"><h2>${text(locale, 'search.saved')}</h2>${
    saved.length === 0
      ? html`<p>${text(locale, 'search.savedNone')}</p>`
      : html`<ul class="rows">${saved.map(
          ({ name, query }) =>
            html`<li><span><a href="${`${trailPath}?${new URLSearchParams({ q: query })}`}">${name}</a><br><span class="print">${query}</span></span>${remove(name)}</li>`,
        )}</ul>`
  }${keep}</section>`;
}

/** POST /audit/saved: by a form of this session's. */
async function saveForm(ports: PortalPorts, request: HttpRequest): Promise<HttpResponse> {
  const session = await heldSession(ports, request);
  if (session === undefined) return seeOther(trailPath);
  const fields = ownForm(ports, request, session, { maxBytes: 16_384, maxFields: 8 });
  if (fields === undefined) return ports.showFailure(request, { reason: 'forbidden' });
  const found = await prove(ports, request, trailPath);
  if ('answer' in found) return found.answer;
  const { person } = found.held.session;
  const remove = fields.get('remove');
  if (remove !== undefined) {
    await ports.audit.forget(person, remove);
    return seeOther(trailPath);
  }
  const [name, query] = [(fields.get('name') ?? '').trim(), fields.get('q') ?? ''];
  const fits =
    name !== '' && name.length <= longestName && !/\p{Cc}/u.test(name) && readQuery(query).ok && query !== '';
  if (fits && (await ports.audit.save(person, { name, query })))
    return seeOther(`${trailPath}?${new URLSearchParams({ q: query })}`);
  return show(ports, request, found.held, { code: 'search.notSaved', typed: query });
}

/** GET /audit/complete: JSON for the page's script; nothing for whoever may not look. */
async function completions(ports: PortalPorts, request: HttpRequest): Promise<HttpResponse> {
  const held = await heldSession(ports, request);
  const found = held && (await prove(ports, request, trailPath));
  if (found === undefined || 'answer' in found) return json(403, { items: [] });
  const fields = fieldsOf(request);
  const typed = fields.get('q') ?? '';
  const cursor = Number(fields.get('at'));
  const done = Number.isInteger(cursor) ? await ports.audit.complete(found.held.session, typed, cursor) : undefined;
  return json(200, done ?? { items: [] });
}

/** GET /audit/export: the newest answers as a file. */
async function exported(ports: PortalPorts, request: HttpRequest): Promise<HttpResponse> {
  const found = await prove(ports, request, trailPath);
  if ('answer' in found) return found.answer;
  const fields = fieldsOf(request);
  const read = readQuery(fields.get('q') ?? '');
  if (!read.ok) return show(ports, request, found.held);
  const format = fields.get('format') === 'csv' ? 'csv' : 'ndjson';
  const { lines, complete } = await ports.audit.export(found.held.session, read.query, mostExported);
  const all = format === 'csv' ? [csvHead, ...lines.map(csvLine)] : lines.map(ndjsonLine);
  return {
    status: 200,
    headers: {
      ...privateAnswerHeaders,
      'content-type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
      // What is not all of it says so in its name, which stays with the file.
      'content-disposition': `attachment; filename="trail${complete ? '' : `-newest-${lines.length}`}.${format}"`,
    },
    body: all.map((line) => `${line}\n`).join(''),
  };
}

/** GET /audit/ticket/:id */
async function storyPage(ports: PortalPorts, request: HttpRequest): Promise<HttpResponse> {
  const ticket = (request.params.id ?? '').slice(0, queryLimits.value);
  const found = await prove(ports, request, ticketPath(ticket));
  if ('answer' in found) return found.answer;
  const locale = localeOf(ports, request);
  const [story, who] = await Promise.all([
    ports.audit.story(found.held.session, ticket),
    whoIsHere(ports, locale, found.held),
  ]);
  const back = html`<p><a href="${trailPath}">${text(locale, 'search.title')}</a></p>`;
  if (story === undefined)
    return unknownThing(
      ports,
      request,
      text(locale, 'search.storyUnknown'),
      html`${who}${back}<p>${text(locale, 'search.storyUnknownBody')}</p>`,
    );
  const titles = { login: 'search.storyLogin', ticket: 'search.storyTicket', use: 'search.storyUse' } as const;
  return portalPage(ports, request, {
    title: text(locale, 'search.story'),
    loggedIn: true,
    wide: true,
    content: html`${who}${back}<p class="print">${ticket}</p>${storyParts.map(
      (part) =>
        html`<section class="sheet"><h2 id="part-${part}">${text(locale, titles[part])}</h2>${
          story[part].length === 0
            ? html`<p>${text(locale, part === 'use' ? 'search.storyNoUse' : 'search.storyNone')}</p>`
            : eventTable(ports, locale, story[part], { label: `part-${part}`, story: false })
        }</section>`,
    )}`,
  });
}

/** On the start page of an auditor: the way to the trail. */
export async function auditNote(ports: PortalPorts, locale: Locale, held: Held | undefined): Promise<HtmlValue> {
  if (held === undefined || !(await ports.audit.mayLook(held.session.person))) return undefined;
  return html`<div class="note"><p><a href="${trailPath}">${text(locale, 'search.note')}</a></p></div>`;
}
