// The EHR's page of an answer of the core record's API: each check with a tick or a cross, the summary, the ticket.
import { html, type SafeHtml } from '../../base/http/index.ts';
import type { Locale } from '../../wire/codes/index.ts';
import type { Asked } from './core-record.ts';
import { claims, frame, type Look } from './pages.ts';
import type { CheckResult, RecordAnswer } from './record-api/index.ts';
import { recordTexts } from './record-texts.ts';

/** For the eye; the word beside it is for everybody. */
const marks: Readonly<Record<CheckResult, string>> = { passed: '✓', failed: '✗', notReached: '–' };

/** `earlier` is the refusal that the ticket shown here is an answer to. */
export function recordPage(look: Look, locale: Locale, asked: Asked, earlier: Asked | undefined): SafeHtml {
  const words = recordTexts[locale];
  const { answer, challenge } = asked;
  const title = answer.summary ? words.title : words.refusedTitle;
  const failed = earlier?.answer.checks.find(({ result }) => result === 'failed');
  return frame(
    look,
    locale,
    title,
    html`<h1>${title}</h1>
${earlier && failed ? html`<p class="note" id="earlier">${words.earlier(earlier.status, words.names[failed.check])}</p>` : ''}
${summarySection(locale, answer.summary)}
<section aria-labelledby="c"><h2 id="c">${words.checks}</h2>${checkList(locale, answer)}</section>
${challenge ? html`<section aria-labelledby="w"><h2 id="w">${words.challenge}</h2><p class="small" lang="en" id="challenge">${asked.status} · ${challenge}</p></section>` : ''}
${answer.ticket ? html`<section aria-labelledby="t"><h2 id="t">${words.ticket}</h2>${claims(answer.ticket, 'at')}</section>` : ''}
<p class="row"><a class="button" id="back" href="/">${words.back}</a></p>`,
  );
}

function summarySection(locale: Locale, summary: RecordAnswer['summary']): SafeHtml | '' {
  if (!summary) return '';
  const words = recordTexts[locale];
  return html`<section aria-labelledby="s"><h2 id="s">${words.summary}: ${summary.name}, ${words.born(summary.born)}</h2>
<dl id="summary">${summary.rows.map(({ title, content }) => html`<dt>${title}</dt><dd class="plain">${content}</dd>`)}</dl>
<p class="small">${words.madeUp}</p></section>`;
}

function checkList(locale: Locale, { checks }: RecordAnswer): SafeHtml {
  const { names, results } = recordTexts[locale];
  return html`<ul class="checks" id="checks">${checks.map(
    ({ check, result, clause }) =>
      html`<li id="check-${check}"><span class="mark" aria-hidden="true">${marks[result]}</span><span>${
        result === 'failed' ? html`<b>${results[result]}:</b>` : html`${results[result]}:`
      } ${names[check]} <span class="small" lang="en">${clause}</span></span></li>`,
  )}</ul>`;
}
