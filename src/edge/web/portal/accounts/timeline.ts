// An account's life as a picture, and the same in words beneath it: opened, extended, now, its end, and when it is deleted.
import { type HtmlValue, html } from '../../../../base/http/index.ts';
import type { Locale } from '../../../../wire/codes/index.ts';
import { text } from '../../../../wire/texts/index.ts';
import { timeOf } from '../portal-page.ts';
import type { PortalPorts } from '../ports.ts';
import type { AccountView } from './ports.ts';

/** Width of the drawing, in its own units; it is stretched to the page's. */
const width = 1000;

/** When the account was opened last, and extended and closed since. */
function lifeOf({ events }: AccountView) {
  const from = events.findIndex(({ kind }) => kind === 'account.opened');
  const since = from < 0 ? [] : events.slice(0, from + 1);
  const ofKind = (kind: string) => since.filter((event) => event.kind === kind).map(({ at }) => at);
  return {
    opened: since.at(-1)?.at,
    extended: ofKind('account.extended'),
    closed: ofKind('account.closed').at(0),
    deleted: ofKind('account.deleted').at(0),
  };
}

/** Nothing for an account that was never open, or whose opening the trail has no more. */
export function timeline(ports: PortalPorts, locale: Locale, view: AccountView): HtmlValue {
  const { opened, extended, closed, deleted } = lifeOf(view);
  if (opened === undefined) return undefined;
  const now = ports.clock();
  const isOpen = view.state === 'open';
  const end = isOpen ? view.until : Math.max(opened, closed ?? Math.min(view.until, now));
  const [from, to] = [opened, Math.max(end, now, opened + 1)];
  const x = (at: number): number => Math.round(((Math.min(Math.max(at, from), to) - from) / (to - from)) * width);
  const seen = Math.min(now, end);
  const mark = (at: number, look: string): HtmlValue =>
    html`<rect class="${look}" x="${Math.min(Math.max(x(at) - 3, 0), width - 6)}" y="0" width="6" height="40"></rect>`;
  const rows: readonly (readonly [look: string, label: string, at: number])[] = [
    ['opened', text(locale, 'accounts.did.opened'), opened],
    ...(extended[0] === undefined
      ? []
      : ([['extended', text(locale, 'accounts.extendedTimes', { count: extended.length }), extended[0]]] as const)),
    ...(closed === undefined ? [] : ([['end', text(locale, 'accounts.did.closed'), closed]] as const)),
    ['now', text(locale, 'accounts.now'), now],
    ...(isOpen ? ([['end', text(locale, 'accounts.until'), view.until]] as const) : []),
    ...(deleted === undefined
      ? view.state === 'open' || view.state === 'closed'
        ? ([['gone', text(locale, 'accounts.deletes'), view.deleteFrom]] as const)
        : []
      : ([['gone', text(locale, 'accounts.did.deleted'), deleted]] as const)),
  ];
  return html`<div class="stack close"><svg class="life" viewBox="0 0 ${width} 40" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="was" x="0" y="12" width="${x(seen)}" height="16"></rect><rect class="left" x="${x(seen)}" y="12" width="${x(end) - x(seen)}" height="16"></rect>${mark(opened, 'opened')}${extended.map((at) => mark(at, 'extended'))}${mark(end, 'end')}${mark(now, 'now')}</svg>
<ul class="rows life-words">${rows.map(
    ([look, label, at]) =>
      html`<li><span><svg class="life-mark" viewBox="0 0 10 10" aria-hidden="true" focusable="false"><rect class="${look}" width="10" height="10"></rect></svg> ${label}</span><span>${timeOf(ports, locale, at)}</span></li>`,
  )}</ul></div>`;
}
