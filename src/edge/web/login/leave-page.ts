// The page between us and a provider's own pages: it goes on by itself, or tells what went wrong and offers the other ways.
import { type HtmlValue, html } from '../../../base/http/index.ts';
import { samlPresetOf } from '../../../core/catalogue/index.ts';
import type { Step } from '../../../core/journey/index.ts';
import { text } from '../../../wire/texts/index.ts';
import { otherWays } from './choose-page.ts';
import { leavePath } from './leave-routes.ts';
import { cancelForm, messageBlock, namesOf, type StepPage, whoBlock, whyBlock } from './step-parts.ts';

export interface LeavePage {
  readonly title: string;
  readonly content: HtmlValue;
  readonly problem: boolean;
  /** Where the browser goes by itself, at once. */
  readonly goOn?: string | undefined;
}

/** It goes on by itself only when there is nothing to read first. */
export function leavePage(page: StepPage, step: Extract<Step, { kind: 'prove' }>, refusal: HtmlValue): LeavePage {
  const { locale, application, view } = page;
  const [provider = step.provider] = namesOf(page, [step.provider]);
  const href = leavePath(view.journey.id, step.provider);
  const problem = view.journey.refusal !== undefined;
  const looksForAnother = page.search !== undefined;
  // A provider that shows the application's words gets them; else they are read here, before going on.
  const { saml } = page.catalogue.providers.get(step.provider) ?? {};
  const words = saml !== undefined && samlPresetOf(saml).userMessage ? undefined : messageBlock(page);
  const toRead =
    words !== undefined || problem || looksForAnother || step.why !== undefined || view.sessionPerson !== undefined;
  return {
    title: toRead ? text(locale, 'login.to', { application }) : text(locale, 'leave.title', { provider }),
    problem,
    goOn: toRead ? undefined : href,
    content: html`${whoBlock(page)}${words}${refusal}${whyBlock(page, step.why, [provider])}
${!problem && html`<p class="lead">${text(locale, 'leave.lead')}</p>`}
<div class="actions"><a class="button main" href="${href}">${text(locale, problem ? 'leave.again' : 'leave.go', {
      provider,
    })}</a>${cancelForm(page)}</div>${otherWays(page, step.alternatives)}`,
  };
}
