// What the end of sessions reached, as rows for people: each thing once, with what can be said of it for sure.
import { type HtmlValue, html, type SafeHtml } from '../../../base/http/index.ts';
import { isOpen, type LogoutStatus, mayChange, type Told } from '../../../core/sessions/index.ts';
import { type Locale, localized } from '../../../wire/codes/index.ts';
import { text } from '../../../wire/texts/index.ts';
import { applicationName } from './portal-page.ts';
import type { LogoutRow, PortalPorts } from './ports.ts';

/** The worse of two is shown when an application was reached by several sessions. */
const worst: readonly LogoutStatus[] = ['untold', 'failed', 'failing', 'pending', 'asked', 'told'];
const classes: Readonly<Record<LogoutStatus, string>> = {
  told: 'told',
  asked: 'quiet',
  pending: 'quiet',
  failing: 'failed',
  failed: 'failed',
  untold: 'failed',
};

export interface Summary {
  /** At least one row is something that the person has to see to. */
  readonly open: boolean;
  /** The page is worth looking at again. */
  readonly more: boolean;
  /** Every application was told by its server: nothing is left to show. */
  readonly allTold: boolean;
}

export const summaryOf = (rows: readonly LogoutRow[]): Summary => ({
  open: rows.some(({ status }) => isOpen(status)),
  more: rows.some(({ status }) => mayChange(status)),
  allTold: rows.every(({ status, frame }) => status === 'told' && frame === undefined),
});

/** One row for each thing that was reached. */
function byThing(rows: readonly LogoutRow[]): readonly LogoutRow[] {
  const found = new Map<string, LogoutRow>();
  for (const row of rows) {
    const key = `${row.to.kind} ${row.to.id}`;
    const known = found.get(key);
    if (known === undefined || worst.indexOf(row.status) < worst.indexOf(known.status)) found.set(key, row);
  }
  return [...found.values()];
}

/** What people call it. */
export function nameOf(ports: PortalPorts, locale: Locale, { kind, id }: Told): string {
  if (kind === 'application') return applicationName(ports, locale, id);
  const provider = ports.catalogue().providers.get(id);
  return provider === undefined ? id : localized(provider.name, locale);
}

/** The list. The script of the page after logout takes over its content as it changes. */
export function progressList(ports: PortalPorts, locale: Locale, rows: readonly LogoutRow[]): HtmlValue {
  return byThing(rows).map(
    ({ to, status }) =>
      html`<li><span>${nameOf(ports, locale, to)}</span><span class="${classes[status]}">${text(locale, `loggedOut.${status}`)}</span></li>`,
  );
}

/** What there is to do now, in one sentence or two. */
export function adviceOf(
  locale: Locale,
  rows: readonly LogoutRow[],
): { readonly words: string; readonly bad: boolean } {
  const { open, more } = summaryOf(rows);
  const key = open ? 'open' : more ? 'working' : rows.some(({ status }) => status === 'asked') ? 'check' : 'done';
  return { words: text(locale, `loggedOut.advice.${key}`), bad: open };
}

/**
 * A hidden frame for each application that is told in the browser (Front-Channel Logout 1.0 section 3). It may run its
 * own scripts and use its own cookies, and nothing else: it opens no window and leads nobody away from our page.
 */
export function logoutFrames(
  ports: PortalPorts,
  locale: Locale,
  rows: readonly LogoutRow[],
): { readonly frames: readonly SafeHtml[]; readonly origins: readonly string[] } {
  const shown = rows.flatMap(({ to, frame, frameBack }) =>
    frame === undefined ? [] : [{ frame, frameBack, id: to.id }],
  );
  return {
    frames: shown.map(
      ({ frame, id }) =>
        html`<iframe class="away" title="${applicationName(ports, locale, id)}" aria-hidden="true" tabindex="-1" sandbox="allow-scripts allow-same-origin" referrerpolicy="no-referrer" src="${frame}"></iframe>`,
    ),
    origins: shown.flatMap(({ frame, frameBack }) => [new URL(frame).origin, ...(frameBack ? [frameBack] : [])]),
  };
}
