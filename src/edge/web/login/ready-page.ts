// The page that waits for accounts in other systems: it looks again by itself, with scripts or without.
import { html } from '../../../base/http/index.ts';
import { text } from '../../../wire/texts/index.ts';
import type { DrawnStep } from './step-pages.ts';
import { cancelForm, type StepPage, whoBlock } from './step-parts.ts';
import { loginPath } from './turn-answer.ts';

/** The page. How long it takes nobody knows, so that the bar only moves. */
export function readyPage(page: StepPage): DrawnStep {
  const { locale, application, view } = page;
  const here = loginPath(view.journey.id);
  return {
    title: text(locale, 'ready.title'),
    problem: false,
    goOn: here,
    goOnSeconds: 1,
    content: html`${whoBlock(page)}<p class="lead">${text(locale, 'ready.lead', { application })}</p>
<progress aria-label="${text(locale, 'ready.progress')}"></progress>
<p class="quiet">${text(locale, 'ready.still')}</p>
<div class="actions"><a class="button main" href="${here}">${text(locale, 'ready.goOn')}</a>${cancelForm(page)}</div>`,
  };
}
