// The routes of a login: look at its step, take one action, go to the card and come back.
import {
  comesFromSameOrigin,
  csrfTokenHolds,
  type FormFields,
  type HttpRequest,
  type HttpResponse,
  parseQuery,
  type Route,
  readForm,
  seeOther,
  withSetCookies,
} from '../../../base/http/index.ts';
import type { Action, Browser, StepProblem, StepView, Turn } from '../../../core/journey/index.ts';
import type { ReasonCode } from '../../../wire/codes/index.ts';
import { isLocale, text } from '../../../wire/texts/index.ts';
import { localeCookie, providerCookie } from './cookies.ts';
import { leavePath, leaveRoutes } from './leave-routes.ts';
import type { LoginPorts } from './ports.ts';
import { isReasonCode } from './reason-texts.ts';
import { csrfPurpose, localeOfView, showProblem, showStep } from './show-step.ts';
import { fieldId, fieldLabel } from './step-pages.ts';
import { type ActionName, actionNames } from './step-parts.ts';
import { loginPath } from './turn-answer.ts';

const maxBodyBytes = 16_384;
const journeyId = /^[A-Za-z0-9-]{1,64}$/;
const referenceShape = /^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/;

const isTurn = (result: Turn | StepProblem | StepView): result is Turn =>
  'kind' in result && (result.kind === 'interact' || result.kind === 'done');
const isProblem = (result: Turn | StepProblem | StepView): result is StepProblem =>
  'kind' in result && result.kind === 'problem';

interface Sent {
  readonly name: ActionName;
  readonly version: number;
  readonly fields: FormFields['fields'];
}

function readSent(form: FormFields): Sent | undefined {
  const { fields } = form;
  // The language buttons stand in every page's footer, as the only field besides the hidden ones.
  const name = actionNames.find((one) => one === fields.get('_action'));
  const version = fields.get('_version') ?? '';
  if (form.duplicates.length > 0 || name === undefined || !/^\d{1,9}$/.test(version)) return undefined;
  return { name, version: Number(version), fields };
}

