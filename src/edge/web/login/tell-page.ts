// The page that tells a person, before going on, what changed about their logins.
import { html } from '../../../base/http/index.ts';
import type { Step } from '../../../core/journey/index.ts';
import { loginName, text } from '../../../wire/texts/index.ts';
import type { DrawnStep } from './step-pages.ts';
import { actionForm, cancelForm, type StepPage, whoBlock } from './step-parts.ts';

/** The page; dates are days, as the person at the help desk reads them too. */
export function tellPage(page: StepPage, step: Extract<Step, { kind: 'tell' }>): DrawnStep {
  const { locale, catalogue, target } = page;
  const day = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, { dateStyle: 'long' });
  const lines = step.news.map((one) => {
    const provider = one.provider === undefined ? undefined : catalogue.providers.get(one.provider)?.name;
    const login = loginName(locale, { namespace: one.namespace, provider });
    const key = one.what === 'added' ? 'logins.newsAdded' : 'logins.newsRemoved';
    return html`<li>${text(locale, key, { login, date: day.format(one.at) })}</li>`;
  });
  return {
    title: text(locale, 'tell.title'),
    problem: false,
    content: html`${whoBlock(page)}<div class="note"><ul class="checks">${lines}</ul><p>${text(locale, 'logins.notYou')}</p></div>
<div class="actions">${actionForm(target('told'), html`<button class="main">${text(locale, 'tell.goOn')}</button>`)}<a class="button other" href="/portal">${text(locale, 'tell.open')}</a>${cancelForm(page)}</div>`,
  };
}
