// A reason as a person reads it: what happened, what it means, what to do; and what kind of failure it is.
import { html, type SafeHtml } from '../../../base/http/index.ts';
import type { ProblemKind } from '../../../base/problem.ts';
import { type Locale, type ReasonCode, reasonCodes } from '../../../wire/codes/index.ts';
import { type TextParams, text, waitText } from '../../../wire/texts/index.ts';

/** Parameters as texts use them: a pause in seconds is also there in words, as `wait`. */
function shownParams(locale: Locale, params: TextParams): TextParams {
  const { seconds } = params;
  return typeof seconds === 'number' && Number.isFinite(seconds)
    ? { ...params, wait: waitText(locale, seconds) }
    : params;
}

export interface ShownReason {
  readonly title: string;
  readonly meaning: string;
  readonly action: string;
}

/** The three texts of a reason. */
export function reasonTexts(locale: Locale, reason: ReasonCode, params: TextParams = {}): ShownReason {
  const shown = shownParams(locale, params);
  return {
    title: text(locale, `reason.${reason}.title`, shown),
    meaning: text(locale, `reason.${reason}.meaning`, shown),
    action: text(locale, `reason.${reason}.action`, shown),
  };
}

/** A refusal above the question that is asked again. `field` is the id of the input that the heading leads to. */
export function refusalBlock(shown: ShownReason, field: string | undefined): SafeHtml {
  const title = field === undefined ? html`${shown.title}` : html`<a href="#${field}">${shown.title}</a>`;
  return html`<div class="bad" role="alert"><h2>${title}</h2><p>${shown.meaning}</p><p>${shown.action}</p></div>`;
}

/** A reason as the content of a page of its own, whose heading is the reason's title. */
export function reasonContent(locale: Locale, shown: ShownReason): SafeHtml {
  return html`<div class="stack close"><h2>${text(locale, 'fail.meaning')}</h2><p>${shown.meaning}</p></div>
<div class="stack close"><h2>${text(locale, 'fail.action')}</h2><p>${shown.action}</p></div>`;
}

const byReason: Partial<Record<ReasonCode, ProblemKind>> = {
  'journey.unknown': 'notFound',
  'journey.alreadyUsed': 'conflict',
  'journey.expired': 'invalid',
  'journey.noCookie': 'invalid',
  internal: 'internal',
  notFound: 'notFound',
  tooMany: 'tooMany',
  unavailable: 'unavailable',
  tooLarge: 'tooLarge',
};

/** What kind of failure a reason is; base/http makes the status of it. */
export const kindOfReason = (reason: ReasonCode): ProblemKind =>
  byReason[reason] ?? (reason.startsWith('request.') ? 'invalid' : 'forbidden');

const byKind: Readonly<Record<ProblemKind, ReasonCode>> = {
  invalid: 'request.malformed',
  unauthenticated: 'forbidden',
  forbidden: 'forbidden',
  notFound: 'notFound',
  conflict: 'internal',
  tooLarge: 'tooLarge',
  tooMany: 'tooMany',
  unavailable: 'unavailable',
  internal: 'internal',
};

export const isReasonCode = (code: string | undefined): code is ReasonCode => reasonCodes.some((one) => one === code);

/** The reason to show for a thrown problem: its own code when it is one, else by its kind. */
export const reasonOfProblem = (problem: { readonly code: string; readonly kind: ProblemKind }): ReasonCode =>
  isReasonCode(problem.code) ? problem.code : byKind[problem.kind];
