// Parts that the pages of a login share: forms of one action, who is logged in, ways to log in, why more is asked.
import { type HtmlValue, html, type SafeHtml } from '../../../base/http/index.ts';
import type { CatalogueSnapshot, Provider } from '../../../core/catalogue/index.ts';
import type { StepUpReason, StepView } from '../../../core/journey/index.ts';
import { type Locale, localeOfTag, localized } from '../../../wire/codes/index.ts';
import { text } from '../../../wire/texts/index.ts';
import { cutoffBlock } from './cutoff-block.ts';
import { type FormTarget, hiddenFields } from './frame.ts';

/** All that a page of a step is drawn from. */
export interface StepPage {
  readonly view: StepView;
  readonly locale: Locale;
  readonly catalogue: CatalogueSnapshot;
  /** Name of the application, as people know it. */
  readonly application: string;
  /** Makes the target of a form for one action at this version of the journey. */
  readonly target: (action: ActionName, more?: readonly (readonly [string, string])[]) => FormTarget;
  /** The provider that this browser used last. */
  readonly lastProvider?: string | undefined;
  /** What a long list of ways is searched for. */
  readonly search?: string | undefined;
  /** Something was left out of a form: the texts of what is missing, by id of the field. */
  readonly missing?: readonly { readonly field: string; readonly message: string }[] | undefined;
}

export const actionNames = ['provider', 'reply', 'assignment', 'notMe', 'told', 'locale', 'cancel'] as const;
export type ActionName = (typeof actionNames)[number];

/** A form with hidden fields and the given inside; with an id, buttons elsewhere on the page can send it. */
export const actionForm = (target: FormTarget, inside: HtmlValue, id?: string): SafeHtml =>
  html`<form method="post" action="${target.action}" novalidate${id !== undefined && html` class="form" id="${id}"`}>${hiddenFields(target)}${inside}</form>`;

/** Who is logged in, with the way out for everybody else. */
export function whoBlock({ view, locale, target }: StepPage): HtmlValue {
  const name = view.sessionPerson?.name;
  if (name === undefined) return undefined;
  return html`<div class="who"><p><strong>${text(locale, 'layout.loggedIn', { name })}</strong></p>${actionForm(
    target('notMe'),
    html`<button class="plain">${text(locale, 'layout.notYou')}</button>`,
  )}</div>`;
}

/**
 * The application's own words to the person (Sweden Connect, User Message 2): as text, in the page's language where it
 * has them, and told apart from ours.
 */
export function messageBlock({ view, locale, application }: StepPage): HtmlValue {
  const messages = view.journey.request.message ?? [];
  const found = messages.find(({ language }) => localeOfTag(language) === locale) ?? messages[0];
  if (found === undefined) return undefined;
  const lines = found.text.split('\n').map((line, at) => html`${at > 0 && html`<br>`}${line}`);
  return html`<section class="words" aria-labelledby="words"><h2 id="words">${text(locale, 'login.message', {
    application,
  })}</h2><p lang="${found.language}">${lines}</p></section>`;
}

/** The visible Cancel of every page. */
export const cancelForm = ({ locale, target }: StepPage, label?: string): SafeHtml =>
  actionForm(target('cancel'), html`<button class="other">${label ?? text(locale, 'layout.cancel')}</button>`);

/** Providers that exist, in their order. */
export const providersOf = (catalogue: CatalogueSnapshot, ids: readonly string[]): readonly Provider[] =>
  ids
    .map((id) => catalogue.providers.get(id))
    .filter((provider) => provider !== undefined)
    .sort((a, b) => a.order - b.order);

/** Names of providers as people know them. */
export const namesOf = (page: StepPage, ids: readonly string[]): readonly string[] =>
  providersOf(page.catalogue, ids).map(({ name }) => localized(name, page.locale));

/** What a card page asks for: the one kind of card that will do, where only one does, else the provider. */
export function cardNames(page: StepPage, provider: string): readonly string[] {
  const ask = page.view.ask;
  const populations =
    ask?.kind === 'card' ? ask.populations.flatMap((id) => page.catalogue.populations.get(id) ?? []) : [];
  const [only] = populations;
  return only && populations.length === 1 ? [localized(only.name, page.locale)] : namesOf(page, [provider]);
}

