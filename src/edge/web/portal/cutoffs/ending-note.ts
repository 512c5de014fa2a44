// The note to somebody that a way in that they use ends within a month, and where.
import { type HtmlValue, type HttpRequest, html } from '../../../../base/http/index.ts';
import type { Locale } from '../../../../wire/codes/index.ts';
import { text } from '../../../../wire/texts/index.ts';
import { applicationName, type Held } from '../portal-page.ts';
import type { PortalPorts } from '../ports.ts';
import { howToPath } from './how-to-page.ts';
import { dayOf, wayName } from './parts.ts';

/** Nothing when nothing ends, or nobody is logged in. */
export async function endingNote(
  ports: PortalPorts,
  request: HttpRequest,
  locale: Locale,
  held: Held | undefined,
): Promise<HtmlValue> {
  const ending = held === undefined ? [] : await ports.cutoffs.ending(held.session, ports.browserOf(request));
  if (ending.length === 0) return undefined;
  const lines = ending.map(
    ({ application, provider, from }) =>
      html`<li>${text(locale, 'cutoff.soon', {
        date: dayOf(ports, locale, from),
        way: wayName(ports, locale, provider),
        application: applicationName(ports, locale, application),
      })}</li>`,
  );
  return html`<div class="note"><ul class="checks">${lines}</ul><p><a href="${howToPath}">${text(locale, 'cutoff.soonMore')}</a></p></div>`;
}
