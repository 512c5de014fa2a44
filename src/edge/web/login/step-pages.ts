// A page for each step of a login: choose a way, password, card, assignment, and no.
import { type HtmlValue, html } from '../../../base/http/index.ts';
import type { Ask, Step } from '../../../core/journey/index.ts';
import { type Locale, localized } from '../../../wire/codes/index.ts';
import { isLocale, text } from '../../../wire/texts/index.ts';
import { longList, otherWays, searchableWays } from './choose-page.ts';
import { cutoffBlock } from './cutoff-block.ts';
import { leavePage } from './leave-page.ts';
import { orderBlock } from './order-block.ts';
import { reasonContent, reasonTexts, refusalBlock } from './reason-texts.ts';
import {
  actionForm,
  cancelForm,
  cardNames,
  messageBlock,
  missingBlock,
  namesOf,
  narrowedCards,
  refusalWords,
  type StepPage,
  whoBlock,
  whyBlock,
} from './step-parts.ts';
import { loginPath } from './turn-answer.ts';

/** Title and content of a page; `problem` when something went wrong, `reference` when its code is shown. */
export interface DrawnStep {
  readonly title: string;
  readonly content: HtmlValue;
  readonly problem: boolean;
  /** Where the browser goes by itself, at once. */
  readonly goOn?: string | undefined;
  readonly goOnSeconds?: number | undefined;
}

type StepOf<Kind extends Step['kind']> = Extract<Step, { kind: Kind }>;

/** An assignment as people choose it. */
export interface AssignmentLabel {
  readonly id: string;
  readonly organisation: string;
  readonly unit?: string | undefined;
  /** What the commission is for, where the source says so. */
  readonly purpose?: string | undefined;
  readonly role: string;
}

export const fieldId = (name: string): string => `field-${name}`;

/** The label of a connector's field; another name than we know is shown as it is. */
export function fieldLabel(locale: Locale, name: string): string {
  if (name === 'username') return text(locale, 'password.userName');
  if (name === 'password') return text(locale, 'password.password');
  return name;
}

function refusal(page: StepPage, field?: string): HtmlValue {
  const refused = page.view.journey.refusal;
  if (!refused || page.missing) return undefined;
  // The trail keeps a provider by its id; people know it by its name.
  const { provider, ...rest } = refused.params;
  const [name] = typeof provider === 'string' ? namesOf(page, [provider]) : [];
  const params = provider === undefined ? rest : { ...rest, provider: name ?? provider };
  return refusalBlock(reasonTexts(page.locale, refused.reason, params), field);
}

export function choosePage(page: StepPage, step: StepOf<'choose'>): DrawnStep {
  const { locale, application } = page;
  return {
    title: text(locale, 'login.to', { application }),
    problem: page.view.journey.refusal !== undefined || page.missing !== undefined,
    content: html`${whoBlock(page)}${messageBlock(page)}${refusal(page)}${missingBlock(page)}${whyBlock(page, step.why, namesOf(page, step.providers))}
<div class="stack close" id="ways"><h2>${text(locale, 'choose.title')}</h2>${searchableWays(page, step.providers)}</div>
<div class="actions${step.providers.length > longList ? ' stay' : ''}">${cancelForm(page)}</div>`,
  };
}

/** The page before a provider's own pages. */
export const awayPage = (page: StepPage, step: StepOf<'prove'>): DrawnStep => leavePage(page, step, refusal(page));

const autocomplete: Readonly<Record<string, string>> = { username: 'username', password: 'current-password' };

function field(page: StepPage, one: Extract<Ask, { kind: 'form' }>['fields'][number], focus: boolean): HtmlValue {
  const { locale, missing, view } = page;
  const id = fieldId(one.name);
  const fault = missing?.find((found) => found.field === id);
  const { hint } = view.journey.request;
  const value = one.name === 'username' && hint !== undefined && hint.length <= 100 ? hint : '';
  return html`<div class="field"><label for="${id}">${fieldLabel(locale, one.name)}</label>${
    fault && html`<p class="field-error" id="${id}-error">${fault.message}</p>`
  }<input id="${id}" name="${one.name}" type="${one.type}" value="${value}" required autocomplete="${
    autocomplete[one.name] ?? 'off'
  }" autocapitalize="none" spellcheck="false"${
    fault && html` aria-invalid="true" aria-describedby="${id}-error"`
  }${focus && html` autofocus`}></div>`;
}

export function formPage(page: StepPage, step: StepOf<'prove'>, ask: Extract<Ask, { kind: 'form' }>): DrawnStep {
  const { locale, application, view } = page;
  const first = ask.fields[0];
  const problem = view.journey.refusal !== undefined || page.missing !== undefined;
  const isDirectory = page.catalogue.providers.get(step.provider)?.connector === 'directoryPassword';
  const fields = ask.fields.map((one) => field(page, one, one === first && !problem && step.why === undefined));
  return {
    title: text(locale, 'login.to', { application }),
    problem,
    content: html`${whoBlock(page)}${messageBlock(page)}${refusal(page, first && fieldId(first.name))}${missingBlock(page)}${whyBlock(
      page,
      step.why,
      namesOf(page, [step.provider]),
    )}${isDirectory && html`<p class="lead">${text(locale, 'password.ofDirectory')}</p>`}${actionForm(
      page.target('reply', [['_provider', step.provider]]),
      fields,
      'reply',
    )}
<div class="actions"><button class="main" form="reply">${text(locale, 'password.submit')}</button>${cancelForm(page)}</div>${otherWays(page, step.alternatives)}`,
  };
}

