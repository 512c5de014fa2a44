// Draws the page of the step that a login is at.
import { csrfToken, type HttpRequest, type HttpResponse, parseQuery, problemStatus } from '../../../base/http/index.ts';
import type { StepProblem, StepView } from '../../../core/journey/index.ts';
import { type Locale, localized } from '../../../wire/codes/index.ts';
import { text } from '../../../wire/texts/index.ts';
import { lastProviderOf } from './cookies.ts';
import { formTargetsOf } from './form-targets.ts';
import type { LoginPorts } from './ports.ts';
import { readyPage } from './ready-page.ts';
import { kindOfReason } from './reason-texts.ts';
import { assignmentPage, awayPage, cardPage, choosePage, type DrawnStep, formPage, refusedPage } from './step-pages.ts';
import type { StepPage } from './step-parts.ts';
import { tellPage } from './tell-page.ts';
import { loginPath } from './turn-answer.ts';

export const csrfPurpose = 'login';

async function draw(ports: LoginPorts, page: StepPage): Promise<DrawnStep> {
  const { step, ask } = page.view;
  switch (step.kind) {
    case 'choose':
      return choosePage(page, step);
    case 'prove':
      if (ask?.kind === 'form') return formPage(page, step, ask);
      return ask?.kind === 'redirect' ? awayPage(page, step) : cardPage(page, step);
    case 'chooseAssignment': {
      const person = page.view.sessionPerson?.id ?? page.view.journey.person;
      return assignmentPage(page, await ports.assignmentLabels(step.assignments, person));
    }
    case 'tell':
      return tellPage(page, step);
    case 'ready':
      return readyPage(page);
    case 'fail':
      return refusedPage(page, step);
  }
}

/** What a long list is searched for: the `q` of a plain GET, at most 100 characters. */
function searchOf(request: HttpRequest): string | undefined {
  const query = request.method === 'GET' ? parseQuery(request.query, { maxBytes: 1000, maxFields: 4 }) : undefined;
  return query?.ok === true ? query.fields.get('q')?.trim().slice(0, 100) : undefined;
}

export function localeOfView(ports: LoginPorts, request: HttpRequest, view: StepView): Locale {
  return view.journey.locale ?? ports.browserOf(request).locale ?? 'sv';
}

/** The page of a step. `missing`: a form was sent without these. `browserToken` is the value of the journey cookie. */
export async function showStep(
  ports: LoginPorts,
  request: HttpRequest,
  view: StepView,
  browserToken: string,
  missing?: StepPage['missing'],
): Promise<HttpResponse> {
  const { journey } = view;
  const locale = localeOfView(ports, request, view);
  const catalogue = ports.catalogue();
  const known = catalogue.applications.get(journey.request.application);
  const csrf = csrfToken(ports.csrfKey, csrfPurpose, browserToken);
  const page: StepPage = {
    view,
    locale,
    catalogue,
    application: known ? localized(known.name, locale) : text(locale, 'layout.portal'),
    missing,
    lastProvider: lastProviderOf(request),
    search: searchOf(request),
    target: (action, more = []) => ({
      action: loginPath(journey.id),
      hidden: [['_csrf', csrf], ['_version', String(journey.version)], ['_action', action], ...more],
    }),
  };
  const drawn = await draw(ports, page);
  return ports.frame({
    locale,
    brand: await ports.brand(journey.request),
    title: drawn.title,
    goOn: drawn.goOn,
    goOnSeconds: drawn.goOnSeconds,
    content: drawn.content,
    problem: drawn.problem,
    reference: drawn.problem ? journey.reference : undefined,
    language: page.target('locale'),
    demo: view.settings.demo,
    status: missing ? problemStatus('invalid') : 200,
    formTargets: formTargetsOf(catalogue.clients.get(journey.request.application)),
  });
}

/** Where the person goes on after a problem: to the login while it runs, else to the application that it was for. */
function goOnOf(ports: LoginPorts, locale: Locale, problem: StepProblem) {
  if (problem.continueAt !== undefined) {
    return { href: loginPath(problem.continueAt), label: text(locale, 'layout.continue') };
  }
  const known = problem.application === undefined ? undefined : ports.catalogue().applications.get(problem.application);
  if (known?.homeUrl === undefined || known.closed) return undefined;
  return {
    href: known.homeUrl,
    label: text(locale, 'fail.toApplication', { application: localized(known.name, locale) }),
  };
}

/** The page of a step that could not be taken. */
export function showProblem(ports: LoginPorts, request: HttpRequest, problem: StepProblem): HttpResponse {
  const locale = ports.browserOf(request).locale ?? 'sv';
  return ports.showFailure(request, {
    reason: problem.reason,
    reference: problem.reference,
    status: problemStatus(kindOfReason(problem.reason)),
    goOn: goOnOf(ports, locale, problem),
  });
}
