// The demo's directory in the browser: what stands in it, read from it itself, with the time that each account has left.
import { type HtmlValue, type HttpRequest, type HttpResponse, html } from '../../../../base/http/index.ts';
import type { ActualAccount } from '../../../../core/provisioning/index.ts';
import { type Locale, localized } from '../../../../wire/codes/index.ts';
import { text, waitText } from '../../../../wire/texts/index.ts';
import { heldSession, localeOf, portalPage, timeOf, whoIsHere } from '../portal-page.ts';
import type { PortalPorts } from '../ports.ts';
import { progressScript } from '../progress-script.ts';
import { directoryPath } from './parts.ts';
import type { DirectoryReader } from './ports.ts';

/** The script looks for ten minutes, about; after that there is the link. */
const liveRounds = 120;

/** GET /demo/directory. Only wired in the demo: everybody there is made up. */
export async function directoryPage(
  ports: PortalPorts,
  directory: DirectoryReader,
  request: HttpRequest,
): Promise<HttpResponse> {
  const locale = localeOf(ports, request);
  const [targets, held] = await Promise.all([directory.read(), heldSession(ports, request)]);
  const title = text(locale, 'accounts.directory');
  const accounts = targets.flatMap((target) => target.accounts);
  return portalPage(ports, request, {
    title,
    wide: true,
    bare: true,
    loggedIn: held !== undefined,
    content: html`<div class="stack close"><h1>${title}</h1><p class="lead">${text(locale, 'accounts.directoryLead')}</p></div>${
      held && html`<div>${await whoIsHere(ports, locale, held)}</div>`
    }
<div id="progress" class="stack" data-live data-rounds="${liveRounds}" data-more>${
      accounts.length === 0
        ? html`<section class="sheet"><p>${text(locale, 'accounts.directoryEmpty')}</p></section>`
        : targets.map(({ name, accounts: some }) =>
            some.map((account) => accountSheet(ports, locale, localized(name, locale), account)),
          )
    }</div><p><a href="${directoryPath}">${text(locale, 'accounts.refresh')}</a></p>`,
    script: progressScript,
  });
}

function accountSheet(ports: PortalPorts, locale: Locale, system: string, account: ActualAccount): HtmlValue {
  const left = account.expiresAt === undefined ? 0 : account.expiresAt - ports.clock();
  const isOpen = account.enabled && left > 0;
  const state = !account.enabled ? 'directoryDisabled' : isOpen ? 'directoryEnabled' : 'directoryExpired';
  const rows: readonly (readonly [string, HtmlValue])[] = [
    [text(locale, 'accounts.state'), html`<strong>${text(locale, `accounts.${state}`)}</strong>`],
    ...(isOpen ? [[text(locale, 'accounts.left'), waitText(locale, left / 1000)] as const] : []),
    ...(account.expiresAt === undefined
      ? []
      : [[text(locale, 'accounts.until'), timeOf(ports, locale, account.expiresAt)] as const]),
    [text(locale, 'accounts.principal'), html`<span class="print">${account.principal}</span>`],
    [text(locale, 'accounts.place'), html`<span class="print">${account.container}</span>`],
    ...Object.entries(account.attributes).flatMap(([name, values]) =>
      values.length === 0 ? [] : [[name, values.join(', ')] as const],
    ),
    [
      text(locale, 'accounts.groups'),
      account.groups.length === 0
        ? text(locale, 'accounts.noGroups')
        : html`<span class="print">${account.groups.join('; ')}</span>`,
    ],
  ];
  return html`<section class="sheet"><h2>${account.loginName} <span class="tag">${system}</span></h2><dl class="facts">${rows.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl></section>`;
}
