// What the pages of accounts share: addresses, words for states, steps and reasons, and the list of lines.
import { type HtmlValue, html } from '../../../../base/http/index.ts';
import type { AccountStep, AccountStepKind } from '../../../../core/provisioning/index.ts';
import { type Locale, localized } from '../../../../wire/codes/index.ts';
import { type TextKey, text, textKeys } from '../../../../wire/texts/index.ts';
import { timeOf } from '../portal-page.ts';
import type { PortalPorts } from '../ports.ts';
import type { AccountLine } from './ports.ts';

export const accountsPath = '/accounts';
export const rulesPath = '/accounts/rules';
export const directoryPath = '/demo/directory';
/** No id has the sign between the two in it. */
const between = '~';
export const accountPath = ({ target, person }: { readonly target: string; readonly person: string }): string =>
  `/accounts/account/${encodeURIComponent(target + between + person)}`;

/** Target and person of an address; undefined when it is of neither. */
export function accountOfPath(
  id: string | undefined,
): { readonly target: string; readonly person: string } | undefined {
  const [target, person, more] = (id ?? '').split(between);
  return target && person && more === undefined ? { target, person } : undefined;
}

/** Addresses of these pages that a login goes back to. */
export const accountBack = /^\/accounts(?:\/rules|\/account\/[\w.%~-]{3,800})?(?:\?proved=1)?$/;

/** Nobody looks through others' accounts on less. */
export const minimum = 'substantial';

const known = new Set<string>(textKeys());
/** The words of a code, or the code itself when a newer program wrote it. */
export const codeText = (locale: Locale, family: string, code: string): string =>
  known.has(`${family}.${code}`) ? text(locale, `${family}.${code}` as TextKey) : code;

export const targetName = (locale: Locale, { target, targetName: name }: Pick<AccountLine, 'target' | 'targetName'>) =>
  name === undefined ? target : localized(name, locale);

export const stepName = (locale: Locale, kind: AccountStepKind): string => text(locale, `accounts.step.${kind}`);

/** A step with what it is about. */
export function stepLine(ports: PortalPorts, locale: Locale, step: AccountStep): HtmlValue {
  const name = stepName(locale, step.kind);
  if ('group' in step) return html`${name}: <span class="print">${step.group}</span>`;
  if ('until' in step) return html`${name}: ${timeOf(ports, locale, step.until)}`;
  if (step.kind === 'move') return html`${name}: <span class="print">${step.container}</span>`;
  if (step.kind === 'change') return html`${name}: ${Object.keys(step.attributes).join(', ')}`;
  return name;
}

export const stateText = (locale: Locale, { state, isWaiting }: AccountLine): string =>
  text(locale, `accounts.state.${isWaiting && state !== 'open' ? 'waiting' : state}`);

/** When an open one closes, or a closed one is deleted. */
export const endOf = (ports: PortalPorts, locale: Locale, line: AccountLine): HtmlValue =>
  line.state === 'open'
    ? html`${text(locale, 'accounts.until')} ${timeOf(ports, locale, line.until)}`
    : line.state === 'closed'
      ? html`${text(locale, 'accounts.deletes')} ${timeOf(ports, locale, line.deleteFrom)}`
      : line.reason !== undefined && codeText(locale, 'accounts.reason', line.reason);

export const accountList = (ports: PortalPorts, locale: Locale, lines: readonly AccountLine[]): HtmlValue =>
  html`<ul class="choices">${lines.map((line) => {
    const end = endOf(ports, locale, line);
    const names = [targetName(locale, line), line.loginName, line.key].filter((one) => one !== undefined);
    return html`<li><a class="choice" href="${accountPath(line)}"><span><b>${line.holder}</b>${stateText(locale, line)}${
      line.isProtected && html`, ${text(locale, 'accounts.protected')}`
    }<span>${names.join(', ')}</span>${end && html`<span>${end}</span>`}</span></a></li>`;
  })}</ul>`;