/** What rules say to people. One that is no longer in the catalogue says nothing. */
export const ruleWords = ({ catalogue, locale }: StepPage, ids: readonly string[]): string =>
  ids
    .flatMap((id) => catalogue.rules.get(id) ?? [])
    .map((rule) => localized(rule.shown ?? { en: rule.title }, locale))
    .join('; ');

/** What the rules behind a refusal say, and who answers for them: those of policy, or those that keep assignments apart. */
export function refusalWords(
  page: StepPage,
  { reason, rules: ids }: { readonly reason: string; readonly rules: readonly string[] },
): { readonly rules: string; readonly owners: readonly string[] } {
  const { catalogue, locale } = page;
  const conflicts = ids.flatMap((id) => catalogue.assignmentConflicts.get(id) ?? []);
  const isConflict = reason === 'policy.assignmentsConflict';
  const owners = (isConflict ? conflicts : ids.flatMap((id) => catalogue.rules.get(id) ?? [])).map(
    ({ owner }) => owner,
  );
  return {
    rules: isConflict ? conflicts.map(({ name }) => localized(name, locale)).join('; ') : ruleWords(page, ids),
    owners: [...new Set(owners)],
  };
}

/** The kinds of card that will do, when those are fewer than the provider takes in all; undefined when any of its kinds will. */
export function narrowedCards(page: StepPage, provider: string): string | undefined {
  const { catalogue, locale, view } = page;
  if (view.ask?.kind !== 'card') return undefined;
  const ofPeople = (ids: readonly string[]) =>
    ids.flatMap((id) => catalogue.populations.get(id) ?? []).filter(({ identifiers }) => identifiers.length > 0);
  const asked = ofPeople(view.ask.populations);
  if (asked.length === 0 || asked.length >= ofPeople(catalogue.providers.get(provider)?.populations ?? []).length)
    return undefined;
  const names = asked.map(({ name }) => localized(name, locale));
  return new Intl.ListFormat(locale, { type: 'disjunction' }).format(names);
}

/** Why more is asked of a person who may be logged in already. `ways` names what will do. */
export function whyBlock(page: StepPage, why: StepUpReason | undefined, ways: readonly string[]): HtmlValue {
  if (why === undefined) return undefined;
  const { locale, application } = page;
  const way = ways.length === 1 ? ways[0] : undefined;
  const again = why.reason === 'policy.tooOld' || why.reason === 'policy.fresh';
  const stronger = why.reason === 'policy.assuranceTooLow';
  const rules = ruleWords(page, why.rules);
  // Whoever only just proved who they are in this login has nothing open yet.
  const keeps = page.view.sessionPerson !== undefined && page.view.journey.person === undefined;
  const title = again
    ? text(locale, 'stepUp.again', { application })
    : !stronger
      ? text(locale, 'stepUp.otherWay', { application })
      : way === undefined
        ? text(locale, 'stepUp.stronger', { application })
        : text(locale, 'stepUp.strongerWith', { application, way });
  return html`<div class="note"><h2>${title}</h2><p>${text(locale, `reason.${why.reason}.meaning`)}</p>${
    rules !== '' && html`<p>${text(locale, 'stepUp.because', { rules })}</p>`
  }${cutoffBlock(page, why.cutoffs)}${keeps && html`<p>${text(locale, 'stepUp.keep')}</p>`}</div>`;
}

/** What is missing in a form that was sent, each leading to its field (WCAG 2.2 3.3.1). */
export function missingBlock({ locale, missing }: StepPage): HtmlValue {
  if (!missing || missing.length === 0) return undefined;
  return html`<div class="bad" role="alert"><h2>${text(locale, 'form.problem')}</h2><ul>${missing.map(
    ({ field, message }) => html`<li><a href="#${field}">${message}</a></li>`,
  )}</ul></div>`;
}
