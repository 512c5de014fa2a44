// Events of the trail as a table: when, what, who, where, and all of it behind a word.
import { type HtmlValue, html } from '../../../../base/http/index.ts';
import type { Locale } from '../../../../wire/codes/index.ts';
import { text, textKeys, trailWords } from '../../../../wire/texts/index.ts';
import { applicationName, clockTimeOf, timeOf } from '../portal-page.ts';
import type { PortalPorts } from '../ports.ts';
import type { ShownEvent } from './ports.ts';

export const trailPath = '/audit';
export const ticketPath = (ticket: string): string => `${trailPath}/ticket/${encodeURIComponent(ticket)}`;

const steps = (locale: Locale): Readonly<Record<string, string>> => trailWords[locale].steps;
const known = new Set<string>(textKeys());

function outcome(locale: Locale, { outcome: how, reason }: ShownEvent): HtmlValue {
  const title = `reason.${reason}.title`;
  const word = how === 'ok' || how === 'refused' || how === 'failed' ? text(locale, `search.${how}`) : how;
  const why =
    reason === undefined ? '' : known.has(title) ? text(locale, title as `reason.card.expired.title`) : reason;
  return html`<span${how !== 'ok' && html` class="failed"`}>${word}</span>${why !== '' && html`<br><span class="quiet small">${why}</span>`}`;
}

function row(ports: PortalPorts, locale: Locale, event: ShownEvent, story: boolean): HtmlValue {
  const { at, kind, name, person, application, ticket, id } = event;
  const words = steps(locale)[kind];
  return html`<tr><td>${timeOf(ports, locale, at)}<br><span class="quiet small">${clockTimeOf(ports, locale, at)}</span></td><td>${
    words === undefined
      ? html`<span class="print">${kind}</span>`
      : html`${words}<br><span class="print">${kind}</span>`
  }</td><td>${outcome(locale, event)}</td><td>${name}${person !== undefined && html`${name !== undefined && html`<br>`}<span class="print">${person}</span>`}</td><td>${
    application !== undefined && applicationName(ports, locale, application)
  }</td><td>${
    story && ticket !== undefined && html`<a href="${ticketPath(ticket)}">${text(locale, 'search.ticketOf')}</a>`
  }<details><summary>${text(locale, 'search.details')}<span class="away"> ${id}</span></summary><pre class="print">${indented(event.text)}</pre></details></td></tr>`;
}

function indented(given: string): string {
  try {
    return JSON.stringify(JSON.parse(given), undefined, 1);
  } catch {
    return given;
  }
}

/** The table; `label` is the id of the heading that names it. `story`: with links to the story of each ticket. */
export const eventTable = (
  ports: PortalPorts,
  locale: Locale,
  events: readonly ShownEvent[],
  { label, story }: { readonly label: string; readonly story: boolean },
): HtmlValue =>
  html`<div class="table" role="region" tabindex="0" aria-labelledby="${label}"><table><thead><tr>${(
    ['when', 'what', 'how', 'who', 'where', 'more'] as const
  ).map((name) => html`<th scope="col">${text(locale, `search.${name}`)}</th>`)}</tr></thead><tbody>${events.map(
    (event) => row(ports, locale, event, story),
  )}</tbody></table></div>`;