const checks = ['Seated', 'Reader', 'Pin', 'Middleware', 'Wrong', 'Expired'] as const;

export function cardPage(page: StepPage, step: StepOf<'prove'>): DrawnStep {
  const { locale, application, view } = page;
  const refused = view.journey.refusal;
  const again = refused?.reason.startsWith('card.') ?? false;
  const cards = narrowedCards(page, step.provider);
  const steps = ([1, 2, 3] as const).map((one) => html`<li>${text(locale, `card.step${one}`)}</li>`);
  return {
    title: text(locale, 'login.to', { application }),
    problem: refused !== undefined,
    content: html`${whoBlock(page)}${messageBlock(page)}${refusal(page)}${whyBlock(page, step.why, cardNames(page, step.provider))}
${
  refused?.reason === 'card.noCertificate' &&
  html`<div class="stack close"><h2>${text(locale, 'card.checks')}</h2><ul class="checks">${checks.map(
    (check) => html`<li>${text(locale, `card.check${check}`)}</li>`,
  )}${cards !== undefined && html`<li>${text(locale, 'card.checkKind', { cards })}</li>`}</ul><p>${text(locale, 'card.checkBrowser')}</p></div>`
}
<div class="stack close"><h2>${text(locale, 'card.title')}</h2>${
      cards !== undefined && html`<p class="which">${text(locale, 'card.which', { cards })}</p>`
    }<ol class="steps">${steps}</ol></div>
<div class="actions"><a class="button main" href="/login/${view.journey.id}/card">${text(
      locale,
      again ? 'card.retry' : 'card.submit',
    )}</a>${cancelForm(page)}</div>${otherWays(page, step.alternatives)}`,
  };
}

export function assignmentPage(page: StepPage, labels: readonly AssignmentLabel[]): DrawnStep {
  const { locale, application, target } = page;
  const choices = labels.map(({ id, organisation, unit, purpose, role }) => {
    const place = [unit, purpose, role].filter((each) => each !== undefined).join(', ');
    return html`<li><button class="choice" name="_assignment" value="${id}"><span><b>${organisation}</b><span>${place}</span></span></button></li>`;
  });
  return {
    title: text(locale, 'assignment.title'),
    problem: page.view.journey.refusal !== undefined || page.missing !== undefined,
    content: html`${whoBlock(page)}${refusal(page)}${missingBlock(page)}
<p class="lead">${text(locale, 'assignment.intro', { application })}</p>
${actionForm(
  target('assignment'),
  html`<div role="group" aria-label="${text(locale, 'assignment.legend')}" id="ways"><ul class="choices">${choices}</ul></div>`,
)}
<div class="actions">${cancelForm(page)}</div>`,
  };
}

export function refusedPage(page: StepPage, step: StepOf<'fail'>): DrawnStep {
  const { locale, application, view } = page;
  const refused = view.journey.refusal?.reason === step.reason ? view.journey.refusal : undefined;
  const shown = reasonTexts(locale, step.reason, refused?.params ?? {});
  const { rules, owners } = refusalWords(page, step);
  const services = (step.services ?? []).flatMap((id) => page.catalogue.apis.get(id)?.name ?? []);
  return {
    title: shown.title,
    problem: true,
    content: html`${whoBlock(page)}${reasonContent(locale, shown)}${orderBlock(page, step.precondition)}${cutoffBlock(page, step.cutoffs)}${
      rules !== '' && html`<p class="quiet">${text(locale, 'stepUp.because', { rules })}</p>`
    }${owners.length > 0 && html`<p class="quiet">${text(locale, 'fail.owners', { owners: owners.join('; ') })}</p>`}${
      services.length > 0 &&
      html`<p class="quiet">${text(locale, 'fail.services', { services: services.map((name) => localized(name, locale)).join('; ') })}</p>`
    }
<div class="actions">${againLink(page, step)}${cancelForm(page, text(locale, 'fail.toApplication', { application }))}</div>`,
  };
}

/** What must hold elsewhere may hold by now: the page asks again when it is opened. A missing key is written by others first. */
const againLink = ({ view, locale }: StepPage, { reason, precondition }: StepOf<'fail'>): HtmlValue =>
  precondition !== undefined &&
  reason !== 'precondition.noKey' &&
  html`<a class="button main" href="${loginPath(view.journey.id)}">${text(locale, 'order.again')}</a>`;

/** The language that a form asks for, or undefined. */
export const localeOfField = (value: string | undefined): Locale | undefined => (isLocale(value) ? value : undefined);
