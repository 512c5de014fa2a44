// Parts of the pages of accounts that differ: the counts as bars, and one account with what is different in words.
import { type HtmlValue, html, type SafeHtml } from '../../../../base/http/index.ts';
import { type CheckCounts, type Difference, type DriftKind, driftKinds } from '../../../../core/provisioning/index.ts';
import type { Locale } from '../../../../wire/codes/index.ts';
import { text } from '../../../../wire/texts/index.ts';
import { timeOf } from '../portal-page.ts';
import type { PortalPorts } from '../ports.ts';
import type { ShownDrift } from './ports.ts';

export const kindText = (locale: Locale, what: DriftKind | 'asWanted'): string => text(locale, `drift.what.${what}`);

/** Each kind with its count and a bar; the number is in the text, so the picture is for the eye alone. */
export function bars(locale: Locale, counts: Partial<CheckCounts>, path: string): HtmlValue {
  const kinds = ['asWanted', ...driftKinds] as const;
  const most = Math.max(1, ...kinds.map((what) => counts[what] ?? 0));
  const row = (what: (typeof kinds)[number]): HtmlValue => {
    const count = counts[what] ?? 0;
    const name = kindText(locale, what);
    // One account among many is still to be seen.
    const width = count === 0 ? 0 : Math.max(1, Math.round((count / most) * 100));
    return html`<dt>${what === 'asWanted' || count === 0 ? name : html`<a href="${path}?what=${what}">${name}</a>`}</dt><dd>${count}<svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect width="${width}" height="4"/></svg></dd>`;
  };
  return html`<dl class="facts">${kinds.map(row)}</dl>`;
}

/** One account; `button` mends it. */
export function driftRow(
  ports: PortalPorts,
  locale: Locale,
  one: ShownDrift,
  button: (key: string) => HtmlValue,
): HtmlValue {
  const state = one.isMended
    ? text(locale, 'drift.mended')
    : one.askedBy === undefined
      ? undefined
      : text(locale, 'drift.approved', { by: one.askedBy === 'hub' ? text(locale, 'held.hub') : one.askedBy });
  const mayMend = one.askedBy === undefined && one.what !== 'stopped' && one.steps.length > 0;
  return html`<li><span><b>${one.name ?? one.loginName ?? one.key}</b> <span class="print">${[one.loginName, one.key].filter((word) => word !== undefined).join(', ')}</span><br>${kindText(locale, one.what)}: ${one.differences.map(
    (difference, index) => html`${index > 0 && '; '}${differenceText(ports, locale, difference, one.isProtected)}`,
  )}${state && html`<br><strong>${state}</strong>`}</span>${mayMend && button(one.key)}</li>`;
}

function differenceText(
  ports: PortalPorts,
  locale: Locale,
  difference: Difference,
  isProtected: boolean,
): string | SafeHtml {
  const values = (all: readonly string[]): string => (all.length === 0 ? text(locale, 'drift.empty') : all.join(', '));
  const at = (instant: number | undefined): HtmlValue =>
    instant === undefined ? text(locale, 'drift.never.ends') : timeOf(ports, locale, instant);
  switch (difference.kind) {
    case 'attribute': {
      const { name, is, wanted } = difference;
      return isProtected
        ? text(locale, 'drift.is.hidden', { name })
        : text(locale, 'drift.is.attribute', { name, is: values(is), wanted: values(wanted) });
    }
    case 'groupAdded':
    case 'groupRemoved':
      return text(locale, `drift.is.${difference.kind}`, { group: difference.group });
    case 'cardAdded':
    case 'cardRemoved':
      return text(locale, `drift.is.${difference.kind}`, { card: difference.mapping });
    case 'moved':
      return text(locale, 'drift.is.moved', { is: difference.is, wanted: difference.wanted });
    case 'end':
      return html`${text(locale, 'drift.is.end')} ${at(difference.is)}, ${text(locale, 'drift.wanted')} ${at(difference.wanted)}`;
    case 'enabled':
      return html`${text(locale, 'drift.is.enabled')} ${at(difference.wanted)}`;
    default:
      return text(locale, `drift.is.${difference.kind}`);
  }
}
