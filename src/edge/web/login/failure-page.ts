// A page of its own for a failure: in a login, in a request that no application can be told of, or of the hub itself.
import { type HtmlValue, type HttpRequest, type HttpResponse, html, problemStatus } from '../../../base/http/index.ts';
import type { Problem } from '../../../base/problem.ts';
import type { Brand } from '../../../core/catalogue/index.ts';
import type { Locale, ReasonCode } from '../../../wire/codes/index.ts';
import { type TextParams, text } from '../../../wire/texts/index.ts';
import { localeOfRequest } from './cookies.ts';
import type { FormTarget, PageFrame } from './frame.ts';
import { kindOfReason, reasonContent, reasonOfProblem, reasonTexts } from './reason-texts.ts';

export interface Failure {
  readonly reason: ReasonCode;
  readonly params?: TextParams | undefined;
  readonly reference?: string | undefined;
  /** Where the person can go on; absent = the start page. */
  readonly goOn?: { readonly href: string; readonly label: string } | undefined;
  readonly locale?: Locale | undefined;
  readonly status?: number | undefined;
}

export interface FailurePageOptions {
  readonly frame: PageFrame;
  readonly brand: () => Brand;
  readonly demo: () => boolean;
}

/** Draws a failure for whoever made the request. Nothing of the request is repeated on the page. */
export type ShowFailure = (request: HttpRequest, failure: Failure) => HttpResponse;

/** The language form of a page that a plain GET shows again; none when there is a query, which is not ours to repeat. */
export const languageTarget = (request: HttpRequest): FormTarget | undefined =>
  request.method === 'GET' &&
  request.query === '' &&
  /^\/[A-Za-z0-9/._-]{0,200}$/.test(request.path) &&
  !request.path.startsWith('//')
    ? { action: '/language', hidden: [['_back', request.path]] }
    : undefined;

export function createFailurePage(options: FailurePageOptions): ShowFailure {
  return (request, failure) => {
    const locale = failure.locale ?? localeOfRequest(request);
    const shown = reasonTexts(locale, failure.reason, failure.params);
    const goOn = failure.goOn ?? { href: '/', label: text(locale, 'layout.start') };
    const content: HtmlValue = html`${reasonContent(locale, shown)}
<div class="actions"><a class="button other" href="${goOn.href}">${goOn.label}</a></div>`;
    return options.frame({
      locale,
      brand: options.brand(),
      title: shown.title,
      content,
      problem: true,
      language: languageTarget(request),
      reference: failure.reference,
      demo: options.demo(),
      status: failure.status ?? problemStatus(kindOfReason(failure.reason)),
    });
  };
}

/** The web server's page for a thrown problem. */
export const problemPage =
  (show: ShowFailure) =>
  (request: HttpRequest, problem: Problem, reference: string): HttpResponse =>
    show(request, { reason: reasonOfProblem(problem), reference, status: problemStatus(problem.kind) });