/** The routes of the login pages. */
export function loginRoutes(ports: LoginPorts): readonly Route[] {
  const { dispatcher } = ports;
  const refuse = (request: HttpRequest, reason: ReasonCode, journey?: string): HttpResponse =>
    showProblem(ports, request, { kind: 'problem', reason, continueAt: journey });
  const answer = (request: HttpRequest, result: Turn | StepProblem): Promise<HttpResponse> | HttpResponse =>
    isProblem(result) ? showProblem(ports, request, result) : ports.turnAnswer(result);

  async function look(request: HttpRequest): Promise<HttpResponse> {
    const id = request.params.id ?? '';
    const browser = ports.browserOf(request);
    if (!journeyId.test(id)) return refuse(request, 'journey.unknown');
    const result = await dispatcher.view(id, browser);
    if (isTurn(result)) return ports.turnAnswer(result);
    if (isProblem(result)) return showProblem(ports, request, result);
    const { journey, step } = result;
    // Nobody is shown anything: straight on to the provider.
    if (journey.request.passive && step.kind === 'prove') return seeOther(leavePath(journey.id, step.provider));
    return await showStep(ports, request, result, browser.token ?? '');
  }

  async function act(request: HttpRequest): Promise<HttpResponse> {
    const id = request.params.id ?? '';
    const browser = ports.browserOf(request);
    if (!journeyId.test(id)) return refuse(request, 'journey.unknown');
    // From elsewhere, or without our Lax cookie: nothing is done or kept, and the page itself is shown, which needs the cookie.
    if (browser.token === undefined || !comesFromSameOrigin(request, ports.origin)) return seeOther(loginPath(id));
    const form = readForm(request, { maxBytes: maxBodyBytes, maxFields: 16 });
    if (!form.ok) return refuse(request, 'request.malformed');
    if (!csrfTokenHolds(ports.csrfKey, csrfPurpose, browser.token, form.fields.get('_csrf'))) {
      return refuse(request, 'forbidden', id);
    }
    const sent = readSent(form);
    if (!sent) return refuse(request, 'request.malformed');
    return await take(request, id, sent, browser, browser.token);
  }

  async function take(
    request: HttpRequest,
    id: string,
    sent: Sent,
    browser: Browser,
    token: string,
  ): Promise<HttpResponse> {
    const { fields, version } = sent;
    const run = async (action: Action) => answer(request, await dispatcher.act(id, version, action, browser));
    switch (sent.name) {
      case 'cancel':
      case 'notMe':
      case 'told':
        return await run({ kind: sent.name });
      case 'locale': {
        const locale = fields.get('_locale');
        if (!isLocale(locale)) return seeOther(loginPath(id));
        return withSetCookies(await run({ kind: 'setLocale', locale }), [localeCookie(locale)]);
      }
      case 'provider': {
        const provider = fields.get('_provider');
        if (provider === undefined || provider === '') return await chooseOne(request, id, browser, token);
        const result = await dispatcher.act(id, version, { kind: 'chooseProvider', provider }, browser);
        // Remembered only when it was taken: a stale or crafted choice leaves nothing behind.
        return withSetCookies(await answer(request, result), isTurn(result) ? [providerCookie(provider)] : []);
      }
      case 'assignment': {
        const assignment = fields.get('_assignment');
        if (assignment === undefined || assignment === '') return await chooseOne(request, id, browser, token);
        return await run({ kind: 'chooseAssignment', assignment });
      }
      case 'reply':
        return await reply(request, id, sent, browser, token);
    }
  }

  /** The step again, with the word that one of the choices must be taken. */
  async function chooseOne(request: HttpRequest, id: string, browser: Browser, token: string): Promise<HttpResponse> {
    const view = await dispatcher.view(id, browser);
    if (isTurn(view)) return ports.turnAnswer(view);
    if (isProblem(view)) return showProblem(ports, request, view);
    const message = text(localeOfView(ports, request, view), 'form.chooseOne');
    return await showStep(ports, request, view, token, [{ field: 'ways', message }]);
  }

  /** A connector's form: only the fields that it asked for go on, and an empty one is asked for again without a try. */
  async function reply(
    request: HttpRequest,
    id: string,
    sent: Sent,
    browser: Browser,
    token: string,
  ): Promise<HttpResponse> {
    const view = await dispatcher.view(id, browser);
    if (isTurn(view)) return ports.turnAnswer(view);
    if (isProblem(view)) return showProblem(ports, request, view);
    const provider = sent.fields.get('_provider') ?? '';
    if (view.ask?.kind !== 'form' || view.step.kind !== 'prove' || view.step.provider !== provider) {
      return refuse(request, 'journey.alreadyUsed', id);
    }
    const given = view.ask.fields.map(({ name }) => [name, sent.fields.get(name) ?? ''] as const);
    const empty = given.filter(([, value]) => value === '');
    if (empty.length > 0) {
      const locale = localeOfView(ports, request, view);
      const missing = empty.map(([name]) => ({
        field: fieldId(name),
        message: text(locale, 'form.required', { field: fieldLabel(locale, name) }),
      }));
      return await showStep(ports, request, view, token, missing);
    }
    const action: Action = {
      kind: 'reply',
      provider,
      reply: { kind: 'form', fields: Object.fromEntries(given), ip: browser.ip },
    };
    return answer(request, await dispatcher.act(id, sent.version, action, browser));
  }

  async function toCard(request: HttpRequest): Promise<HttpResponse> {
    const id = request.params.id ?? '';
    if (!journeyId.test(id)) return refuse(request, 'journey.unknown');
    const ticket = await dispatcher.cardTicket(id, ports.browserOf(request));
    if ('kind' in ticket) return showProblem(ports, request, ticket);
    return seeOther(ports.cardUrl(ticket.token, ticket.populations));
  }

  async function fromCard(request: HttpRequest): Promise<HttpResponse> {
    const id = request.params.id ?? '';
    const query = parseQuery(request.query, { maxBytes: 500, maxFields: 4 });
    const ticket = query.ok && query.duplicates.length === 0 ? query.fields.get('ticket') : undefined;
    if (!journeyId.test(id) || ticket === undefined) return refuse(request, 'journey.unknown');
    return answer(request, await dispatcher.takeHandoff(id, ticket, ports.browserOf(request)));
  }

  /** A failure on the card's host, where no page of ours is drawn. Only codes that exist are shown. */
  function cardProblem(request: HttpRequest): HttpResponse {
    const reason = request.params.reason;
    const query = parseQuery(request.query, { maxBytes: 200, maxFields: 4 });
    const given = query.ok ? query.fields.get('code') : undefined;
    const reference = given !== undefined && referenceShape.test(given) ? given : undefined;
    if (!isReasonCode(reason)) return refuse(request, 'notFound');
    return showProblem(ports, request, { kind: 'problem', reason, reference });
  }

  return [
    { method: 'GET', path: '/login/:id', handle: look },
    { method: 'POST', path: '/login/:id', maxBodyBytes, handle: act },
    { method: 'GET', path: '/login/:id/card', handle: toCard },
    { method: 'GET', path: '/login/:id/handoff', handle: fromCard },
    ...leaveRoutes(ports),
    { method: 'GET', path: '/problem/:reason', handle: cardProblem },
  ];
}
