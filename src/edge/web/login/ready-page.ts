// The page that waits for accounts in other systems: how many are first, and it looks again by itself, with scripts or without.
import { html } from '../../../base/http/index.ts';
import { text } from '../../../wire/texts/index.ts';
import type { DrawnStep } from './step-pages.ts';
import { cancelForm, type StepPage, whoBlock } from './step-parts.ts';
import { loginPath } from './turn-answer.ts';

/** Nothing when one is next: the account is being made. */
function queue({ locale, view: { before = 0 } }: StepPage) {
  if (before === 0) return '';
  const said = before === 1 ? text(locale, 'ready.oneBefore') : text(locale, 'ready.before', { count: String(before) });
  return html`<p>${said}</p>`;
}

/** The page. How long it takes nobody knows, so that the bar only moves. */
export function readyPage(page: StepPage): DrawnStep {
  const { locale, application, view } = page;
  const here = loginPath(view.journey.id);
  return {
    title: text(locale, 'ready.title'),
    problem: false,
    goOn: here,
    // Who stands far back in a long queue looks less often: looking costs what making accounts needs.
    goOnSeconds: Math.min(5, 1 + Math.floor((view.before ?? 0) / 20)),
    content: html`${whoBlock(page)}<p class="lead">${text(locale, 'ready.lead', { application })}</p>
<div role="status">${queue(page)}</div>
<progress aria-label="${text(locale, 'ready.progress')}"></progress>
<p class="quiet">${text(locale, 'ready.still')}</p>
<div class="actions"><a class="button main" href="${here}">${text(locale, 'ready.goOn')}</a>${cancelForm(page)}</div>`,
  };
}
