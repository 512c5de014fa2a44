// One account: why it exists, what it is to say, its life, what a look at the system finds, and what this person can do about it.
import { type HtmlValue, type HttpRequest, type HttpResponse, html, seeOther } from '../../../../base/http/index.ts';
import { type AccountAction, accountActions } from '../../../../core/provisioning/index.ts';
import { type Locale, localized } from '../../../../wire/codes/index.ts';
import { type TextKey, text } from '../../../../wire/texts/index.ts';
import {
  applicationName,
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
import { lookProof } from './list-page.ts';
import {
  accountOfPath,
  accountPath,
  accountsPath,
  codeText,
  minimum,
  stateText,
  stepLine,
  stepName,
  targetName,
} from './parts.ts';
import type { AccountDesk, AccountEvent, AccountLook, AccountView, CountedLogin } from './ports.ts';
import { timeline } from './timeline.ts';

const longestReason = 300;
const mostLogins = 20;

interface Fault {
  readonly code: TextKey;
  readonly of: AccountAction;
}

/** GET /accounts/account/:id; `check=1`: asks the system too; `close=1`: asks whether it is to be closed. */
export async function accountPage(ports: PortalPorts, desk: AccountDesk, request: HttpRequest): Promise<HttpResponse> {
  const account = accountOfPath(request.params.id);
  const found = await lookProof(ports, request, account === undefined ? accountsPath : accountPath(account));
  return 'answer' in found ? found.answer : show(ports, desk, request, found.held);
}

async function show(
  ports: PortalPorts,
  desk: AccountDesk,
  request: HttpRequest,
  held: Held,
  fault?: Fault,
): Promise<HttpResponse> {
  const locale = localeOf(ports, request);
  const { target = '', person = '' } = accountOfPath(request.params.id) ?? {};
  const query = queryOf(request);
  const [view, who] = await Promise.all([desk.look(held.session, target, person), whoIsHere(ports, locale, held)]);
  const back = html`<p><a href="${accountsPath}">${text(locale, 'accounts.title')}</a></p>`;
  if (view === undefined)
    return unknownThing(
      ports,
      request,
      text(locale, 'accounts.unknown'),
      html`${who}<p>${text(locale, 'accounts.unknownBody')}</p>${back}`,
    );
  const look = query.get('check') === '1' ? await desk.check(held.session, target, person) : undefined;
  const isClosing = query.get('close') === '1' || fault?.of === 'close';
  const answer = await portalPage(ports, request, {
    title: `${view.holder}, ${targetName(locale, view)}`,
    loggedIn: true,
    content: html`${who}${fault && problem(locale, fault.code, `do-${fault.of}`)}${facts(ports, locale, view)}
<h2>${text(locale, 'accounts.life')}</h2>${timeline(ports, locale, view) ?? html`<p>${text(locale, 'accounts.neverOpen')}</p>`}
<h2>${text(locale, 'accounts.why')}</h2>${why(ports, locale, view)}
<h2>${text(locale, 'accounts.wanted')}</h2>${wanted(locale, view)}
<h2 id="check">${text(locale, 'accounts.check')}</h2>${look === undefined ? checkForm(locale, view) : lookResult(ports, locale, look)}
<h2>${text(locale, 'cards.steps')}</h2>${steps(ports, locale, held, view, isClosing)}
<h2>${text(locale, 'cards.history')}</h2>${history(ports, locale, view.events)}${back}`,
  });
  return fault === undefined ? answer : { ...answer, status: 409 };
}

function facts(ports: PortalPorts, locale: Locale, view: AccountView): HtmlValue {
  const hidden = text(locale, 'accounts.hidden');
  const name = (value: string | undefined): HtmlValue =>
    view.isProtected ? hidden : value && html`<span class="print">${value}</span>`;
  const rows: readonly (readonly [TextKey, HtmlValue])[] = [
    ['accounts.state', html`<strong>${stateText(locale, view)}</strong>`],
    ...(view.reason === undefined
      ? []
      : ([
          [
            'accounts.reason',
            html`${codeText(locale, 'accounts.reason', view.reason)}${view.detail !== undefined && html`<br><span class="print">${view.detail}</span>`}`,
          ],
        ] as const)),
    ['accounts.system', targetName(locale, view)],
    ['accounts.holder', html`${view.holder}${view.isProtected && html`, ${text(locale, 'accounts.protected')}`}`],
    ...(view.key === undefined ? [] : ([['accounts.key', html`<span class="print">${view.key}</span>`]] as const)),
    ...(['loginName', 'principal'] as const).flatMap((which) =>
      view[which] === undefined && !view.isProtected ? [] : [[`accounts.${which}`, name(view[which])] as const],
    ),
    ...(view.state === 'open' ? ([['accounts.until', timeOf(ports, locale, view.until)]] as const) : []),
    ...(view.state === 'closed' ? ([['accounts.deletes', timeOf(ports, locale, view.deleteFrom)]] as const) : []),
  ];
  return html`<dl class="facts">${rows.map(([key, value]) => html`<dt>${text(locale, key)}</dt><dd>${value}</dd>`)}</dl>`;
}

/** The reference of a login: in the demo a link to its trail. */
const referenceText = (ports: PortalPorts, locale: Locale, reference: string): HtmlValue =>
  ports.trail === undefined
    ? html`${text(locale, 'accounts.reference')} <span class="code">${reference}</span>`
    : html`<a href="/demo/trail">${text(locale, 'accounts.reference')} <span class="code">${reference}</span></a>`;

function loginLine(ports: PortalPorts, locale: Locale, login: CountedLogin): HtmlValue {
  const rule = login.ruleName === undefined ? login.rule : localized(login.ruleName, locale);
  const because = text(locale, login.ruleName === undefined ? 'accounts.becauseGone' : 'accounts.because', {
    rule,
    application: applicationName(ports, locale, login.application),
  });
  return html`<li><span><b>${because}</b>${
    login.organisation !== undefined && html`<br>${[login.title, login.organisation].filter(Boolean).join(', ')}`
  }<br>${text(locale, 'accounts.loginAt')} ${timeOf(ports, locale, login.at)}<br>${text(
    locale,
    login.isHolding ? 'accounts.holds' : 'accounts.held',
  )} ${timeOf(ports, locale, login.until)}<br>${referenceText(ports, locale, login.reference)}</span></li>`;
}

function why(ports: PortalPorts, locale: Locale, { logins }: AccountView): HtmlValue {
  const [holding, past] = [true, false].map((is) => logins.filter(({ isHolding }) => isHolding === is));
  const list = (some: readonly CountedLogin[] = []) =>
    html`<ul class="rows">${some.slice(0, mostLogins).map((login) => loginLine(ports, locale, login))}</ul>`;
  return html`${holding?.length === 0 ? html`<p>${text(locale, 'accounts.noLogin')}</p>` : list(holding)}${
    past !== undefined &&
    past.length > 0 &&
    html`<details><summary>${text(locale, 'accounts.pastLogins', { count: past.length })}</summary>${list(past)}</details>`
  }`;
}

function wanted(locale: Locale, { wanted: account }: AccountView): HtmlValue {
  if (account === undefined || account.rules.length === 0) return html`<p>${text(locale, 'accounts.wantedClosed')}</p>`;
  const groups = account.groups.map((group) => html`<li><span class="print">${group}</span></li>`);
  const attributes = Object.entries(account.attributes).map(
    ([name, values]) =>
      html`<dt>${name}</dt><dd>${values.length === 0 ? text(locale, 'accounts.noValue') : values.join(', ')}</dd>`,
  );
  return html`<dl class="facts"><dt>${text(locale, 'accounts.place')}</dt><dd><span class="print">${account.container}</span></dd>${attributes}<dt>${text(locale, 'accounts.groups')}</dt><dd>${
    groups.length === 0 ? text(locale, 'accounts.noGroups') : html`<ul class="rows">${groups}</ul>`
  }</dd></dl>`;
}

const checkForm = (locale: Locale, view: AccountView): HtmlValue =>
  html`<p>${text(locale, 'accounts.checkLead')}</p><div class="actions"><a class="button other" href="${accountPath(view)}?check=1#check">${text(locale, 'accounts.checkButton')}</a></div>`;

function lookResult(ports: PortalPorts, locale: Locale, look: AccountLook): HtmlValue {
  if (look.kind === 'noAnswer') return html`<p class="bad" role="status">${text(locale, 'accounts.noAnswer')}</p>`;
  if (look.kind === 'nobody') return html`<p role="status">${codeText(locale, 'accounts.reason', look.reason)}</p>`;
  if (look.plan.kind === 'stopped')
    return html`<p class="bad" role="status">${codeText(locale, 'accounts.reason', look.plan.why)}</p>`;
  if (look.plan.steps.length === 0)
    return html`<p role="status">${text(locale, look.isThere ? 'accounts.asWanted' : 'accounts.notThere')}</p>`;
  return html`<div role="status" class="stack close"><p>${text(locale, 'accounts.willDo')}</p><ol class="steps">${look.plan.steps.map((step) => html`<li>${stepLine(ports, locale, step)}</li>`)}</ol></div>`;
}

function steps(ports: PortalPorts, locale: Locale, held: Held, view: AccountView, isClosing: boolean): HtmlValue {
  const refusal = (action: AccountAction): HtmlValue => {
    const code = view.refusals[action];
    return code && code !== 'over' ? html`<p>${text(locale, `accounts.no.${code}`)}</p>` : undefined;
  };
  const sheet = (action: AccountAction, inside: HtmlValue): HtmlValue =>
    view.refusals[action] === undefined
      ? html`<section class="sheet" id="do-${action}"><p>${text(locale, `accounts.will.${action}`)}</p>${inside}</section>`
      : refusal(action);
  const form = (action: AccountAction, look: 'main' | 'other', inside?: HtmlValue, more?: HtmlValue): HtmlValue =>
    sessionForm(
      ports,
      held,
      accountPath(view),
      [['do', action]],
      html`<div class="stack">${inside}<div class="actions"><button class="${look}">${text(locale, `accounts.do.${action}`)}</button>${more}</div></div>`,
    );
  const close = isClosing
    ? form(
        'close',
        'main',
        html`<p><strong>${text(locale, 'accounts.sure', { name: view.holder })}</strong></p><div class="field"><label for="reason">${text(locale, 'accounts.closeWhy')}</label><input id="reason" name="reason" type="text" maxlength="${longestReason}" required autocomplete="off"></div>`,
        html`<a class="button other" href="${accountPath(view)}">${text(locale, 'accounts.leaveOpen')}</a>`,
      )
    : html`<div class="actions"><a class="button other" href="${accountPath(view)}?close=1#do-close">${text(locale, 'accounts.do.close')}</a></div>`;
  return html`<div class="stack">${sheet('tryAgain', form('tryAgain', 'other'))}${sheet('close', close)}</div>`;
}

function history(ports: PortalPorts, locale: Locale, events: readonly AccountEvent[]): HtmlValue {
  if (events.length === 0) return html`<p>${text(locale, 'accounts.noHistory')}</p>`;
  return html`<ol class="rows">${events.map((event) => {
    const more = [
      event.application === undefined ? undefined : applicationName(ports, locale, event.application),
      event.steps.length === 0 ? undefined : event.steps.map((kind) => stepName(locale, kind)).join(' → '),
      event.reason === undefined ? undefined : codeText(locale, 'accounts.reason', event.reason),
      event.detail,
    ].filter((one) => one !== undefined);
    return html`<li><span><b>${codeText(locale, 'accounts.did', event.kind.slice('account.'.length))}</b><br>${timeOf(ports, locale, event.at)}, ${event.by ?? text(locale, 'cards.hub')}${
      more.length > 0 && html`<br><span class="quiet">${more.join(' · ')}</span>`
    }${event.until !== undefined && html`<br><span class="quiet">${text(locale, 'accounts.until')} ${timeOf(ports, locale, event.until)}</span>`}${
      event.reference !== undefined && html`<br>${referenceText(ports, locale, event.reference)}`
    }</span></li>`;
  })}</ol>`;
}

/** POST /accounts/account/:id, by a form of this session's, with proof that is strong and fresh. */
export async function takeAccountStep(
  ports: PortalPorts,
  desk: AccountDesk,
  request: HttpRequest,
): Promise<HttpResponse> {
  const account = accountOfPath(request.params.id);
  if (account === undefined) return ports.showFailure(request, { reason: 'notFound' });
  const path = accountPath(account);
  const session = await heldSession(ports, request);
  if (session === undefined) return seeOther(path);
  const fields = ownForm(ports, request, session);
  const action = accountActions.find((each) => each === fields?.get('do'));
  if (fields === undefined || action === undefined) return ports.showFailure(request, { reason: 'forbidden' });
  const proof = { minimum, proofSeconds: ports.catalogue().settings.lifetimes.linkProof } as const;
  const found = await proven(ports, request, { back: path, proved: false }, proof);
  if ('answer' in found) return found.answer;
  const reason = (fields.get('reason') ?? '').trim().slice(0, longestReason);
  const done = await desk.act(found.held.session, account, action, { proof, reason });
  if (done.kind === 'refused')
    return show(ports, desk, request, found.held, { code: `accounts.no.${done.code}`, of: action });
  return seeOther(path);
}
